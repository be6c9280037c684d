import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { goldenInputs } from '../../scripts/seal/golden'
import type { Feed, PixelFeed } from '../../src/engine'
import { type CallersEngine, createEngine } from '../../src/engine/engine'
import { findVariant, loadManifests, type Model, modelPath, runModel } from '../../src/models'
import { withBytes } from '../../src/onnx/bytes'
import { readOnnx } from '../../src/onnx/onnx-file'
import { normals } from '../../src/random'
import { model as fixture } from './support'

/** The software renderer in Debian's chromium package: a real WebGPU device, some hundred times slower than a card. */
const SWIFTSHADER = '/usr/lib/chromium/vk_swiftshader_icd.json'
const CLOSE = 1e-3

/** All nine as they are take many minutes: `DAISYCHAIN_WEBGPU=all npm test -- webgpu`. */
const isFull = process.env.DAISYCHAIN_WEBGPU === 'all'
/** The short form: a quick one, and on a small part of the picture those that take any size. */
const QUICK = ['gpt2', 'deeplab', 'densedepth', 'photosketch']
const SIDE = 32

const nine = loadManifests().filter(({ variants }) => variants.some(({ id }) => id === 'mini'))
const fileOf = (model: Model) => modelPath(model, findVariant(model, 'mini'))

/** The bundled models give on WebGPU what they give on the processor, within a thousandth of the largest number. */
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

  async function compare(path: string, feeds: Record<string, Feed>, outputs: string[]): Promise<void> {
    const fetches = Object.fromEntries(outputs.map((name) => [name, { kind: 'tensor' } as const]))
    const wanted = await cpu.run(path, feeds, fetches)
    const found = await gpu.run(path, feeds, fetches)
    assert.equal(found.device, 'webgpu')
    for (const name of outputs) {
      const [a, b] = [wanted.outputs[name]?.data ?? [], found.outputs[name]?.data ?? []]
      assert.ok(a.length > 0 && a.length === b.length)
      let [worst, largest] = [0, 1]
      for (let i = 0; i < a.length; i++) {
        const difference = Math.abs(Number(a[i]) - Number(b[i]))
        if (!(difference <= worst)) worst = difference // also where it is no number
        largest = Math.max(largest, Math.abs(Number(a[i])))
      }
      if (isFull) console.log(`      ${name} differs by ${worst.toExponential(1)}, of ${largest.toPrecision(3)}`)
      assert.ok(worst <= CLOSE * largest, `${name} differs by ${worst}, of ${largest}`)
    }
  }

  /** Compares the last run that a model makes for its golden inputs. */
  async function compareGolden(model: Model): Promise<void> {
    let call: Parameters<CallersEngine['run']> | undefined
    const recording = Object.assign(Object.create(cpu) as CallersEngine, {
      run: (...asked: Parameters<CallersEngine['run']>) => {
        call = asked
        return cpu.run(...asked)
      },
    })
    await runModel(model, findVariant(model, 'mini'), await goldenInputs(model), recording)
    const [path, given, fetches] = call as Parameters<CallersEngine['run']>
    const feeds = given as Record<string, Feed>
    const image = feeds.image
    const fed = isFull || image?.kind !== 'pixels' ? feeds : { ...feeds, image: middle(image) }
    await compare(path, fed, Object.keys(fetches))
  }

  for (const model of nine)
    if (isFull || QUICK.includes(model.id)) it(`runs ${model.id}`, () => compareGolden(model))
    else it.skip(`runs ${model.id} (only with DAISYCHAIN_WEBGPU=all)`)

  it('runs a convolution of six channels', async () => {
    const data = Float32Array.from(normals(1, 6 * 4 * 4))
    await compare(fixture('six-channels'), { x: { kind: 'tensor', dtype: 'float32', dims: [1, 6, 4, 4], data } }, ['y'])
  })

  it('strict: runs what it can wholly run, and refuses what needs the processor', async () => {
    const strict = createEngine({ device: 'webgpu', strict: true, timeLimit: 0, log() {} })
    try {
      assert.equal((await strict.load(fixture('add'))).device, 'webgpu')
      await assert.rejects(
        strict.load(fixture('slow')),
        /^EngineError: slow\.onnx cannot run entirely on webgpu, .* strict off/,
      )
    } finally {
      await strict.close()
    }
  })

  it('measures that it did run there', async () => {
    const densedepth = nine.find(({ id }) => id === 'densedepth') as Model
    const data = Float32Array.from(normals(1, 3 * SIDE * SIDE))
    const feeds: Record<string, Feed> = { image: { kind: 'tensor', dtype: 'float32', dims: [1, 3, SIDE, SIDE], data } }
    const { profile } = await gpu.run(fileOf(densedepth), feeds, { depth: { kind: 'tensor' } }, { profile: true })
    assert.equal(profile?.[0]?.provider, 'WebGpuExecutionProvider')
    assert.ok((profile?.[0]?.operators ?? 0) > 10)
  })
})

/** A graphics card's own sine is good to three digits: where it places a camera, the whole picture shifts. */
describe('bundled models', () => {
  it('leave no sine to the graphics card', () => {
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

/** The middle of a picture. */
function middle(feed: PixelFeed): PixelFeed {
  const { width, height, channels, data } = feed
  const [left, top] = [(width - SIDE) >> 1, (height - SIDE) >> 1]
  const row = (y: number) =>
    data.subarray(((top + y) * width + left) * channels, ((top + y) * width + left + SIDE) * channels)
  const rows = Array.from({ length: SIDE }, (_, y) => row(y))
  return { ...feed, width: SIDE, height: SIDE, data: Uint8Array.from(Buffer.concat(rows)) }
}
