import assert from 'node:assert/strict'
import type { FetchedTensor } from '../../src/engine'
import { curved } from '../../src/models/curves'
import { finishLetters } from '../../src/models/letters'
import { finishMasks } from '../../src/models/masks'
import { Image } from '../../src/types'

const tensor = (dims: number[], data: number[]): FetchedTensor => ({
  dtype: 'float32',
  dims,
  data: Float32Array.from(data),
})
const noPath = () => assert.fail('no file is read')

describe('what is read from tensors', () => {
  it('letters: those that repeat once, the blank never, whichever way they lie', () => {
    const places = [1, 1, 0, 1, 2, 2, 0]
    const rows = places.flatMap((letter) => [0, 1, 2].map((i) => (i === letter ? 0.9 : 0.05)))
    const spec = { kind: 'letters' as const, to: 't', letters: ['a', 'b'], score: 's' }
    for (const dims of [
      [1, 7, 3],
      [7, 1, 3],
    ]) {
      const { t, s } = finishLetters(spec, tensor(dims, rows), noPath)
      assert.equal(t, 'aab')
      assert.ok(Math.abs((s as number) - 0.9) < 1e-6)
    }
    assert.deepEqual(finishLetters(spec, tensor([1, 2, 3], [9, 0, 0, 9, 0, 0]), noPath), { t: '', s: 0 })
  })

  it('masks: one of each plane, also where the planes are last, and of raw scores', async () => {
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
      /gives 3 masks, but there are 2 outputs/,
    )
  })

  it('curves: x ← x + A (x² − x), so many times', async () => {
    const picture = new Image({ width: 1, height: 1, channels: 3, data: Uint8Array.of(64, 64, 64) })
    const curves = new Image({ width: 1, height: 1, channels: 3, data: Uint8Array.of(0, 128, 255) })
    const [lit = 0, same = 0, dark = 0] = (await curved(curves, picture, 2)).data
    let x = 64 / 255
    for (let i = 0; i < 2; i++) x -= x * x - x
    assert.ok(Math.abs(lit - 255 * x) <= 1 && Math.abs(same - 64) <= 1 && dark < 64)
  })
})
