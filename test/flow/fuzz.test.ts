import assert from 'node:assert/strict'
import fc from 'fast-check'
import { checkFlow, createChecker, FlowError, type FlowNode, readFlow } from '../../src/flow'
import { declarations } from './declarations'
import { type Entry, wireText } from './support'

const size = 12
const ids = Array.from({ length: size }, (_, i) => `n${i}`)
const id = fc.constantFrom(...ids)
const property = fc.constantFrom('payload', 'caption', 'truncation', 'payload.x', 'parts', 'x')

const settings = fc.oneof(
  fc.constant({ type: 'camera' }),
  fc
    .constantFrom(
      'stylegan',
      'densedepth',
      'im2txt',
      'gpt2',
      'attngan',
      'deeplab',
      'spade',
      'maskrcnn',
      'preview',
      'echo',
    )
    .map((type) => ({ type })),
  fc
    .constantFrom('debug', 'delay', 'junction', 'function', 'split', 'json', 'csv', 'template', 'http request')
    .map((type) => ({ type })),
  // biome-ignore lint/suspicious/noTemplateCurlyInString: how flow files name environment variables
  fc.record({ type: fc.constant('latent'), length: fc.constantFrom(512, '128', undefined, '${LENGTH}') }),
  fc.record({
    type: fc.constant('inject'),
    props: fc.array(
      fc.record({ p: property, v: fc.constantFrom('1', 'a', '[1]'), vt: fc.constantFrom('str', 'num', 'json', 'env') }),
      { maxLength: 2 },
    ),
  }),
  fc.record({
    type: fc.constant('change'),
    rules: fc.array(
      fc.record({
        t: fc.constantFrom('set', 'move', 'delete', 'change'),
        p: property,
        pt: fc.constant('msg'),
        to: property,
        tot: fc.constantFrom('msg', 'str'),
        from: fc.constant('a'),
        fromt: fc.constant('str'),
      }),
      { maxLength: 3 },
    ),
  }),
  fc.record({
    type: fc.constant('switch'),
    property,
    rules: fc.array(
      fc.record({
        t: fc.constantFrom('istype', 'nnull', 'null', 'else'),
        v: fc.constantFrom('string', 'object', 'number'),
      }),
      { maxLength: 2 },
    ),
  }),
  fc.record({
    type: fc.constant('join'),
    mode: fc.constantFrom('auto', 'custom'),
    build: fc.constantFrom('array', 'string', 'object'),
  }),
  fc.record({
    type: fc.constant('trigger'),
    op1type: fc.constantFrom('pay', 'nul', 'str'),
    op2type: fc.constantFrom('payl', 'nul', 'num'),
    outputs: fc.constantFrom(1, 2),
  }),
  fc.record({
    type: fc.constantFrom('link in', 'link out'),
    links: fc.array(id, { maxLength: 2 }),
    mode: fc.constantFrom('link', 'return'),
  }),
  fc.record({
    type: fc.constant('link call'),
    links: fc.array(id, { maxLength: 1 }),
    linkType: fc.constantFrom('static', 'dynamic'),
  }),
  fc.constantFrom('subflow:A', 'subflow:B').map((type) => ({ type })),
)
const place = fc.constantFrom('tab', 'tab', 'tab', 'A', 'B')
const wires = fc.array(fc.uniqueArray(id, { maxLength: 3 }), { maxLength: 2 })
const node = (id: string) =>
  fc
    .record({ settings, z: place, wires, d: fc.constantFrom(false, false, false, true) })
    .map(({ settings, ...rest }): Entry => ({ id, ...rest, ...settings }))
const end = fc.array(fc.record({ id: fc.constantFrom(...ids, 'A', 'B'), port: fc.constantFrom(0, 1) }), {
  maxLength: 2,
})
const subflow = (id: string) =>
  fc.record({ input: end, outputs: fc.array(end, { maxLength: 2 }) }).map(({ input, outputs }): Entry => {
    return {
      id,
      type: 'subflow',
      name: id,
      in: [{ wires: input }],
      out: outputs.map((wires) => ({ wires })),
      env: [{ name: 'LENGTH', type: 'num', value: '64' }],
    }
  })
const flow = fc
  .tuple(subflow('A'), subflow('B'), ...ids.map(node))
  .map((entries): Entry[] => [{ id: 'tab', type: 'tab' }, ...entries])

describe('any flow', () => {
  it('is checked, twice with the same result', () => {
    fc.assert(
      fc.property(flow, (entries) => {
        assert.deepEqual(checkFlow(readFlow(entries), declarations), checkFlow(readFlow(entries), declarations))
      }),
      { numRuns: 300 },
    )
  })

  it('gives the same result whatever the order of its nodes', () => {
    fc.assert(
      fc.property(flow, (entries) => {
        const sorted = (list: Entry[]) => checkFlow(readFlow(list), declarations).wires.map(wireText).sort()
        assert.deepEqual(sorted(entries), sorted([...entries].reverse()))
      }),
      { numRuns: 300 },
    )
  })

  it('gives the same result after edits as from the start', () => {
    const edit = fc.oneof(
      fc.constantFrom(...ids).chain((id) => node(id).map((entry) => ({ id, entry: entry as Entry | null }))),
      fc.constantFrom(...ids).map((id) => ({ id, entry: null as Entry | null })),
      fc.constantFrom('A', 'B').chain((id) => subflow(id).map((entry) => ({ id, entry: entry as Entry | null }))),
    )
    fc.assert(
      fc.property(flow, fc.array(edit, { minLength: 1, maxLength: 6 }), (entries, edits) => {
        const live = new LiveGraph(entries)
        const checker = createChecker(live, declarations)
        for (const { id, entry } of edits) {
          live.set(id, entry)
          assert.deepEqual(checker.update([id]), checkFlow(live, declarations))
        }
      }),
      { numRuns: 300 },
    )
  })

  it('only gains possibilities from another wire: inference is monotone', () => {
    fc.assert(
      fc.property(flow, id, id, (entries, from, to) => {
        const wider = entries.map((entry) =>
          entry.id === from
            ? {
                ...entry,
                wires: [
                  [...new Set([...((entry.wires as string[][])[0] ?? []), to])],
                  ...(entry.wires as string[][]).slice(1),
                ],
              }
            : entry,
        )
        const before = createChecker(readFlow(entries), declarations)
        const after = createChecker(readFlow(wider), declarations)
        for (const id of ids)
          for (const port of [0, 1]) {
            const more = new Map(
              after
                .outputs(id, port)
                .map(({ property, types }) => [property, types.map((type) => JSON.stringify(type))]),
            )
            for (const { property, types } of before.outputs(id, port)) {
              const now = more.get(property) // if missing, it can now be anything
              for (const type of now ? types : []) assert.ok(now?.includes(JSON.stringify(type)))
            }
          }
      }),
      { numRuns: 300 },
    )
  })
})

describe('any JSON', () => {
  it('is checked or refused with a sentence', () => {
    const key = fc.constantFrom(
      'id',
      'type',
      'z',
      'wires',
      'props',
      'rules',
      'links',
      'in',
      'out',
      'env',
      'p',
      'v',
      't',
      'to',
    )
    const value = fc.letrec((tie) => ({
      any: fc.oneof(
        { depthSize: 'small' },
        fc.constantFrom(
          'n0',
          'n1',
          'inject',
          'change',
          'switch',
          'subflow',
          'subflow:n0',
          'link in',
          'link call',
          'join',
          'payload',
          'msg',
          'str',
        ),
        fc.jsonValue(),
        fc.array(tie('any'), { maxLength: 3 }),
        fc.dictionary(key, tie('any'), { maxKeys: 6 }),
      ),
    })).any
    fc.assert(
      fc.property(fc.oneof(value, fc.array(value, { maxLength: 6 })), (json) => {
        try {
          checkFlow(readFlow(json), declarations)
        } catch (error) {
          assert.ok(error instanceof FlowError)
        }
      }),
      { numRuns: 1000 },
    )
  })

  it('is harmless as a declaration', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (declaration, inner) => {
        for (const wrong of [
          declaration,
          { inputs: declaration },
          { outputs: [declaration], cases: inner },
          { inputs: { payload: { type: inner } }, outputs: [{ payload: inner }] },
        ]) {
          if (typeof wrong !== 'object' || wrong === null) continue
          const flow = [
            { id: 'a', type: 'x', wires: [['b']] },
            { id: 'b', type: 'x', wires: [['a']] },
          ]
          checkFlow(readFlow(flow), new Map([['x', wrong as never]]))
        }
      }),
      { numRuns: 500 },
    )
  })
})

/** A graph that changes while the checker uses it, as in the editor. */
class LiveGraph {
  private entries: Map<string, Entry>
  constructor(entries: Entry[]) {
    this.entries = new Map(entries.map((entry) => [entry.id, entry]))
  }
  ids(): Iterable<string> {
    return this.entries.keys()
  }
  node(id: string): FlowNode | undefined {
    const entry = this.entries.get(id)
    return entry && readFlow([entry]).node(id)
  }
  set(id: string, entry: Entry | null): void {
    if (entry) this.entries.set(id, entry)
    else this.entries.delete(id)
  }
}
