/** In which numbers a picture is given to a model, or comes from it. */
export type RangeName = '0..1' | '-1..1' | '0..255' | '-128..127' | 'imagenet' | 'caffe' | 'custom'

/** What a range does to the bytes of each channel: value = byte × scale + offset. */
export interface Line {
  scale: number | number[]
  offset: number | number[]
}

const IMAGENET = { mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225] }
/** Blue, green, red: the mean colour of ImageNet, as Caffe's networks have it taken off. */
const CAFFE = [103.939, 116.779, 123.68]

/** How bytes become the numbers of a range, in the tensor's order of channels. */
export function toRange(range: Exclude<RangeName, 'custom'>, channels: number, order: 'RGB' | 'BGR' = 'RGB'): Line {
  switch (range) {
    case '0..1':
      return { scale: 1 / 255, offset: 0 }
    case '-1..1':
      return { scale: 1 / 127.5, offset: -1 }
    case '0..255':
      return { scale: 1, offset: 0 }
    case '-128..127':
      return { scale: 1, offset: -128 }
    case 'imagenet': {
      const { mean, std } = IMAGENET
      if (channels !== 3) return { scale: 1 / 255 / 0.226, offset: -0.449 / 0.226 }
      const scale = std.map((each) => round(1 / 255 / each))
      const offset = mean.map((each, i) => round(-each / (std[i] as number)))
      return order === 'RGB' ? { scale, offset } : { scale: scale.reverse(), offset: offset.reverse() }
    }
    case 'caffe': {
      const offset = CAFFE.map((mean) => -mean)
      return { scale: 1, offset: channels !== 3 ? -118 : order === 'BGR' ? offset : offset.reverse() }
    }
  }
}

/** How the numbers of a range become bytes. */
export function fromRange(range: Exclude<RangeName, 'custom'>, channels: number, order: 'RGB' | 'BGR' = 'RGB'): Line {
  const { scale, offset } = toRange(range, channels, order)
  const back = (s: number, o: number) => ({ scale: round(1 / s), offset: round(-o / s) })
  if (!Array.isArray(scale) && !Array.isArray(offset)) return back(scale, offset)
  const lines = Array.from({ length: channels }, (_, i) =>
    back(Array.isArray(scale) ? (scale[i] as number) : scale, Array.isArray(offset) ? (offset[i] as number) : offset),
  )
  return { scale: lines.map((line) => line.scale), offset: lines.map((line) => line.offset) }
}

const round = (value: number) => Number(value.toPrecision(9)) + 0
