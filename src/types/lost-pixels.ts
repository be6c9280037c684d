import { isPixels } from './pixels'

/** What is left of a picture or a label map that was stored or sent as JSON. */
interface Lost {
  type: 'image' | 'segmentation'
  summary?: unknown
}

/** Whether a record is what JSON keeps of a picture or a label map: all but its pixels. */
export function hasLostPixels(value: unknown): value is Lost {
  if (typeof value !== 'object' || value === null) return false
  const { type, width, height, data, pixels } = value as Record<string, unknown>
  const isOurs = type === 'image' || type === 'segmentation'
  return isOurs && typeof width === 'number' && typeof height === 'number' && data === undefined && !isPixels(pixels)
}

/** What happened to such a value, and how to keep the next one, in words; null for anything else. */
export function describeLost(value: unknown): string | null {
  if (!hasLostPixels(value)) return null
  const { type, summary } = value
  const which = typeof summary === 'string' && summary !== '' ? ` (${summary.slice(0, 60)})` : ''
  const what = type === 'image' ? 'a picture' : 'a label map'
  const first = type === 'image' ? '"encode"' : '"colour the labels" and one set to "encode"'
  return (
    `only the summary of ${what}${which}: its pixels were lost when it was stored or sent as JSON, for instance in a context store on the disk; ` +
    `to keep them, put a convert node set to ${first} before the node that stores or sends it`
  )
}
