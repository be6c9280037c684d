import { isPixels } from './pixels'

/** A picture, a label map or a sound after it was stored or sent as JSON, which drops its data. */
interface Lost {
  type: 'image' | 'segmentation' | 'audio'
  summary?: unknown
}

/** Whether a record is a picture, a label map or a sound that went through JSON, and so has lost its data. */
export function hasLostPixels(value: unknown): value is Lost {
  if (typeof value !== 'object' || value === null) return false
  const { type, width, height, data, pixels, sampleRate, samples } = value as Record<string, unknown>
  if (type === 'audio') return typeof sampleRate === 'number' && data === undefined && !isPixels(samples)
  const isOurs = type === 'image' || type === 'segmentation'
  return isOurs && typeof width === 'number' && typeof height === 'number' && data === undefined && !isPixels(pixels)
}

const KINDS = {
  image: { what: 'a picture', numbers: 'pixels', first: '"encode"' },
  segmentation: { what: 'a label map', numbers: 'pixels', first: '"colour the labels" and one set to "encode"' },
  audio: { what: 'a sound', numbers: 'samples', first: '"encode the sound"' },
} as const

/** A sentence that explains what happened to such a value and how to avoid it; null for other values. */
export function describeLost(value: unknown): string | null {
  if (!hasLostPixels(value)) return null
  const { type, summary } = value
  const which = typeof summary === 'string' && summary !== '' ? ` (${summary.slice(0, 60)})` : ''
  const { what, numbers, first } = KINDS[type]
  return (
    `only the summary of ${what}${which}: its ${numbers} were lost when it was stored or sent as JSON, for instance in a context store on disk; ` +
    `to keep them, put a convert node set to ${first} before the node that stores or sends it`
  )
}
