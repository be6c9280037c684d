import type { PortType } from '../../src/types'
import { isAudio, isImage, isSegmentation } from '../../src/types'

/** One output of a node's last run. */
export interface Output {
  /** The port's name; empty if the node has only one. */
  name: string
  value: unknown
  /** The port's type; by default that of the value. */
  type?: PortType
  /** The text that a longer one continues: inside the node, only the new part is shown. */
  after?: string
  /** The picture that boxes and masks belong on: whatever an image input reads. */
  on?: unknown
}

/** How a result came about. */
export interface About {
  /** Milliseconds. */
  ms?: number
  device?: string
  /** The seed that was drawn for it. */
  seed?: number
  /** Why the result is only a guess, in the server's language. */
  doubt?: string
  /** Whether clicks on the picture tell its node what to do. */
  clicks?: true
  /** Shares from 0 to 1 that are shown as bars, such as how likely each class is. */
  bars?: readonly {
    name: string
    share: number
  }[]
  /** It is unfinished: the next one replaces it. */
  unfinished?: true
}

export interface LastResult extends About {
  outputs: Output[]
  /** When it arrived, in ms since 1970. */
  at: number
}

/** A result's input, and what the node sent. */
export interface Trace {
  /** Null: no message, as with a camera that streams. It cannot be repeated. */
  input: object | null
  /** For each output of the node, a message or null. */
  sent: readonly (object | null)[]
}

/** Copies of the messages, as the next nodes may change what they get. */
export function traced(input: object | null, ...sent: (object | null)[]): Trace {
  return { input: input && { ...input }, sent: sent.map((msg) => msg && { ...msg }) }
}

/** Bytes of a result that is kept. */
const MAX_KEPT_BYTES = 64 * 2 ** 20
/**
 * Bytes kept for one node, unless its newest result is larger, and for all together: the oldest are discarded first.
 */
const OF_NODE = 32 * 2 ** 20
const TOGETHER = 256 * 2 ** 20
/** Results of one node. */
const MOST = 12

interface Kept {
  id: string
  result: LastResult
  trace: Trace | null
  bytes: number
}

/** In the order in which they came. */
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

/** The last one, or the one that came at a time. */
export function lastResult(id: string, at?: number): LastResult | undefined {
  return find(id, at)?.result
}

export function traceOf(id: string, at?: number): Trace | null {
  return find(id, at)?.trace ?? null
}

/** When a node's results came, the newest first. */
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
  // Its numbers may be elsewhere and needn't be fetched to be counted.
  if (isAudio(value)) return value.samples.place.length * NUMBER_BYTES.floats
  if (isImage(value) || isSegmentation(value)) return value.pixels.place.length * NUMBER_BYTES[value.pixels.place.kind]
  if (typeof value === 'string') return value.length
  if (ArrayBuffer.isView(value)) return value.byteLength
  if (Array.isArray(value)) return value.reduce((sum: number, item) => sum + bytesOf(item), 0)
  if (typeof value === 'object' && value !== null && 'mask' in value) return bytesOf(value.mask)
  return 0
}
