import assert from 'node:assert/strict'
import helper from 'node-red-node-test-helper'
import engineNode from '../../nodes/engine/engine'
import latentNode from '../../nodes/latent/latent'
import { registerModel } from '../../nodes/models/model-node'
import { between, encodeVector, storePoints } from '../../src/latent'
import { loadManifest } from '../../src/models'
import { fixturesFolder } from '../models/support'
import { collect, startWith, until } from './pictures'
import { ask, live, refusal, stop } from './support'

const bedroom = loadManifest(`${fixturesFolder}/bedroom`)
const slow = loadManifest(`${fixturesFolder}/slow`)
const [a, b, c] = [
  [1, 0, 0],
  [0, 1, 0],
  [0, 0, 1],
] as [number[], number[], number[]]
const points = storePoints([
  { name: 'A', vector: a },
  { name: 'B', vector: b },
  { name: 'C', vector: c },
])

const start = (settings: object, ...more: { id: string; type: string }[]) =>
  startWith(
    [engineNode, latentNode, (RED) => [bedroom, slow].forEach((model) => void registerModel(RED, model))],
    [{ id: 'n', type: 'daisychain-latent', length: 3, points, ...settings }, ...more],
  )

const vector = async (msg: object) => {
  const [where, { payload, error }] = await ask('n', msg)
  assert.equal(where, 'out', error?.message)
  return payload as number[]
}
const partsOf = (msg: Record<string, unknown> = {}) => msg.parts as { id: string; count: number }
const near = (found: unknown, wanted: number[]) => {
  const numbers = found as number[]
  assert.equal(numbers.length, wanted.length)
  for (const [i, x] of wanted.entries())
    assert.ok(Math.abs((numbers[i] as number) - x) < 1e-6, `${numbers} is not ${wanted}`)
}

describe('daisychain-latent with kept points', () => {
  afterEach(stop)

  it('sends the point that a message asks for, whatever its settings', async () => {
    await start({})
    near(await vector({ point: 2 }), b)
    near(await vector({ point: 'c' }), c)
    near(await vector({ point: 1.5 }), between(a, b, 0.5))
    near(await vector({ point: '2' }), b)
    assert.match(await refusal('n', { point: 4 }), /no kept point 4.*1 "A", 2 "B", 3 "C"/)
    assert.match(await refusal('n', { point: 'D' }), /no kept point "D"/)
    assert.notDeepEqual(await vector({}), await vector({}), 'and random ones still')
  })

  it('goes to the next and the previous one, wrapping around', async () => {
    await start({})
    for (const [control, expected] of [
      ['next', a],
      ['next', b],
      ['previous', a],
      ['previous', c],
      ['next', a],
    ] as const) {
      near(await vector({ control }), expected)
    }
    await vector({ point: 'B' })
    near(await vector({ control: 'next' }), c)
    const [, msg] = await ask('n', { control: 'next', topic: 't' })
    assert.deepEqual([msg.topic, 'control' in msg], ['t', false], 'models behind are not told')
  })

  it('takes a step for each message: the points themselves', async () => {
    await start({ sends: 'points', end: 'once' })
    for (const [index, expected] of [a, b, c, a].entries()) {
      const [, { payload, parts }] = await ask('n', {})
      near(payload, expected)
      const { id, ...place } = parts as unknown as { id: string }
      assert.deepEqual(place, { type: 'array', index: index % 3, count: 3 })
      assert.ok(id)
    }
  })

  it('takes a step for each message: a walk, which starts again on request', async () => {
    await start({ sends: 'walk', seconds: 1, rate: 2, end: 'loop' })
    for (const expected of [a, between(a, b, 0.5), b, between(b, c, 0.5), c, between(c, a, 0.5), a]) {
      const [, { payload, parts }] = await ask('n', {})
      near(payload, expected)
      assert.equal(parts, undefined, 'what goes round has no end')
    }
    near(await vector({ control: 'start' }), a)
    near(await vector({}), between(a, b, 0.5))
    const parts = { id: 'mine', index: 3 }
    assert.deepEqual((await ask('n', { parts }))[1].parts, parts)
  })

  it('wanders at random, in the same way for the same seed', async () => {
    await start({ sends: 'wander', seconds: 1, rate: 1, similarity: 0.5, points: [], length: 100 })
    const gone = [await vector({ control: 'start', seed: 'x' }), await vector({}), await vector({})]
    assert.notDeepEqual(gone[0], gone[1])
    assert.deepEqual(await vector({ control: 'start', seed: 'x' }), gone[0])
    assert.deepEqual([await vector({}), await vector({})], gone.slice(1))
    assert.notDeepEqual(await vector({ control: 'start', seed: 'y' }), gone[0])
  })

  it('sends a whole walk for one message, with its parts, never more than two at a time', async () => {
    await start(
      { sends: 'walk', pace: 'whole', seconds: 1, rate: 4, end: 'once', wires: [['work']] },
      { id: 'work', type: 'helper' },
    )
    const underWay: (() => void)[] = []
    const seen: Record<string, unknown>[] = []
    let most = 0
    live('work').on('input', ((msg: Record<string, unknown>, _send: unknown, done: () => void) => {
      seen.push(msg)
      underWay.push(done)
      most = Math.max(most, underWay.length)
      setImmediate(() => underWay.shift()?.())
    }) as never)
    live('n').receive({ topic: 't' })
    await until(() => seen.length === 9)
    assert.equal(most <= 2, true, `${most} at a time`)
    const id = partsOf(seen[0]).id
    for (const [index, msg] of seen.entries()) {
      assert.deepEqual([msg.parts, msg.topic], [{ id, type: 'array', index, count: 9 }, 't'])
    }
    near(seen[0]?.payload, a)
    near(seen[2]?.payload, between(a, b, 0.5))
    near(seen[8]?.payload, c)
    assert.equal(new Set(seen.map(({ _msgid }) => _msgid)).size, 9)
    live('n').receive({})
    await until(() => seen.length === 18)
    assert.notEqual(partsOf(seen[9]).id, id)
  })

  it('makes a round trip of random points if a whole random walk is needed', async () => {
    await start({ sends: 'wander', pace: 'whole', seconds: 1, rate: 3, stops: 2, similarity: 0.9 })
    const messages = collect('out')
    live('n').receive({})
    await until(() => messages.length === 6)
    near(messages[0]?.payload, a)
    assert.equal(partsOf(messages[5]).count, 6)
  })

  it('plays automatically until it is stopped, and continues', async () => {
    await start({ sends: 'walk', pace: 'play', seconds: 0.1, rate: 50 })
    const messages = collect('out')
    live('n').receive({ topic: 't' })
    await until(() => messages.length > 20)
    assert.deepEqual([messages[20]?.topic, messages[20]?.parts], ['t', undefined])
    live('n').receive({ control: 'stop' })
    // Up to two are still on their way.
    const pause = () => new Promise((resolve) => setTimeout(resolve, 200))
    await pause()
    const stopped = messages.length
    await pause()
    assert.equal(messages.length, stopped, 'nothing comes once it has stopped')
    live('n').receive({ control: 'resume' })
    await until(() => messages.length > stopped + 5)
    await stop()
    const ended = messages.length
    await new Promise((resolve) => setTimeout(resolve, 200))
    assert.equal(messages.length, ended, 'nothing comes after a deploy')
  })

  it('plays once with an end that join and export recognise', async () => {
    await start({ sends: 'points', pace: 'play', end: 'once' })
    const messages = collect('out')
    live('n').receive({ seconds: 0.02 })
    await until(() => messages.some(({ parts }) => (parts as { count?: number }).count))
    const last = messages.at(-1)
    near(last?.payload, c)
    assert.equal(partsOf(last).count, messages.length)
  })

  it('doesn’t flood a slow model: frames of a fast walk are skipped', async () => {
    const model = { id: 'm', type: 'daisychain-bedroom', queue: 'all', limit: 3, wires: [['out']] }
    await start({ sends: 'wander', pace: 'play', rate: 60, seconds: 1, points: [], length: 512, wires: [['m']] }, model)
    const [pictures, wrong] = [collect('out'), collect('caught')]
    live('n').receive({})
    await until(() => pictures.length > 15)
    assert.deepEqual(wrong, [], 'the queue is never full')
  })

  for (const [what, settings, msg, sentence] of [
    ['a control that is none', {}, { control: 'jump' }, /control is "jump".*start, stop, resume, next or previous/],
    ['points where there are none', { points: [], sends: 'walk' }, {}, /no points are kept yet/],
    ['the next of none', { points: [] }, { control: 'next' }, /no points are kept yet/],
    ['points of another model', { length: 5, sends: 'points' }, {}, /"A" has 3 numbers.*needs 5/],
    ['such a point itself', { length: 5 }, { point: 1 }, /3.*5/],
    ['damaged points', { points: [{ name: 'x', vector: '?' }], sends: 'walk' }, {}, /kept point 1 cannot be read/],
    ['an odd setting', { sends: 'walks' }, {}, /"walks".*random, points, walk, wander/],
    ['a rate that cannot be', { sends: 'walk', pace: 'play' }, { rate: 1000 }, /the rate is 1000.*0.01 to 60/],
    ['seconds that are none', { sends: 'walk' }, { seconds: 'x' }, /time from point to point is "x"/],
  ] as const) {
    it(`refuses ${what}`, async () => {
      await start(settings)
      assert.match(await refusal('n', msg), sentence)
    })
  }
})

describe('pictures for the explorer', () => {
  before((done) => void helper.startServer(done))
  after((done) => void helper.stopServer(done))
  afterEach(stop)

  const random = (seed: number) => encodeVector(Float32Array.from({ length: 512 }, (_, i) => Math.sin(seed + i)))
  const pictures = (body: object) => helper.request().post('/daisychain-latent/pictures').send(body)

  it('are made with a model’s settings in the editor, deployed or not', async () => {
    await start({})
    const wish = { type: 'daisychain-bedroom', settings: {}, vectors: [random(1), random(2), random(1)], side: 64 }
    const { body } = await pictures(wish).expect(200)
    const [one, two, again] = body.pictures as string[]
    assert.match(one ?? '', /^data:image\/jpeg;base64,/)
    assert.equal(one, again)
    assert.notEqual(one, two)
    assert.ok(body.milliseconds > 0)
    const still = await pictures({ ...wish, settings: { truncation: '0' } }).expect(200)
    assert.equal(new Set(still.body.pictures as string[]).size, 1, 'its truncation is honoured')
  })

  it('are refused with a sentence', async () => {
    await start({})
    const wish = { type: 'daisychain-bedroom', settings: {}, vectors: [random(1)], side: 64 }
    for (const [change, sentence] of [
      [{ type: 'debug' }, /this package's models only/],
      [{ type: 7 }, /no model/],
      [{ vectors: [] }, /1 to 16/],
      [{ vectors: new Array(17).fill(random(1)) }, /1 to 16/],
      [{ vectors: ['?'] }, /don't describe a point/],
      [{ vectors: [encodeVector([1, 2])] }, /2.*512/],
      [{ side: 5 }, /16 to 1024/],
      [{ type: 'daisychain-slow' }, /Slow's image/],
    ] as const) {
      const { body } = await pictures({ ...wish, ...change }).expect(400)
      assert.match((body as { message: string }).message, sentence)
    }
  })
})
