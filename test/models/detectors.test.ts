import assert from 'node:assert/strict'
import type { FetchedTensor } from '../../src/engine'
import type { Candidate, Kernel } from '../../src/models/detection/candidates'
import { decoders } from '../../src/models/detection/decode'
import { kernelLength, kernelMask } from '../../src/models/detection/rtmdet'
import type { DetectSettings } from '../../src/models/detection/settings'

const tensor = (dims: number[], at: [place: number, value: number][] = []): FetchedTensor => {
  const data = new Float32Array(dims.reduce((product, size) => product * size, 1))
  for (const [place, value] of at) data[place] = value
  return { dtype: 'float32', dims, data }
}

function decode(settings: Partial<DetectSettings>, tensors: Record<string, FetchedTensor>, size = 64): Candidate[] {
  const full = { names: ['a', 'b'], minScore: 0.3, ...settings } as DetectSettings
  return decoders[full.decode ?? 'boxes'].decode({ tensors, width: size, height: size }, full, full.minScore)
}

const rounded = (numbers: readonly number[]) => numbers.map((number) => Math.round(number))

describe('detectors’ tensors', () => {
  it('M-LSD: a line by its two ends, in pixels', () => {
    const place = 4 * (10 * 32 + 6)
    const [line, ...others] = decode(
      { decode: 'mlsd', output: 'places', scores: 'scores', ends: 'ends', minScore: 0.1 },
      {
        places: tensor(
          [1, 2, 2],
          [
            [0, 10],
            [1, 6],
          ],
        ),
        scores: tensor([1, 2], [[0, 0.9]]),
        ends: tensor(
          [1, 32, 32, 4],
          [
            [place, -6],
            [place + 1, -2],
            [place + 2, 14],
            [place + 3, 2],
          ],
        ),
      },
    )
    assert.equal(others.length, 0)
    assert.deepEqual(line?.landmarks, [
      [0, 16],
      [40, 24],
    ])
  })

  it('M-LSD: the same from a map of scores, of which only peaks are positions', () => {
    const cell = 10 * 32 + 6
    const lines = decode(
      { decode: 'mlsd', scores: 'scores', ends: 'ends', minScore: 0.1 },
      {
        scores: tensor(
          [1, 32, 32, 1],
          [
            [cell, 0.9],
            [cell + 1, 0.6],
          ],
        ),
        ends: tensor(
          [1, 32, 32, 4],
          [-6, -2, 14, 2].map((value, k): [number, number] => [4 * cell + k, value]),
        ),
      },
    )
    assert.deepEqual(
      lines.map(({ landmarks, score }) => [landmarks, Math.round(score * 10)]),
      [
        [
          [
            [0, 16],
            [40, 24],
          ],
          9,
        ],
      ],
    )
  })

  it('Yolo-FastestV2: an anchor’s box, its class, and both scores', () => {
    const [columns, fields] = [4, 17]
    const cell = (1 * columns + 2) * fields
    const numbers: [number, number][] = [
      [4, 0.5],
      [5, 0.5],
      [6, 0.5],
      [7, 0.5],
      [13, 0.8],
      [16, 0.9],
    ]
    const [thing, ...others] = decode(
      { decode: 'yolo-fastestv2', heads: ['h'], strides: [16], anchors: [[9, 9, 20, 12, 30, 30]] },
      {
        h: tensor(
          [1, 4, columns, fields],
          numbers.map(([field, value]) => [cell + field, value]),
        ),
      },
    )
    assert.equal(others.length, 0)
    assert.ok(thing && Math.abs(thing.score - 0.72) < 1e-6)
    // The centre of cell (2, 1), half a cell from its corner; the size is the anchor's.
    assert.deepEqual([thing.label, rounded(thing.corners)], [1, [30, 18, 50, 30]])
  })

  it('YOLO from version 8 without its last steps: distances from a cell’s centre', () => {
    const [size, cell] = [64, 3 * 8 + 4]
    const sides = [1, 2, 3, 1].map((distance, side): [number, number] => [(side * 16 + distance) * size + cell, 50])
    const head = tensor([1, 66, 8, 8], [...sides, [65 * size + cell, 4]])
    for (let i = 64 * size; i < head.data.length; i++) if (i !== 65 * size + cell) head.data[i] = -9
    const [thing, ...others] = decode({ decode: 'dfl', heads: ['h'], strides: [8], activation: 'sigmoid' }, { h: head })
    assert.equal(others.length, 0)
    assert.deepEqual([thing?.label, rounded(thing?.corners ?? [])], [1, [28, 12, 60, 36]])
  })

  it('RTMDet without its last steps: distances from a cell’s corner, in cells or pixels, and a mask from a small network', () => {
    const [size, cell] = [64, 3 * 8 + 4]
    const scores = tensor([1, 2, 8, 8], [[size + cell, 4]])
    for (let i = 0; i < scores.data.length; i++) if (i !== size + cell) scores.data[i] = -9
    const sides = [1, 2, 3, 1].map((distance, side): [number, number] => [side * size + cell, distance])
    // One plane and two distances are three inputs. Only the horizontal distance from the thing has a weight,
    // 2; the bias is -0.5.
    const weights = [2, 0, 0, 1, 1, 0, 0, -0.5]
    const kernel = tensor(
      [1, 8, 8, 8],
      weights.map((value, i) => [i * size + cell, value]),
    )
    const turned = tensor([1, 4, 8, 8])
    const found = (more: Partial<DetectSettings>, distances = tensor([1, 4, 8, 8], sides)) =>
      decode(
        {
          decode: 'rtmdet',
          classes: ['c'],
          distances: ['d'],
          kernels: ['k'],
          strides: [8],
          activation: 'sigmoid',
          ...more,
        },
        { c: scores, d: distances, k: kernel },
      )
    const [thing, ...others] = found({})
    assert.equal(others.length, 0)
    assert.deepEqual([thing?.label, rounded(thing?.corners ?? [])], [1, [24, 8, 56, 32]])
    assert.deepEqual(rounded(found({ inPixels: true })[0]?.corners ?? []), [31, 22, 35, 25])
    assert.equal(kernelLength(1), weights.length)
    for (const [place] of sides) turned.data[place] = -1
    assert.deepEqual(found({}, turned), [])
    // At the left edge, the thing is 32 pixels away, half of the distance of 64 that counts as 1.
    const mask = kernelMask(thing?.kernel as Kernel, tensor([1, 1, 8, 8]), 8)
    const inside = [...mask.slice(0, 8).keys()].filter((column) => (mask[column] as number) > 0.5)
    assert.deepEqual(inside, [0, 1])
  })

  it('RetinaNet without its last steps: planes for each grid, box by box, sometimes with centreness', () => {
    const [size, cell] = [64, 3 * 8 + 4]
    const planes = (count: number, at: [plane: number, value: number][], low = -9) => {
      const all = Array.from({ length: count * size }, (_, place): [number, number] => [place, low])
      return tensor(
        [1, count, 8, 8],
        [...all, ...at.map(([plane, value]): [number, number] => [plane * size + cell, value])],
      )
    }
    const found = (more: Partial<DetectSettings>) =>
      decode(
        {
          ...{ decode: 'priors', classes: ['c', 'f'], distances: ['d', 'g'], activation: 'sigmoid' },
          priors: {
            sizes: [
              [
                [16, 16],
                [32, 16],
              ],
              [64],
            ],
            ...{ strides: [8, 64], round: 'up', middle: 0, reach: [1, 1] },
          },
          ...more,
        },
        {
          // Of two boxes, the second has the second of two classes, and becomes half as wide and twice as
          // high.
          c: planes(4, [[3, 4]]),
          d: planes(
            8,
            [0.25, -0.25, Math.log(0.5), Math.log(2)].map((value, i): [number, number] => [4 + i, value]),
            0,
          ),
          f: tensor(
            [1, 2, 1, 1],
            [
              [0, -9],
              [1, -9],
            ],
          ),
          g: tensor([1, 4, 1, 1]),
          m: planes(2, [[1, 0]]),
          n: tensor([1, 1, 1, 1], [[0, -9]]),
        },
      )
    const [thing, ...others] = found({})
    assert.equal(others.length, 0)
    assert.deepEqual([thing?.label, rounded(thing?.corners ?? [])], [1, [32, 4, 48, 36]])
    assert.ok(thing && Math.abs(thing.score - 0.982) < 1e-3)
    assert.ok(Math.abs((found({ middles: ['m', 'n'] })[0]?.score ?? 0) - Math.sqrt(0.982 * 0.5)) < 1e-3)
    assert.throws(() => found({ classes: ['c'] }), /different number of boxes/)
  })

  it('FCOS without its last steps: distances from a cell’s centre, and scores weighted by centreness', () => {
    const [size, cell] = [64, 3 * 8 + 4]
    const filled = (planes: number, at: [number, number][]) => {
      const low = Array.from({ length: planes * size }, (_, place): [number, number] => [place, -9])
      return tensor([1, planes, 8, 8], [...low, ...at])
    }
    const found = (near: number, inPixels?: true) =>
      decode(
        {
          ...{ decode: 'rtmdet', classes: ['c'], distances: ['d'], middles: ['m'], strides: [8] },
          ...{ activation: 'sigmoid', ...(inPixels && { inPixels }) },
        },
        {
          c: filled(2, [[size + cell, 4]]),
          d: tensor(
            [1, 4, 8, 8],
            [1, 2, 3, 1].map((distance, side): [number, number] => [side * size + cell, distance]),
          ),
          m: filled(1, [[cell, near]]),
        },
      )
    const [thing, ...others] = found(0)
    assert.equal(others.length, 0)
    assert.deepEqual([thing?.label, thing?.corners], [1, [28, 12, 60, 36]])
    assert.ok(thing && Math.abs(thing.score - Math.sqrt(0.982 * 0.5)) < 1e-3)
    assert.deepEqual(found(0, true)[0]?.corners, [35, 26, 39, 29])
    assert.deepEqual(found(-9), [], 'far from the middle of all')
  })

  it('MaskFormer: a class for each mask, boxes around the masks, and nothing for the empty class', () => {
    const inMask = (first: number, columns: number[], rows: number[]) =>
      rows.flatMap((y) => columns.map((x): [number, number] => [first + 8 * y + x, 9]))
    const low = Array.from({ length: 3 * 64 }, (_, place): [number, number] => [place, -9])
    const [thing, ...others] = decode(
      { decode: 'queries', scores: 's', masks: 'm', rawMasks: true, activation: 'softmax' },
      {
        // The first is class b, the second nothing, the third class a without a mask.
        s: tensor(
          [1, 3, 3],
          [
            [1, 6],
            [5, 6],
            [6, 6],
          ],
        ),
        m: tensor([1, 3, 8, 8], [...low, ...inMask(0, [2, 3], [1, 2, 3]), ...inMask(64, [0], [0])]),
      },
    )
    assert.equal(others.length, 0)
    assert.deepEqual([thing?.label, thing?.index, thing?.corners], [1, 0, [16, 8, 32, 32]])
    assert.ok(thing && thing.score > 0.98 && thing.score <= 1)
  })

  it('PP-YOLOE: scores with a row for each class', () => {
    const boxes = tensor(
      [1, 5, 4],
      [8, 8, 24, 32].map((place, side): [number, number] => [3 * 4 + side, place]),
    )
    const [thing, ...others] = decode(
      { decode: 'boxes', boxes: 'b', scores: 's' },
      { b: boxes, s: tensor([1, 2, 5], [[5 + 3, 0.8]]) },
    )
    assert.equal(others.length, 0)
    assert.deepEqual([thing?.label, thing?.index, thing?.corners], [1, 3, [8, 8, 24, 32]])
  })

  it('OpenPose: limbs connect the points of each body, and of no other', () => {
    const [rows, columns] = [16, 16]
    const size = rows * columns
    const heat: [number, number][] = []
    const field: [number, number][] = []
    // Each of two people has a neck, a right shoulder to the left of it, and an elbow below the shoulder.
    for (const x of [4, 11]) {
      heat.push(
        [1 * size + 3 * columns + x, 0.9],
        [2 * size + 3 * columns + x - 3, 0.8],
        [3 * size + 8 * columns + x - 3, 0.7],
      )
      for (let i = 0; i <= 3; i++) field.push([12 * size + 3 * columns + x - i, -1])
      for (let i = 0; i <= 5; i++) field.push([15 * size + (3 + i) * columns + x - 3, 1])
    }
    const bodies = decode(
      { decode: 'openpose', output: 'heat', ends: 'field', names: ['person'] },
      { heat: tensor([1, 19, rows, columns], heat), field: tensor([1, 38, rows, columns], field) },
    )
    assert.equal(bodies.length, 2)
    for (const { landmarks = [], landmarkScores = [] } of bodies) {
      assert.deepEqual(
        landmarkScores.flatMap((score, i) => (score > 0 ? [i] : [])),
        [1, 2, 3],
      )
      const [neck, shoulder, elbow] = [1, 2, 3].map((i) => landmarks[i] as [number, number]) as [number, number][]
      assert.deepEqual([(neck?.[0] ?? 0) - (shoulder?.[0] ?? 0), (elbow?.[1] ?? 0) - (shoulder?.[1] ?? 0)], [12, 20])
    }
  })

  it('OpenPose with feet: heat maps and fields in one tensor', () => {
    const [rows, columns] = [16, 16]
    const size = rows * columns
    const at = (plane: number, y: number, x: number) => plane * size + y * columns + x
    // The left ankle, the big toe four cells to the left of it, and the heel two cells below it. The fields
    // come after 26 heat maps.
    const filled: [number, number][] = [
      [at(14, 4, 8), 0.9],
      [at(19, 4, 4), 0.8],
      [at(21, 6, 8), 0.7],
    ]
    for (let i = 0; i <= 4; i++) filled.push([at(26 + 40, 4, 8 - i), -1])
    for (let i = 0; i <= 2; i++) filled.push([at(26 + 45, 4 + i, 8), 1])
    const [body, ...others] = decode(
      { decode: 'openpose', output: 'o', ends: 'o', names: ['person'] },
      { o: tensor([1, 78, rows, columns], filled) },
    )
    assert.equal(others.length, 0)
    const found = (body?.landmarkScores ?? []).flatMap((score, i) => (score > 0 ? [i] : []))
    assert.deepEqual([body?.landmarkScores?.length, found], [25, [14, 19, 21]])
    assert.deepEqual(rounded(body?.corners ?? []), [18, 18, 34, 26])
  })

  it('points next to boxes and rows belong to the detection in the same row', () => {
    const box = (row: number, width: number): [number, number][] =>
      [8, 8, 24, 32].map((place, side) => [row * width + side, place])
    // The second point of the second thing. Its third number is a score only if the settings say so.
    const points = tensor(
      [1, 3, 2, 3],
      [9, 10, 0.5].map((value, i): [number, number] => [1 * 6 + 3 + i, value]),
    )
    const ofRows = { decode: 'rows' as const, output: 'o', columns: 'xyxys', landmarks: 'p', names: ['person'] }
    const rows = tensor([1, 3, 5], [...box(1, 5), [1 * 5 + 4, 0.9]])
    const [thing, ...others] = decode({ ...ofRows, points: 3 }, { o: rows, p: points })
    assert.equal(others.length, 0)
    assert.deepEqual(thing?.landmarks, [
      [0, 0],
      [9, 10],
    ])
    assert.deepEqual(thing?.landmarkScores, [0, 0.5])
    const [plain] = decode(
      { decode: 'boxes', boxes: 'b', scores: 's', landmarks: 'p', names: ['person'] },
      { b: tensor([1, 3, 4], box(1, 4)), s: tensor([1, 3], [[1, 0.8]]), p: points },
    )
    assert.deepEqual([plain?.landmarks?.[1], plain?.landmarkScores], [[9, 10], undefined])
  })

  it('EAST: sides around a cell, rotated anticlockwise, whatever the order of planes', () => {
    const cell = 5 * 16 + 6
    const sides = [4, 12, 6, 8, Math.PI / 2]
    for (const isLast of [false, true]) {
      const [thing, ...others] = decode(
        { decode: 'east', output: 'score', boxes: 'geometry', names: ['text'] },
        {
          score: tensor(isLast ? [1, 16, 16, 1] : [1, 1, 16, 16], [[cell, 0.9]]),
          geometry: tensor(
            isLast ? [1, 16, 16, 5] : [1, 5, 16, 16],
            sides.map((value, plane) => [isLast ? cell * 5 + plane : plane * 256 + cell, value]),
          ),
        },
      )
      assert.equal(others.length, 0)
      // The cell is at (24, 20). After the turn, its right side is on top, and its top is on the left.
      assert.deepEqual(rounded(thing?.corners ?? []), [20, 8, 30, 28])
      assert.deepEqual(thing?.outline?.map(rounded), [
        [20, 28],
        [20, 8],
        [30, 8],
        [30, 28],
      ])
    }
  })

  it('RT-DETR: rows of centre, size and all scores, in fractions', () => {
    const [thing, ...others] = decode(
      { decode: 'yolo', output: 'o', plain: true, unit: 'share' },
      {
        o: tensor(
          [1, 300, 6],
          [
            [6, 0.5],
            [7, 0.5],
            [8, 0.2],
            [9, 0.4],
            [11, 0.6],
          ],
        ),
      },
    )
    assert.equal(others.length, 0)
    assert.deepEqual([thing?.label, thing?.index], [1, 1])
    assert.deepEqual(
      (thing?.corners ?? []).map((share) => Number(share.toFixed(3))),
      [0.4, 0.3, 0.6, 0.7],
    )
  })
})
