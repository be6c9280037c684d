import assert from 'node:assert/strict'
import type { Node, NodeAPI, NodeDef } from 'node-red'
import { registerNode } from '../../nodes/shared/register-node'
import { ask, start, stop } from './support'

type Config = NodeDef & Record<string, unknown>

/** A node that sends the settings it was created with, and its warnings. */
const echo = (RED: NodeAPI) =>
  registerNode(
    RED,
    { type: 'echo', migrations: [({ size, ...rest }) => ({ ...rest, width: size })] },
    (node: Node, { width, size, version }: Config) => {
      node.on('input', (msg, send) => send({ ...msg, payload: { width, size, version } }))
    },
  )

describe('a node saved by another version', () => {
  afterEach(stop)

  it('starts with its settings as in this version', async () => {
    await start([{ id: 'n', type: 'echo', size: 7 }], [], [echo])
    const [, { payload }] = await ask('n', {})
    assert.deepEqual(payload, { width: 7, size: undefined, version: 2 })
  })

  it('starts with its settings unchanged if they are newer', async () => {
    await start([{ id: 'n', type: 'echo', width: 8, version: 3 }], [], [echo])
    const [, { payload }] = await ask('n', {})
    assert.deepEqual(payload, { width: 8, size: undefined, version: 3 })
  })
})
