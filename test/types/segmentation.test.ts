import assert from 'node:assert/strict'
import { runInNewContext } from 'node:vm'
import { type Color, colorize, Image, isSegmentation, remapLabels, Segmentation } from '../../src/types'
import { labelColor } from '../../src/types/label-colors'
import { readColors, replaceIds } from '../../src/types/segmentation-changes'

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
    const data = Uint8Array.from({ length: side * side * 3 }, (_, i) => {
      const pixel = Math.floor(i / 3)
      return (pixel * 97) >> (8 * (i % 3))
    })
    const { data: ids } = await readColors(new Image({ width: side, height: side, channels: 3, data }), labels, colors)
    for (let i = 0; i < ids.length; i += 7) {
      const distances = colors.map((color) =>
        color.reduce((sum, byte, k) => sum + (byte - (data[i * 3 + k] as number)) ** 2, 0),
      )
      assert.equal(ids[i], distances.indexOf(Math.min(...distances)))
    }
  })

  it('ignores alpha', async () => {
    const image = new Image({ width: 1, height: 1, channels: 4, data: Uint8Array.of(200, 0, 0, 0) })
    assert.deepEqual([...(await readColors(image, labels, colors)).data], [1])
  })

  it('reads one channel as ids', async () => {
    const image = new Image({ width: 3, height: 1, channels: 1, data: Uint8Array.of(2, 0, 1) })
    assert.deepEqual([...(await readColors(image, labels, colors)).data], [2, 0, 1])
  })

  it('never reads a colour as an id without a name', async () => {
    const image = new Image({ width: 1, height: 1, channels: 3, data: Uint8Array.of(10, 20, 30) })
    assert.deepEqual([...(await readColors(image, ['', 'bed', 'cat'], colors)).data], [2])
  })

  for (const value of [3, 255]) {
    it(`refuses the id ${value}`, async () => {
      const image = new Image({ width: 1, height: 1, channels: 1, data: Uint8Array.of(value) })
      const message = `a greyscale image has the value ${value}, which isn't the id of any of the 3 labels`
      await assert.rejects(readColors(image, labels, colors), { name: 'ValueError', message })
    })
  }

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
