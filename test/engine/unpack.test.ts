import assert from 'node:assert/strict'
import type { Fetch, FetchedPixels, FetchedTensor } from '../../src/engine'
import { type OutputTensor, unpack } from '../../src/engine/lane/unpack'

const floats = (dims: number[], values: number[]): OutputTensor => ({
  type: 'float32',
  dims,
  data: Float32Array.from(values),
})
const pixels = (tensor: OutputTensor, spec: Partial<Fetch> = {}) =>
  unpack('y', tensor, { kind: 'pixels', layout: 'NCHW', scale: 1, offset: 0, ...spec } as Fetch) as FetchedPixels
const argmax = (tensor: OutputTensor, axis: number) => unpack('y', tensor, { kind: 'argmax', axis }) as FetchedTensor

describe('engine/lane/unpack', () => {
  it('interleaves planes, rounds and clamps to 0..255', () => {
    const made = pixels(floats([1, 3, 1, 2], [0, 1, 2.4, 2.6, -5, 300]))
    assert.deepEqual(made, { width: 2, height: 1, channels: 3, data: Uint8Array.of(0, 2, 0, 1, 3, 255) })
  })

  it('reverses BGR, with scale and offset for each channel of the tensor', () => {
    const made = pixels(floats([1, 3, 1, 1], [1, 2, 3]), { order: 'BGR', scale: [10, 20, 30], offset: [1, 2, 3] })
    assert.deepEqual([...made.data], [93, 42, 11])
  })

  for (const [layout, dims] of [
    ['NCHW', [1, 1, 2, 3]],
    ['NCHW', [1, 2, 3]],
    ['NCHW', [2, 3]],
    ['NHWC', [1, 2, 3, 1]],
    ['NHWC', [2, 3, 1]],
    ['NHWC', [2, 3]],
  ] as const)
    it(`reads ${layout} ${dims.join('×')} as one grey picture`, () => {
      const made = pixels(floats([...dims], [1, 2, 3, 4, 5, 6]), { layout })
      assert.deepEqual(made, { width: 3, height: 2, channels: 1, data: Uint8Array.of(1, 2, 3, 4, 5, 6) })
    })

  it('refuses anything but a single picture', () => {
    for (const dims of [[2, 3, 1, 1], [1, 5, 1, 1], [6], [2, 1, 1, 1, 3]])
      assert.throws(
        () => pixels(floats(dims, [1, 2, 3, 4, 5, 6])),
        /The output "y" is .*, which isn't one NCHW picture/,
      )
    assert.throws(() => pixels(floats([1, 3, 1, 1], [1, 2, 3]), { scale: [1, 2] }), /2 values of scale for 3 channels/)
  })

  it('finds the largest class along any axis, the first of equals, and ignores NaN', () => {
    const values = [0, 5, 1, 1, 9, 2, 7, 7, 0, 3, Number.NaN, 4]
    assert.deepEqual(argmax(floats([1, 4, 3], values), -1), {
      dtype: 'uint8',
      dims: [1, 4],
      data: Uint8Array.of(1, 1, 0, 2),
    })
    assert.deepEqual(argmax(floats([1, 3, 4], values), 1), {
      dtype: 'uint8',
      dims: [1, 4],
      data: Uint8Array.of(1, 0, 1, 1),
    })
    assert.deepEqual(argmax(floats([2, 3, 2], values), 1).data, Uint8Array.of(2, 0, 0, 0))
    assert.deepEqual(argmax(floats([1, 3], [Number.NaN, -4, -3]), 1).data, Uint8Array.of(2))
    assert.deepEqual(argmax(floats([3, 1], [Number.NaN, -4, -3]), 0).data, Uint8Array.of(2))
  })

  it('returns 16-bit ids for more than 256 classes, and reads int64', () => {
    const data = new BigInt64Array(300)
    data[299] = 2n
    const made = argmax({ type: 'int64', dims: [300, 1], data }, 0)
    assert.deepEqual(made, { dtype: 'uint16', dims: [1], data: Uint16Array.of(299) })
  })

  it('refuses an axis that the output doesn’t have', () => {
    assert.throws(() => argmax(floats([2, 3], [1, 2, 3, 4, 5, 6]), 2), /is 2×3 and has no axis 2/)
  })

  it('widens float16, whatever array contains its bits', () => {
    const bits = Uint16Array.of(0x3c00, 0xc000)
    assert.deepEqual(unpack('y', { type: 'float16', dims: [2], data: bits }, { kind: 'tensor' }), {
      dtype: 'float32',
      dims: [2],
      data: Float32Array.of(1, -2),
    })
  })

  it('selects one channel after softmax over all', () => {
    const scores = floats([1, 2, 1, 2], [0, 3, 0, 3 + Math.log(3)])
    const made = pixels(scores, { activation: 'softmax', channel: 1, scale: 100 })
    assert.deepEqual(made, { width: 2, height: 1, channels: 1, data: Uint8Array.of(50, 75) })
    assert.throws(() => pixels(scores, { channel: 2 }), /"y" has 2 channels, so there is no channel 2/)
  })

  it('applies a sigmoid to raw scores', () => {
    const made = pixels(floats([1, 3], [-100, 0, 100]), { activation: 'sigmoid', scale: 200 })
    assert.deepEqual([...made.data], [0, 100, 200])
  })

  it('stretches values from smallest to largest, whatever their unit; non-finite ones become 0', () => {
    const made = pixels(floats([2, 2], [-7, 3, Number.NaN, -2]), { stretch: true, scale: 100 })
    assert.deepEqual([...made.data], [0, 100, 0, 50])
    assert.deepEqual([...pixels(floats([1, 2], [5, 5]), { stretch: true, scale: 100 }).data], [0, 0])
  })

  it('returns a plane of floats, inverted if larger means nearer', () => {
    const fetch = { kind: 'plane', layout: 'NCHW', stretch: true, scale: -1, offset: 1 } as const
    const made = unpack('y', floats([1, 1, 3], [10, 30, 20]), fetch) as FetchedTensor
    assert.deepEqual(made, { dtype: 'float32', dims: [1, 3], data: Float32Array.of(1, 0, 0.5) })
    assert.throws(() => unpack('y', floats([1, 2, 1, 1], [1, 2]), fetch), /2 channels; say which/)
  })

  it('resizes a plane linearly between the centres', () => {
    const resized = (values: number[], width: number, height: number, box: [number, number, number, number]) => {
      const size = { width, height, box }
      const fetch = { kind: 'plane', layout: 'NCHW', scale: 1, offset: 0, size } as const
      const made = unpack('y', floats([1, 1, 1, values.length], values), fetch) as FetchedTensor
      assert.deepEqual(made.dims, [height, width])
      return [...made.data].map((value) => Math.round(Number(value) * 1000) / 1000)
    }
    const all: [number, number, number, number] = [0, 0, 1, 1]
    assert.deepEqual(resized([0, 8], 4, 2, all), [0, 2, 6, 8, 0, 2, 6, 8])
    assert.deepEqual(resized([1, 2, 3], 3, 1, all), [1, 2, 3], 'the same size')
    // Each new value averages two old ones, plus their neighbours with at most half the weight.
    assert.deepEqual(resized([0, 0, 8, 8], 2, 1, all), [1.143, 6.857])
    assert.deepEqual(resized([9, 1, 3, 9], 4, 1, [0.25, 0, 0.5, 1]), [1, 1.5, 2.5, 3], 'nothing beside the part')
  })

  for (const planar of [true, false])
    it(`chooses labels in another size between ${planar ? 'planes' : 'rows'} of scores`, () => {
      // Label 0 fades from 1 to 0 between two pixels, label 1 rises from 0 to 3: they are equal a quarter of
      // the way.
      const scores = planar ? floats([1, 2, 1, 2], [1, 0, 0, 3]) : floats([1, 1, 2, 2], [1, 0, 0, 3])
      const fetch = {
        kind: 'argmax',
        axis: planar ? 1 : -1,
        size: { width: 16, height: 2, box: [0, 0, 1, 1] },
      } as const
      const made = unpack('y', scores, fetch) as FetchedTensor
      // The centres of the old pixels are a quarter and three quarters of the way across the new row.
      const row = Array.from({ length: 16 }, (_, x) => ((x + 0.5) / 8 - 0.5 > 0.25 ? 1 : 0))
      assert.deepEqual([...made.data], [...row, ...row])
      assert.deepEqual(made.dims, [2, 16])
    })

  it('uses only the part of a map that shows the picture', () => {
    const scores = floats([1, 2, 1, 4], [9, 1, 0, 9, 0, 0, 1, 0])
    const fetch = { kind: 'argmax', axis: 1, size: { width: 2, height: 1, box: [0.25, 0, 0.5, 1] } } as const
    assert.deepEqual([...(unpack('y', scores, fetch) as FetchedTensor).data], [0, 1])
  })
})
