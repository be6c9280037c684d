import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { NodeAPI } from 'node-red'
import helper from 'node-red-node-test-helper'
import convertNode from '../../nodes/convert/convert'
import engineNode from '../../nodes/engine/engine'
import latentNode from '../../nodes/latent/latent'
import { registerModel } from '../../nodes/models/model-node'
import { registerOnnx } from '../../nodes/onnx/onnx-node'
import paintNode from '../../nodes/paint/paint'
import { loadManifests } from '../../src/models'
import { live, type Message } from './support'

type Register = (RED: NodeAPI) => void
type FlowNode = { id: string; type: string; name?: string; [setting: string]: unknown }

const CORE = [
  'common/20-inject',
  'common/60-link',
  'common/90-comment',
  'function/10-switch',
  'function/15-change',
  'function/89-delay',
]
const folder = resolve(__dirname, '../../../examples')

/** A running example flow. */
export interface Example {
  /** Presses the button of an inject node (by its name) or of another node (by its type). */
  press(name: string): void
  /** The messages that have reached a debug node so far. */
  at(name: string): Message[]
  /** Waits until this many messages have reached a debug node. @throws Error with the flow's errors */
  arrived(name: string, count?: number): Promise<Message[]>
}

/**
 * The test helper allows only one catch node: moves the nodes of other tabs to the first, without their catch
 * nodes.
 */
function onOneTab(file: FlowNode[]): FlowNode[] {
  const [first] = file.filter(({ type }) => type === 'tab')
  const isFirst = ({ id, z }: FlowNode) => [id, z].includes(first?.id)
  return file
    .filter((node) => isFirst(node) || !/^(tab|catch)$/.test(node.type))
    .map((node) => (node.z ? { ...node, z: first?.id } : node))
}

/**
 * Runs an example as published, except for `changes`: node name or type → settings. Its debug nodes collect
 * their messages.
 */
export async function playExample(name: string, changes: Record<string, object> = {}): Promise<Example> {
  const file = JSON.parse(readFileSync(join(folder, `${name}.json`), 'utf8')) as FlowNode[]
  const flow = onOneTab(file).map((node) => ({
    ...node,
    ...changes[node.name || node.type],
    ...(node.type === 'debug' && { type: 'helper' }),
  }))
  await helper.load(register as never, flow as never)

  const messages = new Map<string, Message[]>()
  let changed = () => {}
  for (const { id, name = '' } of flow.filter(({ type }) => type === 'helper')) {
    messages.set(name, [])
    live(id).on('input', (msg) => {
      messages.get(name)?.push(msg)
      changed()
    })
  }
  const at = (name: string) => {
    const found = messages.get(name)
    if (!found) throw new Error(`There is no debug node "${name}".`)
    return found
  }
  return {
    press(name) {
      const button = flow.find(
        ({ type, ...node }) => type === name || (/inject|paint/.test(type) && node.name === name),
      )
      if (!button) throw new Error(`There is no button "${name}".`)
      live(button.id).receive({})
    },
    at,
    async arrived(name, count = 1) {
      for (;;) {
        const [wrong] = at('errors')
        if (wrong) throw new Error(wrong.error?.message)
        if (at(name).length >= count) return at(name)
        await new Promise<void>((resolve) => {
          changed = resolve
        })
      }
    },
  }
}

function register(RED: NodeAPI): void {
  for (const name of CORE) (require(`@node-red/nodes/core/${name}`) as Register)(RED)
  for (const node of [engineNode, latentNode, convertNode, paintNode]) node(RED)
  for (const model of loadManifests()) registerModel(RED, model)
  registerOnnx(RED, [])
}
