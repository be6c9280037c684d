import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { type Call, compareRuns, lastCall } from '../../scripts/gpu/compare'
import { goldenInputs } from '../../scripts/seal/golden'
import type { Feed, PixelFeed } from '../../src/engine'
import { type CallersEngine, createEngine } from '../../src/engine/engine'
import { findVariant, loadManifests, type Model, modelPath } from '../../src/models'
import { withBytes } from '../../src/onnx/bytes'
import { readOnnx } from '../../src/onnx/onnx-file'
import { normals } from '../../src/random'
import { model as fixture } from './support'

/**
 * The software renderer in Debian's chromium package: a real WebGPU device, some hundred times slower than a
 * graphics card.
 */
const SWIFTSHADER = '/usr/lib/chromium/vk_swiftshader_icd.json'
const CLOSE = 1e-3

/** All nine models at full size take many minutes: `DAISYCHAIN_WEBGPU=all npm test -- webgpu`. */
const isFull = process.env.DAISYCHAIN_WEBGPU === 'all'
/** The short form runs a quick model and those that take any size, on a small part of the picture. */
const QUICK = ['gpt2', 'deeplab', 'densedepth', 'photosketch']
const SIDE = 32

const nine = loadManifests().filter(({ variants }) => variants.some(({ id }) => id === 'mini'))
const fileOf = (model: Model) => modelPath(model, findVariant(model, 'mini'))

/** On WebGPU, the bundled models must give the CPU's results to within a thousandth of the largest number. */
describe('engine on WebGPU', function () {
  this.timeout(1_200_000)
  let cpu: CallersEngine
  let gpu: CallersEngine
  let driver: string | undefined
  before(function () {
    if (!existsSync(SWIFTSHADER)) this.skip()
    driver = process.env.VK_ICD_FILENAMES
    process.env.VK_ICD_FILENAMES = SWIFTSHADER
    cpu = createEngine({ device: 'cpu' })
    gpu = createEngine({ device: 'webgpu', timeLimit: 0, log() {} })
  })
  after(async () => {
    await Promise.all([cpu?.close(), gpu?.close()])
    if (driver === undefined) delete process.env.VK_ICD_FILENAMES
    else process.env.VK_ICD_FILENAMES = driver
  })

  async function compare(call: Call): Promise<void> {
    const { apart, device } = await compareRuns(call, cpu, gpu)
    assert.equal(device, 'webgpu')
    for (const { output, most, largest } of apart) {
      if (isFull) console.log(`      ${output} differs by ${most.toExponential(1)} of ${largest.toPrecision(3)}`)
      assert.ok(most <= CLOSE, `${output} differs by ${most} of ${largest}`)
    }
  }

  /** Compares the last run of a model's golden inputs. */
  async function compareGolden(model: Model): Promise<void> {
    const call = await lastCall(model, await goldenInputs(model), cpu)
    const image = call.feeds.image
    const isWhole = isFull || image?.kind !== 'pixels'
    await compare(isWhole ? call : { ...call, feeds: { ...call.feeds, image: middle(image) } })
  }

  for (const model of nine)
    if (isFull || QUICK.includes(model.id)) it(`runs ${model.id}`, () => compareGolden(model))
    else it.skip(`runs ${model.id} (only with DAISYCHAIN_WEBGPU=all)`)

  it('runs a convolution of six channels', async () => {
    const data = Float32Array.from(normals(1, 6 * 4 * 4))
    const feeds: Record<string, Feed> = { x: { kind: 'tensor', dtype: 'float32', dims: [1, 6, 4, 4], data } }
    await compare({ path: fixture('six-channels'), feeds, outputs: ['y'], options: {} })
  })

  it('strict: runs models that it supports completely, and refuses those that need the processor', async () => {
    const strict = createEngine({ device: 'webgpu', strict: true, timeLimit: 0, log() {} })
    try {
      assert.equal((await strict.load(fixture('add'))).device, 'webgpu')
      await assert.rejects(
        strict.load(fixture('slow')),
        /^EngineError: slow\.onnx cannot run entirely on webgpu\. Switch off “Fail if this device is unavailable”/,
      )
    } finally {
      await strict.close()
    }
  })

  it('leaves a picture on the card for the next model, and stores it too', async () => {
    const size = { width: 80, height: 80, channels: 3, layout: 'NCHW', scale: 1 / 255, offset: 0 } as const
    const first = Uint8Array.from({ length: 80 * 80 * 3 }, (_, i) => (i * 7) % 256)
    const out = { negative: { kind: 'pixels', layout: 'NCHW', scale: 255, offset: 0 } } as const
    const turned = first.map((byte) => 255 - byte)
    const run = (data: unknown, engine = gpu) =>
      engine.run(fixture('negative'), { image: { kind: 'pixels', ...size, data: data as Uint8Array } }, out)
    await run(first) // the engine learns from this run how much room a result needs
    const made = await run(first)
    assert.deepEqual([made.device, made.fromCard], ['webgpu', undefined])
    const again = await run(made.outputs.negative.kept)
    assert.equal(again.fromCard, 1)
    assert.deepEqual(again.outputs.negative.data, first)
    assert.deepEqual(made.outputs.negative.data, turned)
    // Another engine is sent the numbers, and so is the next lane.
    assert.deepEqual((await run(made.outputs.negative.kept, cpu)).outputs.negative.data, first)
    process.kill(gpu.state.pid as number, 'SIGKILL')
    while (gpu.state.lane !== 'idle') await new Promise(setImmediate)
    const after = await run(again.outputs.negative.kept)
    assert.equal(after.fromCard, undefined)
    assert.deepEqual(after.outputs.negative.data, turned)
  })

  it('measures that it actually ran there', async () => {
    const densedepth = nine.find(({ id }) => id === 'densedepth') as Model
    const data = Float32Array.from(normals(1, 3 * SIDE * SIDE))
    const feeds: Record<string, Feed> = { image: { kind: 'tensor', dtype: 'float32', dims: [1, 3, SIDE, SIDE], data } }
    const { profile } = await gpu.run(fileOf(densedepth), feeds, { depth: { kind: 'tensor' } }, { profile: true })
    assert.equal(profile?.[0]?.provider, 'WebGpuExecutionProvider')
    assert.ok((profile?.[0]?.operators ?? 0) > 10)
  })
})

/**
 * A graphics card's own sine has only three correct digits: if it positions a camera, the whole picture
 * shifts.
 */
describe('bundled models', () => {
  it('have no sine or cosine for the graphics card to compute', () => {
    assert.ok(nine.length >= 9)
    for (const model of nine) {
      const { operators } = withBytes(fileOf(model), readOnnx)
      assert.deepEqual(
        operators.filter(({ op }) => op === 'Sin' || op === 'Cos'),
        [],
        model.id,
      )
    }
  })
})

/** The central part of a picture. */
function middle(feed: PixelFeed): PixelFeed {
  const { width, height, channels, data } = feed
  const [left, top] = [(width - SIDE) >> 1, (height - SIDE) >> 1]
  const row = (y: number) =>
    data.subarray(((top + y) * width + left) * channels, ((top + y) * width + left + SIDE) * channels)
  const rows = Array.from({ length: SIDE }, (_, y) => row(y))
  return { ...feed, width: SIDE, height: SIDE, data: Uint8Array.from(Buffer.concat(rows)) }
}
