import assert from 'node:assert/strict'
import type { FetchedTensor } from '../../src/engine'
import { unpack } from '../../src/engine/lane/unpack'
import { curved } from '../../src/models/curves'
import { finishLetters, lettersFetch } from '../../src/models/letters'
import { finishMasks } from '../../src/models/masks'
import { finishPeaks } from '../../src/models/points'
import { Image } from '../../src/types'

const tensor = (dims: number[], data: number[]): FetchedTensor => ({
  dtype: 'float32',
  dims,
  data: Float32Array.from(data),
})
const noPath = () => assert.fail('no file is read')

/** Reads the letters as a run does. */
function letters(spec: Parameters<typeof lettersFetch>[0], tensors: FetchedTensor[]) {
  const given = tensors.map(({ dtype: type, dims, data }) =>
    unpack('y', { type, dims, data }, lettersFetch(spec, noPath)),
  )
  return finishLetters(spec, given as FetchedTensor[], noPath)
}

describe('interpretations of tensors', () => {
  it('letters: repeated ones once, the blank never, in any orientation', () => {
    const places = [1, 1, 0, 1, 2, 2, 0]
    const rows = places.flatMap((letter) => [0, 1, 2].map((i) => (i === letter ? 0.9 : 0.05)))
    const spec = { kind: 'letters' as const, to: 't', letters: ['a', 'b'], score: 's' }
    for (const dims of [
      [1, 7, 3],
      [7, 1, 3],
    ]) {
      const { t, s } = letters(spec, [tensor(dims, rows)])
      assert.equal(t, 'aab')
      assert.ok(Math.abs((s as number) - 0.9) < 1e-6)
    }
    assert.deepEqual(letters(spec, [tensor([1, 2, 3], [9, 0, 0, 9, 0, 0])]), { t: '', s: 0 })
  })

  it('letters: also in vertical order, and with the blank last', () => {
    const places = [1, 1, 3, 1, 0, 2, 3]
    const upright = [0, 1, 2, 3].flatMap((i) => places.map((letter) => (letter === i ? 5 : -5)))
    const spec = { kind: 'letters' as const, to: 't', letters: ['a', 'b', 'c'], blank: 3 }
    assert.deepEqual(letters(spec, [tensor([1, 4, 7], upright)]), { t: 'bbac' })
  })

  it('letters: one in each position, if each has its own; from several tensors too', () => {
    const place = (letter: number) => [0, 1, 2].map((i) => (i === letter ? 0.8 : 0.1))
    const spec = { kind: 'letters' as const, to: 't', letters: ['a', 'b', ' '], each: true as const, score: 's' }
    const joined = letters(spec, [tensor([1, 5, 3], [0, 0, 1, 0, 2].flatMap(place))])
    assert.equal(joined.t, 'aaba')
    assert.ok(Math.abs((joined.s as number) - 0.8) < 1e-6)
    const apart = [1, 1, 0].map((letter) => tensor([1, 3], place(letter)))
    assert.equal(letters({ ...spec, beside: ['x', 'y'] }, apart).t, 'bba')
    // All letters are in one list.
    assert.equal(letters(spec, [tensor([1, 12], [1, 0, 0, 1].flatMap(place))]).t, 'baab')
  })

  it('peaks: offset from their cells by other maps, in pixels, whatever the order of planes', () => {
    // Two points on 3 × 3 cells of 16 pixels, for a picture of 33 pixels: the first in the middle, the second
    // in the last cell.
    const planes = (count: number, value: (plane: number, cell: number) => number) => ({
      NCHW: tensor(
        [1, count, 3, 3],
        Array.from({ length: count * 9 }, (_, i) => value(Math.floor(i / 9), i % 9)),
      ),
      NHWC: tensor(
        [1, 3, 3, count],
        Array.from({ length: count * 9 }, (_, i) => value(i % count, Math.floor(i / count))),
      ),
    })
    const maps = planes(2, (point, cell) => (cell === (point === 0 ? 4 : 8) ? 0.9 : 0.1))
    const offsets = planes(4, (plane, cell) => (cell === 4 ? [2, 0, -3, 0] : [0, -8, 0, -4])[plane] ?? 0)
    const box = { left: 0, top: 0, width: 33, height: 33 }
    const original = { width: 33, height: 33, placement: { width: 33, height: 33, box } }
    for (const layout of ['NCHW', 'NHWC'] as const) {
      const spec = { kind: 'peaks' as const, to: 'p', of: 'image', layout, offsets: 'o', scores: 's' }
      const { p, s } = finishPeaks(spec, maps[layout], { offsets: offsets[layout] }, original as never)
      const pixels = (p as [number, number][]).map((point) => point.map((share) => Math.round(share * 33)))
      assert.deepEqual(pixels, [
        [13, 18],
        [28, 24],
      ])
      assert.ok([...(s as Float32Array)].every((score) => Math.abs(score - 0.9) < 1e-6))
    }
  })

  it('masks: one per plane, also with planes last, and from raw scores', async () => {
    const spec = { kind: 'masks' as const, to: 'a', others: ['b'], layout: 'NCHW' as const }
    const bytes = ({ data }: Image) => [...data]
    const masks = await finishMasks(spec, tensor([1, 2, 1, 2], [0, 1, 1, 0.5]), new Map())
    assert.deepEqual(
      [bytes(masks.a as Image), bytes(masks.b as Image)],
      [
        [0, 255],
        [255, 128],
      ],
    )
    const last = await finishMasks({ ...spec, layout: 'NHWC' }, tensor([1, 1, 2, 2], [0, 1, 1, 0]), new Map())
    assert.deepEqual(
      [bytes(last.a as Image), bytes(last.b as Image)],
      [
        [0, 255],
        [255, 0],
      ],
    )
    const raw = await finishMasks({ ...spec, activation: 'sigmoid' }, tensor([1, 2, 1, 1], [0, 20]), new Map())
    assert.deepEqual([bytes(raw.a as Image), bytes(raw.b as Image)], [[128], [255]])
    await assert.rejects(
      finishMasks(spec, tensor([1, 3, 1, 1], [0, 0, 0]), new Map()),
      /outputs 3 masks, but there are 2 outputs/,
    )
  })

  it('curves: x ← x + A (x² − x), repeated', async () => {
    const picture = new Image({ width: 1, height: 1, channels: 3, data: Uint8Array.of(64, 64, 64) })
    const curves = new Image({ width: 1, height: 1, channels: 3, data: Uint8Array.of(0, 128, 255) })
    const [lit = 0, same = 0, dark = 0] = (await curved(curves, picture, 2)).data
    let x = 64 / 255
    for (let i = 0; i < 2; i++) x -= x * x - x
    assert.ok(Math.abs(lit - 255 * x) <= 1 && Math.abs(same - 64) <= 1 && dark < 64)
  })
})
