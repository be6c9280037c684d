import type { FetchedTensor } from '../engine'
import { Image } from '../types'
import type { FetchSpec } from './manifest'
import { finishPicture, type Originals } from './tensor-outputs'

/** Port name → the mask of its channel, white where the network found something. */
export async function finishMasks(
  { to, others, layout, activation, sizeOf, times }: Extract<FetchSpec, { kind: 'masks' }>,
  { dims, data }: FetchedTensor,
  originals: Originals,
): Promise<Record<string, Image>> {
  const isLast = layout.endsWith('HWC')
  const sides = dims.slice(-3) as [number, number, number]
  const [channels, height, width] = isLast ? [sides[2], sides[0], sides[1]] : sides
  const names = [to, ...others]
  if (channels !== names.length)
    throw new Error(`The model outputs ${channels} masks, but there are ${names.length} outputs for them.`)
  const pixels = width * height
  const [step, plane] = isLast ? [channels, 1] : [1, pixels]
  const value = (pixel: number, channel: number) => Number(data[pixel * step + channel * plane])
  const shares = activation === 'softmax' ? softmaxOf(value, pixels, channels) : undefined
  const masks: Record<string, Image> = {}
  for (const [channel, name] of names.entries()) {
    const bytes = new Uint8ClampedArray(pixels)
    for (let i = 0; i < pixels; i++) {
      const score = value(i, channel)
      const share = shares
        ? (shares[i * channels + channel] as number)
        : activation === 'sigmoid'
          ? 1 / (1 + Math.exp(-score))
          : score
      bytes[i] = share * 255
    }
    const mask = new Image({ width, height, channels: 1, data: new Uint8Array(bytes.buffer) })
    masks[name] = await finishPicture(
      { kind: 'image', to: name, layout: 'NCHW', ...(sizeOf && { sizeOf }), ...(times && { times }) },
      mask,
      originals,
    )
  }
  return masks
}

function softmaxOf(value: (pixel: number, channel: number) => number, pixels: number, channels: number): Float32Array {
  const shares = new Float32Array(pixels * channels)
  for (let i = 0; i < pixels; i++) {
    let most = Number.NEGATIVE_INFINITY
    for (let c = 0; c < channels; c++) most = Math.max(most, value(i, c))
    let sum = 0
    for (let c = 0; c < channels; c++) sum += Math.exp(value(i, c) - most)
    for (let c = 0; c < channels; c++) shares[i * channels + c] = Math.exp(value(i, c) - most) / sum
  }
  return shares
}
