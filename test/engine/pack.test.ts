import assert from 'node:assert/strict'
import type { PixelFeed, TensorInfo } from '../../src/engine'
import { fromHalf } from '../../src/engine/lane/float16'
import { pack } from '../../src/engine/lane/pack'

const input = (dtype: TensorInfo['dtype'] = 'float32'): TensorInfo => ({ name: 'x', dtype, shape: [1, 'c', 'h', 'w'] })

/** Two rows of three pixels; each byte encodes its row, column and channel. */
function picture(channels: number, spec: Partial<PixelFeed> = {}): PixelFeed {
  const data = new Uint8Array(6 * channels)
  for (let i = 0; i < data.length; i++) data[i] = 10 * Math.floor(i / channels) + (i % channels)
  return { kind: 'pixels', data, width: 3, height: 2, channels, layout: 'NCHW', scale: 1, offset: 0, ...spec }
}

describe('engine/lane/pack', () => {
  for (const channels of [1, 3, 4])
    it(`lays out ${channels} channels as planes`, () => {
      const made = pack(picture(channels), input())
      assert.deepEqual(made.dims, [1, channels, 2, 3])
      const want = []
      for (let c = 0; c < channels; c++) for (let i = 0; i < 6; i++) want.push(10 * i + c)
      assert.deepEqual([...made.data], want)
    })

  it('keeps interleaved pixels interleaved', () => {
    const feed = picture(3, { layout: 'NHWC' })
    const made = pack(feed, input())
    assert.deepEqual(made.dims, [1, 2, 3, 3])
    assert.deepEqual([...made.data], [...feed.data])
  })

  for (const layout of ['NCHW', 'NHWC'] as const)
    it(`scales and shifts each channel of the tensor, after turning RGB to BGR (${layout})`, () => {
      const made = pack(picture(3, { layout, order: 'BGR', scale: [2, 3, 4], offset: [100, 200, 300] }), input())
      const at = (channel: number, i: number) => made.data[layout === 'NCHW' ? channel * 6 + i : i * 3 + channel]
      for (let i = 0; i < 6; i++) {
        assert.equal(at(0, i), (10 * i + 2) * 2 + 100)
        assert.equal(at(1, i), (10 * i + 1) * 3 + 200)
        assert.equal(at(2, i), 10 * i * 4 + 300)
      }
    })

  it('BGR leaves alpha and single channels in place', () => {
    const four = pack(picture(4, { order: 'BGR' }), input())
    assert.deepEqual(
      [0, 6, 12, 18].map((at) => four.data[at]),
      [2, 1, 0, 3],
    )
    assert.deepEqual([...pack(picture(1, { order: 'BGR' }), input()).data], [0, 10, 20, 30, 40, 50])
  })

  it('uses the input’s type: float16 as bits, uint8 rounded and clamped to 0..255', () => {
    const half = pack(picture(3, { scale: 1 / 255 }), input('float16'))
    assert.equal(half.type, 'float16')
    assert.ok(half.data instanceof Uint16Array)
    assert.ok(Math.abs(fromHalf(half.data[5] as number) - 50 / 255) < 1e-4)
    const bytes = pack(picture(1, { scale: 10.06, offset: -100 }), input('uint8'))
    assert.deepEqual([...bytes.data], [0, 1, 101, 202, 255, 255])
  })

  it('accepts doubles and integers of any width', () => {
    const wide = { scale: 1000, offset: -3 }
    for (const type of ['float64', 'int32', 'uint32', 'int64'] as const) {
      const { type: given, data } = pack(picture(1, wide), input(type))
      assert.equal(given, type)
      assert.deepEqual(
        Array.from(data as ArrayLike<number>, Number),
        [-3, 9997, 19997, 29997, 39997, 49997].map((n) => (type === 'uint32' ? Math.max(0, n) : n)),
      )
    }
    assert.deepEqual([...pack(picture(1, wide), input('int16')).data], [-3, 9997, 19997, 29997, 32767, 32767])
    assert.deepEqual([...pack(picture(1, wide), input('uint16')).data], [0, 9997, 19997, 29997, 39997, 49997])
  })

  it('doesn’t copy bytes that fit unchanged', () => {
    const feed = picture(3, { layout: 'NHWC' })
    assert.equal(pack(feed, input('uint8')).data, feed.data)
  })

  it('refuses pixels for other types', () => {
    assert.throws(() => pack(picture(3), input('bool')), /An input of bool cannot take pixels/)
  })

  it('rounds a Float32Array for a float16 input', () => {
    const made = pack({ kind: 'tensor', dtype: 'float16', dims: [2], data: Float32Array.of(1, -2) }, input('float16'))
    assert.deepEqual([...made.data], [0x3c00, 0xc000])
  })

  it('omits the batch dimension', () => {
    assert.deepEqual(pack(picture(3, { layout: 'CHW' }), input()).dims, [3, 2, 3])
    assert.deepEqual(pack(picture(3, { layout: 'HWC' }), input()).dims, [2, 3, 3])
  })

  it('makes luma from three channels, not rounded', () => {
    const feed: PixelFeed = { ...picture(3, { luma: true, scale: 1 / 255 }), data: Uint8Array.of(255, 0, 0, 0, 0, 255) }
    const made = pack({ ...feed, width: 2, height: 1 }, input())
    assert.deepEqual(made.dims, [1, 1, 1, 2])
    assert.deepEqual([...made.data], [0.299, 0.114].map(Math.fround))
  })

  it('scales the brightest byte to 255 on request', () => {
    const made = pack(picture(1, { brighten: true, scale: 1 / 255 }), input())
    assert.deepEqual(
      [...made.data],
      [0, 10, 20, 30, 40, 50].map((byte) => Math.fround(byte / 50)),
    )
  })

  it('makes integers for inputs of int8 and int32', () => {
    const bytes = pack(picture(1, { scale: 4, offset: -128 }), input('int8'))
    assert.deepEqual(bytes.data, Int8Array.of(-128, -88, -48, -8, 32, 72))
    assert.deepEqual(pack(picture(1, { scale: 0.26 }), input('int32')).data, Int32Array.of(0, 3, 5, 8, 10, 13))
    assert.deepEqual(pack(picture(1, { scale: 100 }), input('int8')).data, Int8Array.of(0, 127, 127, 127, 127, 127))
  })
})
