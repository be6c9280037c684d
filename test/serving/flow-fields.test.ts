import assert from 'node:assert/strict'
import { allDeclarations } from '../../src/declarations/index'
import { createChecker, type Graph, type NodeDeclaration, readFlow } from '../../src/flow/index'
import { endsBehind, flowFields } from '../../src/serving/index'
import { readInputs } from '../../src/serving/published'

const declarations = allDeclarations()
const serveIn = (...wires: string[]) => ({ id: 'in', type: 'daisychain-serve-in', z: 't', wires: [wires] })
const serveOut = (more = {}) => ({ id: 'out', type: 'daisychain-serve-out', z: 't', wires: [], ...more })
const node = (id: string, type: string, wires: string[][], more = {}) => ({ id, type, z: 't', wires, ...more })

function fields(...flow: object[]) {
  const { inputs, outputs } = flowFields(readFlow([{ id: 't', type: 'tab' }, ...flow]), declarations, 'in')
  return {
    inputs: inputs.map(
      ({ name, property, type, required }) => `${name} (${property}): ${type.type}${required ? '' : '?'}`,
    ),
    outputs: outputs.map(({ name, property, type }) => `${name} (${property}): ${type.type}`),
  }
}

describe('the inputs and outputs of a published flow', () => {
  it('one model', () => {
    assert.deepEqual(fields(serveIn('m'), node('m', 'daisychain-im2txt', [['out']]), serveOut()), {
      inputs: ['image (payload): image'],
      outputs: ['caption (payload): text'],
    })
  })

  it('a chain: the first model’s inputs, later options, the last model’s output', () => {
    const chain = [
      serveIn('c'),
      node('c', 'daisychain-im2txt', [['g']]),
      node('g', 'daisychain-gpt2', [['out']]),
      serveOut(),
    ]
    const { inputs, outputs } = fields(...chain)
    assert.equal(inputs[0], 'image (payload): image')
    assert.ok(
      inputs.includes('seed (seed): number?') && !inputs.some((input) => input.startsWith('prompt')),
      inputs.join(),
    )
    assert.deepEqual(outputs, ['text (payload): text'])
  })

  for (const model of ['gpt2', 'attngan'])
    it(`a seed of ${model}: a number, or a word`, async () => {
      const flow = [{ id: 't', type: 'tab' }, serveIn('m'), node('m', `daisychain-${model}`, [['out']]), serveOut()]
      const { inputs } = flowFields(readFlow(flow), declarations, 'in')
      const seeds = inputs.filter(({ name }) => name === 'seed')
      const read = async (seed: unknown) => (await readInputs(seeds, { seed })).seed
      assert.deepEqual(
        [await read(123_456), await read('77'), await read('my cat'), await read('-3.5')],
        [123_456, 77, 'my cat', -3.5],
      )
      await assert.rejects(read({ a: 1 }), /seed/)
    })

  it('through switches, links, junctions and subflows', () => {
    const flow = [
      {
        id: 's',
        type: 'subflow',
        name: 'sub',
        in: [{ wires: [{ id: 'inner' }] }],
        out: [{ wires: [{ id: 'inner', port: 0 }] }],
      },
      node('inner', 'daisychain-densedepth', [[]], { z: 's' }),
      serveIn('switch'),
      node('switch', 'switch', [['link']], { property: 'payload', rules: [{ t: 'nnull' }] }),
      node('link', 'link out', [[]], { mode: 'link', links: ['arrive'] }),
      node('arrive', 'link in', [['sub']], { links: ['link'] }),
      node('sub', 'subflow:s', [['out']]),
      serveOut(),
    ]
    assert.deepEqual(fields(...flow), { inputs: ['image (payload): image'], outputs: ['depth_image (payload): image'] })
  })

  it('anything, if nothing is known', () => {
    assert.deepEqual(fields(serveIn('f'), node('f', 'function', [['out']]), serveOut()), {
      inputs: ['payload (payload): any?'],
      outputs: ['payload (payload): any'],
    })
    assert.deepEqual(fields(serveIn()), { inputs: ['payload (payload): any?'], outputs: [] })
  })

  it('an unchanged message has the input’s type', () => {
    const flow = [serveIn('m', 'out'), node('m', 'daisychain-im2txt', [[]]), serveOut()]
    assert.deepEqual(fields(...flow).outputs, ['image (payload): image'])
  })

  it('further properties that serve out sends; clients can’t start or stop nodes', () => {
    const flow = [
      serveIn('m'),
      node('m', 'daisychain-stylegan', [['out']]),
      serveOut({ also: 'truncation, msg.other' }),
    ]
    const { inputs, outputs } = fields(...flow)
    assert.deepEqual(outputs, ['image (payload): image', 'truncation (truncation): number', 'other (other): any'])
    assert.ok(!inputs.some((input) => input.includes('control')), inputs.join())
  })

  it('a moved property is an input by its original name; one that is set on the way isn’t an input', () => {
    const change = (...rules: object[]) => node('c', 'change', [['m']], { rules })
    const model = node('m', 'daisychain-im2txt', [['out']])
    assert.deepEqual(
      fields(serveIn('c'), change({ t: 'move', p: 'photo', pt: 'msg', to: 'payload', tot: 'msg' }), model, serveOut())
        .inputs,
      ['payload (payload): any?', 'image (photo): image'],
    )
    assert.deepEqual(
      fields(serveIn('c'), change({ t: 'set', p: 'note', pt: 'msg', to: 'x', tot: 'str' }), model, serveOut()).inputs,
      ['image (payload): image'],
    )
    const seeded = change({ t: 'set', p: 'seed', pt: 'msg', to: '4', tot: 'num' })
    const behind = (...before: object[]) =>
      fields(serveIn('c'), ...before, node('m', 'daisychain-attngan', [['out']]), serveOut()).inputs
    assert.deepEqual(behind(seeded), ['caption (payload): text'])
    assert.deepEqual(behind(node('c', 'function', [['m']])), ['caption (payload): any?', 'seed (seed): number?'])
    const fixed = change({ t: 'set', p: 'payload', pt: 'msg', to: 'a bed', tot: 'str' })
    assert.deepEqual(behind(fixed), ['payload (payload): any?', 'seed (seed): number?'])
  })

  it('a payload is optional if a node on the way makes one, also with nodes of other packages and users', () => {
    const seven: NodeDeclaration = {
      inputs: { payload: { type: { type: 'vector', length: 7 }, name: 'z' } },
      outputs: [{ payload: { type: 'text' } }],
      passes: true,
    }
    const flow = (...between: object[]) =>
      readFlow([{ id: 't', type: 'tab' }, serveIn('l'), ...between, node('m', 'seven', [['out']]), serveOut()])
    const latent = flow(node('l', 'daisychain-latent', [['m']]))
    const junction = flow(node('l', 'junction', [['m']]))
    const required = (graph: Graph) =>
      flowFields(graph, allDeclarations({ seven }), 'in')
        .inputs.filter(({ property }) => property === 'payload')
        .map(({ name, required }) => [name, required])
    assert.deepEqual(required(latent), [['z', false]])
    assert.deepEqual(required(junction), [['z', true]])
  })

  it('positions refer to the picture of the same node, wherever it was sent', () => {
    const image = { type: { type: 'image' } } as const
    const point = { type: { type: 'image_point' } } as const
    const more: Record<string, NodeDeclaration> = {
      looks: { inputs: { payload: { ...image, name: 'style' } }, outputs: [{}], passes: true },
      cuts: {
        inputs: { photo: { ...image, name: 'room' }, at: { ...point, name: 'click' } },
        outputs: [{ photo: image.type }],
        passes: true,
      },
    }
    const onOf = (...flow: object[]) =>
      flowFields(readFlow([{ id: 't', type: 'tab' }, ...flow]), allDeclarations(more), 'in').inputs.map(
        ({ name, on }) => [name, on],
      )
    assert.deepEqual(onOf(serveIn('a'), node('a', 'looks', [['b']]), node('b', 'cuts', [['out']]), serveOut()), [
      ['style', undefined],
      ['room', undefined],
      ['click', 'room'],
    ])
  })

  it('loops end, and disabled nodes don’t count', () => {
    const loop = [
      serveIn('a'),
      node('a', 'daisychain-deeplab', [['b']]),
      node('b', 'daisychain-spade', [['a', 'out']]),
      serveOut(),
    ]
    assert.deepEqual(fields(...loop).outputs, ['output (payload): image'])
    const off = readFlow([
      { id: 't', type: 'tab' },
      serveIn('a'),
      node('a', 'daisychain-deeplab', [['out']], { d: true }),
      serveOut(),
    ])
    assert.equal(endsBehind(off, createChecker(off, declarations), 'in').size, 0)
  })
})
