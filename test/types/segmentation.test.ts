import assert from 'node:assert/strict'
import { runInNewContext } from 'node:vm'
import { type Color, colorize, Image, isSegmentation, remapLabels, Segmentation } from '../../src/types'
import { labelColor } from '../../src/types/label-colors'
import { readColors } from '../../src/types/read-colors'
import { replaceIds } from '../../src/types/segmentation-changes'

const labels = ['wall', 'bed', 'cat']

function labelMap(ids: number[], names = labels, colors?: Color[]): Segmentation {
  return new Segmentation({ width: ids.length, height: 1, data: Uint8Array.from(ids), labels: names, colors })
}

describe('Segmentation', () => {
  it('keeps its fields and can’t be changed', () => {
    const map = labelMap([0, 1, 2])
    assert.deepEqual([map.width, map.height, [...map.data], map.labels], [3, 1, [0, 1, 2], labels])
    assert.throws(() => Object.assign(map, { width: 9 }), TypeError)
    assert.throws(() => (map.labels as string[]).push('dog'), TypeError)
  })

  const wrong: [string, Partial<ConstructorParameters<typeof Segmentation>[0]>, string][] = [
    ['no height', { height: 0 }, 'a label map cannot be 2×0 pixels'],
    ['too much data', { data: new Uint8Array(3) }, 'a label map of 2×1 pixels has 2 ids, not 3'],
    ['a list', { data: [0, 0] as unknown as Uint8Array }, "a label map's data must be bytes or 16-bit whole numbers"],
    ['an id without a label', { data: Uint8Array.of(0, 3) }, 'a label map contains the id 3, but has only 3 labels'],
    ['no labels', { labels: undefined }, "a label map's labels must be a list of names"],
    ['numbers for labels', { labels: [1, 2] as unknown as string[] }, "a label map's labels must be a list of names"],
  ]
  for (const [what, fields, message] of wrong) {
    it(`refuses ${what}`, () => {
      const right = { width: 2, height: 1, data: Uint8Array.of(0, 1), labels }
      assert.throws(() => new Segmentation({ ...right, ...fields } as never), { name: 'ValueError', message })
    })
  }

  it('accepts a Function node’s arrays', () => {
    const data = runInNewContext('Uint16Array.of(0, 2)')
    const map = new Segmentation({ width: 2, height: 1, data, labels: runInNewContext('["wall", "bed", "cat"]') })
    assert.ok(map.data instanceof Uint16Array)
    assert.deepEqual([...map.data], [0, 2])
  })

  it('is short in JSON', () => {
    const map = new Segmentation({ width: 640, height: 360, data: new Uint8Array(640 * 360), labels })
    const json = { type: 'segmentation', width: 640, height: 360, labels, summary: 'label map 640×360, 3 labels' }
    assert.deepEqual(JSON.parse(JSON.stringify(map)), json)
  })

  it('is distinguished from look-alikes', () => {
    assert.ok(isSegmentation(labelMap([0])))
    for (const value of [null, {}, { type: 'segmentation' }, 'segmentation']) assert.ok(!isSegmentation(value))
  })
})

describe('remapLabels', () => {
  const cases: [string, string[], number[], string[], number[], string?][] = [
    ['other ids', ['wall', 'bed', 'cat'], [0, 1, 2, 1], ['cat', 'wall', 'bed'], [1, 2, 0, 2]],
    ['other spelling', ['sky-other', 'Sea'], [0, 1], ['sea', 'Sky Other'], [1, 0]],
    ['labels that the map does not show', ['wall', 'zebra'], [0, 0], ['bed', 'wall'], [1, 1]],
    ['background to the default label', ['background', 'cat'], [0, 1], ['cat', 'wall'], [1, 0], 'wall'],
    ['background to the other background', ['unlabeled', 'cat'], [0, 1], ['cat', 'void'], [1, 0]],
    ['a nameless id to the default label', ['', 'cat'], [0, 1], ['cat', 'wall'], [1, 0], 'wall'],
    ['twice the same name to the first', ['cat'], [0], ['cat', 'cat'], [0]],
  ]
  for (const [what, from, ids, to, expected, defaultLabel] of cases) {
    it(`maps ${what}`, async () => {
      const mapped = await remapLabels(labelMap(ids, from), to, { defaultLabel })
      assert.deepEqual([...mapped.data], expected)
      assert.deepEqual(mapped.labels, to)
    })
  }

  const refused: [string[], number[], string][] = [
    [['zebra'], [0], 'the label map shows "zebra", which does not exist on the other side'],
    [['zebra', 'sea'], [0, 1], 'the label map shows "zebra" and "sea", which do not exist on the other side'],
    [['background'], [0], 'the label map shows "background", which does not exist on the other side'],
    [
      ['a', 'b', 'c', 'd', 'e'],
      [0, 1, 2, 3, 4],
      'the label map shows "a", "b", "c" and 2 more, which do not exist on the other side',
    ],
  ]
  for (const [from, ids, message] of refused) {
    it(`refuses ${from}`, () =>
      assert.rejects(remapLabels(labelMap(ids, from), ['wall']), { name: 'ValueError', message }))
  }

  it('uses 16 bits if there are more than 256 labels', async () => {
    const many = Array.from({ length: 300 }, (_, i) => `label ${i}`)
    const mapped = await remapLabels(labelMap([0], ['label 299']), many)
    assert.ok(mapped.data instanceof Uint16Array)
    assert.deepEqual([...mapped.data], [299])
  })
})

describe('replaceIds', () => {
  it('replaces each id, and keeps the given colours', async () => {
    const colors: Color[] = [
      [1, 1, 1],
      [2, 2, 2],
    ]
    const replaced = await replaceIds(labelMap([2, 0, 1]), [1, 1, 0], ['a', 'b'], colors)
    assert.deepEqual([[...replaced.data], replaced.colors], [[0, 1, 1], colors])
  })
})

describe('colorize and readColors', () => {
  const colors: Color[] = [
    [10, 20, 30],
    [200, 0, 0],
    [0, 200, 0],
  ]

  it('paints each label in its colour', async () => {
    const image = await colorize(labelMap([1, 0], labels, colors))
    assert.deepEqual([image.channels, [...image.data]], [3, [200, 0, 0, 10, 20, 30]])
  })

  it('uses our own colours if there are none', async () => {
    assert.deepEqual([...(await colorize(labelMap([2]))).data], [...labelColor(2)])
  })

  it('reads the nearest colour', async () => {
    const image = new Image({ width: 3, height: 1, channels: 3, data: Uint8Array.of(190, 9, 9, 3, 180, 40, 0, 0, 0) })
    assert.deepEqual([...(await readColors(image, labels, colors)).data], [1, 2, 0])
  })

  it('reads a picture with more colours than are cached', async () => {
    const side = 400
    const ids = Uint8Array.from({ length: side * side }, (_, i) => (i * 7) % 3)
    const data = Uint8Array.from({ length: side * side * 3 }, (_, i) => {
      const pixel = Math.floor(i / 3)
      const byte = colors[ids[pixel] as number]?.[i % 3] as number
      return byte + (Math.floor(pixel / 3 / 36 ** (i % 3)) % 36)
    })
    assert.ok(new Set(Array.from(ids, (_, i) => data.slice(3 * i, 3 * i + 3).join())).size > 100_000)
    const map = await readColors(new Image({ width: side, height: side, channels: 3, data }), labels, colors)
    assert.deepEqual([...map.data], [...ids])
  })

  it('never reads a colour as an id without a name', async () => {
    const image = new Image({ width: 1, height: 1, channels: 3, data: Uint8Array.of(10, 20, 30) })
    await assert.rejects(readColors(image, ['', 'bed', 'cat'], colors), /isn't in the colours of the 2 labels/)
  })

  it('reads one channel as ids', async () => {
    const image = new Image({ width: 3, height: 1, channels: 1, data: Uint8Array.of(2, 0, 1) })
    assert.deepEqual([...(await readColors(image, labels, colors)).data], [2, 0, 1])
  })

  for (const value of [3, 255]) {
    it(`refuses the id ${value}`, async () => {
      const image = new Image({ width: 1, height: 1, channels: 1, data: Uint8Array.of(value) })
      const message = `a greyscale image has the value ${value}, which isn't the id of any of the 3 labels`
      await assert.rejects(readColors(image, labels, colors), { name: 'ValueError', message })
    })
  }

  const painted = async (paint: (x: number, y: number) => readonly number[], side = 64) => {
    const data = new Uint8Array(side * side * 3)
    for (let i = 0; i < side * side; i++) data.set(paint(i % side, Math.floor(i / side)), 3 * i)
    return [...(await readColors(new Image({ width: side, height: side, channels: 3, data }), labels, colors)).data]
  }
  const halves = Array.from({ length: 64 * 64 }, (_, i) => (i % 64 < 32 ? 1 : 2))

  it('reads edges that blend two colours', async () => {
    const blend = (x: number) => Math.min(1, Math.max(0, (x - 28.5) / 7))
    const ids = await painted((x) => [0, 1, 2].map((k) => 200 * (k === 0 ? 1 - blend(x) : 0) + blend(x) * 10 * (k + 1)))
    assert.deepEqual(
      ids,
      halves.map((id) => (id === 1 ? 1 : 0)),
    )
  })

  it('reads colours of the labels that a lossy format has changed', async () => {
    const noise = (x: number, y: number) => ((x * 7 + y * 13) % 11) - 5
    assert.deepEqual(
      await painted((x, y) => [x < 32 ? 200 + noise(x, y) : 8, x < 32 ? 8 : 200 + noise(y, x), 5 + noise(y, y)]),
      halves,
    )
  })

  for (const [what, paint] of Object.entries({
    'a flat part has another colour': (x: number, y: number) => (x < 6 && y < 6 ? [192, 128, 128] : [200, 0, 0]),
    'a part is transparent, so white': (x: number) => (x < 20 ? [255, 255, 255] : [0, 200, 0]),
    'it is a photograph': (x: number, y: number) => [2 * x + y, 100 + (x ^ y), 255 - 2 * y],
    'two labels are equally near': () => [100, 100, 0],
  }))
    it(`refuses a picture of which ${what}`, () =>
      assert.rejects(painted(paint), {
        name: 'ValueError',
        message:
          /^the picture isn't in the colours of the 3 labels, none of which is like #[\da-f]{6}: use those, or one channel of label ids$/,
      }))

  it('reads grey in three channels as ids, unless it is in the colours', async () => {
    assert.deepEqual(await painted((x) => (x < 32 ? [1, 1, 1] : [2, 2, 2])), halves)
    await assert.rejects(
      painted((x) => (x < 32 ? [1, 1, 1] : [3, 3, 3])),
      /isn't in the colours/,
    )
    const greys: Color[] = [
      [1, 1, 1],
      [0, 0, 0],
    ]
    const image = new Image({ width: 2, height: 1, channels: 3, data: Uint8Array.of(0, 0, 0, 1, 1, 1) })
    assert.deepEqual([...(await readColors(image, ['a', 'b'], greys)).data], [1, 0])
  })

  it('reads back every label it has painted, for as many labels as in the largest sets', async () => {
    const names = Array.from({ length: 1000 }, (_, i) => `label ${i}`)
    const data = Uint16Array.from({ length: 1000 }, (_, i) => i)
    const map = new Segmentation({ width: 100, height: 10, data, labels: names })
    const palette = names.map((_, id) => labelColor(id))
    assert.deepEqual([...(await readColors(await colorize(map), names, palette)).data], [...data])
  })

  it('has clearly different colours for neighbouring ids', () => {
    for (let id = 0; id < 300; id++) {
      const [some, next] = [labelColor(id), labelColor(id + 1)]
      const distance = Math.hypot(...some.map((channel, i) => channel - (next[i] as number)))
      assert.ok(distance > 60, `${id}: ${some}, ${id + 1}: ${next}`)
    }
  })
})
