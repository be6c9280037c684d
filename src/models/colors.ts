import type { FetchedTensor } from '../engine'
import { resize, withColors } from '../images'
import { Image } from '../types'
import { crop, unplace } from './fit'
import type { FetchSpec } from './manifest'
import type { Original } from './tensor-outputs'

/**
 * Colours the input picture with the channels a and b of CIE Lab, [1, 2, H, W], that a network predicted for
 * it.
 */
export async function finishColors(
  { to, layout = 'NCHW', scale = 1, offset = 0 }: Extract<FetchSpec, { kind: 'colors' }>,
  { dims, data }: FetchedTensor,
  original: Original | undefined,
): Promise<Record<string, Image>> {
  const isLast = layout === 'NHWC'
  const [planes, height, width] = (isLast ? [dims.at(-1), ...dims.slice(-3, -1)] : dims.slice(-3)) as [
    number,
    number,
    number,
  ]
  const image = original?.image
  if (!image || planes !== 2)
    throw new Error(`Colours for a picture are two planes, but the model outputs [${dims.join(', ')}].`)
  const part = unplace(original.placement, width, height)
  const plane = async (index: number) => {
    const [step, first] = isLast ? [2, index] : [1, index * width * height]
    const values = Float32Array.from(
      { length: width * height },
      (_, i) => Number(data[first + i * step]) * scale + offset,
    )
    const own = new Image({
      width: part.width,
      height: part.height,
      channels: 1,
      data: crop(values, width, 1, part),
      range: [-110, 110],
    })
    return (await resize(own, image.width, image.height)).data as Float32Array
  }
  return { [to]: await withColors(image, await plane(0), await plane(1)) }
}
