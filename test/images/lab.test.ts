import assert from 'node:assert/strict'
import { lightness, withColors } from '../../src/images'
import { Image } from '../../src/types'

const pixels = (...colors: number[][]) =>
  new Image({
    width: colors.length,
    height: 1,
    channels: colors[0]?.length as 1 | 3 | 4,
    data: Uint8Array.from(colors.flat()),
  })

describe('lightness and colours', () => {
  // L*, a* and b* of CIE Lab under daylight, from published tables.
  const known: [color: number[], lab: [number, number, number]][] = [
    [
      [255, 0, 0],
      [53.24, 80.09, 67.2],
    ],
    [
      [0, 255, 0],
      [87.74, -86.18, 83.18],
    ],
    [
      [0, 0, 255],
      [32.3, 79.19, -107.86],
    ],
    [
      [255, 255, 255],
      [100, 0, 0],
    ],
    [
      [0, 0, 0],
      [0, 0, 0],
    ],
  ]

  it('are as in the tables', async () => {
    const { data } = await lightness(pixels(...known.map(([color]) => color)), 1)
    assert.deepEqual(
      [...data],
      known.map(([, [l]]) => Math.round(l * 2.55)),
    )
    for (const [color, [, a, b]] of known) {
      const grey = await lightness(pixels(color), 3)
      assert.ok(grey.data[0] === grey.data[1] && grey.data[1] === grey.data[2])
      const colored = await withColors(grey, Float32Array.of(a), Float32Array.of(b))
      // The grey byte's lightness is rounded by up to half a step.
      for (const [i, byte] of [...colored.data].entries())
        assert.ok(Math.abs(byte - (color[i] as number)) <= 3, `${color}: ${colored.data}`)
    }
  })

  it('leave a grey picture grey, with one, three or four channels', async () => {
    for (const grey of [[77], [77, 77, 77], [77, 77, 77, 255]]) {
      const { data } = await withColors(pixels(grey), Float32Array.of(0), Float32Array.of(0))
      assert.deepEqual([...data], [77, 77, 77])
      assert.deepEqual([...(await lightness(pixels(grey), 3)).data], [77, 77, 77])
    }
  })
})
