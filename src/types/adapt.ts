import { type Channels, Image, isImage } from './image'
import { atOnce, type PixelWork, piecewise } from './in-pieces'
import { colorsOf, labelsOf } from './labels'
import { onWhite, onWhiteInPieces } from './on-white'
import type { PortType } from './port-type'
import { isSegmentation, type Segmentation } from './segmentation'
import { remapLabels } from './segmentation-changes'

/**
 * Makes the harmless changes that the verdict "adapts" promises: adds or removes channels, and maps labels by
 * name. A picture isn't resized here, because the model's preprocessing knows how to fit it.
 *
 * @throws ValueError naming the labels that a label map contains and the type lacks
 */
export async function adapt(type: PortType, value: unknown): Promise<unknown> {
  if (type.type === 'image' && isImage(value)) return type.channels ? withChannelsInPieces(value, type.channels) : value
  if (type.type !== 'segmentation' || !isSegmentation(value)) return value
  const labels = labelsOf(type)
  return !labels || isSame(value, labels)
    ? value
    : remapLabels(value, labels, { defaultLabel: type.defaultLabel, colors: colorsOf(type) })
}

function isSame(value: Segmentation, labels: readonly string[]): boolean {
  return value.labels.length === labels.length && labels.every((label, id) => value.labels[id] === label)
}

/**
 * Converts to grey with the luma weights of ITU-R BT.601, as everywhere in the package. If alpha is removed,
 * the picture is placed on white, so that transparent pixels stay invisible. If alpha is added, the picture
 * is opaque.
 */
export function withChannels(image: Image, channels: Channels): Image {
  const opaque = onWhiteFor(image, channels) ? onWhite(image) : image
  const work = changing(opaque, channels)
  return work ? atOnce(work) : opaque
}

/** The same in pieces, so that a large picture doesn't block other work. */
export async function withChannelsInPieces(image: Image, channels: Channels): Promise<Image> {
  const opaque = onWhiteFor(image, channels) ? await onWhiteInPieces(image) : image
  const work = changing(opaque, channels)
  return work ? piecewise(work) : opaque
}

const onWhiteFor = (image: Image, channels: Channels) => image.channels === 4 && channels !== 4

/** Null for a picture that needs no change, whose pixels then aren't read. */
function changing(image: Image, channels: Channels): PixelWork<Image> | null {
  const { width, height, channels: given, range, unit } = image
  const count = width * height
  if (given === channels) return null
  const { data: from } = image
  const opaque = range ? range[1] : 255
  const data = range ? new Float32Array(count * channels) : new Uint8Array(count * channels)
  const part = (first: number, last: number) => {
    for (let pixel = first, i = first * given, o = first * channels; pixel < last; pixel++, i += given, o += channels) {
      const red = from[i] as number
      const green = given === 1 ? red : (from[i + 1] as number)
      const blue = given === 1 ? red : (from[i + 2] as number)
      if (channels === 1) {
        const grey = 0.299 * red + 0.587 * green + 0.114 * blue
        data[o] = range ? grey : Math.round(grey)
        continue
      }
      data[o] = red
      data[o + 1] = green
      data[o + 2] = blue
      if (channels === 4) data[o + 3] = opaque
    }
  }
  return { count, part, done: () => new Image({ width, height, channels, data, range, unit }) }
}
