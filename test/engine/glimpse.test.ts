import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { createEngine, type FetchedPixels, type FetchedTensor, Kept, type PixelFeed } from '../../src/engine'
import { cellMeans, glimpse } from '../../src/engine/glimpse'
import { openSharedFile } from '../../src/engine/shared-file'
import { KINDS, model, until } from './support'

const WHOLE = { side: 40, isSquare: false }
const SQUARE = { side: 8, isSquare: true }

describe('engine/glimpse', () => {
  it('is the mean of each cell, channel by channel', () => {
    const data = Uint8Array.of(0, 10, 100, 20, 200, 30, 101, 40)
    const into = new Uint8Array(4)
    cellMeans({ width: 2, height: 2, data }, 2, 1, into)
    assert.deepEqual([...into], [100, 20, 101, 30])
  })

  it('keeps the proportions within a side, or is square', () => {
    const wide = { width: 400, height: 100, data: new Uint8Array(400 * 100 * 3).fill(77) }
    for (const [size, width, height] of [
      [WHOLE, 40, 10],
      [SQUARE, 8, 8],
      [{ side: 500, isSquare: false }, 400, 100],
    ] as const) {
      const small = glimpse(wide, size)
      assert.deepEqual([small.width, small.height, small.data.length], [width, height, width * height * 3])
      assert.ok(small.data.every((byte) => byte === 77))
    }
    assert.equal(glimpse({ width: 1000, height: 1, data: new Uint8Array(1000) }, WHOLE).height, 1)
  })

  it('is between two numbers for values between them, and keeps the type', () => {
    const data = Float32Array.from({ length: 300 * 200 }, (_, i) => -5 + ((i * 7919) % 1000) / 100)
    const small = glimpse({ width: 300, height: 200, data }, WHOLE)
    assert.ok(small.data instanceof Float32Array)
    assert.ok(small.data.every((value) => value >= -5 && value <= 5))
  })
})

describe('small versions of pictures that stay', () => {
  before(function () {
    if (openSharedFile() === null) this.skip()
  })

  const [width, height] = [120, 90]
  const data = Uint8Array.from({ length: width * height * 3 }, (_, i) => (i * 13) % 256)
  const negative = data.map((byte) => 255 - byte)
  const feed: PixelFeed = {
    kind: 'pixels',
    data,
    ...{ width, height, channels: 3, layout: 'NCHW', scale: 1 / 255, offset: 0 },
  }
  const out = { negative: { kind: 'pixels', layout: 'NCHW', scale: 255, offset: 0 } } as const
  type Options = Parameters<ReturnType<typeof createEngine>['run']>[3]

  async function run(engine: ReturnType<typeof createEngine>, options: Options = {}): Promise<FetchedPixels> {
    return (await engine.run(model('negative'), { image: feed }, out, options)).outputs.negative
  }

  for (const isolation of KINDS)
    it(`come with them where they are asked for, and only then (${isolation})`, async () => {
      const engine = createEngine({ device: 'cpu', isolation })
      await run(engine) // the engine learns from this run how much room a result needs
      const plain = await run(engine)
      const seen = await run(engine, { glimpses: [WHOLE, SQUARE] })
      assert.ok(plain.kept && seen.kept)
      assert.equal(plain.kept.glimpse(WHOLE.side, false), undefined)
      for (const size of [WHOLE, SQUARE])
        assert.deepEqual(
          seen.kept.glimpse(size.side, size.isSquare)?.data,
          glimpse({ width, height, data: negative }, size).data,
        )
      assert.equal(seen.kept.glimpse(WHOLE.side + 1, false), undefined)
      assert.deepEqual(seen.data, negative)
      await engine.close()
    })

  it('are sent with each of several batched runs', async () => {
    const engine = createEngine({ device: 'cpu', threads: 1 })
    await run(engine)
    const all = await Promise.all(
      Array.from({ length: 24 }, (_, i) => run(engine, { batch: true, ...(i % 2 && { glimpses: [SQUARE] }) })),
    )
    for (const [i, { kept }] of all.entries()) {
      if (!kept) continue // there was no room reserved for this result
      const small = kept.glimpse(SQUARE.side, true)
      assert.deepEqual(small?.data, i % 2 ? glimpse({ width, height, data: negative }, SQUARE).data : undefined)
    }
    assert.ok(all.some(({ kept }, i) => i % 2 && kept))
    await engine.close()
  })

  it('remain when the lane is gone, and a lane killed while making them costs one message', async () => {
    const engine = createEngine({ device: 'cpu', log() {} })
    await run(engine)
    const made = await run(engine, { glimpses: [WHOLE] })
    const many = Array.from({ length: 4000 }, (_, i) => ({ side: 120 - (i % 3), isSquare: true }))
    const failing = assert.rejects(run(engine, { glimpses: many }), /^EngineError: /)
    const { pid } = engine.state
    await until(() => isMaking(pid as number))
    process.kill(pid as number, 'SIGKILL')
    await failing
    assert.deepEqual(
      made.kept?.glimpse(WHOLE.side, false)?.data,
      glimpse({ width, height, data: negative }, WHOLE).data,
    )
    const next = await run(engine, { glimpses: [WHOLE] })
    assert.deepEqual(next.data, negative)
    assert.equal(engine.state.restarts, 1)
    await engine.close()
  })

  it('are values for values', async () => {
    const engine = createEngine({ device: 'cpu' })
    const plane = { negative: { kind: 'plane', layout: 'NCHW', scale: 10, offset: 0, channel: 1 } } as const
    const get = async () =>
      (await engine.run(model('negative'), { image: feed }, plane, { glimpses: [WHOLE] })).outputs
        .negative as FetchedTensor
    await get()
    const { kept, data: values } = await get()
    assert.ok(kept instanceof Kept)
    const small = kept.glimpse(WHOLE.side, false)
    assert.deepEqual(small?.data, glimpse({ width, height, data: values as Float32Array }, WHOLE).data)
    await engine.close()
  })
})

/** Whether the process's main thread is running. */
function isMaking(pid: number): boolean {
  const [, state] = /\) (\w)/.exec(readFileSync(`/proc/${pid}/stat`, 'utf8')) ?? []
  return state === 'R'
}
