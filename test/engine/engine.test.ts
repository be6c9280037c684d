import assert from 'node:assert/strict'
import { copyFileSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createEngine, type Engine, EngineError, type Feed, type Fetch, type PixelFeed } from '../../src/engine'
import { KINDS, model, pause, row, slow, tensor, until } from './support'

function rejectsWith(work: Promise<unknown>, code: EngineError['code'], sentence: RegExp): Promise<void> {
  return assert.rejects(work, (error) => {
    assert.ok(error instanceof EngineError)
    assert.match(error.message, sentence)
    assert.equal(error.code, code)
    return true
  })
}

function picture(width: number, height: number): PixelFeed {
  const data = Uint8Array.from({ length: width * height * 3 }, (_, i) => (i * 31) % 256)
  return { kind: 'pixels', data, width, height, channels: 3, layout: 'NCHW', scale: 1 / 255, offset: 0 }
}

for (const isolation of KINDS)
  describe(`engine in a ${isolation}`, () => {
    let engine: Engine
    let folder: string
    before(() => {
      folder = mkdtempSync(join(tmpdir(), 'daisychain-test-'))
      engine = createEngine({ isolation, device: 'cpu' })
    })
    after(async () => {
      await engine.close()
      rmSync(folder, { recursive: true })
    })

    /** A copy of a model file in the test's own folder. */
    function copyOf(name: string, as = name): string {
      const path = join(folder, `${as}.onnx`)
      copyFileSync(model(name), path)
      return path
    }

    it('starts nothing before the first model', () => {
      const { lane, pid, loaded } = createEngine({ isolation }).state
      assert.deepEqual({ lane, pid, loaded }, { lane: 'idle', pid: undefined, loaded: [] })
    })

    it('describes a model', async () => {
      assert.deepEqual(await engine.load(model('add')), {
        inputs: [
          { name: 'a', dtype: 'float32', shape: [1, 'n'] },
          { name: 'b', dtype: 'float32', shape: [1, 'n'] },
        ],
        outputs: [{ name: 'sum', dtype: 'float32', shape: [1, 'n'] }],
        device: 'cpu',
        attempts: [],
      })
      assert.equal(engine.state.lane, 'ready')
      assert.deepEqual(
        engine.state.loaded.map(({ path }) => path),
        [model('add')],
      )
    })

    it('runs tensors without changing the feeds', async () => {
      const feeds = { a: row(1, 2, 3), b: row(10, 20, 30) }
      const { outputs, ms, device } = await engine.run(model('add'), feeds, { sum: tensor })
      assert.deepEqual(outputs.sum, { dtype: 'float32', dims: [1, 3], data: Float32Array.of(11, 22, 33) })
      assert.deepEqual([...feeds.a.data], [1, 2, 3])
      assert.equal(device, 'cpu')
      for (const value of Object.values(ms)) assert.ok(value >= 0)
    })

    it('accepts views of larger buffers', async () => {
      const large = Float32Array.of(7, 1, 2, 7)
      const a = { ...row(0, 0), data: large.subarray(1, 3) }
      const { outputs } = await engine.run(model('add'), { a, b: row(1, 1) }, { sum: tensor })
      assert.deepEqual([...outputs.sum.data], [2, 3])
    })

    it('converts pixels to a tensor and back', async () => {
      const image = picture(33, 20)
      const { outputs } = await engine.run(
        model('negative'),
        { image },
        { negative: { kind: 'pixels', layout: 'NCHW', scale: 255, offset: 0 } },
      )
      assert.deepEqual(outputs.negative, {
        width: 33,
        height: 20,
        channels: 3,
        data: image.data.map((byte) => 255 - byte),
      })
    })

    it('a later run doesn’t change an earlier one’s results', async () => {
      const run = async (byte: number) => {
        const image = { ...picture(16, 16), data: new Uint8Array(16 * 16 * 3).fill(byte) }
        const fetches = { negative: { kind: 'pixels', layout: 'NCHW', scale: 255, offset: 0 } } as const
        return (await engine.run(model('negative'), { image }, fetches)).outputs.negative.data
      }
      const given = [await run(0), await run(100), await run(200)]
      assert.deepEqual(
        given.map((data) => [data[0], data.at(-1)]),
        [
          [255, 255],
          [155, 155],
          [55, 55],
        ],
      )
    })

    it('accepts a pooled Buffer as pixels', async () => {
      const data = Buffer.from([0, 100, 200])
      const { outputs } = await engine.run(
        model('negative'),
        { image: { ...picture(1, 1), data } },
        { negative: { kind: 'pixels', layout: 'NCHW', scale: 255, offset: 0 } },
      )
      assert.deepEqual(outputs.negative.data, Uint8Array.of(255, 155, 55))
      assert.deepEqual([...data], [0, 100, 200])
    })

    it('selects the largest class', async () => {
      const x: Feed = { kind: 'tensor', dtype: 'float32', dims: [1, 3, 1, 2], data: Float32Array.of(1, 9, 5, 2, 3, 4) }
      const { outputs } = await engine.run(model('same'), { x }, { y: { kind: 'argmax', axis: 1 } })
      assert.deepEqual(outputs.y, { dtype: 'uint8', dims: [1, 1, 2], data: Uint8Array.of(1, 0) })
    })

    it('runs half precision, bytes and 64-bit integers', async () => {
      const dims = [1, 1, 1, 2]
      const half: Feed = { kind: 'tensor', dtype: 'float16', dims, data: Float32Array.of(0.5, -3) }
      const halves = await engine.run(model('same-half'), { x: half }, { y: tensor })
      assert.deepEqual(halves.outputs.y, { dtype: 'float32', dims, data: Float32Array.of(0.5, -3) })
      const bits: Feed = { ...half, data: Uint16Array.of(0x3c00, 0x4000) }
      assert.deepEqual([...(await engine.run(model('same-half'), { x: bits }, { y: tensor })).outputs.y.data], [1, 2])
      const byte: Feed = { kind: 'tensor', dtype: 'uint8', dims, data: Uint8Array.of(7, 255) }
      const bytes = await engine.run(model('same-bytes'), { x: byte }, { y: tensor })
      assert.deepEqual(bytes.outputs.y, { dtype: 'uint8', dims, data: Uint8Array.of(7, 255) })
      const long: Feed = { kind: 'tensor', dtype: 'int64', dims, data: BigInt64Array.of(-1n, 2n ** 60n) }
      const longs = await engine.run(model('same-int64'), { x: long }, { y: tensor })
      assert.deepEqual(longs.outputs.y, { dtype: 'int64', dims, data: BigInt64Array.of(-1n, 2n ** 60n) })
    })

    it('converts pixels to the model’s input type', async () => {
      const fetches = { y: { kind: 'pixels', layout: 'NCHW', scale: 1, offset: 0 } } as const
      const image: PixelFeed = { ...picture(5, 4), scale: 1 }
      for (const name of ['same-half', 'same-bytes']) {
        const { outputs } = await engine.run(model(name), { x: image }, fetches)
        assert.deepEqual(outputs.y.data, image.data)
      }
    })

    it('returns large results completely', async () => {
      const data = Float32Array.from({ length: 3_000_000 }, (_, i) => i)
      const x: Feed = { kind: 'tensor', dtype: 'float32', dims: [1, 3, 1000, 1000], data }
      const { outputs } = await engine.run(model('same'), { x }, { y: tensor })
      assert.ok(Buffer.from(outputs.y.data.buffer).equals(Buffer.from(data.buffer)))
    })

    it('alternates between models in order', async () => {
      const order: string[] = []
      const runs = Array.from({ length: 6 }, async (_, i) => {
        if (i % 2) {
          const { outputs } = await engine.run(model('add'), { a: row(i), b: row(i) }, { sum: tensor })
          assert.deepEqual([...outputs.sum.data], [2 * i])
        } else await engine.run(model('negative'), { image: picture(8, 8) }, { negative: tensor })
        order.push(i % 2 ? 'add' : 'negative')
      })
      assert.ok(engine.state.waiting > 0)
      await Promise.all(runs)
      assert.deepEqual(order, ['negative', 'add', 'negative', 'add', 'negative', 'add'])
    })

    it('uses one session for callers with the same options, another for other options', async () => {
      const path = copyOf('add')
      const before = engine.state.loaded.length
      await Promise.all([engine.load(path), engine.load(path), engine.load(path, { arena: true })])
      assert.equal(engine.state.loaded.length, before + 1)
      await engine.load(path, { arena: false })
      assert.equal(engine.state.loaded.length, before + 2)
      await engine.release(path)
      assert.equal(engine.state.loaded.length, before)
    })

    it('loads a file again after it was replaced', async () => {
      const path = copyOf('same', 'replaced')
      assert.equal((await engine.load(path)).inputs.length, 1)
      copyFileSync(model('add'), path)
      utimesSync(path, new Date(), new Date(Date.now() + 5000))
      assert.equal((await engine.load(path)).inputs.length, 2)
      assert.equal(engine.state.loaded.filter((loaded) => loaded.path === path).length, 1)
    })

    it('leaves the event loop free during a run', async () => {
      let ticks = 0
      const timer = setInterval(() => ticks++, 1)
      await engine.run(model('slow'), slow(500), { y: tensor })
      clearInterval(timer)
      assert.ok(ticks > 5, `${ticks} timers fired`)
    })

    it('reports what is wrong with a model file', async () => {
      const whole = readFileSync(model('heavy'))
      const files: [string, Buffer, EngineError['code'], RegExp][] = [
        ['empty', Buffer.alloc(0), 'model-broken', /empty\.onnx is empty/],
        [
          'truncated',
          whole.subarray(0, whole.length / 2),
          'model-broken',
          /truncated\.onnx could not be loaded: it is damaged/,
        ],
        ['text', Buffer.from('This is text, not a model.'), 'model-broken', /text\.onnx could not be loaded/],
        [
          'flipped',
          Buffer.from(readFileSync(model('add'))).fill(0xff, 20, 60),
          'model-broken',
          /flipped\.onnx could not be/,
        ],
      ]
      for (const [name, bytes, code, sentence] of files) {
        writeFileSync(join(folder, `${name}.onnx`), bytes)
        await rejectsWith(engine.load(join(folder, `${name}.onnx`)), code, sentence)
      }
      await rejectsWith(engine.load(join(folder, 'nowhere.onnx')), 'model-missing', /no model file .*nowhere\.onnx/)
      await rejectsWith(engine.load(folder), 'model-missing', /is not a file/)
    })

    const wrong: [string, Record<string, Feed>, Record<string, Fetch>, RegExp][] = [
      [
        'an unknown input',
        { a: row(1), b: row(1), c: row(1) },
        { sum: tensor },
        /add\.onnx has no input "c"; its inputs are "a", "b"/,
      ],
      ['a missing input', { a: row(1) }, { sum: tensor }, /add\.onnx needs the input "b"/],
      ['an unknown output', { a: row(1), b: row(1) }, { total: tensor }, /no output "total"; its outputs are "sum"/],
      ['no output', { a: row(1), b: row(1) }, {}, /No output of add\.onnx was asked for/],
      [
        'a wrong type',
        { a: row(1), b: { ...row(1), dtype: 'int32', data: Int32Array.of(1) } },
        { sum: tensor },
        /takes float32 numbers, not int32/,
      ],
      ['a wrong shape', { a: row(1), b: { ...row(1), dims: [2, 1] } }, { sum: tensor }, /takes the shape 1×n, not 2×1/],
      ['a wrong rank', { a: row(1), b: { ...row(1), dims: [1] } }, { sum: tensor }, /takes the shape 1×n, not 1/],
      [
        'too few values',
        { a: row(1), b: { ...row(1), dims: [1, 3] } },
        { sum: tensor },
        /1 values, but the shape 1×3 holds 3/,
      ],
      [
        'a shape that is none',
        { a: row(1), b: { ...row(1), dims: [1, Number.NaN] } },
        { sum: tensor },
        /values that aren't whole numbers/,
      ],
      ['shapes that do not go together', { a: row(1, 2), b: row(1, 2, 3) }, { sum: tensor }, /add\.onnx could not run/],
    ]
    for (const [what, feeds, fetches, sentence] of wrong)
      it(`refuses ${what} with a sentence, and the next run works`, async () => {
        await assert.rejects(engine.run(model('add'), feeds, fetches), (error: Error) => {
          assert.ok(error instanceof EngineError)
          assert.match(error.message, sentence)
          return true
        })
        const { outputs } = await engine.run(model('add'), { a: row(1), b: row(2) }, { sum: tensor })
        assert.deepEqual([...outputs.sum.data], [3])
      })

    it('refuses a feed without data', async () => {
      const broken = { ...row(1), data: undefined as unknown as Float32Array }
      await rejectsWith(engine.run(model('add'), { a: broken, b: row(1) }, { sum: tensor }), 'feed', /"a" has no data/)
    })

    it('releases unused models and loads them again', async () => {
      const short = createEngine({ isolation, device: 'cpu', idleRelease: 50 })
      try {
        await short.load(model('add'))
        assert.equal(short.state.loaded.length, 1)
        await until(() => short.state.loaded.length === 0)
        const { outputs, ms } = await short.run(model('add'), { a: row(1), b: row(2) }, { sum: tensor })
        assert.deepEqual([...outputs.sum.data], [3])
        assert.ok(ms.load > 0)
      } finally {
        await short.close()
      }
    })

    it('close lets accepted runs finish, refuses new ones and ends the lane', async () => {
      const closing = createEngine({ isolation, device: 'cpu' })
      const runs = [300, 1].map((count) => closing.run(model('slow'), slow(count), { y: tensor }))
      await pause(50)
      const closed = closing.close()
      await rejectsWith(closing.run(model('slow'), slow(1), { y: tensor }), 'closed', /The engine was closed/)
      for (const { outputs } of await Promise.all(runs)) assert.equal(outputs.y.data[0], 1)
      await closed
      await closing.close()
      assert.equal(closing.state.lane, 'closed')
      assert.deepEqual(closing.state.loaded, [])
    })

    it('closes without any run', async () => {
      const unused = createEngine({ isolation })
      await unused.close()
      assert.equal(unused.state.lane, 'closed')
    })
  })

describe('engine memory limit', () => {
  // In a thread, each model is counted as twice its file's size, so the figures are known: heavy.onnx counts
  // as 132 kB.
  const options = { isolation: 'thread', device: 'cpu', memoryLimit: 300_000 } as const
  let folder: string
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'daisychain-test-'))
    for (const name of ['a', 'b', 'c']) copyFileSync(model('heavy'), join(folder, `${name}.onnx`))
  })
  after(() => rmSync(folder, { recursive: true }))

  it('unloads the least recently used model first', async () => {
    const engine = createEngine(options)
    const path = (name: string) => join(folder, `${name}.onnx`)
    try {
      await engine.load(path('a'))
      await engine.load(path('b'))
      await pause(5)
      await engine.load(path('a'))
      await engine.load(path('c'))
      assert.deepEqual(
        engine.state.loaded.map((loaded) => loaded.path),
        [path('a'), path('c')],
      )
    } finally {
      await engine.close()
    }
  })

  it('refuses a model that can’t fit', async () => {
    const engine = createEngine({ ...options, memoryLimit: 100_000 })
    try {
      await rejectsWith(
        engine.load(join(folder, 'a.onnx')),
        'memory',
        /a\.onnx needs about 1 MB, more than the engine's limit/,
      )
    } finally {
      await engine.close()
    }
  })
})
