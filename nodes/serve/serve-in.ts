import type { Node, NodeAPI } from 'node-red'
import { hostsOf, isLoopback } from '../../src/serving/index'
import { nameType } from '../../src/types'
import { adminRoutes } from '../shared/admin-routes'
import { type Certificate, certificateIn } from '../shared/certificate'
import { languageOf } from '../shared/language'
import { registerNode } from '../shared/register-node'
import { brief } from '../shared/sentence'
import { onFlowsStarted } from './flows-started'
import { serveIn } from './node'
import { rootOf } from './node-red-http'
import { openPlaces } from './places'
import { PublishedFlow, published } from './published-flow'
import { readServeIn, type ServeInConfig, type ServeInSettings } from './settings'
import { unwatch, watch } from './watch'

interface Secrets {
  token: string
}

type ServeInNode = Node<Secrets>

/** Node id → a function that returns the addresses for other devices. */
const invitations = new Map<string, () => string[]>()

export function registerServeIn(RED: NodeAPI): void {
  registerNode(RED, serveIn, (node: ServeInNode, config: ServeInConfig) => start(RED, node, config))
}

function start(RED: NodeAPI, node: ServeInNode, config: ServeInConfig): void {
  let settings: ServeInSettings
  let certificate: Certificate | null = null
  try {
    settings = readServeIn(config)
    if (settings.port !== null && !isLoopback(settings.host)) certificate = certificateIn(userDirOf(RED))
  } catch (error) {
    fail(node, error)
    return
  }
  const token = node.credentials?.token?.trim() ?? ''
  const [address = '', ...others] = addressesOf(RED, settings, certificate !== null)
  const flow = new PublishedFlow(RED, node, { ...settings, address })
  invitations.set(node.id, () =>
    settings.port === null || isLoopback(settings.host)
      ? []
      : [address, ...others].map(
          (one) => `${one}${settings.path ? '' : '/'}${token ? `?token=${encodeURIComponent(token)}` : ''}`,
        ),
  )
  let isOpen = false
  const forget = () => {
    flow.forget()
    void opening.then(() => {
      if (isOpen) flow.showRest()
    })
  }
  published.set(node.id, flow)
  watch(RED, node)
  const unheard = onFlowsStarted(RED, forget)
  const opening = openPlaces(RED, flow, { ...settings, id: node.id }, token, certificate).then(
    (close) => {
      isOpen = true
      return close
    },
    (error) => fail(node, error),
  )

  node.on('close', async (done: () => void) => {
    unheard()
    isOpen = false
    flow.calls.close()
    if (published.get(node.id) === flow) {
      published.delete(node.id)
      invitations.delete(node.id)
    }
    unwatch(RED)
    const close = await opening
    await close?.()
    done()
  })
}

/** For the node's dialog, which shows the published inputs and outputs once the node is deployed. */
export function addAdminRoutes(RED: NodeAPI): void {
  adminRoutes(RED).get('/daisychain-serve-in/:id', 'daisychain-serve.read', (request, response) => {
    const flow = published.get(String(request.params.id))
    if (!flow) return void response.status(404).json({ message: 'Deploy the node first.' })
    const { inputs, outputs } = flow.fields()
    const inWords = ({ name, type, required }: (typeof inputs)[number]) => ({
      name,
      required,
      type: nameType(type, languageOf(request)),
    })
    response.json({ name: flow.name, inputs: inputs.map(inWords), outputs: outputs.map(inWords) })
  })

  /** The addresses for other devices, including the token. Only for users who may edit the node. */
  adminRoutes(RED).post('/daisychain-serve-in/:id/invitation', 'daisychain-serve.write', (request, response) => {
    const find = invitations.get(String(request.params.id))
    if (!find) return void response.status(404).json({ message: 'Deploy the node first.' })
    response.json({ pages: find() })
  })
}

/** The node's addresses; its status shows the first. A port open to the network has one per network. */
function addressesOf(RED: NodeAPI, { port, host, path }: ServeInSettings, isSecure: boolean): string[] {
  if (port === null) return [`${rootOf(RED.settings.httpNodeRoot)}${path}`]
  const own = host.includes(':') ? `[${host}]` : host
  const hosts = hostsOf(host)
  return (hosts.length > 0 ? hosts : [own]).map((name) => `${isSecure ? 'https' : 'http'}://${name}:${port}${path}`)
}

function userDirOf(RED: NodeAPI): string | undefined {
  return (RED.settings as { userDir?: string }).userDir
}

function fail(node: Node, error: unknown): void {
  const message = error instanceof Error ? error.message : String(error)
  node.status({ fill: 'red', shape: 'ring', text: brief(message) })
  node.error(`This flow is not published: ${message}.`)
}
