import assert from 'node:assert/strict'
import {
  type Color,
  type ConverterTools,
  checkWire,
  convertedType,
  converters,
  describeType,
  Image,
  type PortType,
  readValue,
  Segmentation,
  type Settings,
  typeOf,
} from '../../src/types'
import { drawnOn } from '../../src/types/converters/draw-shapes'
import { labelColor } from '../../src/types/label-colors'
import { Pixels } from '../../src/types/pixels'
import { samples, voc } from './samples'
import { fakeCodec, picture } from './values'

const tools: ConverterTools = {
  ...fakeCodec(),
  encode: async (image, format, quality) => Buffer.from(`${format} ${quality} ${image.width}×${image.height}`),
}

/** Reads and converts a value as a converter node does. */
async function convert(id: string, value: unknown, settings: Settings = {}, canvas?: Image): Promise<unknown> {
  const entry = converters.find((converter) => converter.id === id)
  assert.ok(entry, id)
  const other = entry.also?.find(({ type }) => type === typeOf(value)?.type)
  const read = await readValue(other ?? entry.wants, value, 'payload', tools)
  return entry.convert(read, settings, { ...tools, canvas })
}

function row(channels: 1 | 3, ...data: number[]): Image {
  return new Image({ width: data.length / channels, height: 1, channels, data: Uint8Array.from(data) })
}

function labelMap(labels: string[], ids: number[], colors?: Color[]): Segmentation {
  return new Segmentation({ width: ids.length, height: 1, data: Uint8Array.from(ids), labels, colors })
}

describe('converters', () => {
  it('have unique names', () => {
    assert.equal(new Set(converters.map(({ id }) => id)).size, converters.length)
    assert.equal(new Set(converters.map(({ label }) => label)).size, converters.length)
  })

  /** Values for each converter, with the result or the error message. */
  const values: [id: string, Settings, value: unknown, result: unknown][] = [
    ['join', {}, ['a cat', 'a bed'], 'a cat, a bed'],
    ['join', { separator: '\n' }, ['a', 1, true], 'a\n1\ntrue'],
    ['join', { separator: '\\n\\t' }, ['a', 'b'], 'a\n\tb'],
    ['join', { separator: '' }, [], ''],
    ['join', { field: 'category', separator: '; ' }, [{ category: 'cat' }, { category: 'bed' }], 'cat; bed'],
    ['join', {}, Float32Array.of(1, 2), '1, 2'],
    ['join', {}, ['a', null], 'item 1 of the list is missing, which cannot be written as text'],
    [
      'join',
      {},
      ['a', picture(1, 1)],
      'item 1 of the list is a colour image of 1×1 pixels, which cannot be written as text',
    ],
    ['join', { field: 'name' }, [{ category: 'cat' }], 'a record of category has no "name"'],
    ['pick', {}, ['a', 'b'], 'a'],
    ['pick', { index: 1 }, ['a', 'b'], 'b'],
    ['pick', { index: '1' }, ['a', 'b'], 'b'],
    ['pick', { index: -1 }, ['a', 'b'], 'b'],
    ['pick', { index: 2 }, ['a', 'b'], 'the list has only 2 items, so there is no item 2'],
    ['pick', { index: 1 }, ['a'], 'the list has only 1 item, so there is no item 1'],
    ['pick', {}, [], 'the list is empty'],
    ['pick', { field: 'score' }, { score: 0.5 }, 0.5],
    ['pick', { index: 1, field: 'score' }, [{ score: 0.5 }, { score: 0.9 }], 0.9],
    ['pick', { field: 'score' }, { category: 'cat' }, 'a record of category has no "score"'],
    ['pick', { field: 'score' }, ['a'], 'the text "a" has no "score"'],
    ['pick', {}, Float32Array.of(7, 8), 7],
    ['pick', {}, 'a', 'the value is the text "a", not a list'],
    ['write-number', {}, 0.1, '0.1'],
    ['write-number', {}, '7', '7'],
    ['write-number', { decimals: 2 }, 1 / 3, '0.33'],
    ['write-number', { decimals: '0' }, 2.5, '3'],
    ['write-number', { decimals: '' }, 2.5, '2.5'],
    ['read-number', {}, '0.5', 0.5],
    ['read-number', {}, 'about 3 cats', 3],
    ['read-number', {}, 'from -2.5e1 to 4', -25],
    ['read-number', {}, '.5', 0.5],
    ['read-number', {}, 'no cats', 'there is no number in "no cats"'],
    ['choose', { choices: ['cat', 'dog'] }, 'dog', 'dog'],
    ['choose', { choices: ['cat', 'dog'] }, 'DOG', 'dog'],
    ['choose', { choices: ['cat', 'dog'] }, 'a dog that looks at a cat .', 'dog'],
    [
      'choose',
      { choices: ['cat', 'dog'] },
      'a catalogue of dogs',
      'none of "cat" and "dog" is in "a catalogue of dogs"',
    ],
    ['choose', { choices: ['cat', 'dog'], otherwise: 'cat' }, 'a zebra', 'cat'],
    ['choose', { choices: ['cat', 'dog'], map: [{ from: 'kitten', to: 'cat' }] }, 'a kitten', 'cat'],
    ['choose', { choices: ['cat'], map: [{ from: 'puppy', to: 'dog' }], otherwise: 'cat' }, 'a puppy', 'cat'],
    ['choose', { choices: ['stop sign'] }, 'a big Stop-Sign', 'stop sign'],
    ['choose', { choices: ['c++ (old)'] }, 'in c++ (old)', 'c++ (old)'],
    ['choose', {}, 'a cat', 'the converter has no choices: open it and name them'],
    ['vector-length', { length: 3 }, [0, 1], [0, 0.5, 1]],
    ['vector-length', { length: 2, how: 'stretch' }, [0, 0.25, 1], [0, 1]],
    ['vector-length', { length: 1 }, [5, 6], [5]],
    ['vector-length', { length: 3 }, [4], [4, 4, 4]],
    ['vector-length', { length: 2 }, Float32Array.of(1, 2), [1, 2]],
    ['vector-length', { length: 4, how: 'pad' }, [1, 2], [1, 2, 0, 0]],
    ['vector-length', { length: '2', how: 'cut' }, [1, 2, 3], [1, 2]],
    ['vector-length', { length: 2, how: 'pad' }, [1, 2, 3], 'a vector of 3 numbers cannot be padded to 2'],
    ['vector-length', { length: 4, how: 'cut' }, [1, 2, 3], 'a vector of 3 numbers cannot be cut to 4'],
    ['vector-length', {}, [1], 'the converter has no length: open it and set one'],
    ['vector-length', { length: 4 }, [], 'a vector without numbers cannot be stretched'],
    ['labels-from-colors', {}, picture(1, 1), 'the converter has no labels: open it and name them'],
    ['remap-labels', {}, labelMap(['a'], [0]), 'the converter has no labels: open it and name them'],
    [
      'remap-labels',
      { labels: ['b'], otherwise: 'c' },
      labelMap(['a'], [0]),
      'the label for everything else, "c", isn\'t one of the labels',
    ],
    [
      'remap-labels',
      { labels: ['b'] },
      labelMap(['a'], [0]),
      'the label map shows "a", which does not exist on the other side',
    ],
    ['draw', {}, 'a cat', 'the text "a cat" cannot be drawn'],
    ['draw', {}, ['a cat'], 'item 0 of the list is the text "a cat", which cannot be drawn'],
    ['draw', {}, { score: 1 }, 'a record of score cannot be drawn'],
    [
      'draw',
      {},
      [{ box: [0, 0, 1, 1] }, { box: ['0', 0, 1, 1], score: 1 }],
      'box is ["0", 0, 1, 1], but must be a box [left, top, right, bottom] from 0 to 1',
    ],
    ['draw', {}, { box: [0, 0, 1, 1], mask: 'white' }, 'mask is "white", but must be an image'],
    [
      'draw',
      {},
      { box: [0, 0, 1, 1], landmarks: [[0.5, Number.NaN]] },
      'landmarks is [[0.5, NaN]], but must be points [x, y] from 0 to 1',
    ],
  ]
  for (const [id, settings, value, result] of values) {
    it(`${id} ${JSON.stringify(settings)} makes ${JSON.stringify(result)} of ${JSON.stringify(value)}`, async () => {
      const made = await convert(id, value, settings).catch((error: Error) => {
        assert.equal(error.name, 'ValueError')
        return error.message
      })
      assert.deepEqual(made, result)
    })
  }

  it('draws a box smaller than a pixel, also at the edge, and none outside', async () => {
    const canvas = new Image({ width: 8, height: 8, channels: 3, data: new Uint8Array(192) })
    for (const [box, drawn] of [
      [[0.5, 0.5, 0.501, 0.501], 1],
      [[0.999, 0, 1, 0.001], 1],
      [[0, 0.2, 0.001, 0.7], 4],
    ] as const) {
      const outside = [1.1, 1.1, 1.2, 1.2]
      const made = (await convert('draw', [{ box }, { box: outside }], {}, canvas)) as Image
      const changed = made.data.filter((value, i) => value !== canvas.data[i]).length
      assert.ok(changed > 0 && changed <= 3 * drawn, `${changed} of ${box}`)
    }
  })

  it('accept what wires bring to each converter node, and produce what it declares', () => {
    const wires: [PortType, PortType, converter: string, gives: string][] = [
      [samples.voc, { type: 'image', channels: 3 }, 'color-labels', 'a colour image'],
      [samples.image, samples.room, 'labels-from-colors', 'a label map of 4 labels'],
      [samples.bigRoom, samples.room, 'remap-labels', 'a label map of 4 labels'],
      [samples.instances, samples.image, 'draw', 'a colour image'],
      [samples.texts, samples.text, 'join', 'text'],
      [samples.images, samples.image, 'pick', 'an image'],
      [samples.instances, samples.unit, 'pick', 'a number from 0 to 1'],
      [samples.number, samples.text, 'write-number', 'text'],
      [samples.text, samples.number, 'read-number', 'a number'],
      [samples.text, samples.animal, 'choose', 'one of cat and dog'],
      [samples.rgb, samples.png, 'encode', 'a colour PNG image in a Buffer'],
      [{ type: 'audio', channels: 6 }, samples.stereo, 'mix-down', 'a mono sound'],
      [samples.mono, samples.wav, 'encode-sound', 'a mono sound at 16000 Hz in a WAV Buffer'],
      [samples.stereo, samples.vector, 'sound-to-vector', 'a vector'],
    ]
    for (const [from, to, converter, gives] of wires) {
      const config = checkWire(from, to).converter?.config
      assert.equal(config?.converter, converter)
      assert.equal(describeType(convertedType(from, config as Settings)), gives)
    }
    const proposed = new Set(wires.map(([, , converter]) => converter))
    const byHand = converters.filter(({ id }) => !proposed.has(id)).map(({ id }) => id)
    assert.deepEqual(byHand, [
      'point-number',
      'false-color',
      'keep-numbers',
      'vector-length',
      'resample',
      'cut-sound',
      'loudness',
    ])
  })

  it('claim nothing about an unknown converter', () => {
    assert.deepEqual(convertedType(samples.image, { converter: 'auto' }), { type: 'any' })
    assert.deepEqual(convertedType(samples.image, {}), { type: 'any' })
  })

  it('declare their output even if settings are missing or wrong', () => {
    for (const { gives, wants } of converters) {
      for (const settings of [{}, { labels: 5, length: 'long', index: {}, field: 7, choices: [1], format: 'gif' }]) {
        const type = gives(wants, settings)
        assert.equal(checkWire(type, type).verdict, 'match')
      }
    }
  })
})

describe('converters of label maps', () => {
  it('colours the labels', async () => {
    const map = labelMap(
      ['a', 'b'],
      [1, 0],
      [
        [1, 2, 3],
        [4, 5, 6],
      ],
    )
    assert.deepEqual([...((await convert('color-labels', map)) as Image).data], [4, 5, 6, 1, 2, 3])
  })

  it('read custom colours, and those of the palette', async () => {
    const settings = { labels: ['a', 'b', 'c'], colors: ['#ff0000', '00FF00', 'none'] }
    const image = row(3, 250, 9, 9, 9, 250, 9, ...labelColor(2))
    const map = (await convert('labels-from-colors', image, settings)) as Segmentation
    assert.deepEqual([[...map.data], map.labels, map.colors?.[0]], [[0, 1, 2], settings.labels, [255, 0, 0]])
  })

  it('paint and read back every label of a wire', async () => {
    const ids = voc.map((_, id) => id)
    const to: PortType = { ...samples.voc, labelToColor: { person: [1, 2, 3] } }
    const config = checkWire(samples.image, to).converter?.config as Settings
    const painted = await convert(
      'color-labels',
      await readValue(
        to,
        labelMap(
          ['x', ...voc],
          ids.map((id) => id + 1),
        ),
        'map',
        tools,
      ),
    )
    assert.deepEqual([...((await convert('labels-from-colors', painted, config)) as Segmentation).data], ids)
  })

  it('maps labels by name, by rows, and the rest to one label', async () => {
    const settings = { labels: ['wall', 'couch', 'cat'], map: [{ from: 'Sofa', to: 'couch' }], otherwise: 'wall' }
    const map = labelMap(['cat', 'sofa', 'zebra', ''], [0, 1, 2, 3])
    assert.deepEqual([...((await convert('remap-labels', map, settings)) as Segmentation).data], [2, 1, 0, 0])
  })

  it('maps every label of a wire for which it is proposed', async () => {
    const config = checkWire(samples.bigRoom, samples.room).converter?.config as Settings
    const map = labelMap(samples.bigRoom.labels, [0, 1, 2, 3, 4])
    const mapped = (await convert('remap-labels', map, config)) as Segmentation
    assert.deepEqual(
      [...mapped.data].map((id) => mapped.labels[id]),
      ['cat', 'bed', 'floor', 'wall', 'wall'],
    )
    const sentences = [
      checkWire(typeOf(mapped) as PortType, samples.room).verdict,
      checkWire(samples.bigRoom, samples.room).verdict,
    ]
    assert.deepEqual(sentences, ['match', 'convertible'])
  })
})

describe('converters of pictures', () => {
  it('show values in false colours', async () => {
    const grey = (await convert('false-color', row(1, 0, 51, 255), { colorMap: 'grey' })) as Image
    assert.deepEqual([...grey.data], [0, 0, 0, 51, 51, 51, 255, 255, 255])
    const inverted = (await convert('false-color', row(1, 0, 255), { colorMap: 'viridis', invert: true })) as Image
    assert.deepEqual([...inverted.data], [0xfd, 0xe7, 0x25, 0x44, 0x01, 0x54])
    const unknown = (await convert('false-color', row(1, 0), { colorMap: 'none such' })) as Image
    assert.deepEqual([...unknown.data], [0x30, 0x12, 0x3b])
  })

  it('show the range of a depth map, and NaN as its lower end', async () => {
    const data = Float32Array.of(1, 2, 3, 99, Number.NaN)
    const depth = new Image({ width: 5, height: 1, channels: 1, data, range: [1, 3], unit: 'm' })
    const shown = (await convert('false-color', depth, { colorMap: 'grey' })) as Image
    assert.deepEqual(
      [...shown.data].filter((_, i) => i % 3 === 0),
      [0, 128, 255, 255, 0],
    )
    const flat = new Image({ width: 1, height: 1, channels: 1, data: Float32Array.of(5), range: [5, 5] })
    assert.deepEqual([...((await convert('false-color', flat, { colorMap: 'grey' })) as Image).data], [0, 0, 0])
  })

  const encoded: [Settings, unknown][] = [
    [{}, Buffer.from('png 90 2×1')],
    [{ format: 'jpeg', quality: '70' }, Buffer.from('jpeg 70 2×1')],
    [{ format: 'webp', quality: 900 }, Buffer.from('webp 100 2×1')],
    [{ format: 'base64' }, Buffer.from('png 90 2×1').toString('base64')],
    [{ format: 'dataURI' }, `data:image/png;base64,${Buffer.from('png 90 2×1').toString('base64')}`],
  ]
  it('encode a label map in its colours', async () => {
    const map = new Segmentation({ width: 1, height: 1, data: Uint8Array.of(0), labels: ['bed'] })
    assert.deepEqual(await convert('encode', map, { format: 'png' }), Buffer.from('png 90 1×1'))
    assert.deepEqual(checkWire({ type: 'segmentation' }, { type: 'image', format: 'dataURI' }).converter?.config, {
      converter: 'encode',
      format: 'dataURI',
      quality: 90,
    })
  })

  for (const [settings, result] of encoded) {
    it(`encode ${JSON.stringify(settings)}`, async () =>
      assert.deepEqual(await convert('encode', picture(2, 1), settings), result))
  }
})

describe('the converter that draws', () => {
  const canvas = (width: number, height: number, shade = 100) =>
    new Image({ width, height, channels: 1, data: new Uint8Array(width * height).fill(shade) })

  /** A drawing as text: '.' for unchanged pixels, a letter for each colour in order of appearance. */
  async function draw(value: unknown, settings: Settings, on?: Image): Promise<string[]> {
    const image = (await convert('draw', value, { lineWidth: 1, ...settings }, on)) as Image
    assert.equal(image.channels, 3)
    const ground = on ? '100,100,100' : '0,0,0'
    const seen: string[] = []
    const signs = Array.from({ length: image.width * image.height }, (_, i) => {
      const color = [...image.data.subarray(i * 3, i * 3 + 3)].join()
      if (color === ground) return '.'
      if (!seen.includes(color)) seen.push(color)
      return 'abcdef'[seen.indexOf(color)]
    }).join('')
    return signs.match(new RegExp(`.{${image.width}}`, 'g')) ?? []
  }

  const drawings: [what: string, value: unknown, Settings, string[]][] = [
    [
      'a box',
      [0.25, 0.25, 1, 0.75],
      {},
      ['........', '........', '..aaaaaa', '..a....a', '..a....a', '..aaaaaa', '........', '........'],
    ],
    [
      'a thick box',
      [0, 0, 1, 1],
      { lineWidth: 3 },
      ['aaaaaaaa', 'aaaaaaaa', 'aaaaaaaa', 'aaa..aaa', 'aaa..aaa', 'aaaaaaaa', 'aaaaaaaa', 'aaaaaaaa'],
    ],
    [
      'a box that is nearly outside',
      [-0.4, 0.5, 0.25, 1.4],
      {},
      ['........', '........', '........', '........', 'aa......', '.a......', '.a......', '.a......'],
    ],
    [
      'a point',
      [0.5, 0.5],
      {},
      ['........', '........', '........', '...aa...', '...aa...', '........', '........', '........'],
    ],
    ['nothing', [], {}, Array(8).fill('........')],
    [
      'two boxes of one name and one of another',
      [
        { box: [0, 0, 0.25, 0.25], category: 'cat' },
        { box: [0.5, 0, 0.75, 0.25], category: 'bed' },
        { box: [0, 0.5, 0.25, 0.75], category: 'cat' },
      ],
      {},
      ['aa..bb..', 'aa..bb..', '........', '........', 'aa......', 'aa......', '........', '........'],
    ],
  ]
  for (const [what, value, settings, expected] of drawings) {
    it(`draws ${what}`, async () => {
      assert.deepEqual(await draw(value, settings, canvas(8, 8)), expected)
      assert.deepEqual(await draw(value, { ...settings, width: 8, height: '8' }), expected)
    })
  }

  it('joins landmarks that are connected', async () => {
    const pose = [
      [0.0625, 0.5],
      [0.9375, 0.5],
      [0.5, 0.0625],
    ]
    const lines = await draw(pose, { connections: [[0, 1], [0, 9], 'x'] }, canvas(8, 8))
    assert.match(lines[4] as string, /^a{8}$/)
  })

  it('leaves out uncertain landmarks and their lines', async () => {
    const pose = {
      landmarks: [
        [0.0625, 0.5],
        [0.9375, 0.5],
        [0.0625, 0.9375],
      ],
      landmark_scores: [0.9, 0.1, 0.9],
    }
    const lines = await draw(
      pose,
      {
        connections: [
          [0, 1],
          [0, 2],
        ],
      },
      canvas(8, 8),
    )
    assert.equal((lines[4] as string).slice(-1), (lines[0] as string).slice(-1))
    assert.equal((lines[6] as string)[0], (lines[4] as string)[0])
    assert.notEqual((lines[6] as string)[0], (lines[0] as string)[0])
  })

  it('tints masks half on a picture, fully on black, scaled to the picture', async () => {
    const mask = row(1, 0, 255)
    const on = (await convert('draw', { mask, category: 'cat' }, {}, canvas(4, 2))) as Image
    const color = labelColor(1).map((channel) => Math.round((channel + 100) / 2))
    const left = [100, 100, 100]
    const line = [...left, ...left, ...color, ...color]
    assert.deepEqual([...on.data], [...line, ...line])
    const black = (await convert('draw', [{ mask }], {})) as Image
    assert.deepEqual([black.width, black.height, ...black.data], [2, 1, 0, 0, 0, ...labelColor(1)])
  })

  it('doesn’t change the picture that it draws on', async () => {
    const on = new Image({ width: 2, height: 2, channels: 3, data: new Uint8Array(12).fill(100) })
    await convert('draw', [0, 0, 1, 1], {}, on)
    assert.deepEqual([...on.data], new Array(12).fill(100))
  })

  it('draws on a small picture only when it is read, with the same result; masks at once', async () => {
    let reads = 0
    const data = new Uint8Array(64).fill(100)
    const read = () => {
      reads++
      return data
    }
    const on = () =>
      new Image({ width: 8, height: 8, channels: 1, pixels: new Pixels({ kind: 'bytes', length: 64, read }) })
    const box = [{ box: [0.25, 0.25, 1, 0.75] }]
    const drawn = await drawnOn(on(), box, { lineWidth: 1 })
    assert.equal(reads, 0)
    assert.deepEqual(drawn.data, ((await convert('draw', box, { lineWidth: 1 }, canvas(8, 8))) as Image).data)
    assert.equal(reads, 1)
    const mask = { mask: row(1, 0, 255) }
    assert.deepEqual(
      (await drawnOn(on(), mask, {})).data,
      ((await convert('draw', mask, {}, canvas(8, 8))) as Image).data,
    )
    await assert.rejects(drawnOn(on(), [[3, 4]], {}), /outside the picture/)
    assert.equal(reads, 2)
  })

  it('draws on a depth map as it is displayed', async () => {
    const on = new Image({ width: 1, height: 1, channels: 1, data: Float32Array.of(3), range: [1, 3] })
    assert.deepEqual([...((await convert('draw', [], {}, on)) as Image).data], [255, 255, 255])
  })

  it('is proposed for a detector’s results, by type or by value', () => {
    const image: PortType = { type: 'image' }
    const found: unknown[] = [
      [{ category: 'cat', box: [0, 0, 1, 1] }],
      {
        category: 'cat',
        landmarks: [
          [0, 0],
          [1, 1],
        ],
      },
      { mask: picture(2, 2, 1) },
    ]
    for (const value of found) {
      assert.equal(
        checkWire(typeOf(value) as PortType, image).converter?.config.converter,
        'draw',
        JSON.stringify(value),
      )
    }
    assert.equal(checkWire(typeOf({ box: 'a cardboard one' }) as PortType, image).converter, null)
  })

  it('knows which landmarks of a type are connected', () => {
    const pose: PortType = {
      type: 'image_landmarks',
      length: 3,
      labels: ['a', 'b', 'c'],
      connections: [
        ['c', 'a'],
        ['a', 'x'],
      ],
    }
    assert.deepEqual(checkWire(pose, { type: 'image' }).converter?.config.connections, [[2, 0]])
  })

  it('finishes quickly for absurd sizes and points', async () => {
    const image = (await convert(
      'draw',
      [
        [0, 9],
        [0.5, 0],
      ],
      { width: 1e12, height: 1, connections: [[0, 1]] },
    )) as Image
    assert.deepEqual([image.width, image.height], [16384, 1])
  })
})

describe('a point as a number', () => {
  const hand = [
    [0.5, 0.9],
    [0.2, 0.25],
    [0.5, 0.5],
  ]
  const things = [{ category: 'left', landmarks: hand }, { landmarks: [[0, 0]] }]

  it('gives its distance from an edge or another point, in the requested range', async () => {
    const number = (value: unknown, settings: Settings) => convert('point-number', value, settings)
    assert.equal(await number(things, { point: 1 }), 0.75)
    assert.equal(await number(hand, { point: '1', measure: 'top' }), 0.25)
    assert.equal(await number(hand, { point: -2, measure: 'left', low: 10, high: 20 }), 12)
    assert.equal(await number(things[0], { point: 0, measure: 'distance', other: 2 }), 0.4)
    assert.equal(await number(things, { index: 1, measure: 'bottom', low: 5, high: '1' }), 1)
    // Outside the picture, the result is clamped to the range.
    assert.equal(await number([[0.5, -0.4]], { measure: 'bottom' }), 1)
  })

  it('is missing if nothing was found, and an error if there are no points', async () => {
    assert.equal(await convert('point-number', []), undefined)
    assert.equal(await convert('point-number', things, { index: 2 }), undefined)
    await assert.rejects(
      convert('point-number', hand, { point: 21 }),
      /only 3 points, counted from 0, so there is no point 21/,
    )
    await assert.rejects(convert('point-number', 'up'), /has no points/)
    await assert.rejects(convert('point-number', [{ box: [0, 0, 1, 1] }]), /has no points/)
  })

  it('declares its range to the next node', () => {
    const from: PortType = { type: 'image_landmarks', length: 21 }
    const given = convertedType(from, { converter: 'point-number', low: 1, high: 0 })
    assert.deepEqual(given, { type: 'number', min: 0, max: 1 })
    assert.equal(checkWire(given, { type: 'number', min: 0, max: 1 }).verdict, 'match')
  })
})
