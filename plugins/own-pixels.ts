import type { NodeAPI } from 'node-red'
import { Audio, Image, isAudio, isImage, isSegmentation, type Numbers, Pixels, Segmentation } from '../src/types'

interface Node {
  type: string
  /** The code that a function node runs. */
  func?: unknown
}
interface Delivery {
  msg: Record<string, unknown>
  destination: { node?: Node }
}
interface Hooks {
  add(name: string, listener: (event: Delivery) => void): void
  remove(name: string): void
}

const label = `daisychainOwnPixels${Math.random().toString(36).slice(2)}`
/** Values are searched only to this depth: a message may contain anything. */
const DEPTH = 4
const MOST_ITEMS = 1000

/**
 * Gives function nodes that write into the numbers of what they receive their own copy: all branches of a
 * flow share a picture's numbers, and what one branch draws must not appear in the others.
 * @returns how to undo it
 */
export function giveOwnPixels(RED: NodeAPI): () => void {
  const { hooks } = RED as unknown as { hooks: Hooks }
  const writers = new WeakMap<Node, boolean>()
  const isWriter = (node: Node) => {
    const known = writers.get(node)
    if (known !== undefined) return known
    const found = node.type === 'function' && typeof node.func === 'string' && mayWriteInto(node.func)
    writers.set(node, found)
    return found
  }
  hooks.add(`preDeliver.${label}`, (event) => {
    const { node } = event.destination
    if (node && isWriter(node)) event.msg = copied(event.msg, DEPTH) as Delivery['msg']
  })
  return () => hooks.remove(`*.${label}`)
}

/** Whether code may write into a typed array that it received. If in doubt, yes: that only costs a copy. */
export function mayWriteInto(code: string): boolean {
  return /\b(?:data|samples|pixels)\b/.test(code) && WRITES.some((pattern) => pattern.test(code))
}

const WRITES = [
  // data[i] = 1, data[i] += 1, data[i]++, ++data[i], [data[0]] = […]
  /\]\s*(?:(?:[-+*/%&|^]|\*\*|<<|>>>?|&&|\|\||\?\?)?=(?!=|>)|\+\+|--)/,
  /(?:\+\+|--)\s*[\w$.?]+\[/,
  /\.\s*(?:fill|sort|reverse|copyWithin|swap(?:16|32|64)|set(?:Uint|Int|Float|Big)\w*|write\w*|copy)\s*\(/,
  // Not those of contexts and maps of settings.
  /(?<!\b(?:flow|global|context|env)\s*)\.\s*set\s*\(/,
  // Other code may write into it then.
  /\.\s*buffer\b|\bAtomics\b/,
]

/** A value with copies of the pictures, label maps and sounds in it; the value itself if it contains none. */
function copied(value: unknown, depth: number): unknown {
  if (typeof value !== 'object' || value === null) return value
  if (isImage(value)) return new Image({ ...value, pixels: own(value.pixels) })
  if (isSegmentation(value)) return new Segmentation({ ...value, pixels: own(value.pixels) })
  if (isAudio(value)) return new Audio({ ...value, samples: own(value.samples) })
  if (depth === 0 || !isPlain(value)) return value
  const entries = Object.entries(value)
  if (entries.length > MOST_ITEMS) return value
  const changed = entries.flatMap(([name, inner]) => {
    const made = name === 'req' || name === 'res' ? inner : copied(inner, depth - 1)
    return made === inner ? [] : [[name, made] as const]
  })
  if (changed.length === 0) return value
  return Object.assign(Array.isArray(value) ? [...value] : { ...value }, Object.fromEntries(changed))
}

function own<N extends Numbers>({ data }: Pixels<N>): Pixels<N> {
  // Buffer's slice() doesn't copy.
  return Pixels.here((Buffer.isBuffer(data) ? new Uint8Array(data) : data.slice()) as N)
}

/** A list, or a record of this realm or of that of function nodes. */
function isPlain(value: object): boolean {
  if (Array.isArray(value)) return true
  const prototype = Object.getPrototypeOf(value) as object | null
  return prototype === null || Object.getPrototypeOf(prototype) === null
}
