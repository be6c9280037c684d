import assert from 'node:assert/strict'
import { createChecker, readFlow } from '../../src/flow'
import { declarations } from './declarations'
import { type Entry, verdicts } from './support'

const text = { type: 'text' }
const list = { type: 'array', itemType: { type: 'number' } }
const give = (id: string, payload: object, to: string, more: object = {}): Entry => ({
  ...{ id, type: 'give', payload, wires: [[to]], ...more },
})
const want: Entry = { id: 'v', type: 'wants', want: list, wires: [] }

describe('disabled nodes', () => {
  it('neither send nor receive anything', () => {
    const off = { d: true }
    assert.deepEqual(verdicts([give('a', text, 'v', off), want]), [])
    assert.deepEqual(verdicts([give('a', text, 'v'), { ...want, ...off }]), [])
  })

  it('pass nothing on to nodes that have other senders', () => {
    const flow = (own: object) => [
      give('a', text, 'n', own),
      give('b', list, 'n'),
      { id: 'n', type: 'junction', wires: [['v']] },
      want,
    ]
    assert.equal(verdicts(flow({})).at(-1), 'n:0 → v mismatch')
    assert.equal(verdicts(flow({ d: true })).at(-1), 'n:0 → v match')
  })

  it('may be on a disabled tab with links', () => {
    const flow = (disabled: boolean) => [
      { id: 'on', type: 'tab' },
      { id: 'off', type: 'tab', disabled },
      give('a', text, 'out', { z: 'off' }),
      { id: 'out', type: 'link out', z: 'off', links: ['in'] },
      give('b', list, 'in', { z: 'on' }),
      { id: 'in', type: 'link in', z: 'on', links: ['out'], wires: [['v']] },
      { ...want, z: 'on' },
    ]
    assert.equal(verdicts(flow(false)).at(-1), 'in:0 → v mismatch')
    assert.equal(verdicts(flow(true)).at(-1), 'in:0 → v match')
  })

  it('may be the target of a link call, which then returns nothing', () => {
    const flow = (own: object) => [
      give('a', list, 'call'),
      { id: 'call', type: 'link call', links: ['in'], wires: [['v']] },
      { id: 'in', type: 'link in', wires: [['c']] },
      {
        id: 'c',
        type: 'change',
        rules: [{ t: 'set', p: 'payload', pt: 'msg', to: 'x', tot: 'str' }],
        wires: [['out']],
      },
      { id: 'out', type: 'link out', mode: 'return', wires: [], ...own },
      want,
    ]
    assert.ok(verdicts(flow({})).includes('call:0 → v mismatch'))
    assert.ok(verdicts(flow({ d: true })).includes('call:0 → v unknown'))
  })

  it('may be an instance of a subflow, or a node in it', () => {
    const flow = (instance: object, inside: object) => [
      { id: 's', type: 'subflow', in: [{ wires: [{ id: 'c' }] }], out: [{ wires: [{ id: 'c', port: 0 }] }] },
      {
        ...{ id: 'c', type: 'change', z: 's', wires: [[]], ...inside },
        rules: [{ t: 'set', p: 'payload', pt: 'msg', to: 'x', tot: 'str' }],
      },
      give('a', list, 'i'),
      { id: 'i', type: 'subflow:s', wires: [['v']], ...instance },
      want,
    ]
    assert.equal(verdicts(flow({}, {})).at(-1), 'i:0 → v mismatch')
    assert.ok(!verdicts(flow({ d: true }, {})).some((wire) => wire.startsWith('i')))
    assert.equal(verdicts(flow({}, { d: true })).at(-1), 'i:0 → v unknown')
  })

  it('are judged when enabled, and no longer when disabled again', () => {
    const graph = readFlow([give('a', text, 'v'), want])
    const nodes = new Map(['a', 'v'].map((id) => [id, graph.node(id)]))
    const checker = createChecker({ ids: () => nodes.keys(), node: (id) => nodes.get(id) }, declarations)
    const set = (disabled: boolean) => {
      nodes.set('a', { ...(graph.node('a') as NonNullable<ReturnType<typeof graph.node>>), disabled })
      return checker.update(['a']).problems.length
    }
    assert.deepEqual([checker.report.problems.length, set(true), set(false), set(true)], [1, 0, 1, 0])
  })

  it('may be a debug node, which accepts anything either way', () => {
    const flow = (active: boolean) => [give('a', text, 'd'), { id: 'd', type: 'debug', active, wires: [] }]
    assert.deepEqual(verdicts(flow(false)), verdicts(flow(true)))
  })
})
