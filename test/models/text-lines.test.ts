import assert from 'node:assert/strict'
import type { Candidate } from '../../src/models/detection/candidates'
import { decoders } from '../../src/models/detection/decode'
import { type Point, parts } from '../../src/models/detection/parts'
import { boxAround } from '../../src/models/detection/turned'
import { uniforms } from '../../src/random'

const COLUMNS = 40
const ROWS = 30

/** `#` is 1, everything else 0. */
const mapOf = (rows: string[]) => Float32Array.from(rows.join(''), (letter) => (letter === '#' ? 1 : 0))
const boxesOf = (map: Float32Array, columns: number, rows: number) => parts(map, columns, rows, 0.5).map(boxAround)

/** The boxes of all connected parts, found by filling pixel by pixel. */
function boxesByFilling(map: Float32Array, columns: number, rows: number): number[][] {
  const seen = new Set<number>()
  const boxes: number[][] = []
  for (let start = 0; start < map.length; start++) {
    if (seen.has(start) || map[start] !== 1) continue
    let [left, top, right, bottom] = [columns, rows, -1, -1]
    const open = [start]
    seen.add(start)
    for (let at = open.pop(); at !== undefined; at = open.pop()) {
      const [x, y] = [at % columns, Math.floor(at / columns)]
      left = Math.min(left, x)
      top = Math.min(top, y)
      right = Math.max(right, x)
      bottom = Math.max(bottom, y)
      for (const [nx, ny] of [-1, 0, 1].flatMap((dx) => [-1, 0, 1].map((dy) => [x + dx, y + dy] as const))) {
        const next = ny * columns + nx
        if (nx < 0 || ny < 0 || nx >= columns || ny >= rows || seen.has(next) || map[next] !== 1) continue
        seen.add(next)
        open.push(next)
      }
    }
    boxes.push([left, top, right, bottom])
  }
  return boxes
}

describe('lines of text in a map', () => {
  it('are connected parts, even at a corner, wherever they join', () => {
    const map = mapOf(['#..#...#', '#..#..#.', '#.##....', '.#...##.', '........', '###.##.#', '#.#.#..#', '#####..#'])
    assert.deepEqual(boxesOf(map, 8, 8), [
      [0, 0, 3, 3],
      [6, 0, 7, 1],
      [5, 3, 6, 3],
      [0, 5, 5, 7],
      [7, 5, 7, 7],
    ])
  })

  it('are none in an empty map, and one in a full one', () => {
    assert.deepEqual(parts(new Float32Array(COLUMNS * ROWS), COLUMNS, ROWS, 0.5), [])
    assert.deepEqual(boxesOf(new Float32Array(COLUMNS * ROWS).fill(1), COLUMNS, ROWS), [[0, 0, COLUMNS - 1, ROWS - 1]])
    assert.deepEqual(parts(new Float32Array(1).fill(Number.NaN), 1, 1, 0.5), [])
  })

  it('are the same as found pixel by pixel, in noise of any density', () => {
    const next = uniforms(7)
    for (let round = 0; round < 60; round++) {
      const map = Float32Array.from({ length: COLUMNS * ROWS }, () => (next() < (round % 10) / 10 ? 1 : 0))
      assert.deepEqual(boxesOf(map, COLUMNS, ROWS), boxesByFilling(map, COLUMNS, ROWS), `round ${round}`)
    }
  })

  it('are boxes at any rotation, larger than the marked part, with its mean as their score', () => {
    const [side, length, height] = [200, 90, 14]
    for (const degrees of [0, 10, 45, 90, 130]) {
      const [cos, sin] = [Math.cos((degrees * Math.PI) / 180), Math.sin((degrees * Math.PI) / 180)]
      const data = new Float32Array(side * side)
      for (let y = 0; y < side; y++)
        for (let x = 0; x < side; x++) {
          const [dx, dy] = [x - 100, y - 100]
          if (Math.abs(dx * cos + dy * sin) <= length / 2 && Math.abs(dy * cos - dx * sin) <= height / 2)
            data[y * side + x] = 0.8
        }
      const settings = { decode: 'db' as const, output: 'map', names: ['text'], minScore: 0.6 }
      const tensors = { map: { dtype: 'float32' as const, dims: [1, 1, side, side], data } }
      // The picture is twice as large as the map.
      const [line, ...others] = decoders.db.decode({ tensors, width: 400, height: 400 }, settings, 0.6)
      assert.equal(others.length, 0)
      const { outline, score } = line as Required<Candidate>
      const [a, b, c, d] = outline as [Point, Point, Point, Point]
      const far = ([x, y]: Point, [otherX, otherY]: Point) => Math.hypot(x - otherX, y - otherY)
      const sides = [far(a, b) / 2, far(b, c) / 2]
      const grown = (1.5 * length * height) / (length + height)
      assert.ok(Math.abs(Math.max(...sides) - length - grown) < 3, `${degrees}: ${sides}`)
      assert.ok(Math.abs(Math.min(...sides) - height - grown) < 3, `${degrees}: ${sides}`)
      assert.ok(far([(a[0] + c[0]) / 2, (a[1] + c[1]) / 2], [200, 200]) < 2, `${degrees}: ${outline}`)
      assert.ok(far([(b[0] + d[0]) / 2, (b[1] + d[1]) / 2], [200, 200]) < 2, `${degrees}: ${outline}`)
      assert.ok(score > 0.75 && score <= 0.8001, `${degrees}: ${score}`)
    }
  })
})
