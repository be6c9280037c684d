import { codec, readMask } from '../images'
import { type Image, readValue, toBytesInPieces } from '../types'
import { markedBox } from './around'
import type { FeedSpec, FetchSpec } from './manifest'
import type { Job } from './tasks/task'

/** The inputs that are masks: those of feeds of kind `mask`. */
const maskPorts = (feeds: Record<string, FeedSpec>): string[] =>
  Object.values(feeds).flatMap((spec) => (spec.kind === 'mask' ? [spec.from] : []))

/**
 * The same job, its masks read: each an image of one channel of bytes.
 * @throws ValueError for anything that isn't a mask
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
 * The output if no mask marks anything that a result could be placed over: the input pictures. Null if one does.
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
