import { basename, dirname, join } from 'node:path'
import type { PixelFeed, PixelFetch } from '../src/engine'
import type { Model } from '../src/models'

const FIXTURES = join(__dirname, '..', '..', 'test', 'fixtures', 'onnx')

/** Image to image: six convolutions, 5.3 GFLOP at 512×512. */
export const FILTER = join(FIXTURES, 'filter.onnx')

/** The same, with inputs and outputs named as in the Transformers library. */
export const FILTER_SWIN2SR = join(FIXTURES, 'filter-swin2sr.onnx')

/** Image to image with almost no computation: what remains is the transport. */
export const NEGATIVE = join(FIXTURES, 'negative.onnx')

export const PICTURE_OUT: PixelFetch = { kind: 'pixels', layout: 'NCHW', scale: 255, offset: 0 }

export function picture(width: number, height: number): PixelFeed {
  const data = Uint8Array.from({ length: width * height * 3 }, (_, i) => (i * 31) % 256)
  return { kind: 'pixels', data, width, height, channels: 3, layout: 'NCHW', scale: 1 / 255, offset: 0 }
}

/** One of the networks above as a model with a node. @param output the name of its output picture */
export function pictureModel(id: string, network: string, output: string): Model {
  const image = { property: 'payload', type: { type: 'image', channels: 3 }, help: '' } as const
  const size = { fit: 'keep', multipleOf: 1 }
  const variant = {
    ...{ id: 'mini', label: '', file: basename(network), about: '', licence: '' },
    feeds: { image: { kind: 'image', from: 'image', layout: 'NCHW', scale: 1 / 255, offset: 0, size } },
    fetches: { [output]: { kind: 'image', to: output, layout: 'NCHW', scale: 255, offset: 0 } },
  }
  return {
    ...{ id, node: `daisychain-${id}`, label: id, summary: '', icon: '', color: '', folder: dirname(network) },
    inputs: [{ ...image, name: 'image' }],
    outputs: [[{ ...image, name: output }]],
    variants: [variant],
  } as unknown as Model
}
