import assert from 'node:assert/strict'
import { runInNewContext } from 'node:vm'
import {
  checkWire,
  converters,
  describeValue,
  Image,
  type PortType,
  quoteValue,
  readValue,
  ValueError,
} from '../../src/types'
import { fakeCodec, jpegBytes, pngBytes } from './values'

const read = async (value: unknown, codec = fakeCodec()) =>
  (await readValue({ type: 'image' }, value, 'x', codec)) as Image

/** 3×1 pixels: a bright transparent one, a half transparent one, and an opaque one. */
const seeThrough = (range?: [number, number]) => {
  const data = [250, 240, 0, 0, 0, 0, 0, 128, 10, 20, 30, 255]
  return range
    ? new Image({ width: 3, height: 1, channels: 4, range, data: Float32Array.from(data, (byte) => byte / 255) })
    : new Image({ width: 3, height: 1, channels: 4, data: Uint8Array.from(data) })
}

describe('transparent parts', () => {
  const opaque = [255, 255, 255, 127, 127, 127, 10, 20, 30]

  it('are invisible: they become white, in bytes, floats and grey', async () => {
    for (const channels of [1, 3] as const) {
      const type = { type: 'image', channels } as const
      const bytes = (await readValue(type, seeThrough(), 'x', fakeCodec())) as Image
      const floats = (await readValue(type, seeThrough([0, 1]), 'x', fakeCodec())) as Image
      assert.deepEqual([...bytes.data], channels === 3 ? opaque : [255, 127, 18])
      assert.deepEqual(
        Array.from(floats.data, (value) => Math.round(value * 255)),
        [...bytes.data],
      )
    }
  })

  it('are kept if four channels are required', async () =>
    assert.deepEqual(await readValue({ type: 'image', channels: 4 }, seeThrough(), 'x', fakeCodec()), seeThrough()))

  it('are white in label maps read from colours, in false colours and behind shapes', async () => {
    const labels = await readValue(
      {
        type: 'segmentation',
        labels: ['sky', 'sun', 'soil'],
        labelToColor: { sky: [255, 255, 255], sun: [250, 240, 0], soil: [10, 20, 30] },
      },
      seeThrough(),
      'x',
      { ...fakeCodec(), readsLabels: true },
    )
    assert.equal((labels as { data: Uint8Array }).data[0], 0)
    const named = (id: string) => converters.find((entry) => entry.id === id) as (typeof converters)[number]
    const tools = { ...fakeCodec(), encode: async () => new Uint8Array() }
    const colored = (await named('false-color').convert(seeThrough(), { colorMap: 'grey' }, tools)) as Image
    const white = (await named('false-color').convert(
      new Image({ width: 1, height: 1, channels: 1, data: Uint8Array.of(255) }),
      { colorMap: 'grey' },
      tools,
    )) as Image
    assert.deepEqual([...colored.data.subarray(0, 3)], [...white.data])
    const drawn = (await named('draw').convert([[1, 1]], { lineWidth: 1 }, { ...tools, canvas: seeThrough() })) as Image
    assert.deepEqual([...drawn.data.subarray(0, 3)], [255, 255, 255])
  })

  it('are mentioned on the wire', () => {
    const say = (channels: 1 | 3) => checkWire({ type: 'image', channels: 4 }, { type: 'image', channels }).message
    assert.match(say(3), /which is placed on white where it is transparent$/)
    assert.match(say(1), /which is converted to greyscale, on white where it is transparent$/)
  })
})

describe('pixels in a record', () => {
  const size = { width: 2, height: 1, channels: 3 }
  const bytes = Uint8Array.of(0, 1, 2, 253, 254, 255)
  const shared = new Uint8Array(new SharedArrayBuffer(6))
  shared.set(bytes)
  const json = (value: unknown) => JSON.parse(JSON.stringify(value))

  const asBytes: Record<string, unknown> = {
    'an ArrayBuffer': bytes.buffer,
    'an ArrayBuffer of a Function node': runInNewContext('Uint8Array.of(0, 1, 2, 253, 254, 255).buffer'),
    'a SharedArrayBuffer': shared.buffer,
    'a DataView': new DataView(bytes.buffer),
    'a list': [...bytes],
    'a Buffer after JSON': json(Buffer.from(bytes)),
    'a typed array after JSON': json(bytes),
    'base64 text': Buffer.from(bytes).toString('base64'),
    'base64url text': Buffer.from(bytes).toString('base64url'),
  }
  for (const [what, data] of Object.entries(asBytes)) {
    it(`may be bytes as ${what}`, async () => assert.deepEqual([...(await read({ ...size, data })).data], [...bytes]))
  }

  it('may have a size as in sharp and Jimp, or as strings', async () => {
    for (const value of [
      { data: bytes, info: { width: 2, height: 1, channels: 3 } },
      { bitmap: { width: 2, height: 1, data: bytes } },
      { width: '2', height: '1', data: bytes },
    ])
      assert.equal(`${await read(value)}`, 'image 2×1 RGB')
  })

  it('may have an encoded picture in place of the pixels', async () => {
    const codec = fakeCodec()
    await read({ width: 640, height: 480, data: Buffer.from(pngBytes) }, codec)
    assert.deepEqual(codec.asked.length, 1)
    const raw = { width: 2, height: 1, data: Uint8Array.of(0xff, 0xd8, 0xff, 0xe0, 0, 0) }
    assert.deepEqual([...(await read(raw)).data], [...raw.data], 'pixels that happen to begin like a JPEG')
  })

  const floats: [what: string, data: unknown, range?: [number, number]][] = [
    ['floats from 0 to 1', Float32Array.of(0, 0.5, 1, 0, 0.5, 1)],
    ['doubles', Float64Array.of(0, 0.5, 1, 0, 0.5, 1)],
    ['a list of floats', [0, 0.5, 1, 0, 0.5, 1]],
    ['floats a little beyond', Float32Array.of(-0.02, 0.5, 1.03, 0, 0.5, 1)],
    ['floats with a range', Float32Array.of(0, 130, 255, 0, 1, 2), [0, 255]],
    ['16 bits with a range', Uint16Array.of(0, 130, 65535, 0, 1, 2), [0, 65535]],
    ['whole numbers with a range', Int16Array.of(-5, 130, 300, 0, 1, 2), [-1000, 1000]],
    ['bytes with another range', [0, 1, 2, 3, 4, 5], [0, 5]],
    ['a mask with a range', [0, 1, 1, 0, 0, 1], [0, 1]],
  ]
  for (const [what, data, range] of floats) {
    it(`may be ${what}`, async () => {
      const image = await read({ ...size, data, ...(range && { range }) })
      assert.deepEqual(image.data, Float32Array.from(data as number[]))
      assert.deepEqual(image.range, range ?? [0, 1])
    })
  }

  const refused: [data: unknown, message: RegExp, more?: object][] = [
    [Float32Array.of(0, 130, 255, 0, 1, 2), /floats from 0 to 255, .* add "range" .*"range": \[0, 255\]$/],
    [[0.5, 130, 255, 0, 1, 2], /floats from 0 to 255/],
    [[300, 0, 0, 0, 0, 0], /floats from 0 to 300/],
    [Float64Array.of(-1, 1, 0, 0, 0, 0), /floats from -1 to 1.*\[-1, 1\]$/],
    [Uint16Array.of(0, 130, 255, 0, 1, 2), /a Uint16Array, which doesn't say .*\[0, 65535\]$/],
    [new Int8Array(6), /an Int8Array/],
    [[0, 1, 1, 0, 0, 1], /a list of 0 and 1, .*"range": \[0, 1\] where 1 is white$/],
    [new Uint32Array(6), /Uint32Array/],
    [new BigInt64Array(6), /a BigInt64Array, but must be bytes/],
    [Float32Array.of(0, Number.NaN, 0, 0, 0, 0), /has NaN at index 1/],
    [undefined, /its data is missing/],
    ['not base64!', /text that isn't base64/],
    [{ a: 1 }, /its data is \{"a": 1\}, but must be bytes/],
    [['a', 'b'], /has "a" at index 0/],
    [bytes, /its width is "wide", but must be a number of pixels/, { width: 'wide' }],
    [bytes, /its range is "all"/, { range: 'all' }],
    [bytes, /an image cannot have 2 channels/, { width: 3, channels: 2 }],
  ]
  for (const [data, message, more] of refused) {
    it(`is refused with "${message.source}"`, () =>
      assert.rejects(read({ ...size, data, ...more }), (error: Error) => {
        assert.ok(error instanceof ValueError)
        assert.match(error.message, message)
        return error.message.length < 400
      }))
  }
})

describe('a record that describes its layout', () => {
  const size = { width: 2, height: 2 }
  /**
   * Four pixels, each with ten times its position, plus 0 for red, 1 for green, 2 for blue and 3 for alpha.
   */
  const pixels = (order: string) =>
    Uint8Array.from([0, 10, 20, 30].flatMap((at) => [...order].map((c) => at + 'rgba'.indexOf(c))))
  const planes = (order: string) =>
    Uint8Array.from([...order].flatMap((c) => [0, 10, 20, 30].map((at) => at + 'rgba'.indexOf(c))))
  const padded = (bytes: Uint8Array, row: number, step: number) => {
    const rows = new Uint8Array(step * 2).fill(200)
    rows.set(bytes.subarray(0, row))
    rows.set(bytes.subarray(row), step)
    return rows
  }
  const followed: [what: string, record: object, order: string][] = [
    ['BGR of OpenCV', { channels: 3, colorSpace: 'BGR', data: pixels('bgr') }, 'rgb'],
    ['bgr8 of ROS', { encoding: 'bgr8', step: 6, data: pixels('bgr') }, 'rgb'],
    ['BGRA of a window', { format: 'BGRA', data: pixels('bgra') }, 'rgba'],
    ['BGR with alpha', { channels: 4, order: 'bgr', data: pixels('bgra') }, 'rgba'],
    ['ARGB', { pixelFormat: 'argb', data: pixels('argb') }, 'rgba'],
    ['ABGR32', { pixelFormat: 'ABGR32', data: pixels('abgr') }, 'rgba'],
    ['RGB', { colorSpace: 'RGB', data: pixels('rgb') }, 'rgb'],
    ['sRGB of a canvas', { colorSpace: 'srgb', data: pixels('rgba') }, 'rgba'],
    ['planes', { channels: 3, layout: 'CHW', data: planes('rgb') }, 'rgb'],
    ['planes by their shape', { shape: [1, 3, 2, 2], data: planes('rgb') }, 'rgb'],
    ['planes in another order', { planar: true, order: 'BGR', data: planes('bgr') }, 'rgb'],
    ['padded rows', { channels: 3, stride: 8, data: padded(pixels('rgb'), 6, 8) }, 'rgb'],
    ['padded rows, channels by the order', { encoding: 'bgr8', step: 8, data: padded(pixels('bgr'), 6, 8) }, 'rgb'],
    ['padded rows, channels by the row', { bytesPerRow: 9, data: padded(pixels('rgba'), 8, 9) }, 'rgba'],
    ['another step', { step: 12, data: pixels('rgb') }, 'rgb'],
  ]
  for (const [what, record, order] of followed)
    it(`is read as it says: ${what}`, async () => {
      const image = await read({ ...size, ...record })
      assert.equal(image.channels, order.length)
      assert.deepEqual([...image.data], [...pixels(order)])
    })

  it('may have bytes of wider numbers', async () => {
    const floats = Float32Array.of(0, 0.25, 0.5, 1)
    const doubles = Buffer.from(Float64Array.from(floats).buffer)
    for (const record of [
      { dtype: 'float32', data: Buffer.from(floats.buffer) },
      { dtype: 'float64', data: doubles.toString('base64') },
      { depth: 'float', data: [...floats] },
    ])
      assert.deepEqual((await read({ ...size, ...record })).data, floats)
    const mask = await read({ ...size, dtype: 'float32', data: [0, 1, 1, 0] })
    assert.deepEqual(
      [mask.range, [...mask.data]],
      [
        [0, 1],
        [0, 1, 1, 0],
      ],
    )
    const words = { ...size, depth: 'ushort', data: Buffer.from(Uint16Array.of(0, 1, 2, 65535).buffer) }
    await assert.rejects(read(words), /a Uint16Array, which doesn't say .*\[0, 65535\]$/)
    assert.deepEqual([...(await read({ ...words, range: [0, 65535] })).data], [0, 1, 2, 65535])
    await assert.rejects(
      read({ ...size, dtype: 'float32', data: Buffer.alloc(13) }),
      /13 bytes, but each of its "float32" numbers takes 4/,
    )
  })

  for (const [record, message] of [
    [
      { colorSpace: 'HSV', data: pixels('rgb') },
      /its colorSpace is "HSV", but its colours must be sRGB .*: convert them first$/,
    ],
    [{ format: 'yuv444p', data: pixels('rgb') }, /its format is "yuv444p"/],
    [{ colorSpace: 'display-p3', data: pixels('rgba') }, /display-p3/],
    [{ order: 'ARGB', data: pixels('rgb') }, /its order is "ARGB", but its data has 3 channels a pixel$/],
  ] as const)
    it(`is refused with "${message.source}"`, () => assert.rejects(read({ ...size, ...record }), message))
})

describe('text from other programs', () => {
  it('is a path with a line ending', async () => {
    for (const end of ['\n', '\r\n']) {
      const codec = fakeCodec()
      await read(`/photos/cat.png${end}`, codec)
      assert.deepEqual(codec.asked, [{ path: '/photos/cat.png' }])
    }
    await assert.rejects(read('/photos/cat.png\n/photos/dog.png'), /an image is needed$/)
  })

  it('is a data URI after spaces, and one with escaped bytes', async () => {
    for (const uri of [
      `\n data:image/png;base64,${Buffer.from(pngBytes).toString('base64')}`,
      `data:image/png,${Array.from(pngBytes, (byte) => `%${byte.toString(16).padStart(2, '0')}`).join('')}`,
    ]) {
      const codec = fakeCodec()
      await read(uri, codec)
      assert.deepEqual(Buffer.from(codec.asked[0] as Uint8Array), Buffer.from(pngBytes))
    }
    await assert.rejects(read('data:image/png,%8'), /stray percent sign/)
  })

  it('isn’t taken for a file if it is a web address', async () => {
    await assert.rejects(read(' https://host/a.png'), /a web address must be fetched first, with an "http request"/)
    for (const address of ['ftp://host/a.png', 's3://bucket/a.png', 'rtsp://camera/stream'])
      await assert.rejects(
        read(address),
        /"\w+:.* is an address, not a file: fetch it first, with a node that returns a Buffer$/,
      )
  })
})

describe("a label map's record", () => {
  const type: PortType = { type: 'segmentation', labels: ['sky', 'tree'] }
  const map = (record: object) =>
    readValue(type, { width: 2, height: 1, labels: ['sky', 'tree'], ...record }, 'x', fakeCodec()) as Promise<{
      data: ArrayLike<number>
    }>
  const ids = Uint8Array.of(1, 0)
  const ways: Record<string, object> = {
    'what an argmax gives': { data: BigInt64Array.of(1n, 0n) },
    'an Int32Array': { data: Int32Array.from(ids) },
    floats: { data: Float32Array.from(ids) },
    'an ArrayBuffer': { data: ids.slice().buffer },
    'a list': { data: [1, 0] },
    base64: { data: Buffer.from(ids).toString('base64') },
    'a Buffer after JSON': { data: JSON.parse(JSON.stringify(Buffer.from(ids))) },
    'a typed array after JSON': { data: JSON.parse(JSON.stringify(ids)) },
    'sizes as text': { width: '2', height: '1', data: ids },
  }
  for (const [what, record] of Object.entries(ways))
    it(`may hold its ids as ${what}`, async () => assert.deepEqual([...Array.from((await map(record)).data)], [1, 0]))

  for (const [record, message] of [
    [{ data: [1, -1] }, /its data has -1 at index 1, but must be label ids: whole numbers from 0$/],
    [{ data: Float32Array.of(0.5, 0) }, /its data has 0.5 at index 0/],
    [{ data: [[0, 1]] }, /its data has \[0, 1\] at index 0/],
    [{ data: undefined }, /its data is undefined, but must be label ids/],
    [{ data: ids, width: 'wide' }, /its width is "wide"/],
    [{ data: ids, labels: { 0: 'sky' } }, /labels must be a list of names/],
  ] as const)
    it(`is refused with "${message.source}"`, () => assert.rejects(map(record), message))
})

describe('an encoded picture', () => {
  const asked = async (value: unknown) => {
    const codec = fakeCodec()
    await read(value, codec)
    return Buffer.from(codec.asked[0] as Uint8Array)
  }
  const shared = new Uint8Array(new SharedArrayBuffer(jpegBytes.length))
  shared.set(jpegBytes)
  // Bytes whose base64 contains + and /.
  const odd = Uint8Array.of(...jpegBytes, 0xfb, 0xff, 0xfe, 0xfb, 0xff, 0xbf)
  const ways: Record<string, [value: unknown, bytes?: Uint8Array]> = {
    'an ArrayBuffer': [jpegBytes.slice().buffer],
    'a SharedArrayBuffer': [shared.buffer],
    'a DataView': [new DataView(jpegBytes.slice().buffer)],
    'an Int8Array': [Int8Array.from(jpegBytes)],
    'a list of bytes': [[...odd], odd],
    base64url: [Buffer.from(odd).toString('base64url'), odd],
    'a data URI with escaped base64': [
      `data:image/jpeg;base64,${encodeURIComponent(Buffer.from(odd).toString('base64'))}`,
      odd,
    ],
    'a data URI in base64url': [`data:image/jpeg;base64,${Buffer.from(odd).toString('base64url')}`, odd],
    'Latin-1 text': [Buffer.from(odd).toString('latin1'), odd],
  }
  for (const [what, [value, bytes = jpegBytes]] of Object.entries(ways)) {
    it(`is read from ${what}`, async () => assert.deepEqual(await asked(value), Buffer.from(bytes)))
  }

  const files: Record<string, number[]> = {
    'JPEG (JFIF)': [255, 216, 255, 224, 0, 16, 74, 70, 73, 70, 0, 1, 1, 0, 0, 1, 0, 1, 0, 0],
    'JPEG (Exif)': [255, 216, 255, 225, 0x2a, 0x10, ...Buffer.from('Exif\0\0MM')],
    'JPEG (plain)': [255, 216, 255, 219, 0, 67, 0, 8, 6, 6, 7, 6, 5, 8],
    PNG: [137, 80, 78, 71, 13, 10, 26, 10, 0, 0, 0, 13, 73, 72, 68, 82],
    WebP: [...Buffer.from('RIFF'), 0x9a, 0xff, 1, 0, ...Buffer.from('WEBPVP8 ')],
    GIF: [...Buffer.from('GIF89a'), 8, 0, 8, 0, 0x80, 0, 0],
    HEIC: [0, 0, 0, 24, ...Buffer.from('ftypheic')],
    'a zip file': [0x50, 0x4b, 3, 4, 20, 0, 8, 0, 8, 0, 0x9c, 0xb8, 0xff, 0xfe, 1, 2, 3],
  }
  for (const [what, bytes] of Object.entries(files)) {
    it(`that became text (${what}) is named, and which nodes to set`, () =>
      assert.rejects(
        read(Buffer.from([...bytes, 0xfe, 0xc0]).toString('utf8')),
        /bytes were turned into text .*"a binary buffer".*http request.*file in.*mqtt in/,
      ))
  }

  it('that a template has escaped is recognised, with advice', () =>
    assert.rejects(read('data:image&#x2F;png;base64,iVBORw0KGgo'), /slashes .* escaped by a template.*three braces/))

  it('isn’t confused with ordinary text', async () => {
    for (const text of ['GIF or JPEG?', 'a cat � on a bed', 'RIFF', '日本語の猫'])
      await assert.rejects(read(text), /is the text .*, but an image is needed$/)
  })
})

describe('boxes and points', () => {
  const draw = converters.find(({ id }) => id === 'draw') as (typeof converters)[number]
  const canvas = new Image({ width: 200, height: 100, channels: 3, data: new Uint8Array(60_000).fill(90) })
  const drawn = (value: unknown) =>
    draw.convert(value, {}, { ...fakeCodec(), encode: async () => new Uint8Array(), canvas }) as Promise<Image>
  const changes = async (value: unknown) => (await drawn(value)).data.filter((byte) => byte !== 90).length

  const refused: [value: unknown, message: RegExp][] = [
    [[{ category: 'person', box: [20, 10, 120, 60] }], /\[20, 10, 120, 60\] seems to be in pixels/],
    [[0, 0, 1920, 1080], /seems to be in pixels/],
    [Float32Array.of(3.25, 2.5, 80, 90), /seems to be in pixels/],
    [[{ box: [0.1, 0.1, 0.9, 0.9] }, { box: [5, 5, 9, 9] }], /\[5, 5, 9, 9\] seems to be in pixels/],
    [[1.1, 0.2, 1.4, 0.5], /is outside the picture/],
    [[0.5, 0.5, 0.5, 0.9], /is empty/],
    [[0.5, 0.5, 0.2, 0.2], /not in the order left, top, right, bottom/],
    [[100, 50], /point \[100, 50\] seems to be in pixels/],
    [
      [
        {
          landmarks: [
            [12, 30],
            [90, 44],
          ],
        },
      ],
      /\[12, 30\] seems to be in pixels/,
    ],
    [
      [
        [1.2, 0.5],
        [1.5, 0.5],
      ],
      /is outside the picture/,
    ],
  ]
  for (const [value, message] of refused) {
    it(`are refused with "${message.source}": ${quoteValue(value)}`, () =>
      assert.rejects(drawn(value), { name: 'ValueError', message }))
  }

  it('may extend over the edge', async () => {
    for (const value of [
      [-0.1, -0.2, 0.5, 1.3],
      [{ box: [0.2, 0.2, 0.4, 0.4] }, { box: [1.1, 0, 1.3, 0.1] }],
      [
        [0.5, 0.5],
        [0.5, 1.8],
      ],
    ])
      assert.ok((await changes(value)) > 0)
    assert.equal(await changes([]), 0)
  })

  it('in pixels are refused at every input', async () => {
    const box = readValue({ type: 'image_bounding_box' }, [20, 10, 120, 60], 'x', fakeCodec())
    await assert.rejects(box, /^ValueError: x cannot be read: the box \[20, 10, 120, 60\] seems to be in pixels/)
    await assert.rejects(readValue({ type: 'image_point' }, [320, 240], 'x', fakeCodec()), /in pixels/)
  })
})

describe('a value quoted in a sentence', () => {
  it('is never long, and never causes an error', () => {
    const itself: Record<string, unknown> = {}
    itself.self = itself
    const many = Object.fromEntries(Array.from({ length: 20_000 }, (_, i) => [`field ${i}`, i]))
    const trap = Object.defineProperty({}, 'a', {
      enumerable: true,
      get: () => {
        throw new Error('no')
      },
    })
    for (const value of [
      itself,
      many,
      trap,
      10n,
      [10n],
      'x'.repeat(1e5),
      Array(1e5).fill('cat'),
      Buffer.alloc(1e5),
      { many },
      [many],
      Symbol('s'),
      () => 1,
      new Map(),
    ]) {
      assert.ok(quoteValue(value).length <= 60)
      assert.ok(describeValue(value).length < 200, describeValue(value).slice(0, 300))
    }
    assert.equal(quoteValue([20, 10, 120.5]), '[20, 10, 120.5]')
    assert.equal(quoteValue({ a: 'b' }), '{"a": "b"}')
  })

  it('is short, whatever is wrong with a picture', async () => {
    const long = 'x'.repeat(1e5)
    const data = Buffer.alloc(12)
    const values = [
      { width: 2, height: 2, channels: long, data },
      { width: long, height: 2, data },
      { width: 2, height: 2, data: long },
      { width: 2, height: 2, data: [long] },
      { width: 2, height: 2, data: { [long]: long } },
      { width: 2, height: 2, data: Float32Array.of(1, 2), range: [long] },
      { width: 2, height: 2, channels: [long], data },
      `file://${long}`,
      `file:///%${long}`,
      `http://${long}`,
      `data:,${long}`,
      `<html>${long}`,
      long,
      [long],
      { [long]: long },
    ]
    for (const value of values) {
      const error: unknown = await read(value).catch((reason: Error) => reason)
      if (error instanceof Error) assert.ok(error.message.length < 420, error.message.slice(0, 500))
    }
  })

  it('may be a record with very many fields', () =>
    assert.rejects(
      read(Object.fromEntries(Array.from({ length: 20_000 }, (_, i) => [`field ${i}`, i]))),
      (error: Error) => error.message.length < 200,
    ))
})

describe('the converter that keeps numbers', () => {
  const keep = converters.find(({ id }) => id === 'keep-numbers') as (typeof converters)[number]
  it('requires them, and refuses anything but a picture', async () => {
    const asked: unknown[] = []
    const tools = {
      encode: async () => new Uint8Array(),
      decodeSound: () => Promise.reject(new Error('not asked for')),
      decode: async (_: unknown, options: unknown) => {
        asked.push(options)
        return seeThrough()
      },
    }
    assert.deepEqual(await keep.convert(Buffer.from(pngBytes), {}, tools), seeThrough())
    assert.deepEqual(asked, [{ grey: true, numbers: true }])
    await assert.rejects(
      async () => keep.convert('a cat', {}, tools),
      /^ValueError: the text "a cat" is not a picture$/,
    )
  })
})
