import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import type { Feed } from '../../src/engine'
import { type CallersEngine, createEngine } from '../../src/engine/engine'
import { findVariant, loadManifests, type Model, modelPath, runModel } from '../../src/models'
import { normals } from '../../src/random'
import { goldenInputs } from '../models/golden'

/** The software renderer in Debian's chromium package: a real WebGPU device, some hundred times slower than a card. */
const SWIFTSHADER = '/usr/lib/chromium/vk_swiftshader_icd.json'
const CLOSE = 1e-3

/** All nine take many minutes: `DAISYCHAIN_WEBGPU=all npm test -- webgpu`. */
const isFull = process.env.DAISYCHAIN_WEBGPU === 'all'
const QUICK = 'gpt2'
const SIDE = 16

/** The bundled models give on WebGPU what they give on the processor, within a thousandth of the largest number. */
describe('engine on WebGPU', function () {
  this.timeout(isFull ? 1_200_000 : 240_000)
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
      let worst = 0
      let largest = 1
      for (let i = 0; i < a.length; i++) {
        worst = Math.max(worst, Math.abs(Number(a[i]) - Number(b[i])))
        largest = Math.max(largest, Math.abs(Number(a[i])))
      }
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
    await runModel(model, findVariant(model, 'mini'), await goldenInputs(model.id), recording)
    const [path, feeds, fetches] = call as Parameters<CallersEngine['run']>
    await compare(path, feeds, Object.keys(fetches))
  }

  const nine = loadManifests().filter(({ variants }) => variants.some(({ id }) => id === 'mini'))
  for (const model of isFull ? nine : nine.filter(({ id }) => id === QUICK))
    it(`runs ${model.id}`, () => compareGolden(model))

  it('runs densedepth on a small picture', async () => {
    const { path, feeds } = await smallPicture()
    await compare(path, feeds, ['depth'])
  })

  it('measures that it did run there', async () => {
    const { path, feeds } = await smallPicture()
    const { profile } = await gpu.run(path, feeds, { depth: { kind: 'tensor' } }, { profile: true })
    assert.equal(profile?.[0]?.provider, 'WebGpuExecutionProvider')
    assert.ok((profile?.[0]?.operators ?? 0) > 10)
  })
})

async function smallPicture(): Promise<{ path: string; feeds: Record<string, Feed> }> {
  const model = loadManifests().find(({ id }) => id === 'densedepth')
  assert.ok(model)
  const data = Float32Array.from(normals(1, 3 * SIDE * SIDE))
  return {
    path: modelPath(model, findVariant(model, 'mini')),
    feeds: { image: { kind: 'tensor', dtype: 'float32', dims: [1, 3, SIDE, SIDE], data } },
  }
}
