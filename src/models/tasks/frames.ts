import type { Fetch, FetchedTensor } from '../../engine'
import { type Audio, isAudio } from '../../types'
import { FOR_ANOTHER_RUN } from '../between-runs'
import type { FeedSpec, FetchSpec } from '../manifest'
import { numbersFeed } from '../numbers-feed'
import { findSpans } from '../spans'
import { prepareFeeds } from './feeds'
import { joined } from './joined'
import type { Job } from './task'

type FrameSpec = Extract<FeedSpec, { kind: 'frame' }>

/** Numbers in order of time: the samples of a sound, or a step's results for its frames. */
interface Rows {
  data: Float32Array
  /** The number of values in a row. */
  width: number
  /**
   * The interval between rows in seconds, and the time of the first one, relative to the start of the
   * message's sound.
   */
  every: number
  start: number
}

/**
 * Runs the file for each frame of a sound, in order. The overlap with the previous frame, incomplete frames
 * and the feeds of kind `state` are carried over to the next message, so a sound may arrive in pieces of any
 * length.
 */
export async function frames(job: Job): Promise<Record<string, unknown>> {
  const { variant, state, inputs } = job
  const [tensor, spec] = frameOf(variant.feeds)
  const { data, width, every, start } = rowsOf(inputs[spec.from])
  const { length, hop, before = length - hop } = spec
  const key = `frame ${tensor}`
  const rest = (state.get(key) as Float32Array | undefined) ?? new Float32Array(before * width).fill(spec.value ?? 0)
  const rows = joined([rest, data])
  const count = Math.max(0, Math.floor((rows.length / width - length) / hop) + 1)
  const kept = Object.values(variant.feeds).flatMap((feed) => (feed.kind === 'state' ? [feed.output] : []))
  const fetches: Record<string, Fetch> = {
    ...Object.fromEntries(kept.map((name) => [name, FOR_ANOTHER_RUN])),
    ...Object.fromEntries(Object.keys(variant.fetches).map((name) => [name, { kind: 'tensor' }] as const)),
  }
  const made = new Map<string, Float32Array[]>(Object.keys(variant.fetches).map((name) => [name, []]))
  for (let i = 0; i < count; i++) {
    const { feeds } = await prepareFeeds(job)
    const frame = rows.subarray(i * hop * width, (i * hop + length) * width)
    const fetched = await job.run({ ...feeds, [tensor]: frameFeed(spec, frame) }, fetches)
    for (const name of kept) state.set(name, fetched[name] as FetchedTensor)
    for (const [name, parts] of made)
      parts.push(Float32Array.from((fetched[name] as FetchedTensor).data as Float32Array))
  }
  state.set(key, rows.slice(count * hop * width))
  const time = { every: every * hop, start: start - (rest.length / width - before) * every }
  const outputs = Object.entries(variant.fetches).map(([name, fetch]) => finish(fetch, made.get(name) ?? [], time))
  return Object.assign({}, ...outputs) as Record<string, unknown>
}

/** The only feed of kind `frame`; manifests with none or several are rejected. */
function frameOf(feeds: Record<string, FeedSpec>): [string, FrameSpec] {
  return Object.entries(feeds).find(([, feed]) => feed.kind === 'frame') as [string, FrameSpec]
}

function rowsOf(given: unknown): Rows {
  if (!isAudio(given)) return given as Rows
  const { data, sampleRate } = given as Audio
  return { data, width: 1, every: 1 / sampleRate, start: 0 }
}

function frameFeed({ dims = [1, -1], dtype = 'float32', scale = 1, offset = 0 }: FrameSpec, frame: Float32Array) {
  const numbers = scale === 1 && offset === 0 ? frame : frame.map((number) => number * scale + offset)
  const others = dims.reduce((product, size) => product * (size < 0 ? 1 : size), 1)
  const sizes = dims.map((size) => (size < 0 ? numbers.length / others : size))
  return numbersFeed(dtype, sizes, numbers)
}

/** @param parts the outputs of all runs */
function finish(spec: FetchSpec, parts: Float32Array[], { every, start }: Pick<Rows, 'every' | 'start'>) {
  const data = joined(parts)
  if (spec.kind === 'rows') {
    const { width = 1, to } = spec
    const perRun = Math.max(1, data.length / width / Math.max(1, parts.length))
    return { [to]: { data, width, every: every / perRun, start } satisfies Rows }
  }
  if (spec.kind !== 'spans') throw new Error(`the task frames doesn't make ${spec.kind}`)
  const { to, score, scores } = spec
  return {
    [to]: findSpans(data, { ...spec, every, start }),
    ...(score !== undefined && { [score]: data.reduce((most, one) => Math.max(most, one), 0) }),
    ...(scores !== undefined && { [scores]: data }),
  }
}
