import type { Node, NodeAPI } from 'node-red'
import { describeType } from '../../src/types'
import { adminRoutes } from '../shared/admin-routes'
import { languageOf } from '../shared/language'
import { registerNode } from '../shared/register-node'
import { onFlowsStarted } from './flows-started'
import { published } from './marks'
import { serveIn } from './node'
import { rootOf } from './node-red-http'
import { openPlaces } from './places'
import { PublishedFlow } from './published-flow'
import { readServeIn, type ServeInConfig, type ServeInSettings } from './settings'
import { unwatch, watch } from './watch'

interface Secrets {
  token: string
}

type ServeInNode = Node<Secrets>

export function registerServeIn(RED: NodeAPI): void {
  registerNode(RED, serveIn, (node: ServeInNode, config: ServeInConfig) => start(RED, node, config))
}

function start(RED: NodeAPI, node: ServeInNode, config: ServeInConfig): void {
  let settings: ServeInSettings
  try {
    settings = readServeIn(config)
  } catch (error) {
    fail(node, error)
    return
  }
  const flow = new PublishedFlow(RED, node, { ...settings, address: addressOf(RED, settings) })
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
  const opening = openPlaces(RED, flow, settings, node.credentials?.token?.trim() ?? '').then(
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
    if (published.get(node.id) === flow) published.delete(node.id)
    unwatch(RED)
    const close = await opening
    await close?.()
    done()
  })
}

/** The dialog of the node shows what was published, once it is deployed. */
export function addAdminRoutes(RED: NodeAPI): void {
  adminRoutes(RED).get('/daisychain-serve-in/:id', 'daisychain-serve.read', (request, response) => {
    const flow = published.get(String(request.params.id))
    if (!flow) return void response.status(404).json({ message: 'Deploy the node first.' })
    const { inputs, outputs } = flow.fields()
    const inWords = ({ name, type, required }: (typeof inputs)[number]) => ({
      name,
      required,
      type: describeType(type, languageOf(request)),
    })
    response.json({ name: flow.name, inputs: inputs.map(inWords), outputs: outputs.map(inWords) })
  })
}

function addressOf(RED: NodeAPI, { port, host, path }: ServeInSettings): string {
  if (port === null) return `${rootOf(RED.settings.httpNodeRoot)}${path}`
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}${path}`
}

function fail(node: Node, error: unknown): void {
  const message = error instanceof Error ? error.message : String(error)
  node.status({ fill: 'red', shape: 'ring', text: message })
  node.error(`This flow is not published: ${message}.`)
}
