import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { NodeAPI } from 'node-red'
import { sayFileError } from '../../src/files'
import { helpIn, labelNameIn } from '../../src/models'
import { createEndpoint, isLoopback, listen, type PageOptions, serveGrpc, serveOsc } from '../../src/serving/index'
import { ValueError } from '../../src/types'
import type { Certificate } from '../shared/certificate'
import { secretOf } from '../shared/secret'
import { offerToAgents } from './agents'
import { isGuarded, mount } from './node-red-http'
import { pageLabel } from './page-label'
import { pageWords } from './page-words'
import type { PublishedFlow } from './published-flow'
import type { ServeInSettings } from './settings'

type Close = () => void | Promise<void>

const { version } = JSON.parse(readFileSync(join(__dirname, '../../../package.json'), 'utf8')) as { version: string }

/**
 * Makes a flow available at all the addresses in its settings.
 * @returns a function that closes them
 * @throws Error whose message is a sentence; then nothing stays open
 */
export async function openPlaces(
  RED: NodeAPI,
  flow: PublishedFlow,
  { id, ...settings }: ServeInSettings & { id: string },
  token: string,
  certificate: Certificate | null,
): Promise<() => Promise<void>> {
  const { port, path, host, socketIoPort, oscPort, grpcPort, limit, origins } = settings
  if (oscPort !== null && token !== '') {
    throw new ValueError("OSC doesn't support tokens: remove the OSC port or the token")
  }
  if (settings.agents && token === '') throw new ValueError('agents need a token: enter one, or switch off the tool')
  const closing: Close[] = []
  const close = async () => {
    for (const one of closing.splice(0).reverse()) await one()
  }
  const isBehindLogin = port === null && isGuarded(RED.settings)
  // Node-RED asks for its users' password on plain requests only, so WebSockets are refused.
  const isLocked = isBehindLogin && token === ''
  const isLocal = port !== null && isLoopback(host)
  const options = {
    model: flow,
    access: { token, origins, isLocal, isGuarded: isBehindLogin },
    limits: { limit, timeout: 30_000 },
    look: lookOf(RED, settings, id),
  }
  try {
    const endpoint = createEndpoint({ ...options, refuseSockets: isLocked })
    closing.push(() => endpoint.close())
    closing.push(port === null ? mount(RED, path, endpoint) : await listen({ host, port, path, certificate }, endpoint))
    if (socketIoPort !== null && socketIoPort !== port) {
      const own = createEndpoint({
        ...options,
        access: { ...options.access, isLocal: isLoopback(host), isGuarded: false },
      })
      closing.push(() => own.close())
      closing.push(await listen({ host, port: socketIoPort, path: '', certificate }, own))
    }
    if (grpcPort !== null)
      closing.push(await serveGrpc(flow, { token, origins }, { host, port: grpcPort, limit, certificate }))
    if (settings.agents) closing.push(offerToAgents(RED, id, { model: flow, token, limit }, version))
    if (oscPort !== null) closing.push(await serveOsc(flow, { host, port: oscPort }))
  } catch (error) {
    await close()
    throw error
  }
  return close
}

function lookOf(RED: NodeAPI, settings: ServeInSettings, id: string): PageOptions {
  const { title, color, picture, looks, rate, keep, disk } = settings
  const { userDir } = RED.settings as { userDir?: string }
  const folder = disk && userDir ? join(userDir, 'daisychain', 'history', id.replace(/[^\w.-]/g, '_')) : null
  return {
    ...{ title, color, picture, looks, rate, keep, folder, version },
    lost: (what, error) =>
      RED.nodes
        .getNode(id)
        ?.warn(`${what} cannot be kept over a restart of Node-RED: the folder ${folder} ${sayFileError(error)}.`),
    secret: secretOf(userDir),
    words: pageWords,
    help: helpIn,
    label: pageLabel,
    labelName: labelNameIn,
  }
}
