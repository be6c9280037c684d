import type { PixelFeed } from '../types'

/** The shape of the tensor made from pixels. */
export function pixelDims({ layout, channels, luma, height, width, dims }: PixelFeed): number[] {
  if (dims) return dims
  const planes = luma ? 1 : channels
  const picture = layout.endsWith('CHW') ? [planes, height, width] : [height, width, planes]
  return layout.startsWith('N') ? [1, ...picture] : picture
}
