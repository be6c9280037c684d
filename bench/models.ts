import { join } from 'node:path'
import type { PixelFeed, PixelFetch } from '../src/engine'

const FIXTURES = join(__dirname, '..', '..', 'test', 'fixtures', 'onnx')

/** Picture in, picture out: six convolutions, 5.3 GFLOP at 512×512. */
export const FILTER = join(FIXTURES, 'filter.onnx')

/** The same, its ends named as the Transformers library names them. */
export const FILTER_SWIN2SR = join(FIXTURES, 'filter-swin2sr.onnx')

/** Picture in, picture out, next to no work: what remains is the way there and back. */
export const NEGATIVE = join(FIXTURES, 'negative.onnx')

export const PICTURE_OUT: PixelFetch = { kind: 'pixels', layout: 'NCHW', scale: 255, offset: 0 }

export function picture(width: number, height: number): PixelFeed {
  const data = Uint8Array.from({ length: width * height * 3 }, (_, i) => (i * 31) % 256)
  return { kind: 'pixels', data, width, height, channels: 3, layout: 'NCHW', scale: 1 / 255, offset: 0 }
}
