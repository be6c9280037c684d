import assert from 'node:assert/strict'
import { copyFileSync, cpSync, mkdtempSync, rmSync, unlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { metricsOf } from '../../nodes/shared/metrics'
import { sharedEngine } from '../../src/engine'
import { loadManifests } from '../../src/models'
import { normals } from '../../src/random'
import { fixturesFolder, paint } from '../models/support'
import { ask, live, refusal, start, stop } from './support'

const z = normals(1, 512)
const root = join(__dirname, '../../..')

describe('daisychain-engine', () => {
  const engine = sharedEngine()
  after(() => engine.close())
  afterEach(stop)

  const optionsOf = (id: string) => (live(id) as unknown as { options: object }).options

  it('passes its settings to the engine', async () => {
    await start([
      {
        id: 'e',
        type: 'daisychain-engine',
        device: 'cpu',
        strict: true,
        isolation: 'thread',
        memory: '100',
        threads: '1',
        lanes: '2',
        timeLimit: '1.5',
        card: '0',
      },
    ])
    assert.deepEqual(optionsOf('e'), {
      device: 'cpu',
      strict: true,
      isolation: 'thread',
      memoryLimit: 100 * 2 ** 20,
      threads: 1,
      lanes: 2,
      timeLimit: 1500,
      deviceId: 0,
    })
  })

  it('names an inference server, with its own token', async () => {
    const server = 'http://a:8000, https://b/triton'
    await start([{ id: 'e', type: 'daisychain-engine', server, served: '{file}' }], undefined, undefined, {
      e: { token: 'secret' },
    })
    assert.deepEqual(optionsOf('e'), {
      strict: false,
      server: { addresses: ['http://a:8000', 'https://b/triton'], model: '{file}', token: 'secret' },
    })
  })

  it('without settings is the default engine', async () => {
    await start([
      { id: 'e', type: 'daisychain-engine' },
      { id: 'n', type: 'daisychain-bedroom', engine: 'e' },
    ])
    const runs = engine.state.runs
    assert.equal((await ask('n', { payload: z }))[0], 'out')
    assert.equal(engine.state.runs, runs + 1)
  })

  it('uses the default for invalid values', async () => {
    await start([
      {
        id: 'e',
        type: 'daisychain-engine',
        device: 'abacus',
        isolation: 'island',
        memory: 'much',
        threads: -1,
        lanes: 1.5,
        card: 'best',
      },
    ])
    assert.deepEqual(optionsOf('e'), { strict: false })
  })

  it('runs nothing on a device, or in a mode, of a newer version', async () => {
    await start([
      { id: 'e', type: 'daisychain-engine', device: 'abacus' },
      { id: 'n', type: 'daisychain-bedroom', engine: 'e' },
      { id: 'm', type: 'daisychain-bedroom', format: 'hologram' },
    ])
    assert.match(await refusal('n', { payload: z }), /^the engine's device is "abacus", but must be one of auto, cpu/)
    assert.match(
      await refusal('m', { payload: z }),
      /^the form to send pictures in is "hologram", but must be one of value/,
    )
  })

  it('runs in a thread', async () => {
    await start([
      { id: 'e', type: 'daisychain-engine', device: 'cpu', isolation: 'thread', threads: 1 },
      { id: 'n', type: 'daisychain-bedroom', engine: 'e' },
    ])
    const [where, msg] = await ask('n', { payload: z })
    assert.equal(where, 'out', msg.error?.message)
  })

  it('may be missing without stopping a node', async () => {
    await start([{ id: 'n', type: 'daisychain-bedroom', engine: 'gone' }])
    assert.equal((await ask('n', { payload: z }))[0], 'out')
  })

  it('reports if a strict device isn’t available', async () => {
    await start([
      { id: 'e', type: 'daisychain-engine', device: 'directml', strict: true },
      { id: 'n', type: 'daisychain-bedroom', engine: 'e' },
    ])
    if (process.platform === 'win32') return
    assert.match(await refusal('n', { payload: z }), /DirectML|directml/)
  })
})

describe('models that cannot run', () => {
  let folder: string
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'daisychain-models-'))
    cpSync(fixturesFolder, folder, { recursive: true })
  })
  afterEach(async () => {
    await stop()
    rmSync(folder, { recursive: true })
  })
  const file = (model: string) => join(folder, model, 'mini.onnx')

  it('report a missing file, and run once it is there', async () => {
    unlinkSync(file('bedroom'))
    await start([{ id: 'n', type: 'daisychain-bedroom' }], loadManifests(folder))
    assert.match(await refusal('n', { payload: z }), /mini\.onnx/)
    copyFileSync(join(fixturesFolder, 'bedroom/mini.onnx'), file('bedroom'))
    const [where, msg] = await ask('n', { payload: z })
    assert.equal(where, 'out', msg.error?.message)
  })

  it('report a damaged file, while others continue, and run once it is replaced', async () => {
    writeFileSync(file('bedroom'), Buffer.from('not a model at all'))
    await start(
      [
        { id: 'n', type: 'daisychain-bedroom' },
        { id: 'd', type: 'daisychain-depth' },
      ],
      loadManifests(folder),
    )
    const sentence = await refusal('n', { payload: z })
    assert.match(sentence, /mini\.onnx/)
    assert.match(sentence, /^[^\n]+\.$/)
    assert.equal((await ask('d', { payload: paint(20, 20, () => [9, 9, 9]) }))[0], 'out')
    copyFileSync(join(fixturesFolder, 'bedroom/mini.onnx'), file('bedroom'))
    const [where, msg] = await ask('n', { payload: z })
    assert.equal(where, 'out', msg.error?.message)
  })

  it('report a variant that doesn’t exist', async () => {
    await start([{ id: 'n', type: 'daisychain-bedroom', variant: 'huge' }], loadManifests(folder))
    assert.match(await refusal('n', { payload: z }), /no variant "huge".*"mini"/)
  })

  /** Sends a message to a node whose lane starts without these packages. */
  async function askWithout(packages: string, memory: number) {
    const before = process.env.NODE_OPTIONS
    process.env.NODE_OPTIONS = `--require ${JSON.stringify(join(root, 'test/fixtures/without-packages.cjs'))}`
    process.env.ORT_TEST_WITHOUT = packages
    try {
      // The first message starts the lane; its own options make it a new one.
      await start(
        [
          { id: 'e', type: 'daisychain-engine', device: 'cpu', memory },
          { id: 'n', type: 'daisychain-bedroom', engine: 'e' },
        ],
        loadManifests(folder),
      )
      return await ask('n', { payload: z })
    } finally {
      delete process.env.ORT_TEST_WITHOUT
      if (before === undefined) delete process.env.NODE_OPTIONS
      else process.env.NODE_OPTIONS = before
    }
  }

  it('say how to install a missing ONNX Runtime', async () => {
    const [, { error }] = await askWithout('onnxruntime-node onnxruntime-web', 1000)
    assert.match(error?.message ?? '', /ONNX Runtime is not installed.*npm install onnxruntime-node@.*onnxruntime-web/)
  })

  it('run in WebAssembly if the native library is missing, and say why', async () => {
    const [where, msg] = await askWithout('onnxruntime-node', 1001)
    assert.equal(where, 'out', msg.error?.message)
    assert.equal(`${msg.payload}`, 'image 128×128 RGB')
    const metrics = metricsOf('n')
    assert.equal(metrics?.device, 'wasm')
    assert.match(metrics?.attempts[0]?.error ?? '', /ONNX Runtime is not installed/)
  })
})
