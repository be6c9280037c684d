import { strict as assert } from 'node:assert'
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as ort from 'onnxruntime-node'
import { chainBetween } from '../../src/compile/chain'
import { type CompileOptions, compileChain } from '../../src/compile/compile'
import { feedOf, prove, runFile } from '../../src/compile/prove'
import { sampleOf } from '../../src/compile/samples'
import { tensorOf } from '../../src/compile/value'
import { writeJoined } from '../../src/compile/write-file'
import { createEngine, type TensorFeed } from '../../src/engine'
import { withBytes } from '../../src/onnx/bytes'
import { readOnnx } from '../../src/onnx/onnx-file'
import { run } from '../cli/run'
import { flowOf, models } from './support'

type Flow = ReturnType<typeof flowOf>

describe('a compiled chain', function () {
  this.timeout(180_000)
  const engine = createEngine({ device: 'cpu', threads: 1 })
  const folder = mkdtempSync(join(tmpdir(), 'daisychain-test-compile-'))
  after(async () => {
    await engine.close()
    rmSync(folder, { recursive: true })
  })

  async function compiled(flow: Flow, from: string, to: string, options: Partial<CompileOptions> = {}) {
    const chain = await chainBetween(flow, from, to, models)
    const made = await compileChain(chain, engine, { name: 'chain', ...options })
    const path = writeJoined(made.file, mkdtempSync(join(folder, 'made-')), 'chain.onnx')
    return {
      ...made,
      path,
      chain,
      differences: await prove(chain, made, runFile(path, made.outputs, engine), engine, 1),
    }
  }

  const cases: [what: string, flow: Flow, size: [number, number] | undefined, takes: string[], gives: number[]][] = [
    [
      'a vector to a depth map',
      flowOf(
        ['inject'],
        ['daisychain-latent'],
        ['daisychain-stylegan', { truncation: 0.5 }],
        ['daisychain-densedepth'],
      ),
      undefined,
      ['z', 'truncation'],
      [128, 128],
    ],
    [
      'a label map to a picture and back, through links and a loop',
      flowOf(
        ['daisychain-spade'],
        ['link out', { links: ['c'], wires: [] }],
        ['link in'],
        ['daisychain-deeplab', { wires: [['a']] }],
      ),
      undefined,
      ['semantic_map', 'style'],
      [128, 128],
    ],
    [
      'a picture that must become smaller on the way, and large again',
      flowOf(['daisychain-camera', { width: 320, height: 200 }], ['daisychain-photosketch']),
      undefined,
      ['input'],
      [200, 320, 1],
    ],
    [
      'two networks of one node, and a third behind',
      flowOf(['daisychain-stylegan', { variant: 'meadow' }], ['daisychain-photosketch']),
      undefined,
      ['z', 'truncation'],
      [128, 128, 1],
    ],
    [
      'what is found in a room, cut out and drawn',
      flowOf(['daisychain-stylegan'], ['daisychain-maskrcnn', { wires: [['c'], []] }], ['daisychain-photosketch']),
      undefined,
      ['z', 'truncation', 'min_score'],
      [128, 128, 1],
    ],
    [
      'one kind of thing in a picture that is not square',
      flowOf(
        ['daisychain-maskrcnn', { wires: [['b'], []], category: 'bed', min_score: '0.2' }],
        ['daisychain-deeplab'],
      ),
      [200, 150],
      ['image', 'min_score'],
      [150, 200],
    ],
    ['a small picture', flowOf(['daisychain-deeplab']), [70, 90], ['image'], [90, 70]],
    [
      'grey lines into a network that takes colours, after pixels were rounded',
      flowOf(['daisychain-photosketch'], ['daisychain-densedepth']),
      [150, 130],
      ['input'],
      [130, 150],
    ],
  ]
  for (const [what, flow, size, takes, gives] of cases) {
    it(`${what} is one graph that gives what the flow gives`, async () => {
      const ids = [...flow.ids()].slice(1)
      const sized = size && { size: { width: size[0], height: size[1] } }
      const { inputs, outputs, path } = await compiled(flow, ids[0] as string, ids.at(-1) as string, sized)
      assert.deepEqual(
        inputs.map(({ name }) => name),
        takes,
      )
      assert.deepEqual(tensorOf(outputs[0]?.value as never).shape, gives)
      // Runs the file as others do, without this package's engine.
      const session = await ort.InferenceSession.create(path)
      const feeds = inputs.map(({ name, value, usual }, i) => {
        const { dtype, data, dims } = feedOf(value, sampleOf(value, i, usual)) as TensorFeed
        return [name, new ort.Tensor(dtype as 'float32', data as Float32Array, dims)] as const
      })
      const result = await session.run(Object.fromEntries(feeds))
      assert.deepEqual(result[outputs[0]?.name as string]?.dims, gives)
      await session.release()
    })
  }

  it('describes its inputs and outputs, and its owners', async () => {
    const { path } = await compiled(flowOf(['daisychain-spade'], ['daisychain-deeplab']), 'a', 'b')
    const { metadata } = withBytes(path, readOnnx)
    const [image] = JSON.parse(metadata['daisychain.outputs'] as string)
    assert.deepEqual([image.kind, image.element, image.labels.length], ['labels', 'uint8', 12])
    assert.deepEqual(
      JSON.parse(metadata['daisychain.models'] as string).map((one: { model: string }) => one.model),
      ['spade/mini', 'deeplab/mini'],
    )
    assert.equal(metadata.licence, 'Apache-2.0')
  })

  it('keeps weights in a separate file if it would be too large', async () => {
    const flow = flowOf(['daisychain-spade'], ['daisychain-deeplab'])
    const { path } = await compiled(flow, 'a', 'b', { most: 1_000_000 })
    assert.ok(statSync(path).size < 500_000)
    assert.ok(statSync(join(path, '../chain.weights')).size > 1_500_000)
  })

  it('is refused if the file gives another result than the flow', async () => {
    const flow = flowOf(['daisychain-stylegan'])
    const made = await compiled(flow, 'a', 'a')
    await assert.rejects(
      // Gives the file another truncation than the flow's.
      prove(
        made.chain,
        { ...made, inputs: made.inputs.map((port) => (port.name === 'truncation' ? { ...port, usual: 0.1 } : port)) },
        (feeds) =>
          runFile(
            made.path,
            made.outputs,
            engine,
          )({ ...feeds, truncation: { kind: 'tensor', dtype: 'float32', dims: [1], data: Float32Array.of(1) } }),
        engine,
      ),
      /doesn't match the flow in “image” of StyleGAN/,
    )
  })

  const refused: [what: string, flow: Flow, from: string, to: string, sentence: RegExp][] = [
    [
      'a function',
      flowOf(['daisychain-stylegan'], ['function', { name: 'mine' }], ['daisychain-densedepth']),
      'a',
      'c',
      /“mine” \(function\) is not a model/,
    ],
    ['text that is read', flowOf(['daisychain-im2txt'], ['daisychain-attngan']), 'b', 'b', /AttnGAN \(b\) reads text/],
    [
      'text that is written',
      flowOf(['daisychain-stylegan'], ['daisychain-im2txt'], ['daisychain-gpt2']),
      'a',
      'c',
      /Im2txt \(b\)|im2txt \(b\)/,
    ],
    [
      'text token by token',
      flowOf(['daisychain-gpt2', { name: 'stories' }]),
      'a',
      'a',
      /“stories” \(GPT-2\) writes its text word by word/,
    ],
    [
      'an encoded picture',
      flowOf(['daisychain-stylegan', { format: 'jpeg' }], ['daisychain-densedepth']),
      'a',
      'b',
      /StyleGAN \(a\) sends its pictures as jpeg/,
    ],
    [
      'two ways',
      flowOf(
        ['daisychain-stylegan', { wires: [['b', 'c']] }],
        ['daisychain-densedepth', { wires: [['d']] }],
        ['daisychain-photosketch'],
        ['debug'],
      ),
      'a',
      'd',
      /more than one way/,
    ],
    [
      'a list of things',
      flowOf(['daisychain-maskrcnn', { name: 'finder' }]),
      'a',
      'a',
      /“finder” \(Mask R-CNN\) outputs a list of things \(“instances”\)/,
    ],
    [
      'masks of boxes',
      flowOf(['daisychain-maskrcnn', { variant: 'mask-rcnn-12', wires: [['b'], []] }], ['daisychain-photosketch']),
      'a',
      'b',
      /Mask R-CNN \(a\) chooses its things, or makes their masks, in a way that cannot be expressed/,
    ],
    [
      'a network for each thing',
      flowOf(['daisychain-hands']),
      'a',
      'a',
      /Hands \(a\) (remembers earlier messages|runs a network for each thing)/,
    ],
    ['no way', flowOf(['daisychain-stylegan'], ['daisychain-densedepth']), 'b', 'a', /No wires lead from/],
    ['a node that is not there', flowOf(['daisychain-stylegan']), 'a', 'x', /no node “x”/],
    ['no model', flowOf(['inject'], ['debug']), 'a', 'b', /no model between/],
    [
      'a node that is switched off',
      flowOf(['daisychain-stylegan'], ['daisychain-densedepth', { d: true }]),
      'a',
      'b',
      /No wires lead/,
    ],
    [
      'a variant that there is not',
      flowOf(['daisychain-stylegan', { variant: 'huge' }]),
      'a',
      'a',
      /no variant “huge”/,
    ],
  ]
  for (const [what, flow, from, to, sentence] of refused) {
    it(`is refused with ${what}, in a sentence that names the node`, async () => {
      await assert.rejects(compiled(flow, from, to), sentence)
    })
  }

  it('is made by the command line, which reports how equal it is', async () => {
    const flows = 'examples/10 What is where.json'
    const ends = ['--from', 'dc10000000000003', '--to', 'dc10000000000007']
    const made = await run(['compile', flows, ...ends, '--out', join(folder, 'out'), '--as', 'onnx,triton'])
    assert.deepEqual([made.code, made.error], [0, ''])
    assert.match(
      made.out,
      /Inputs: “z”, “truncation”\. Outputs: “image”\..*“image”: .* of the pixels have another label/s,
    )
    assert.ok(readFileSync(join(folder, 'out/chain.onnx')).length > 3_000_000)
    assert.match(readFileSync(join(folder, 'out/triton/chain-ensemble/config.pbtxt'), 'utf8'), /ensemble_scheduling/)
    // Creating a folder in /proc fails as if its parent were missing.
    for (const [place, reason] of [
      [join(folder, 'out/chain.onnx/deeper'), /is not a folder/],
      ...(process.platform === 'linux' ? [['/proc/none', /does not exist/] as const] : []),
    ] as const) {
      const refused = await run(['compile', flows, ...ends, '--out', place])
      assert.equal(refused.code, 1)
      assert.match(refused.error, reason)
    }
    const unknown = await run(['compile', flows, ...ends, '--out', join(folder, 'out'), '--as', 'tflite'])
    assert.deepEqual([unknown.code, /doesn.t have the target “tflite”/.test(unknown.error)], [2, true])
    assert.equal((await run(['compile', 'none.json', ...ends, '--out', folder])).code, 2)
    assert.equal((await run(['compile', flows])).code, 2)
  })
})
