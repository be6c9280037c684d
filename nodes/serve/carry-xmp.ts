import { carry } from '../../src/images'
import { Image, isImage, isSegmentation, Segmentation } from '../../src/types'

/** Copies of values whose pictures carry an XMP packet. The pictures in the flow stay unchanged. */
export function carryXmp(values: Record<string, unknown>, xmp: string): Record<string, unknown> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, copyOf(value, xmp)]))
}

function copyOf(value: unknown, xmp: string): unknown {
  if (isImage(value)) return carry(new Image(value), xmp)
  if (isSegmentation(value)) return carry(new Segmentation(value), xmp)
  return Array.isArray(value) && value.some(isImage) ? value.map((item) => copyOf(item, xmp)) : value
}
