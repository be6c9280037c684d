import assert from 'node:assert/strict'
import { writeSync } from 'node:fs'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { createEngine, type FetchedPixels, Kept, type PixelFeed } from '../../src/engine'
import { openSharedFile } from '../../src/engine/shared-file'
import { createStore } from '../../src/engine/store'
import { KINDS, model, until } from './support'

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

  it('keeps numbers, and moves the oldest into this process when there is no room', () => {
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

  it('gives nobody the place of what a run is using, and refuses what has no room', () => {
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

  it('takes back the place of what nobody holds, but not while a run reads it', async () => {
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

  it('can still be read when it is closed', () => {
    const store = make(4)
    const kept = put(store, 9)
    store.close()
    assert.equal(store.lease(1), null)
    assert.equal(kept.read()[5], 9)
  })
})

describe('pictures between runs', () => {
  const SIDE = 96
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
  const first = Uint8Array.from({ length: SIDE * SIDE * 3 }, (_, i) => (i * 7) % 256)
  const negative = first.map((byte) => 255 - byte)
  const out = { negative: { kind: 'pixels', layout: 'NCHW', scale: 255, offset: 0 } } as const

  async function run(engine: ReturnType<typeof createEngine>, data: unknown): Promise<FetchedPixels> {
    const { outputs } = await engine.run(model('negative'), { image: picture(data as Uint8Array) }, out)
    return outputs.negative
  }

  for (const isolation of KINDS)
    it(`stay with the engine until they are read (${isolation})`, async () => {
      const engine = createEngine({ device: 'cpu', isolation })
      const other = createEngine({ device: 'cpu', isolation })
      await run(engine, first) // tells how much room a result wants
      const made = await run(engine, first)
      assert.ok(made.kept instanceof Kept)
      const again = await run(engine, made.kept)
      const third = await run(engine, again.kept)
      // Through another engine, which is given the numbers.
      const elsewhere = await run(other, third.kept)
      assert.deepEqual(again.data, first)
      assert.deepEqual(third.data, negative)
      assert.deepEqual(elsewhere.data, first)
      assert.equal(again.data, again.data)
      const { kept } = engine.state
      assert.ok(isolation === 'thread' || kept.pictures >= 3, JSON.stringify(kept))
      await Promise.all([engine.close(), other.close()])
      assert.deepEqual(made.data, negative)
    })

  it('go from lane to lane, and outlive the lane that made them', async () => {
    const engine = createEngine({ device: 'cpu', lanes: 2, threads: 1 })
    const file = model('filter')
    const filtered = { filtered: out.negative }
    const straight = (await engine.run(file, { image: picture(negative) }, filtered)).outputs.filtered.data
    await run(engine, first)
    const made = await run(engine, first)
    const holders = Array.from({ length: 5 }, () => made.kept as Kept<Uint8Array>)
    const across = await engine.run(file, { image: { ...picture(first), data: holders[0] as never } }, filtered)
    assert.deepEqual(across.outputs.filtered.data, straight)
    assert.equal(engine.state.lanes.length, 2)
    for (const { pid } of engine.state.lanes) process.kill(pid as number, 'SIGKILL')
    await until(() => engine.state.lanes.every(({ lane }) => lane === 'idle'))
    const after = await Promise.all(holders.map((kept) => run(engine, kept)))
    for (const { data } of after) assert.deepEqual(data, first)
    assert.deepEqual(made.data, negative)
    await engine.close()
  })

  it('are put into one run with others that wait', async () => {
    const engine = createEngine({ device: 'cpu', threads: 1 })
    await run(engine, first)
    const made = await run(engine, first)
    const options = { batch: true }
    const all = await Promise.all(
      Array.from({ length: 30 }, (_, i) =>
        engine.run(model('negative'), { image: picture((i % 2 ? made.kept : first) as Uint8Array) }, out, options),
      ),
    )
    for (const [i, { outputs }] of all.entries()) assert.deepEqual(outputs.negative.data, i % 2 ? first : negative)
    await engine.close()
  })
})
