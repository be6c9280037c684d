import { labelColor } from '../../types'
import type { ModelPort } from './model'

/**
 * Converts an output of the ONNX file to a value that the page can show: pictures become PNG files,
 * everything else numbers.
 */
export function shown(
  { kind, shape, colors = [], labels = [], range = [0, 1] }: ModelPort,
  data: ArrayLike<number>,
): unknown {
  const [height = 1, width = 1, channels = 1] = shape
  switch (kind) {
    case 'vector':
      return Array.from(data)
    case 'number':
    case 'share':
      // A 32-bit float has about seven significant digits; further digits only come from the conversion to 64
      // bits.
      return Number((data[0] as number).toPrecision(7))
    case 'category':
      return labels[data[0] as number]
    case 'shares':
      return labels
        .map((category, i) => ({ category, score: data[i] as number }))
        .sort((one, other) => other.score - one.score)
    case 'picture':
      return picture(width, height, (i, channel) => {
        if (channel === 3) return channels === 4 ? (data[i * 4 + 3] as number) : 255
        return data[i * channels + (channels === 1 ? 0 : channel)] as number
      })
    case 'floats': {
      const [black, white] = range
      return picture(width, height, (i, channel) =>
        channel === 3 ? 255 : Math.round((255 * ((data[i] as number) - black)) / (white - black)),
      )
    }
    case 'labels':
      return picture(width, height, (i, channel) => {
        const id = data[i] as number
        return channel === 3 ? 255 : ((colors[id] ?? labelColor(id))[channel] as number)
      })
  }
}

function picture(width: number, height: number, shade: (pixel: number, channel: number) => number): string {
  const canvas = document.createElement('canvas')
  Object.assign(canvas, { width, height })
  const pixels = new ImageData(width, height)
  for (let i = 0; i < pixels.data.length; i++) pixels.data[i] = shade(i >> 2, i & 3)
  canvas.getContext('2d')?.putImageData(pixels, 0, 0)
  return canvas.toDataURL('image/png')
}
