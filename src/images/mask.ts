import { Image, inPieces, isImage, isSegmentation, type Segmentation, toBytesInPieces, ValueError } from '../types'
import { isBackground, labelKey } from '../types/labels'
import { greyscale } from './colors'
import { resize } from './resize'
import { throughSharp } from './through-sharp'

/**
 * The part of a picture to keep, as a greyscale image: white is kept. Made from
 * - a label map: the pixels of the named labels; or of everything but the background if no label is named;
 * - an image: its alpha if it has one, otherwise its brightness;
 * - found instances, records with a `mask` and a `category`: all of them, or those of the named categories.
 *
 * @returns null for anything else
 * @throws ValueError naming a label that the map does not have
 */
export async function readMask(value: unknown, labels: readonly string[]): Promise<Image | null> {
  if (isSegmentation(value)) return maskOfLabels(value, labels)
  if (isImage(value)) {
    return value.channels === 4
      ? throughSharp(await toBytesInPieces(value), (pixels) => pixels.extractChannel(3))
      : shades(value)
  }
  return isInstances(value) ? maskOfInstances(value, labels) : null
}

/** A depth map is converted to shades as it is displayed. */
function shades(image: Image): Promise<Image> {
  return greyscale(image)
}

async function maskOfLabels(map: Segmentation, labels: readonly string[]): Promise<Image> {
  const keys = map.labels.map(labelKey)
  const missing = labels.find((label) => !keys.includes(labelKey(label)))
  if (missing !== undefined) {
    throw new ValueError(
      `the label map has no label "${missing}"; it has ${map.labels.filter(Boolean).slice(0, 30).join(', ')}`,
    )
  }
  const wanted = new Set(labels.map(labelKey))
  const shade = map.labels.map((label, id) =>
    (wanted.size > 0 ? wanted.has(keys[id] as string) : !isBackground(label)) ? 255 : 0,
  )
  const { width, height, data: ids } = map
  const data = new Uint8Array(ids.length)
  await inPieces(ids.length, (from, to) => {
    for (let i = from; i < to; i++) data[i] = shade[ids[i] as number] as number
  })
  return new Image({ width, height, channels: 1, data })
}

interface Instance {
  mask: Image
  category?: unknown
}

function isInstances(value: unknown): value is Instance[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'object' && item !== null && isImage(item.mask))
}

async function maskOfInstances(instances: Instance[], labels: readonly string[]): Promise<Image | null> {
  const first = instances[0]?.mask
  if (!first) throw new ValueError('no instance was found, so there is nothing to keep')
  const { width, height } = first
  const wanted = new Set(labels.map(labelKey))
  const data = new Uint8Array(width * height)
  for (const { mask, category } of instances) {
    if (wanted.size > 0 && !wanted.has(labelKey(String(category)))) continue
    const { data: shown } = await resize(await shades(mask), width, height)
    await inPieces(data.length, (from, to) => {
      for (let i = from; i < to; i++) data[i] = Math.max(data[i] as number, shown[i] as number)
    })
  }
  return new Image({ width, height, channels: 1, data })
}
