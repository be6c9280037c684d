import type { NodeAPI, NodeMessage } from 'node-red'
import helper from 'node-red-node-test-helper'
import engineNode from '../../nodes/engine/engine'
import latentNode from '../../nodes/latent/latent'
import { registerModel } from '../../nodes/models/model-node'
import { loadManifests, type Model } from '../../src/models'
import { fixturesFolder } from '../models/support'
import { _ } from './english'

helper.init(require.resolve('node-red'))
const api = require('@node-red/registry/lib/util') as { createNodeApi(node: object): object }
const { createNodeApi } = api
api.createNodeApi = (node) => Object.defineProperty(createNodeApi(node), '_', { get: () => _, set() {} })

export interface Message extends NodeMessage {
  [property: string]: unknown
  error?: { message: string; source: { id: string; type: string }; code?: string; stack?: string }
}

interface LiveNode {
  id: string
  receive(msg: object): void
  on(event: 'input', listener: (msg: Message) => void): void
  on(event: 'call:status' | 'call:warn', listener: (call: { args: unknown[] }) => void): void
}

type FlowNode = { id: string; type: string; [setting: string]: unknown }

type Registration = (RED: NodeAPI) => void

/** Registers this package's nodes, and those of the models in `test/fixtures/models`. */
function nodes(models: Model[]) {
  return (RED: NodeAPI) => {
    engineNode(RED)
    latentNode(RED)
    for (const model of models) registerModel(RED, model)
  }
}

/**
 * Starts Node-RED with these nodes on one tab, with a Catch node (unless they include one called `catcher`).
 * The nodes `out` and `caught` receive messages for `next`.
 * @param more other packages' nodes
 */
export async function start(
  flow: FlowNode[],
  models = loadManifests(fixturesFolder),
  more: Registration[] = [],
  credentials: Record<string, object> = {},
): Promise<void> {
  const tab = { id: 'tab', type: 'tab', label: 'test' }
  const rest = [
    { id: 'catcher', type: 'catch', z: 'tab', x: 1, y: 1, scope: null, wires: [['caught']] },
    { id: 'caught', type: 'helper', z: 'tab', x: 1, y: 1 },
  ].filter(({ id }) => !flow.some((node) => node.id === id))
  // A config node has no position or wires.
  const placed = flow.map((node) =>
    node.type === 'daisychain-engine' ? node : { z: 'tab', x: 1, y: 1, wires: [['out']], ...node },
  )
  await helper.load(
    [nodes(models), ...more] as never,
    [tab, ...placed, { id: 'out', type: 'helper', z: 'tab', x: 1, y: 1 }, ...rest] as never,
    credentials as never,
  )
}

export async function stop(): Promise<void> {
  await helper.unload()
}

export function live(id: string): LiveNode {
  return helper.getNode(id) as unknown as LiveNode
}

/** The next `count` messages that arrive at `out`, at `caught` or at another helper node, as [where, message]. */
export function next(count: number, at = ['out', 'caught']): Promise<[string, Message][]> {
  const arrived: [string, Message][] = []
  return new Promise((resolve) => {
    for (const id of at) {
      live(id).on('input', (msg) => {
        arrived.push([id, msg])
        if (arrived.length === count) resolve(arrived)
      })
    }
  })
}

/** Sends a message, and waits for the result at `out` or at the Catch node. */
export async function ask(id: string, msg: object): Promise<[string, Message]> {
  const answer = next(1)
  live(id).receive(msg)
  return (await answer)[0] as [string, Message]
}

/**
 * Sends a message that the node must refuse. Returns the sentence that the Catch node got, with the unchanged
 * message.
 */
export async function refusal(id: string, msg: { payload?: unknown; [property: string]: unknown }): Promise<string> {
  const [where, caught] = await ask(id, { ...msg, mark: 'mine' })
  if (where !== 'caught' || !caught.error) throw new Error('The node did not refuse the message.')
  const { error, ...rest } = caught
  if (error.source.id !== id || rest.mark !== 'mine') throw new Error('The Catch node got another message.')
  if ('payload' in msg && typeof msg.payload !== 'object' && rest.payload !== msg.payload) {
    throw new Error('The Catch node got another payload.')
  }
  return error.message
}

/** Collects the texts of a node's status. */
export function statuses(id: string): string[] {
  const texts: string[] = []
  live(id).on('call:status', ({ args }) => {
    const [status] = args as [{ text?: string } | string]
    texts.push(typeof status === 'string' ? status : (status.text ?? ''))
  })
  return texts
}
