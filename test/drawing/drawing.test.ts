import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import {
  blank,
  drawEllipse,
  drawLine,
  drawPolygon,
  drawRectangle,
  fill,
  firstDrawing,
  type Ids,
  inLabels,
  meadowDrawing,
  roomDrawing,
  segmentationOf,
  stretch,
} from '../../src/drawing'
import type { Color } from '../../src/types'

/** A drawing as rows of digits. */
const rows = ({ width, data }: Ids) => data.join('').match(new RegExp(`.{${width}}`, 'g'))
const read = (...lines: string[]): Ids => ({
  width: lines[0]?.length ?? 0,
  height: lines.length,
  data: Uint16Array.from(lines.join(''), Number),
})

describe('strokes', () => {
  it('that are one pixel wide have no gaps', () => {
    const ids = blank(6, 4)
    drawLine(ids, { x: 0.5, y: 0.5 }, { x: 5.5, y: 3.5 }, 1, 1)
    assert.deepEqual(
      rows(ids)?.map((row) => row.includes('1')),
      [true, true, true, true],
    )
    for (let x = 0; x < 6; x++)
      assert.ok(
        rows(ids)?.some((row) => row[x] === '1'),
        `column ${x}`,
      )
  })

  it('are as wide as the brush, and round', () => {
    const ids = blank(9, 9)
    drawLine(ids, { x: 4.5, y: 4.5 }, { x: 4.5, y: 4.5 }, 5, 1)
    assert.deepEqual(rows(ids), [
      '000000000',
      '000000000',
      '000111000',
      '001111100',
      '001111100',
      '001111100',
      '000111000',
      '000000000',
      '000000000',
    ])
  })

  it('are rectangles, ellipses and polygons', () => {
    const ids = blank(6, 4)
    drawRectangle(ids, { x: 4.2, y: 2.9 }, { x: 1.8, y: 1 }, 2)
    assert.deepEqual(rows(ids), ['000000', '022220', '022220', '000000'])
    const round = blank(4, 4)
    drawEllipse(round, { x: 0, y: 0 }, { x: 4, y: 4 }, 1)
    assert.deepEqual(rows(round), ['0110', '1111', '1111', '0110'])
    const corner = blank(4, 4)
    drawPolygon(
      corner,
      [
        { x: 0, y: 0 },
        { x: 4, y: 0 },
        { x: 0, y: 4 },
      ],
      3,
    )
    assert.deepEqual(rows(corner), ['3330', '3300', '3000', '0000'])
  })

  it('fill what is connected by edges, not by corners', () => {
    const ids = read('0010', '0100', '1001')
    fill(ids, { x: 0.5, y: 0.5 }, 2)
    assert.deepEqual(rows(ids), ['2210', '2100', '1001'])
    fill(ids, { x: 3.9, y: 0 }, 3)
    assert.deepEqual(rows(ids), ['2213', '2133', '1331'])
    fill(ids, { x: -1, y: 99 }, 4)
    fill(ids, { x: 0, y: 0 }, 2)
    assert.deepEqual(rows(ids), ['2213', '2133', '1331'])
  })

  it('may start and end anywhere, even far outside', () => {
    const coordinate = fc.double({ min: -1e6, max: 1e6, noNaN: true })
    const point = fc.record({ x: coordinate, y: coordinate })
    fc.assert(
      fc.property(point, point, fc.integer({ min: 1, max: 60 }), (from, to, size) => {
        const ids = blank(16, 9)
        drawLine(ids, from, to, size, 1)
        drawRectangle(ids, from, to, 2)
        drawEllipse(ids, from, to, 3)
        fill(ids, from, 4)
        assert.equal(ids.data.length, 16 * 9)
        assert.ok(ids.data.every((id) => id < 5))
      }),
    )
  })
})

describe('a drawing', () => {
  const color: Color = [1, 1, 1]
  const of = (labels: string[], ...lines: string[]) => ({
    ids: read(...lines),
    labels,
    colors: labels.map(() => color),
  })

  it('is converted to other labels by name, and keeps pixels with other ones', () => {
    const wanted = { labels: ['Bed', 'wall'], colors: [] }
    const given = of(['wall', 'bed', 'cat', 'unused'], '0122')
    const drawing = inLabels(given, wanted)
    assert.deepEqual(drawing.labels, ['Bed', 'wall', 'cat'])
    assert.deepEqual(rows(drawing.ids), ['1022'])
    assert.deepEqual(rows(given.ids), ['0122'], 'the given one stays as it is')
    assert.deepEqual(inLabels(drawing, wanted), drawing)
  })

  it('is stretched to another size without new labels', () => {
    assert.deepEqual(rows(stretch(read('01', '23'), 4, 2)), ['0011', '2233'])
    assert.deepEqual(rows(stretch(read('0011', '2233'), 2, 1)), ['23'])
  })

  it('starts as a room in the bundled models’ labels', () => {
    const room = roomDrawing()
    const file = join(__dirname, '../../../models/deeplab/manifest.json')
    const { labels, labelToColor } = JSON.parse(readFileSync(file, 'utf8')).variants[0].ports.outputs.image
    assert.deepEqual(room.labels, labels)
    assert.deepEqual(room.colors, Object.values(labelToColor))
    const { data } = segmentationOf(room)
    assert.deepEqual(
      [...new Set(data)].sort((a, b) => a - b),
      labels.map((_: string, id: number) => id),
    )
  })

  it('starts as a bear with the meadow’s labels, and empty with neither', () => {
    const bear = meadowDrawing()
    const file = join(__dirname, '../../../models/spade/manifest.json')
    const { variants } = JSON.parse(readFileSync(file, 'utf8'))
    const { labels, labelToColor } = variants.find(({ id }: { id: string }) => id === 'meadow').ports.inputs
      .semantic_map
    assert.deepEqual([bear.labels, bear.colors], [labels, Object.values(labelToColor)])
    const shown = new Set([...bear.ids.data].map((id) => bear.labels[id]))
    for (const label of ['bear', 'grass', 'sky-other']) assert.ok(shown.has(label), label)
    // The model sets the order of its labels, so the drawing must not depend on it.
    assert.deepEqual(firstDrawing([...labels].reverse()), bear)
    assert.deepEqual(firstDrawing(['something', ...roomDrawing().labels]), roomDrawing())
    assert.equal(firstDrawing(['bear', 'grass']), null)
  })
})
