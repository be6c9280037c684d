import type { PortType } from '../../src/types'
import { isAudio, isImage, isSegmentation } from '../../src/types'

/** One output of a node's last run. */
export interface Output {
  /** The port's name; empty if the node has only one. */
  name: string
  value: unknown
  /** The port's type; by default that of the value. */
  type?: PortType
  /** For text that continues a longer one: the earlier part. Only the new part is shown inside the node. */
  after?: string
  /** The picture on which boxes and masks are drawn: anything that an image input accepts. */
  on?: unknown
}

/** Facts about how a result was made. */
export interface About {
  /** Milliseconds. */
  ms?: number
  device?: string
  /** The seed that was drawn at random. */
  seed?: number
  /** Why the result is only a guess, in the server's language. */
  doubt?: string
  /** Whether clicks on the picture are sent to its node. */
  clicks?: true
  /** Shares from 0 to 1 shown as bars, such as class probabilities. */
  bars?: readonly {
    name: string
    share: number
  }[]
  /** Unfinished: the next result replaces this one. */
  unfinished?: true
}

export interface LastResult extends About {
  outputs: Output[]
  /** When it arrived, in ms since 1970. */
  at: number
}

/** A result's input, and what the node sent. */
export interface Trace {
  /** Null if there was no message, as with a camera that streams. Such a result cannot be repeated. */
  input: object | null
  /** One message for each output of the node, or null. */
  sent: readonly (object | null)[]
}

/** Copies the messages, because the next nodes may change theirs. */
export function traced(input: object | null, ...sent: (object | null)[]): Trace {
  return { input: input && { ...input }, sent: sent.map((msg) => msg && { ...msg }) }
}

/** The largest result that is kept, in bytes. */
const MAX_KEPT_BYTES = 64 * 2 ** 20
/**
 * Bytes kept per node, unless its newest result alone is larger, and for all nodes together. The oldest
 * results are discarded first.
 */
const OF_NODE = 32 * 2 ** 20
const TOGETHER = 256 * 2 ** 20
/** Maximum number of results kept per node. */
const MOST = 12

interface Kept {
  id: string
  result: LastResult
  trace: Trace | null
  bytes: number
}

/** In order of arrival. */
const kept = new Set<Kept>()
let together = 0

/** Keeps a node's last results in full for viewing. A value that is too large isn't kept, but its port is. */
export function keepResult(id: string, result: LastResult, trace: Trace | null = null): void {
  const outputs = result.outputs.map((output) =>
    sizeOf(output) > MAX_KEPT_BYTES ? { ...output, value: undefined, on: undefined } : output,
  )
  const bytes = outputs.reduce((sum, output) => sum + sizeOf(output), 0) + bytesOf(Object.values(trace?.input ?? {}))
  const newest: Kept = { id, result: { ...result, outputs }, trace, bytes }
  kept.add(newest)
  together += bytes
  const before = keptOf(id).at(-2)
  if (before?.result.unfinished) drop(before)
  const own = keptOf(id)
  let ownBytes = own.reduce((sum, one) => sum + one.bytes, 0)
  for (const oldest of own.slice(0, -1)) {
    if (keptOf(id).length <= MOST && ownBytes <= OF_NODE) break
    ownBytes -= oldest.bytes
    drop(oldest)
  }
  for (const oldest of kept) {
    if (together <= TOGETHER || oldest === newest) break
    drop(oldest)
  }
}

export function forgetResult(id: string): void {
  for (const one of keptOf(id)) drop(one)
}

/** The last result, or the one that arrived at a given time. */
export function lastResult(id: string, at?: number): LastResult | undefined {
  return find(id, at)?.result
}

export function traceOf(id: string, at?: number): Trace | null {
  return find(id, at)?.trace ?? null
}

/** When a node's results arrived, newest first, in ms since 1970. */
export function resultTimes(id: string): number[] {
  return keptOf(id)
    .map(({ result }) => result.at)
    .reverse()
}

function find(id: string, at?: number): Kept | undefined {
  const own = keptOf(id)
  return at === undefined ? own.at(-1) : own.find(({ result }) => result.at === at)
}

function keptOf(id: string): Kept[] {
  return [...kept].filter((one) => one.id === id)
}

function drop(one: Kept): void {
  if (kept.delete(one)) together -= one.bytes
}

function sizeOf({ value, on }: Output): number {
  return bytesOf(value) + bytesOf(on)
}

const NUMBER_BYTES = { bytes: 1, ids: 2, floats: 4 }

function bytesOf(value: unknown): number {
  // The samples may be in another process, and counting doesn't need to fetch them.
  if (isAudio(value)) return value.samples.place.length * NUMBER_BYTES.floats
  if (isImage(value) || isSegmentation(value)) return value.pixels.place.length * NUMBER_BYTES[value.pixels.place.kind]
  if (typeof value === 'string') return value.length
  if (ArrayBuffer.isView(value)) return value.byteLength
  if (Array.isArray(value)) return value.reduce((sum: number, item) => sum + bytesOf(item), 0)
  if (typeof value === 'object' && value !== null && 'mask' in value) return bytesOf(value.mask)
  return 0
}
