import { strict as assert } from 'node:assert'
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as ort from 'onnxruntime-node'
import { chainBetween } from '../../src/compile/chain'
import { compileChain } from '../../src/compile/compile'
import { feedOf, prove } from '../../src/compile/prove'
import { sampleOf } from '../../src/compile/samples'
import { tritonConfig } from '../../src/compile/triton-config'
import { writeTriton } from '../../src/compile/write-triton'
import { createEngine, type TensorFeed } from '../../src/engine'
import { withBytes } from '../../src/onnx/bytes'
import { readOnnx } from '../../src/onnx/onnx-file'
import { flowOf, models } from './support'

/** `npm run test:interop` checks that Triton's own protobuf reads the same values from these files. */
const EXPECTED = join(__dirname, '../../../test/fixtures/triton')

describe('a chain as a model repository for Triton', function () {
  this.timeout(180_000)
  const engine = createEngine({ device: 'cpu', threads: 1 })
  const folder = mkdtempSync(join(tmpdir(), 'daisychain-test-triton-'))
  after(async () => {
    await engine.close()
    rmSync(folder, { recursive: true })
  })

  async function compiled(flow: ReturnType<typeof flowOf>, name: string, most?: number) {
    const chain = await chainBetween(flow, 'a', [...flow.ids()].at(-1) as string, models)
    const made = await compileChain(chain, engine, { name: 'chain', ...(most !== undefined && { most }) })
    return { chain, made, path: join(folder, name), ...writeTriton(made, join(folder, name), 'chain') }
  }

  it('is one model, and the same as an ensemble of the single networks, described for Triton', async () => {
    const { chain, made, path, files, runEnsemble } = await compiled(
      flowOf(['daisychain-stylegan'], ['daisychain-densedepth']),
      'two',
    )
    assert.ok(runEnsemble)
    await prove(chain, made, runEnsemble(engine), engine, 1)
    const names = readdirSync(path).sort()
    assert.deepEqual(names, readdirSync(EXPECTED).sort())
    for (const name of names)
      assert.equal(
        readFileSync(join(path, name, 'config.pbtxt'), 'utf8'),
        readFileSync(join(EXPECTED, name, 'config.pbtxt'), 'utf8'),
        name,
      )
    assert.deepEqual(
      files.filter((file) => !existsSync(join(path, file))),
      [],
    )
    // An ensemble with other results than the flow's is refused.
    const other = flowOf(['daisychain-stylegan', { variant: 'meadow' }], ['daisychain-densedepth'])
    const first = 'chain-1-stylegan/1/model.onnx'
    cpSync(join((await compiled(other, 'other')).path, first), join(path, first))
    await assert.rejects(
      prove(chain, made, runEnsemble(engine), engine, 1),
      /doesn't match the flow in “depth_image” of DenseDepth/,
    )
  })

  it('gives the same without this package: the models one after the other, as the ensemble describes', async () => {
    const { made, path } = await compiled(flowOf(['daisychain-spade'], ['daisychain-deeplab']), 'alone')
    const feeds = made.inputs.map(({ name, value, usual }, i) => {
      const { dtype, data, dims } = feedOf(value, sampleOf(value, i, usual)) as TensorFeed
      return [name, new ort.Tensor(dtype as 'float32', data as Float32Array, dims)] as const
    })
    const given = Object.fromEntries(feeds)
    const results: (readonly number[])[] = []
    for (const model of [['chain'], ['chain-1-spade', 'chain-2-deeplab']]) {
      let tensors: Record<string, ort.Tensor> = given
      for (const name of model) {
        const session = await ort.InferenceSession.create(join(path, name, '1/model.onnx'))
        const taken = session.inputNames.map((input) => [input, tensors[input] as ort.Tensor])
        const made = await session.run(Object.fromEntries(taken))
        // The first model's output is the second one's input.
        tensors = { image: made[session.outputNames[0] as string] as ort.Tensor }
        await session.release()
      }
      results.push(Array.from(tensors.image?.data as Uint8Array))
    }
    assert.deepEqual(results[1], results[0])
  })

  it('describes in each model whose it is, and keeps large weights in separate files', async () => {
    const { path, files } = await compiled(flowOf(['daisychain-spade'], ['daisychain-deeplab']), 'beside', 600_000)
    const { metadata } = withBytes(join(path, 'chain-2-deeplab/1/model.onnx'), readOnnx)
    assert.deepEqual(
      JSON.parse(metadata['daisychain.models'] as string).map((one: { model: string }) => one.model),
      ['deeplab/mini'],
    )
    assert.ok(files.includes('chain/1/chain.weights'))
    // The repository still works after it has been moved.
    const moved = join(folder, 'moved')
    cpSync(path, moved, { recursive: true })
    await (await ort.InferenceSession.create(join(moved, 'chain/1/model.onnx'))).release()
  })

  it('has no ensemble if there is only one network', async () => {
    const { path, runEnsemble } = await compiled(flowOf(['daisychain-photosketch']), 'one')
    assert.deepEqual([readdirSync(path), runEnsemble], [['chain'], undefined])
  })

  it('writes any name and text without changing it', () => {
    const text = 'a "quoted"\\ line\nand\tmore\u0001 – ÄÖ 日本'
    const config = tritonConfig({ name: 'x', inputs: [], outputs: [], parameters: { [text]: text } })
    const written = '"a \\"quoted\\"\\\\ line\\012and\\011more\\001 – ÄÖ 日本"'
    assert.equal(config.split(written).length, 3, config)
  })
})
