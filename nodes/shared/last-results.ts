import type { PortType } from '../../src/types'
import { isImage, isSegmentation } from '../../src/types'

/** One output of a node's last run. */
export interface Output {
  /** The port's name; empty where the node has only one. */
  name: string
  value: unknown
  /** The port's type; by default that of the value. */
  type?: PortType
  /** The text that a longer one goes on from: inside the node only what is new is shown. */
  after?: string
  /** The picture that boxes and masks belong on: whatever an image input reads. */
  on?: unknown
}

/** How a result came about. */
export interface About {
  /** Milliseconds. */
  ms?: number
  device?: string
  /** Why the result is only a guess, in the server's language. */
  doubt?: string
  /** Whether its node is told by clicks on the picture what to do. */
  clicks?: true
  /** Shares from 0 to 1 that are shown as bars, such as how likely each class is. */
  bars?: readonly { name: string; share: number }[]
}

export interface LastResult extends About {
  outputs: Output[]
  /** When it came, in ms since 1970. */
  at: number
}

/** Bytes that are kept for one node, and for all together: the oldest go first. */
const MAX_KEPT_BYTES = 64 * 2 ** 20
const TOGETHER = 256 * 2 ** 20

const kept = new Map<string, { result: LastResult; bytes: number }>()
let together = 0

/** Keeps a node's last result for whoever wants to see all of it. A value that is too large is not kept, its port is. */
export function keepResult(id: string, result: LastResult): void {
  forgetResult(id)
  const outputs = result.outputs.map((output) =>
    sizeOf(output) > MAX_KEPT_BYTES ? { ...output, value: undefined, on: undefined } : output,
  )
  const bytes = outputs.reduce((sum, output) => sum + sizeOf(output), 0)
  kept.set(id, { result: { ...result, outputs }, bytes })
  together += bytes
  for (const oldest of kept.keys()) {
    if (together <= TOGETHER || oldest === id) break
    forgetResult(oldest)
  }
}

export function forgetResult(id: string): void {
  together -= kept.get(id)?.bytes ?? 0
  kept.delete(id)
}

export function lastResult(id: string): LastResult | undefined {
  return kept.get(id)?.result
}

function sizeOf({ value, on }: Output): number {
  return bytesOf(value) + bytesOf(on)
}

const NUMBER_BYTES = { bytes: 1, ids: 2, floats: 4 }

function bytesOf(value: unknown): number {
  // Its numbers may lie elsewhere, and need not come here to be counted.
  if (isImage(value) || isSegmentation(value)) return value.pixels.place.length * NUMBER_BYTES[value.pixels.place.kind]
  if (typeof value === 'string') return value.length
  if (ArrayBuffer.isView(value)) return value.byteLength
  if (Array.isArray(value)) return value.reduce((sum: number, item) => sum + bytesOf(item), 0)
  if (typeof value === 'object' && value !== null && 'mask' in value) return bytesOf(value.mask)
  return 0
}
