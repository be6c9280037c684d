import assert from 'node:assert/strict'
import { codec, cutOut, encodeImage, readMask, resize, resizeLabels } from '../../src/images'
import { waveform } from '../../src/sounds'
import {
  Audio,
  type Channels,
  colorize,
  converters,
  Image,
  joinInPieces,
  onWhite,
  type PortType,
  readValue,
  Segmentation,
  typeOf,
  writeWav,
} from '../../src/types'
import { withChannels } from '../../src/types/adapt'
import { drawShapes } from '../../src/types/converters/draw-shapes'
import { readColors } from '../../src/types/read-colors'

const [WIDTH, HEIGHT] = [1500, 1000]
const PIECES = (WIDTH * HEIGHT) / 200_000

function picture(channels: Channels, range?: readonly [number, number]): Image {
  const numbers = new (range ? Float32Array : Uint8Array)(WIDTH * HEIGHT * channels)
  for (let i = 0; i < numbers.length; i++) numbers[i] = range ? (i % 997) / 997 : (i * 31) % 256
  return new Image({ width: WIDTH, height: HEIGHT, channels, data: numbers, ...(range && { range }) })
}

/** Counts the event loop's turns during `work`. */
async function turnsDuring<T>(work: () => Promise<T>): Promise<[turns: number, done: T]> {
  let [turns, isOver] = [0, false]
  const count = () => {
    turns++
    if (!isOver) setImmediate(count)
  }
  setImmediate(count)
  const done = await work()
  isOver = true
  return [turns, done]
}

describe('large pictures give other work its turn', () => {
  for (const [given, wanted, range] of [
    [4, 3],
    [4, 1],
    [3, 1],
    [1, 3],
    [3, 4],
    [4, 3, [0, 1]],
    [1, 3, [0, 1]],
  ] as [Channels, Channels, [number, number]?][]) {
    it(`when they get ${wanted} instead of ${given} channels${range ? ' of floats' : ''}, with the same result`, async () => {
      const image = picture(given, range)
      const [turns, read] = await turnsDuring(() =>
        readValue({ type: 'image', channels: wanted }, image, 'image', codec),
      )
      assert.ok(turns >= PIECES, `${turns} turns`)
      assert.deepEqual((read as Image).pixels.hash, withChannels(image, wanted).pixels.hash)
      assert.deepEqual([(read as Image).channels, (read as Image).range], [wanted, range])
    })
  }

  it('when floats are resized', async () => {
    const [turns] = await turnsDuring(() => resize(picture(1, [0, 1]), 64, 64))
    assert.ok(turns >= 2 * PIECES, `${turns} turns`)
  })

  it('when many masks are drawn on them', async () => {
    const mask = new Image({
      width: WIDTH,
      height: HEIGHT,
      channels: 1,
      data: new Uint8Array(WIDTH * HEIGHT).fill(255),
    })
    const things = Array.from({ length: 26 }, (_, i) => ({ mask, category: `thing ${i}`, box: [0, 0, 1, 1] }))
    const [turns] = await turnsDuring(async () =>
      drawShapes.convert(things, {}, { ...codec, encode: encodeImage, canvas: picture(3) } as never),
    )
    assert.ok(turns >= 26, `${turns} turns`)
  })
})

describe('very many detections give other work its turn', () => {
  const canvas = () => ({ ...codec, encode: encodeImage, canvas: picture(3) }) as never

  it('when they are drawn', async () => {
    const boxes = Array.from({ length: 5000 }, () => ({ category: 'bed', box: [0.1, 0.1, 0.2, 0.2] }))
    const points = Array.from({ length: 5000 }, (_, i) => [(i % 71) / 71, (i % 89) / 89])
    for (const things of [boxes, points, [{ landmarks: points }]]) {
      const [turns] = await turnsDuring(async () => drawShapes.convert(things, {}, canvas()))
      assert.ok(turns >= 20, `${turns} turns`)
    }
  })

  it('when the colours of a photograph are compared with those of labels', async () => {
    const [turns] = await turnsDuring(() =>
      assert.rejects(
        readColors(
          picture(3),
          ['a', 'b'],
          [
            [0, 0, 0],
            [255, 255, 255],
          ],
        ),
        /isn't in the colours of the 2 labels/,
      ),
    )
    assert.ok(turns >= PIECES, `${turns} turns`)
  })

  describe('when they are label maps', () => {
    const ids = () => new Uint8Array(WIDTH * HEIGHT).map((_, i) => i % 3)
    const labels = ['wall', 'bed', 'cat']
    const map = () => new Segmentation({ width: WIDTH, height: HEIGHT, data: ids(), labels })
    const read = (type: PortType, value: unknown) => readValue(type, value, 'payload', codec)
    const works: [string, looks: number, () => Promise<unknown>][] = [
      ['comes as a record', 1, () => read({ type: 'segmentation' }, { ...map(), data: ids() })],
      ['comes as a list', 2, () => read({ type: 'segmentation' }, { ...map(), data: [...ids()] })],
      ['gets other labels', 2, () => read({ type: 'segmentation', labels: ['cat', 'wall', 'bed'] }, map())],
      ['is coloured', 1, () => colorize(map())],
      ['is resized', 1, () => resizeLabels(map(), WIDTH + 1, HEIGHT)],
      ['becomes a mask', 1, () => readMask(map(), ['bed'])],
    ]
    for (const [what, looks, work] of works)
      it(what, async () => {
        const [turns] = await turnsDuring(work)
        assert.ok(turns >= looks * PIECES, `${turns} turns`)
      })

    it('without being examined again for their type', async () => {
      const large = (await read({ type: 'segmentation' }, { ...map(), data: ids() })) as Segmentation
      assert.equal(large.pixels.shown, large.pixels.shown)
      assert.deepEqual(typeOf(large), { type: 'segmentation', labels, width: WIDTH, height: HEIGHT })
    })
  })

  it('when floats become bytes', async () => {
    for (const work of [
      () => encodeImage(picture(1, [0, 1]), 'jpeg'),
      () => cutOut(picture(3), picture(1, [0, 1])),
    ] as (() => Promise<unknown>)[]) {
      const [turns] = await turnsDuring(work)
      assert.ok(turns >= PIECES, `${turns} turns`)
    }
  })

  it('or are refused', async () => {
    const million = new Int32Array(1_500_000)
    await assert.rejects(
      readValue({ type: 'vector' }, million, 'payload', codec),
      /^ValueError: payload has 1,500,000 numbers, but a list may have at most 1,000,000: send a Float32Array$/,
    )
    assert.equal(
      await readValue({ type: 'vector' }, Float32Array.from(million), 'z', codec).then(
        (z) => (z as Float32Array).length,
      ),
      1_500_000,
    )
    await assert.rejects(
      readValue({ type: 'array', itemType: { type: 'any' } }, million, 'payload', codec),
      /^ValueError: payload has 1,500,000 items, but at most 200,000 are allowed: send them in parts$/,
    )
  })
})

describe('long sounds give other work its turn', () => {
  const frames = 1_000_000
  const tone = (channels = 2) =>
    new Audio({
      sampleRate: 48_000,
      channels,
      data: new Float32Array(frames * channels).map((_, i) => Math.sin(i / 9)),
    })
  const read = (type: PortType, value: unknown) => readValue(type, value, 'payload', codec)
  const named = (id: string) => converters.find((one) => one.id === id) as (typeof converters)[number]
  const works: [string, pieces: number, () => Promise<unknown>][] = [
    ['that come as a record', 10, () => read({ type: 'audio' }, { ...tone(), data: tone().data })],
    [
      'that come as whole numbers',
      15,
      () => read({ type: 'audio' }, { sampleRate: 8000, data: new Int16Array(frames * 2) }),
    ],
    ['that come as a WAV', 20, () => read({ type: 'audio' }, Buffer.from(writeWav(tone())))],
    ['that are mixed down', 5, () => read({ type: 'audio', channels: 1 }, tone())],
    ['that are cut', 10, async () => named('cut-sound').convert(tone(), {}, codec as never)],
    ['whose loudness is measured', 10, async () => named('loudness').convert(tone(), {}, codec as never)],
    ['that are shown', 9, () => waveform(tone(), 160, 54)],
    [
      'whose parts are joined',
      10,
      async () => {
        const parts = Array.from({ length: 300 }, (_, i) => new Float32Array(7000).fill(i / 300))
        const all = await joinInPieces([...parts])
        assert.deepEqual([all.length, all[0], all[150 * 7000], all.at(-1)], [2_100_000, 0, 0.5, Math.fround(299 / 300)])
      },
    ],
    ['that are encoded', 10, async () => named('encode-sound').convert(tone(), {}, codec as never)],
  ]
  for (const [what, pieces, work] of works)
    it(what, async () => {
      const [turns] = await turnsDuring(work)
      assert.ok(turns >= pieces, `${turns} turns`)
    })
})

describe('transparent and coloured pixels', () => {
  it('follow the formula, to the byte', async () => {
    const data = Uint8Array.from([10, 20, 30, 0, 10, 20, 30, 128, 10, 20, 30, 255])
    assert.deepEqual(
      [...onWhite(new Image({ width: 3, height: 1, channels: 4, data })).data],
      [0, 128, 255].flatMap((alpha) =>
        [10, 20, 30].map((v) => Math.round(v * (alpha / 255) + 255 * (1 - alpha / 255))),
      ),
    )
    const ids = new Segmentation({
      width: 3,
      height: 1,
      data: Uint8Array.from([1, 0, 1]),
      labels: ['a', 'b'],
      colors: [
        [1, 2, 3],
        [4, 5, 6],
      ],
    })
    assert.deepEqual([...(await colorize(ids)).data], [4, 5, 6, 1, 2, 3, 4, 5, 6])
  })
})

describe('the type of a very large value', () => {
  it('is found by examining a sample of it', () => {
    const record = (value: number) => Object.fromEntries(Array.from({ length: 20_000 }, (_, j) => [`f${j}`, value]))
    const records = [record(0), ...Array(998).fill(record(5)), record(999)]
    const started = performance.now()
    const type = typeOf(records) as PortType & { itemType: { fields: Record<string, PortType> } }
    assert.ok(performance.now() - started < 5000)
    assert.equal(Object.keys(type.itemType.fields).length, 5000)
    // The sample always includes the first and the last element.
    assert.deepEqual(type.itemType.fields.f0, { type: 'number', min: 0, max: 999 })
    const short = Array.from({ length: 5000 }, (_, i) => (i === 777 ? 'x' : i))
    assert.deepEqual(
      (typeOf(short) as { itemType?: object }).itemType,
      { type: 'any' },
      'what has room is looked at whole',
    )
  })
})
