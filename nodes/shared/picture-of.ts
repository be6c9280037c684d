import { codec, encodeImage, smallImage, thumbnail } from '../../src/images'
import { waveform } from '../../src/sounds'
import {
  colorize,
  converters,
  type Image,
  isAudio,
  isImage,
  isSegmentation,
  readValue,
  typeOf,
  ValueError,
} from '../../src/types'
import type { Output } from './last-results'

/** How a value is shown; null if it cannot be. Boxes, masks and points are shapes, drawn on their picture. */
export type Kind = 'image' | 'audio' | 'segmentation' | 'shapes' | 'text'

const draw = converters.find(({ id }) => id === 'draw')

export function kindOf({ value, type }: Output): Kind | null {
  if (isImage(value)) return 'image'
  if (isAudio(value)) return 'audio'
  if (isSegmentation(value)) return 'segmentation'
  if (typeof value === 'string') return 'text'
  if (typeof value !== 'object' || value === null) return null
  const described = type ?? typeOf(value)
  return described && draw?.accepts(described) ? 'shapes' : null
}

/**
 * A small picture as a data address, at most `side` pixels wide and high; null for text and anything that
 * cannot be shown.
 */
export async function smallPicture(output: Output, side: number): Promise<string | null> {
  if (kindOf(output) !== 'shapes') return thumbnail(output.value, side)
  const ground = await groundOf(output)
  return thumbnail(drawn(output, ground && (await smallImage(ground, side))), side)
}

/**
 * The full-size picture of a value: a label map in its colours, a sound's waveform, shapes drawn on their
 * picture.
 * @throws ValueError for values that have none
 */
export async function fullPicture(output: Output): Promise<Image> {
  const { value } = output
  if (isImage(value)) return value
  if (isAudio(value)) return waveform(value, 1024, 320)
  if (isSegmentation(value)) return colorize(value)
  if (kindOf(output) === 'shapes') return drawn(output, await groundOf(output))
  throw new ValueError("this isn't a picture")
}

function drawn({ value, type }: Output, canvas: Image | null): Image {
  const tools = { ...codec, encode: encodeImage, ...(canvas && { canvas }) }
  const settings = type && draw?.settingsFor(type, { type: 'image' })
  return draw?.convert(value, { width: 512, height: 512, lineWidth: 0, ...settings }, tools) as Image
}

/** If the input isn't a readable picture, the shapes are drawn on black. */
function groundOf({ on }: Output): Promise<Image | null> {
  if (on === undefined) return Promise.resolve(null)
  return readValue({ type: 'image' }, on, 'picture', codec).then(
    (image) => image as Image,
    () => null,
  )
}
