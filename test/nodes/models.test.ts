import assert from 'node:assert/strict'
import sharp from 'sharp'
import { metricsOf, type NodeMetrics } from '../../nodes/shared/metrics'
import { Kept, sharedEngine } from '../../src/engine'
import { counts, decodeImage, encodeImage } from '../../src/images'
import { normals } from '../../src/random'
import type { Image, Segmentation } from '../../src/types'
import { paint } from '../models/support'
import { ask, live, type Message, next, refusal, start, statuses, stop } from './support'

const z = normals(1, 512)
const grey = paint(60, 40, () => [100])

describe('model nodes', () => {
  // All tests of this file share one lane; each node releases its reference.
  const engine = sharedEngine()
  after(() => engine.close())
  afterEach(stop)

  describe('with nothing but id, type, position and wires', () => {
    it('run', async () => {
      await start([{ id: 'n', type: 'daisychain-bedroom' }])
      const [where, msg] = await ask('n', { payload: z, topic: 'kept' })
      assert.equal(where, 'out', msg.error?.message)
      assert.equal(`${msg.payload}`, 'image 128×128 RGB')
      assert.equal(msg.topic, 'kept')
    })

    it('show device and time', async () => {
      await start([{ id: 'n', type: 'daisychain-bedroom' }])
      const texts = statuses('n')
      await ask('n', { payload: z })
      while (!texts.some((text) => /^cpu \d+ ms$/.test(text))) await new Promise((resolve) => setTimeout(resolve, 20))
      assert.equal(texts[0], 'loading…')
    })
  })

  describe('options', () => {
    const red = (msg: Message) => (msg.payload as Image).data[0] as number
    const shade = (truncation: number) => Math.round(Math.tanh((z[0] as number) * truncation) * 127.5 + 127.5)

    it('come from the settings, or with precedence from the message', async () => {
      await start([{ id: 'n', type: 'daisychain-bedroom', truncation: '0.25' }])
      assert.equal(red((await ask('n', { payload: z }))[1]), shade(0.25))
      assert.equal(red((await ask('n', { payload: z, truncation: 0.5 }))[1]), shade(0.5))
      assert.equal(red((await ask('n', { payload: z, truncation: 0 }))[1]), 128)
    })

    it('use their default if a field is empty', async () => {
      await start([{ id: 'n', type: 'daisychain-bedroom', truncation: '' }])
      assert.equal(red((await ask('n', { payload: z }))[1]), shade(0.8))
    })

    it('are refused outside their range, with the range', async () => {
      await start([{ id: 'n', type: 'daisychain-bedroom' }])
      assert.match(await refusal('n', { payload: z, truncation: 2 }), /truncation.*2.*0.*1/)
    })
  })

  describe('the output', () => {
    it('is a value by default, and nothing is encoded or copied on the way to the next model', async () => {
      await start([
        { id: 'n', type: 'daisychain-bedroom', wires: [['d']] },
        { id: 'd', type: 'daisychain-depth' },
      ])
      const before = { ...counts }
      const [where, msg] = await ask('n', { payload: z })
      assert.equal(where, 'out', msg.error?.message)
      const depth = msg.payload as Image
      assert.deepEqual([depth.width, depth.height, depth.channels, depth.unit], [128, 128, 1, 'm'])
      assert.deepEqual({ ...counts }, before)
      // From the second message on, the engine has reserved room for the pictures.
      const { read } = Kept.prototype
      let reads = 0
      Kept.prototype.read = function () {
        reads++
        return read.call(this) as never
      }
      try {
        await ask('n', { payload: z })
        assert.equal(reads, 0)
      } finally {
        Kept.prototype.read = read
      }
    })

    for (const format of ['png', 'jpeg', 'webp'] as const) {
      it(`is a ${format} Buffer on request`, async () => {
        await start([{ id: 'n', type: 'daisychain-depth', format }])
        const { payload } = (await ask('n', { payload: grey }))[1]
        assert.ok(Buffer.isBuffer(payload))
        const { format: found, width, height } = await sharp(payload).metadata()
        assert.deepEqual([found, width, height], [format, 60, 40])
        // (100 / 255 × 6 + 1) m, displayed from 1 to 7 m.
        assert.ok(Math.abs(((await decodeImage(payload)).data[0] as number) - 100) <= 2)
      })
    }

    it('is a data URI on request: PNG for grey, JPEG for colour', async () => {
      await start([
        { id: 'd', type: 'daisychain-depth', format: 'dataURI' },
        { id: 'b', type: 'daisychain-bedroom', format: 'dataURI' },
      ])
      assert.match((await ask('d', { payload: grey }))[1].payload as string, /^data:image\/png;base64,/)
      assert.match((await ask('b', { payload: z }))[1].payload as string, /^data:image\/jpeg;base64,/)
    })

    it('is a label map if the model names things', async () => {
      await start([
        { id: 'n', type: 'daisychain-labels', wires: [['p', 'out']] },
        { id: 'p', type: 'daisychain-paint' },
      ])
      const both = next(2)
      live('n').receive({ payload: paint(50, 30, (x) => (x < 25 ? [200, 0, 0] : [0, 0, 200])) })
      const [[, map], [, picture]] = (await both) as [[string, Message], [string, Message]]
      assert.deepEqual((map.payload as Segmentation).labels, ['dark', 'red', 'green', 'blue'])
      assert.deepEqual([...(picture.payload as Image).data.subarray(0, 3)], [255, 0, 0])
    })
  })

  describe('several outputs', () => {
    it('each have their own port and message', async () => {
      await start([{ id: 'n', type: 'daisychain-things', category: 'red', wires: [['out'], ['out']] }])
      const both = next(2)
      live('n').receive({ payload: paint(30, 30, () => [255, 0, 255]), topic: 't' })
      const [[, first], [, second]] = (await both) as [[string, Message], [string, Message]]
      assert.equal(`${first.payload}`, 'image 30×30 RGB')
      const [thing, ...others] = second.payload as { category: string; mask: Image }[]
      assert.deepEqual([thing?.category, `${thing?.mask}`, others.length], ['red', 'image 30×30 grey', 0])
      assert.deepEqual([first.topic, second.topic, first._msgid === second._msgid], ['t', 't', true])
    })
  })

  describe('text', () => {
    it('is input and output as text', async () => {
      await start([
        { id: 't', type: 'daisychain-tell', wires: [['s']] },
        { id: 's', type: 'daisychain-story', seed: '1', sequence_length: '1' },
      ])
      assert.equal((await ask('t', { payload: grey }))[1].payload, 'abc ')
    })
  })

  describe('real pictures', () => {
    it('of any size and format give a depth of the same size', async () => {
      await start([{ id: 'n', type: 'daisychain-depth' }])
      const jpeg = await sharp({ create: { width: 400, height: 300, channels: 3, background: '#808080' } })
        .jpeg()
        .toBuffer()
      const png = await encodeImage(grey, 'png')
      const inputs: [unknown, number, number][] = [
        [jpeg, 400, 300],
        [png, 60, 40],
        [`data:image/jpeg;base64,${jpeg.toString('base64')}`, 400, 300],
        [png.toString('base64'), 60, 40],
        [{ data: new Uint8Array(3 * 50 * 20), width: 50, height: 20, channels: 3 }, 50, 20],
      ]
      for (const [payload, width, height] of inputs) {
        const [where, msg] = await ask('n', { payload })
        assert.equal(where, 'out', msg.error?.message)
        assert.deepEqual([(msg.payload as Image).width, (msg.payload as Image).height], [width, height])
      }
    })
  })

  describe('bad messages', () => {
    it('are refused one by one with a sentence, and the next good one works', async () => {
      await start([
        { id: 'd', type: 'daisychain-depth' },
        { id: 'b', type: 'daisychain-bedroom' },
      ])
      const noise = await sharp({
        create: {
          width: 90,
          height: 90,
          channels: 3,
          background: '#000',
          noise: { type: 'gaussian', mean: 99, sigma: 50 },
        },
      })
        .png()
        .toBuffer()
      const nan = [...z]
      nan[7] = Number.NaN
      const cases: [string, unknown, RegExp][] = [
        ['d', 'just some words', /image/],
        ['d', Buffer.alloc(0), /empty/],
        ['d', noise.subarray(0, noise.length / 2), /ends too early/],
        ['d', Buffer.from('%PDF-1.7'), /PDF/],
        ['d', hugeHeader(), /20000×20000/],
        ['d', undefined, /image/],
        ['d', 42, /image/],
        ['d', {}, /image/],
        ['d', '/no/such/folder/bed.jpg', /bed\.jpg/],
        ['b', z.slice(0, 511), /511.*512/],
        ['b', nan, /NaN/],
        ['b', 'vector', /512 numbers/],
        ['b', [], /512/],
        ['b', grey, /512/],
      ]
      for (const [id, payload, sentence] of cases) {
        const said = await refusal(id, { payload })
        assert.match(said, sentence)
        assert.match(said, /^[^\n]{15,260}[.!?]$/, said)
        assert.doesNotMatch(said, /^\w*Error|undefined is not|\bat .*:\d+:\d+/, said)
      }
      assert.equal((await ask('d', { payload: grey }))[0], 'out')
      assert.equal((await ask('b', { payload: z }))[0], 'out')
    })

    it('leave the message unchanged', async () => {
      await start([{ id: 'b', type: 'daisychain-bedroom' }])
      const [, caught] = await ask('b', { payload: [1, 2, 3], topic: 'mine', truncation: 1 })
      assert.deepEqual([caught.payload, caught.topic, caught.truncation], [[1, 2, 3], 'mine', 1])
      assert.equal(caught.error?.source.type, 'daisychain-bedroom')
    })
  })

  describe('messages that arrive during a run', () => {
    const many = (count: number) =>
      Array.from({ length: count }, (_, i) => ({ payload: grey, n: i, steps: i === 0 ? 600 : 0 }))

    it('are all kept and processed in order', async () => {
      await start([{ id: 'n', type: 'daisychain-slow' }])
      const answers = next(6)
      for (const msg of many(6)) live('n').receive(msg)
      assert.deepEqual(
        (await answers).map(([where, { n }]) => [where, n]),
        [0, 1, 2, 3, 4, 5].map((n) => ['out', n]),
      )
    })

    it('share runs if the graph has a batch dimension, each with its own result, in order', async () => {
      await start([{ id: 'company', type: 'daisychain-depth' }])
      const greys = Array.from({ length: 24 }, (_, i) => 10 * i)
      const answers = next(greys.length)
      for (const grey of greys) live('company').receive({ payload: paint(64, 64, () => [grey, grey, grey]), grey })
      const came = await answers
      assert.deepEqual(
        came.map(([where, { grey }]) => [where, grey]),
        greys.map((grey) => ['out', grey]),
      )
      for (const [, { payload, grey }] of came) {
        const depth = (payload as Image).data[0] as number
        assert.ok(Math.abs(depth - (1 + (6 * (grey as number)) / 255)) < 0.01, `${depth} for ${grey}`)
      }
      const { runs, batched } = metricsOf('company') as NodeMetrics
      assert.equal(runs, 24)
      assert.ok(batched >= 4, `${batched} in company`)
    })

    it('beyond the limit are refused, not lost', async () => {
      await start([{ id: 'n', type: 'daisychain-slow', queue: 'all', limit: 2 }])
      const answers = next(5)
      for (const msg of many(5)) live('n').receive(msg)
      const came = await answers
      assert.deepEqual(
        came.filter(([where]) => where === 'out').map(([, { n }]) => n),
        [0, 1, 2],
      )
      const refused = came.filter(([where]) => where === 'caught')
      assert.deepEqual(
        refused.map(([, { n }]) => n),
        [3, 4],
      )
      assert.match(refused[0]?.[1].error?.message ?? '', /the queue is full \(2 messages\)/)
    })

    for (const [queue, kept] of [
      ['latest', [0, 4]],
      ['drop', [0, 1]],
    ] as const) {
      it(`with "${queue}" only ${kept} are run, and the others are counted`, async () => {
        await start([{ id: 'n', type: 'daisychain-slow', queue }])
        const texts = statuses('n')
        const answers = next(2)
        for (const msg of many(5)) live('n').receive(msg)
        assert.deepEqual(
          (await answers).map(([where, { n }]) => [where, n]),
          kept.map((n) => ['out', n]),
        )
        while (!texts.some((text) => text.endsWith('discarded 3')))
          await new Promise((resolve) => setTimeout(resolve, 20))
      })
    }
  })

  describe('when the inference process is killed during a run', () => {
    it('the message fails with a sentence, and the next one succeeds', async () => {
      // Its own options give it a lane that no other test uses.
      await start([
        { id: 'e', type: 'daisychain-engine', device: 'cpu', threads: 1 },
        { id: 'n', type: 'daisychain-slow', engine: 'e' },
      ])
      const watched = sharedEngine({ device: 'cpu', threads: 1, strict: false, memoryLimit: 0 })
      try {
        const answer = next(1)
        live('n').receive({ payload: grey, steps: 1_000_000 })
        while (!watched.state.running) await new Promise((resolve) => setTimeout(resolve, 10))
        const { pid } = watched.state
        assert.ok(pid && pid !== process.pid)
        process.kill(pid, 'SIGKILL')
        const [where, msg] = (await answer)[0] as [string, Message]
        assert.equal(where, 'caught')
        assert.match(msg.error?.message ?? '', /^[A-Z][^\n]+\.$/)
        assert.equal(msg.error?.code, 'lane-died')
        const [after, good] = await ask('n', { payload: grey, steps: 0 })
        assert.equal(after, 'out', good.error?.message)
        assert.notEqual(watched.state.pid, pid)
      } finally {
        await watched.close()
      }
    })
  })

  describe('a deploy during a run', () => {
    it('ends the queue, and leaves no lane behind', async () => {
      await start([
        { id: 'e', type: 'daisychain-engine', device: 'cpu', threads: 2 },
        { id: 'n', type: 'daisychain-slow', engine: 'e' },
      ])
      for (let i = 0; i < 4; i++) live('n').receive({ payload: grey, steps: 300 })
      const watched = sharedEngine({ device: 'cpu', threads: 2, strict: false, memoryLimit: 0 })
      while (!watched.state.running) await new Promise((resolve) => setTimeout(resolve, 10))
      await stop()
      // The current run ended; the waiting ones were never started.
      assert.deepEqual([watched.state.running, watched.state.waiting, watched.state.runs], [false, 0, 1])
      await watched.close()
      await start([{ id: 'n', type: 'daisychain-slow' }])
      assert.equal((await ask('n', { payload: grey }))[0], 'out')
    })
  })
})

/** A PNG header that claims 20 000×20 000 pixels. */
function hugeHeader(): Buffer {
  const bytes = '89504e470d0a1a0a0000000d4948445200004e2000004e2008020000006c12d16e000000004944415435af061e'
  return Buffer.from(bytes, 'hex')
}
