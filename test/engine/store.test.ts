import assert from 'node:assert/strict'
import { writeSync } from 'node:fs'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import {
  createEngine,
  type Engine,
  type Fetch,
  type Fetched,
  type GivenFeed,
  Kept,
  type PixelFeed,
  type RunOptions,
} from '../../src/engine'
import { createHandover } from '../../src/engine/handover'
import { arrayName, bytesOf, type Output } from '../../src/engine/protocol'
import { openSharedFile } from '../../src/engine/shared-file'
import { createStore } from '../../src/engine/store'
import { KINDS, model, until } from './support'
import { TURN_IDS } from './turn-ids'

const PAGE = 4096

setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc') as () => void

describe('engine/store', () => {
  before(function () {
    if (openSharedFile() === null) this.skip()
  })

  const make = (pages: number) => createStore(pages * PAGE)
  function put(store: ReturnType<typeof make>, value: number): Kept {
    const lease = store.lease(PAGE)
    assert.ok(lease)
    writeSync(store.file as number, new Uint8Array(PAGE).fill(value), 0, PAGE, lease.offset)
    const kept = store.keep('Uint8Array', lease.offset, PAGE - 1)
    store.release(lease)
    return kept
  }

  it('keeps numbers, and moves the oldest to this process for lack of room', () => {
    const store = make(3)
    const all = [1, 2, 3, 4, 5].map((value) => put(store, value))
    assert.deepEqual(store.state, { bytes: 3 * PAGE, pictures: 3, moved: 2 })
    for (const [i, kept] of all.entries()) {
      assert.equal(kept.length, PAGE - 1)
      assert.deepEqual([...new Set(kept.read())], [i + 1])
      assert.equal(kept.read(), kept.read())
    }
    store.close()
  })

  it('never reassigns the place of numbers in use, and refuses what doesn’t fit', () => {
    const store = make(2)
    const [first, second] = [put(store, 1), put(store, 2)]
    for (const { source } of [first, second]) if ('region' in source) store.pin(source.region)
    assert.equal(store.lease(1), null)
    if ('region' in first.source) store.unpin(first.source.region)
    assert.ok(store.lease(1))
    assert.equal(store.lease(3 * PAGE), null)
    assert.deepEqual([first.read()[0], second.read()[0]], [1, 2])
    store.close()
  })

  it('frees the place of numbers that nobody refers to, but not while a run reads them', async () => {
    const store = make(4)
    let kept: Kept | undefined = put(store, 7)
    const region = 'region' in kept.source ? kept.source.region : undefined
    assert.ok(region)
    store.pin(region)
    kept = undefined
    collect()
    await new Promise((resolve) => setImmediate(resolve))
    assert.equal(store.state.bytes, PAGE)
    store.unpin(region)
    await until(() => {
      collect()
      return store.state.bytes === 0
    })
    store.close()
  })

  it('makes Node.js count what handles would read only if more than half is used', () => {
    const pages = 256
    const store = make(4 * pages)
    const counted = () => process.memoryUsage().arrayBuffers
    const held = [1, 2, 3, 4].map(() => {
      const lease = store.lease(pages * PAGE)
      assert.ok(lease)
      writeSync(store.file as number, new Uint8Array(pages * PAGE), 0, pages * PAGE, lease.offset)
      // Collect now, so that nothing else is freed during the measurement. The second call finishes the first
      // one's sweeping.
      collect()
      collect()
      const before = counted()
      const kept = store.keep('Uint8Array', lease.offset, pages * PAGE)
      store.release(lease)
      return { kept, grown: counted() - before }
    })
    assert.deepEqual(
      held.map(({ grown }) => grown > 0),
      [false, false, true, true],
    )
    for (const { kept } of held) assert.equal(kept.read().length, pages * PAGE)
    store.close()
  })

  it('can still be read after it is closed', () => {
    const store = make(4)
    const kept = put(store, 9)
    store.close()
    assert.equal(store.lease(1), null)
    assert.equal(kept.read()[5], 9)
  })
})

const SIDE = 144
const picture = (data: PixelFeed['data']): PixelFeed => ({
  kind: 'pixels',
  data,
  width: SIDE,
  height: SIDE,
  channels: 3,
  layout: 'NCHW',
  scale: 1 / 255,
  offset: 0,
})

type Numbers = Uint8Array<ArrayBuffer> | Float32Array<ArrayBuffer>

interface Kind {
  name: string
  first: Numbers
  /** The expected result of a run on these numbers. */
  turned(data: Numbers): Numbers
  feed(data: unknown): GivenFeed
  fetch: Fetch
  shown?: number[]
}

/** The kinds of results that can stay with an engine. */
const STAYING: Kind[] = [
  {
    name: 'pictures',
    first: Uint8Array.from({ length: SIDE * SIDE * 3 }, (_, i) => (i * 7) % 256),
    turned: (data) => data.map((byte) => 255 - byte),
    feed: (data) => picture(data as Uint8Array),
    fetch: { kind: 'pixels', layout: 'NCHW', scale: 255, offset: 0 },
  },
  {
    name: 'label maps',
    first: Uint8Array.from({ length: SIDE * SIDE }, (_, i) => ((i * 7) % 5) % 3),
    turned: (data) => data.map((id) => (id + 1) % 3),
    feed: (data) => ({ kind: 'raw', data: data as Uint8Array, program: TURN_IDS, about: { side: SIDE } }),
    fetch: { kind: 'argmax', axis: 1 },
    shown: [1, 1, 1],
  },
  {
    name: 'tensors for another run',
    first: Float32Array.from({ length: SIDE * SIDE * 3 }, (_, i) => ((i * 7) % 256) / 256),
    turned: (data) => data.map((number) => 1 - number),
    feed: (data) => ({ kind: 'tensor', dtype: 'float32', dims: [1, 3, SIDE, SIDE], data: data as Float32Array }),
    fetch: { kind: 'tensor', stays: true },
  },
]

for (const { name, first, turned, feed, fetch, shown } of STAYING)
  describe(`${name} between runs`, () => {
    const second = turned(first)
    const third = turned(second)
    const run = async (engine: Engine, data: unknown, options: RunOptions = {}): Promise<Fetched> => {
      const { outputs } = await engine.run(model('negative'), { image: feed(data) }, { negative: fetch }, options)
      return outputs.negative
    }

    for (const isolation of KINDS)
      it(`stay with the engine until they are read (${isolation})`, async () => {
        const engine = createEngine({ device: 'cpu', isolation })
        const other = createEngine({ device: 'cpu', isolation })
        const other2 = createEngine({ device: 'cpu', isolation: isolation === 'thread' ? 'process' : 'thread' })
        await run(engine, first) // the engine learns from this run how much room a result needs
        const made = await run(engine, first)
        assert.ok(made.kept instanceof Kept)
        assert.deepEqual(made.kept.shown && [...made.kept.shown], shown)
        const { read } = Kept.prototype
        let reads = 0
        Kept.prototype.read = function () {
          reads++
          return read.call(this) as never
        }
        const again = await run(engine, made.kept)
        const last = await run(engine, again.kept)
        Kept.prototype.read = read
        assert.equal(reads, 0)
        // Other engines don't share the memory, so they are sent the numbers.
        const elsewhere = await Promise.all([other, other2].map((each) => run(each, last.kept)))
        assert.deepEqual(again.data, third)
        assert.deepEqual(last.data, turned(third))
        for (const { data } of elsewhere) assert.deepEqual(data, turned(turned(third)))
        assert.equal(again.data, again.data)
        const { kept } = engine.state
        assert.ok(isolation === 'thread' || kept.pictures >= 3, JSON.stringify(kept))
        await Promise.all([engine.close(), other.close(), other2.close()])
        assert.deepEqual(made.data, second)
      })

    it('pass from lane to lane, and outlive the lane that made them', async () => {
      const engine = createEngine({ device: 'cpu', lanes: 2, threads: 1 })
      const filtered = async (data: unknown) => {
        const { outputs } = await engine.run(model('filter'), { image: feed(data) }, { filtered: fetch })
        return outputs.filtered.data
      }
      const straight = await filtered(second)
      await run(engine, first)
      const made = await run(engine, first)
      const holders = Array.from({ length: 5 }, () => made.kept)
      assert.deepEqual(await filtered(holders[0]), straight)
      assert.equal(engine.state.lanes.length, 2)
      for (const { pid } of engine.state.lanes) process.kill(pid as number, 'SIGKILL')
      await until(() => engine.state.lanes.every(({ lane }) => lane === 'idle'))
      const results = await Promise.all(holders.map((kept) => run(engine, kept)))
      for (const { data } of results) assert.deepEqual(data, third)
      assert.deepEqual(made.data, second)
      await engine.close()
    })

    it('are batched with other waiting runs', async () => {
      const engine = createEngine({ device: 'cpu', threads: 1 })
      await run(engine, first)
      const made = await run(engine, first)
      const all = await Promise.all(
        Array.from({ length: 30 }, (_, i) => run(engine, i % 2 ? made.kept : first, { batch: true })),
      )
      for (const [i, { data }] of all.entries()) assert.deepEqual(data, i % 2 ? third : second)
      await engine.close()
    })

    it('move to this process if there is no room for more', async () => {
      const bytes = Math.ceil(first.byteLength / PAGE) * PAGE
      const small = createStore(3 * bytes)
      const handover = createHandover(() => small)
      const hand = (data: Numbers) => {
        const { run, received, end } = handover('file', {}, { made: fetch })
        const { room } = run
        const bytes = bytesOf(data)
        if (room) writeSync(small.file as number, bytes, 0, bytes.length, room.offset)
        const place = room ? { offset: room.offset, bytes: bytes.length } : { block: 0 }
        const size = { width: SIDE, height: SIDE, channels: 3, dtype: 'uint8', dims: [SIDE, SIDE] }
        const output = { ...size, data: { ...place, array: arrayName(data) } } as unknown as Output
        const { made } = received({ made: output }, room ? [] : [bytes])
        end()
        return made as Fetched
      }
      const all = [0, 1, 2, 3, 4, 5].map((value) => hand(first.map((byte) => (byte + value) % 256)))
      assert.deepEqual(
        all.map(({ kept }) => kept instanceof Kept),
        [false, true, true, true, true, true],
      )
      assert.deepEqual({ ...small.state, moved: small.state.moved > 0 }, { bytes: 3 * bytes, pictures: 3, moved: true })
      for (const [value, { data }] of all.entries())
        assert.deepEqual(
          data,
          first.map((byte) => (byte + value) % 256),
        )
      small.close()
    })
  })
