import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import type { NodeAPI } from 'node-red'
import sharp from 'sharp'
import adjustNode from '../../nodes/adjust/adjust'
import exportNode from '../../nodes/export/export'
import serveNodes from '../../nodes/serve/serve'
import { metricsOf } from '../../nodes/shared/metrics'
import { codec, letGoOfPictures, setReadingRules, underWay, underWayNow } from '../../src/images'
import { encodeSound } from '../../src/sounds'
import { Audio, readValue, type ValueError } from '../../src/types'
import { deferred } from '../serving/support'
import { collect, until } from './pictures'
import { live, start, stop } from './support'

const { hooks } = require('@node-red/util')

const MEGABYTE = 1e6

/** Makes gc available, as --expose-gc does. */
const collectGarbage = (() => {
  setFlagsFromString('--expose-gc')
  return runInNewContext('gc') as () => void
})()

const silence = (samples: number) => new Float32Array(samples)

/** A JPEG with noise, so that it isn't trivially small. */
const photograph = (width: number, height: number) =>
  sharp({
    create: { width, height, channels: 3, background: 'teal', noise: { type: 'gaussian', mean: 128, sigma: 20 } },
  })
    .jpeg()
    .toBuffer()

const exported = join(tmpdir(), `daisychain-under-way-${process.pid}`)

describe('pictures in progress', () => {
  after(() => rmSync(exported, { recursive: true, force: true }))
  afterEach(async () => {
    await stop()
    setReadingRules({})
  })

  for (const kind of ['flac', 'mp3', 'wav'] as const)
    it(`include sounds, by the size that they will have (${kind})`, async function () {
      if (spawnSync('ffmpeg', ['-version']).status !== 0) return this.skip()
      // 20 seconds: 1.3 MB as samples.
      const sound = await encodeSound(new Audio({ sampleRate: 16_000, channels: 1, data: silence(320_000) }), kind)
      setReadingRules({ maxBytes: 2 * MEGABYTE })
      const end = deferred<void>()
      const read = (refuses: boolean, until: Promise<void>) =>
        underWay(
          async () => {
            const value = await readValue({ type: 'audio' }, sound, 'speech', codec)
            await until
            return value
          },
          { refuses },
        )
      const first = read(false, end.promise)
      await until(() => underWayNow().bytes > 0)
      assert.ok(Math.abs(underWayNow().bytes - 1.28 * MEGABYTE) < 0.02 * MEGABYTE, `${underWayNow().bytes}`)
      await assert.rejects(read(true, end.promise), (error: ValueError) => {
        assert.match(error.message, /doesn't fit in memory now: pictures and sounds of 1\.3 MB are being processed/)
        assert.doesNotMatch(error.message, /daisychain-/, 'no temporary file')
        return error.code === 'busy'
      })
      const second = read(false, Promise.resolve())
      await until(() => underWayNow().waiting === 1)
      end.resolve()
      assert.equal(`${await first}`, `${await second}`)
      assert.equal(underWayNow().bytes, 0)
    })

  for (const [what, node, count] of [
    ['a model', { type: 'daisychain-glance' }, 20],
    ['a node that does its work itself', { type: 'daisychain-adjust', width: '300' }, 8],
    ['an export to PNG', { type: 'daisychain-export', format: 'png', folder: exported }, 6],
    ['an export to JPEG', { type: 'daisychain-export', format: 'jpeg', folder: exported }, 20],
  ] as const)
    it(`take little memory, however many photographs are queued before ${what}`, async function () {
      this.timeout(60_000)
      await start([{ id: 'n', ...node }], undefined, [adjustNode, exportNode])
      const photo = await photograph(4000, 3000)
      const arrived = collect('out')
      live('n').receive({ payload: photo })
      await until(() => arrived.length === 1)
      const before = process.memoryUsage.rss()
      let [most, mostBytes] = [0, 0]
      const look = setInterval(() => {
        most = Math.max(most, process.memoryUsage.rss() - before)
        mostBytes = Math.max(mostBytes, underWayNow().bytes)
      }, 5)
      for (let i = 0; i < count; i++) live('n').receive({ payload: photo })
      await until(() => arrived.length === count + 1, 50_000)
      clearInterval(look)
      assert.ok(mostBytes <= 72 * MEGABYTE, `${mostBytes} bytes were decoded`)
      assert.ok(most < 150 * 2 ** 20, `Node-RED grew by ${Math.round(most / 2 ** 20)} MB`)
      assert.equal(underWayNow().bytes, 0)
    })

  it('wait for one another, but never in a circle', async () => {
    setReadingRules({ maxBytes: 2.5 * MEGABYTE })
    const picture = await photograph(600, 600) // 1.08 MB
    let most = 0
    const read = async (count: number, inner?: () => Promise<void>) => {
      for (let i = 0; i < count; i++) {
        await codec.decode(picture)
        most = Math.max(most, underWayNow().bytes)
        await new Promise(setImmediate)
      }
      await inner?.()
    }
    await Promise.all(Array.from({ length: 9 }, () => underWay(() => read(1))))
    assert.equal(most, 2 * 600 * 600 * 3)
    // Each holds a picture and needs more, both directly and through nested calls.
    await Promise.all(Array.from({ length: 5 }, () => underWay(() => read(3, () => underWay(() => read(2))))))
    // A picture to be decoded ahead stops waiting when its turn is cancelled.
    const never = new AbortController()
    const turn = new Promise<void>(() => {})
    let letGo = () => {}
    // The holder may be released before it has decoded the pictures that count.
    const held = new Promise<void>((resolve) => (letGo = resolve))
    const holds = underWay(() => read(2, () => held))
    await until(() => underWayNow().bytes > 2 * MEGABYTE)
    const waiting = underWay(() => read(1), { turn, signal: never.signal })
    await until(() => underWayNow().waiting === 1)
    never.abort()
    await assert.rejects(waiting, /no longer needed/)
    letGo()
    await holds
    assert.deepEqual([underWayNow().bytes, underWayNow().waiting], [0, 0])
    // A request that is already cancelled doesn't start to wait.
    await underWay(async () => {
      await read(2)
      const gone = AbortSignal.abort()
      await assert.rejects(
        underWay(() => read(1), { turn: new Promise(() => {}), signal: gone }),
        /no longer needed/,
      )
      assert.equal(underWayNow().waiting, 0)
    })
    // A picture larger than the total limit is read if it is alone.
    await underWay(async () => assert.equal((await codec.decode(await photograph(2000, 1000))).width, 2000))
  })

  it('count until their memory has been freed if others would be decoded before their turn', async () => {
    const picture = await photograph(2000, 2000) // 12 MB
    const { limit } = underWayNow()
    assert.ok(limit > 150 * MEGABYTE)
    const held: unknown[] = []
    /** Decodes this many pictures, and releases them. */
    const gone = (count: number) =>
      underWay(async () => {
        for (let i = 0; i < count; i++) held.push(await codec.decode(picture))
        letGoOfPictures()
      })
    await gone(8)
    assert.equal(underWayNow().bytes, 0)
    let isDecoded = false
    let come = () => {}
    const turn = new Promise<void>((resolve) => (come = resolve))
    const ahead = underWay(() => codec.decode(picture).then(() => (isDecoded = true)), { turn })
    await until(() => underWayNow().waiting === 1)
    held.length = 0
    await until(() => {
      collectGarbage()
      return isDecoded
    })
    await ahead
    // A picture whose turn has come doesn't wait for that memory.
    await gone(8)
    const waits = underWay(() => codec.decode(picture), { turn })
    await until(() => underWayNow().waiting === 1)
    come()
    await waits
    held.length = 0
  })

  describe('in queries', () => {
    const register = (RED: NodeAPI) => serveNodes(Object.assign(Object.create(RED), { hooks }))
    async function serve(middle: object & { id: string; type: string }, more: object = {}) {
      const { createServer } = await import('node:net')
      const server = createServer().listen(0, '127.0.0.1')
      await new Promise((resolve) => server.once('listening', resolve))
      const { port } = server.address() as { port: number }
      await new Promise((resolve) => server.close(resolve))
      const inlet = {
        id: 'in',
        type: 'daisychain-serve-in',
        name: 'm',
        where: 'port',
        port,
        places: 8,
        wires: [['mid', 'typed']],
      }
      await start(
        [
          { ...inlet, ...more },
          { ...middle, wires: [['end']] },
          // Makes the input a picture, because the checker doesn't know models that exist only in this test.
          { id: 'typed', type: 'daisychain-adjust', wires: [] },
          { id: 'end', type: 'daisychain-serve-out', wires: [] },
        ],
        undefined,
        [register, adjustNode],
      )
      const url = `http://127.0.0.1:${port}`
      const isThere = () =>
        fetch(`${url}/healthcheck`).then(
          ({ ok }) => ok,
          () => false,
        )
      while (!(await isThere())) await new Promise(setImmediate)
      return async (payload: unknown) => {
        const answer = await fetch(`${url}/query`, {
          method: 'POST',
          body: JSON.stringify({ payload }),
        })
        return { status: answer.status, retry: answer.headers.get('retry-after'), text: await answer.text() }
      }
    }

    it('are refused with a sentence while there is no room, and accepted afterwards', async () => {
      const ask = await serve({ id: 'mid', type: 'daisychain-glance' })
      setReadingRules({ maxBytes: 1.5 * MEGABYTE })
      const picture = `data:image/jpeg;base64,${(await photograph(600, 600)).toString('base64')}`
      live('mid').receive({ control: 'stop' })
      const first = ask(picture)
      await until(() => underWayNow().bytes > 0)
      const second = await ask(picture)
      assert.deepEqual([second.status, second.retry], [503, '1'], second.text)
      assert.match(
        second.text,
        /fit in memory now: pictures and sounds of 1\.\d MB are being processed, and the limit is 1\.5 MB .*daisychainMegabytes.*try again/,
      )
      live('mid').receive({ control: 'start' })
      assert.equal((await first).status, 200)
      assert.equal((await ask(picture)).status, 200)
      assert.deepEqual([underWayNow().bytes, underWayNow().refused > 0], [0, true])
    })

    it('are no longer processed when nobody waits for the answer', async () => {
      const ask = await serve({ id: 'mid', type: 'daisychain-glance' }, { timeout: 0.3 })
      const picture = `data:image/jpeg;base64,${(await photograph(60, 60)).toString('base64')}`
      live('mid').receive({ control: 'stop' })
      const { runs = 0, dropped = 0 } = metricsOf('mid') ?? {}
      const late = await Promise.all([ask(picture), ask(picture), ask(picture)])
      assert.deepEqual(
        late.map(({ status }) => status),
        [504, 504, 504],
      )
      live('mid').receive({ control: 'start' })
      await until(() => metricsOf('mid')?.dropped === dropped + 3)
      assert.deepEqual([metricsOf('mid')?.runs, metricsOf('mid')?.waiting, underWayNow().bytes], [runs, 0, 0])
    })
  })
})
