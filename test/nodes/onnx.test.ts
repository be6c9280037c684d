import assert from 'node:assert/strict'
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { registerOnnx } from '../../nodes/onnx/onnx-node'
import { tryModel } from '../../nodes/onnx/try-model'
import { modelFile } from '../../nodes/shared/model-files'
import { createEngine, type Engine, sharedEngine } from '../../src/engine'
import { inspectFile, type UserManifest } from '../../src/inspect'
import { isImage } from '../../src/types'
import { paint } from '../models/support'
import { playExample } from './examples'
import { temporaryFolder } from './pictures'
import { ask, live, next, refusal, start, statuses, stop } from './support'

const fixture = (name: string) => resolve(__dirname, '../../../test/fixtures/inspect', `${name}.onnx`)

describe('the node for any ONNX file', () => {
  const shared = sharedEngine()
  const manifests = new Map<string, UserManifest>()
  let engine: Engine
  before(async () => {
    engine = createEngine({ device: 'cpu', log: () => {} })
    for (const name of ['invert', 'names', 'recurrent', 'classes', 'video', 'lists', 'middles'])
      manifests.set(name, (await inspectFile(fixture(name), engine)).manifest)
  })
  after(async () => {
    await engine.close()
    await shared.close()
  })
  afterEach(stop)

  const load = (name: string, more: object = {}) =>
    start(
      [{ id: 'n', type: 'daisychain-onnx', file: fixture(name), manifest: manifests.get(name), ...more }],
      [],
      [(RED) => registerOnnx(RED, [])],
    )

  it('runs a file with the given ports', async () => {
    await load('invert')
    const [where, msg] = await ask('n', { payload: paint(24, 16, () => [50, 50, 50]), topic: 'kept' })
    assert.equal(where, 'out', msg.error?.message)
    assert.ok(isImage(msg.payload))
    assert.deepEqual([msg.payload.data[0], msg.topic], [205, 'kept'])
  })

  it('takes further inputs from the message, otherwise from its settings', async () => {
    await load('names', { options: { strength: 0.5, on: true }, wires: [['out'], []] })
    const picture = paint(8, 8, () => [200, 100, 0])
    const red = async (msg: object) => {
      const [where, answer] = await ask('n', { payload: picture, ...msg })
      assert.equal(where, 'out', answer.error?.message)
      return isImage(answer.payload) && answer.payload.data[0]
    }
    assert.equal(await red({}), 100)
    assert.equal(await red({ strength: 0.25 }), 50)
    assert.equal(await red({ on: false }), 200)
  })

  it('names a class, with its score and the most likely ones', async () => {
    await load('classes')
    const [where, msg] = await ask('n', { payload: paint(8, 8, () => [0, 255, 0]) })
    assert.equal(where, 'out', msg.error?.message)
    assert.equal(msg.payload, 'green')
    assert.ok((msg.score as number) > 0.9 && (msg.score as number) <= 1)
    assert.equal((msg.ranked as { category: string }[])[0]?.category, 'green')
  })

  it('reports in its status that it has found nothing', async () => {
    await load('middles')
    const texts = statuses('n')
    const picture = paint(8, 8, () => [0, 255, 0])
    const [where, msg] = await ask('n', { payload: picture, min_score: 0.95 })
    assert.equal(where, 'out', msg.error?.message)
    while (!texts.some((text) => /^0 things found, cpu \d+ ms$/.test(text)))
      await new Promise((resolve) => setTimeout(resolve, 20))
    await ask('n', { payload: picture })
    while (!texts.some((text) => /^cpu \d+ ms$/.test(text))) await new Promise((resolve) => setTimeout(resolve, 20))
  })

  it('accepts lists of any length', async () => {
    await load('lists')
    const [, msg] = await ask('n', { payload: [1, 2, 3, 4, 5] })
    assert.deepEqual(Array.from(msg.payload as ArrayLike<number>), [1, 3, 6, 10, 15])
  })

  it('remembers from message to message, until it is reset', async () => {
    await load('recurrent')
    const send = async (msg: object) => Array.from((await ask('n', msg))[1].payload as ArrayLike<number>)[0]
    assert.equal(await send({ payload: [1, 0, 0, 0] }), 2)
    assert.equal(await send({ payload: [1, 0, 0, 0] }), 4)
    assert.equal(await send({ payload: [1, 0, 0, 0], reset: true }), 2)
    const answers = next(1)
    live('n').receive({ reset: true })
    live('n').receive({ payload: [5, 0, 0, 0], mark: 'after' })
    const [answer] = await answers
    assert.ok(answer)
    assert.deepEqual([answer[1].mark, (answer[1].payload as ArrayLike<number>)[0]], ['after', 10])
  })

  it('a film whose frames it remembers becomes brighter', async () => {
    await load('video')
    const frame = paint(32, 32, () => [100, 100, 100])
    const bytes: unknown[] = []
    for (let i = 0; i < 3; i++) {
      const [where, msg] = await ask('n', { payload: frame })
      assert.equal(where, 'out', msg.error?.message)
      bytes.push(isImage(msg.payload) && msg.payload.data[0])
    }
    assert.deepEqual(bytes, [25, 50, 75])
  })

  it('reports what is missing', async () => {
    await load('invert', { file: '' })
    assert.equal(await refusal('n', { payload: 1 }), 'No model is chosen: open the node and choose an .onnx file.')
    await stop()
    await load('invert', { manifest: null })
    assert.match(await refusal('n', { payload: 1 }), /^This model's inputs and outputs are not set yet/)
    await stop()
    await load('invert', { file: '/nowhere/no.onnx' })
    assert.match(await refusal('n', { payload: paint(24, 16, () => [1, 1, 1]) }), /no\.onnx/)
    await stop()
    await load('invert', { manifest: { ...manifests.get('invert'), inputs: [] } })
    assert.match(
      await refusal('n', { payload: 1 }),
      /^The node's ports cannot be used: .*names the port "x_value", which doesn't exist/,
    )
  })

  it('can be tried on samples before it is deployed', async () => {
    for (const name of ['invert', 'names', 'classes', 'lists']) {
      const manifest = manifests.get(name) as UserManifest
      const { outputs, ms, device } = await tryModel({ ...manifest, folder: resolve(fixture(name), '..') }, {}, engine)
      assert.ok(ms >= 0 && device === 'cpu')
      for (const { image, text } of outputs) assert.ok(image?.startsWith('data:image/') ?? (text ?? '') !== '', name)
    }
  })

  it('finds files in the user directory, by full path, and in the package, and nowhere it isn’t allowed', () => {
    const settings = { userDir: '/user' }
    assert.equal(modelFile('daisychain/a.onnx', settings), resolve('/user/daisychain/a.onnx'))
    assert.equal(modelFile('/data/a.onnx', settings), resolve('/data/a.onnx'))
    assert.match(modelFile('models/photosketch/mini.onnx', settings), /models.photosketch.mini\.onnx$/)
    assert.ok(!modelFile('models/photosketch/mini.onnx', settings).startsWith(join('/user', 'models')))
    const limited = { userDir: '/user', daisychainRoot: '/user/daisychain' }
    assert.equal(modelFile('daisychain/a.onnx', limited), resolve('/user/daisychain/a.onnx'))
    assert.throws(() => modelFile('/etc/passwd', limited), /is outside/)
    assert.throws(() => modelFile('daisychain/../../x.onnx', limited), /is outside/)
    assert.throws(() => modelFile('daisychain/a\0.onnx', limited), /zero byte/)
    const folder = temporaryFolder()
    try {
      mkdirSync(join(folder.path, 'in'))
      symlinkSync(join(folder.path, 'out.onnx'), join(folder.path, 'in/link.onnx'))
      writeFileSync(join(folder.path, 'out.onnx'), '')
      const inside = { userDir: folder.path, daisychainRoot: join(folder.path, 'in') }
      assert.throws(() => modelFile('in/link.onnx', inside), /is outside/)
    } finally {
      folder.remove()
    }
  })

  it('the example draws what StyleGAN imagines', async () => {
    const example = await playExample('11 Any ONNX file')
    example.press('Imagine')
    const [msg] = await example.arrived('sketch')
    assert.ok(isImage(msg?.payload))
    assert.equal(msg.payload.channels, 1)
  })
})
