import { codec, readMask } from '../images'
import { type Image, readValue, toBytesInPieces } from '../types'
import { markedBox } from './around'
import type { FeedSpec, FetchSpec } from './manifest'
import type { Job } from './tasks/task'

/** The inputs that are masks, that is, read by feeds of kind `mask`. */
const maskPorts = (feeds: Record<string, FeedSpec>): string[] =>
  Object.values(feeds).flatMap((spec) => (spec.kind === 'mask' ? [spec.from] : []))

/**
 * The same job with its masks read: each is a one-channel image of bytes.
 * @throws ValueError if an input isn't a mask
 */
export async function withMasks(job: Job): Promise<Job> {
  const ports = maskPorts(job.variant.feeds)
  if (ports.length === 0) return job
  const inputs: Record<string, unknown> = Object.assign(Object.create(null), job.inputs)
  for (const port of ports) inputs[port] = await maskOf(inputs[port], `${job.model.label}'s ${port}`)
  return { ...job, inputs }
}

async function maskOf(value: unknown, called: string): Promise<Image> {
  const mask =
    (await readMask(value, [])) ?? (await readMask(await readValue({ type: 'image' }, value, called, codec), []))
  return toBytesInPieces(mask as Image)
}

/**
 * The outputs if the masks mark nothing: the input pictures, unchanged. Null if some result has a mask that
 * marks something.
 */
export function nothingMarked(
  fetches: Record<string, FetchSpec>,
  inputs: Readonly<Record<string, unknown>>,
): Record<string, unknown> | null {
  const specs = Object.values(fetches)
  const results = specs.flatMap((spec) => {
    if (spec.kind !== 'image' || !spec.over || markedBox(inputs[spec.over.mask] as Image)) return []
    return [[spec.to, inputs[spec.over.of]] as const]
  })
  return specs.length > 0 && results.length === specs.length ? Object.fromEntries(results) : null
}
