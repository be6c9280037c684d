import { basename } from 'node:path'
import type { Bytes } from './bytes'
import { type Field, fields, text } from './protobuf'
import { block, blockStart, type NewNode, node, number, word } from './write'

/** A network that becomes part of a larger graph. */
export interface Part {
  bytes: Bytes
  /** A prefix for all its names, so that parts don't share any. */
  prefix: string
  /** Its inputs → the names of the values that they are connected to. */
  inputs: ReadonlyMap<string, string>
  /** The folder of its weights, if they are in separate files. */
  folder: string
}

/** A file with weights next to the joined file. */
export interface DataFile {
  name: string
  /** A file to be copied, or bytes in pieces. */
  content: { path: string } | { pieces: Buffer[] }
}

export interface Joined {
  /** The file, in consecutive pieces. */
  pieces: Buffer[]
  data: DataFile[]
}

/** Slightly below the limit of a protobuf file. */
export const MOST_BYTES = 2 ** 31 - 2 ** 20

export interface Whole {
  parts: Part[]
  /** What connects them. */
  nodes: NewNode[]
  /** Inputs and outputs, as written by `port`. */
  inputs: Buffer[]
  outputs: Buffer[]
  metadata: Record<string, string>
  /** The name of the graph, and of files with weights. */
  name: string
  /** If the file would be larger than this, its weights are in a separate file. */
  most?: number
}

/** Graphs that can't be joined. The message is for people. */
export class JoinError extends Error {}

/**
 * Joins networks into one. Nodes and weights keep their bytes except for their names; weights aren't read.
 * Those in separate files stay there.
 * @throws JoinError if two of them cannot be in one file, ProtobufError if one isn't an ONNX file
 */
export function join(whole: Whole): Joined {
  const { parts, nodes, inputs, outputs, metadata, name, most = MOST_BYTES } = whole
  const size = parts.reduce((sum, { bytes }) => sum + bytes.size, 0)
  const beside: DataFile[] = []
  const outside = size > most ? { name: `${name}.weights`, pieces: [] as Buffer[], at: 0 } : undefined
  const graph = [word(2, name)]
  const steps: Step[] = nodes.map((each) => ({ bytes: block(1, node(each)), takes: each.inputs, gives: each.outputs }))
  const opsets = new Map<string, number>()
  const functions = new Map<string, Buffer>()
  let version = 8
  for (const part of parts) {
    for (const field of places(part.bytes)) {
      if (field.number === 1) version = Math.max(version, field.value)
      else if (field.number === 7) graph.push(...graphOf(part, field, steps, beside, outside))
      else if (field.number === 8) {
        const { domain, opset } = readOpset(part.bytes, field)
        opsets.set(domain, Math.max(opsets.get(domain) ?? 0, opset))
      } else if (field.number === 25) addFunction(functions, part.bytes, field)
    }
  }
  if (outside) beside.push({ name: outside.name, content: { pieces: outside.pieces } })
  graph.push(...sorted(steps).map(({ bytes }) => bytes))
  graph.push(...inputs.map((one) => block(11, one)), ...outputs.map((one) => block(12, one)))
  const length = graph.reduce((sum, piece) => sum + piece.length, 0)
  return {
    pieces: [
      number(1, version),
      word(2, 'daisychain'),
      ...Array.from(opsets, ([domain, opset]) => block(8, Buffer.concat([word(1, domain), number(2, opset)]))),
      ...Object.entries(metadata).map(([key, value]) => block(14, Buffer.concat([word(1, key), word(2, value)]))),
      ...functions.values(),
      blockStart(7, length),
      ...graph,
    ],
    data: beside,
  }
}

/** A node of the graph, with the names that it and its inner graphs use. */
interface Step {
  bytes: Buffer
  takes: string[]
  gives: string[]
}

/** Sorts steps after those whose values they use, as ONNX requires. Otherwise the order is kept. */
function sorted(steps: Step[]): Step[] {
  const makers = new Map(steps.flatMap((step) => step.gives.map((name) => [name, step] as const)))
  const done = new Set<Step>()
  const begun = new Set<Step>()
  for (const step of steps) {
    // An explicit stack, because a network may be thousands of nodes deep.
    const stack = [step]
    for (let top = stack.at(-1); top; top = stack.at(-1)) {
      begun.add(top)
      const needed = done.has(top) ? [] : top.takes.flatMap((name) => makers.get(name) ?? [])
      const missing = needed.filter((one) => !begun.has(one))
      if (missing.length > 0) stack.push(...missing.reverse())
      else done.add(stack.pop() as Step)
    }
  }
  return [...done]
}

type Place = Field & { from: number }

/** The fields of a message, with their start positions. */
function* places(bytes: Bytes, start = 0, end = bytes.size): Generator<Place> {
  let from = start
  for (const field of fields(bytes, start, end)) {
    yield { ...field, from }
    from = field.end
  }
}

const copy = (bytes: Bytes, { from, end }: Place) => bytes.at(from, end - from)

type Outside = { name: string; pieces: Buffer[]; at: number }
type Rename = (name: string) => string

function* graphOf(part: Part, graph: Field, steps: Step[], beside: DataFile[], outside?: Outside): Generator<Buffer> {
  const { bytes, prefix, inputs, folder } = part
  const rename: Rename = (name) => (name === '' ? '' : (inputs.get(name) ?? `${prefix}/${name}`))
  const moved = (location: string) => {
    const name = `${prefix}-${basename(location)}`
    if (!beside.some((file) => file.name === name)) beside.push({ name, content: { path: `${folder}/${location}` } })
    return name
  }
  const context = { bytes, rename, moved, outside }
  for (const field of places(bytes, graph.start, graph.end)) {
    if (field.number === 1) steps.push(stepOf(context, field))
    else if (field.number === 5) yield* weights(context, field)
    else if (field.number === 15) yield block(15, sparse(context, field))
    // Left out: the joined file has its own inputs and outputs, and other information about values is
    // inferred again.
  }
}

interface Context {
  bytes: Bytes
  rename: Rename
  /** The new name of a file with weights. */
  moved(location: string): string
  outside: Outside | undefined
  /** Called with every name used by a node or its inner graphs. */
  taken?(name: string): void
}

function rewritten(bytes: Bytes, { start, end }: Field, rewrite: (field: Place) => Buffer | undefined): Buffer {
  return Buffer.concat(Array.from(places(bytes, start, end), (field) => rewrite(field) ?? copy(bytes, field)))
}

function stepOf(context: Context, field: Field): Step {
  const step: Step = { bytes: Buffer.alloc(0), takes: [], gives: [] }
  const { bytes, rename } = context
  step.bytes = block(1, nodeOf({ ...context, taken: (name) => step.takes.push(name) }, field))
  for (const part of fields(bytes, field.start, field.end))
    if (part.number === 2) step.gives.push(rename(text(bytes, part)))
  return step
}

function nodeOf(context: Context, field: Field): Buffer {
  const { bytes, rename, taken } = context
  return rewritten(bytes, field, (part) => {
    if (part.number === 1) taken?.(rename(text(bytes, part)))
    if (part.number <= 3) return word(part.number, rename(text(bytes, part)))
    return part.number === 5 ? block(5, attributeOf(context, part)) : undefined
  })
}

function attributeOf(context: Context, field: Field): Buffer {
  const { bytes } = context
  return rewritten(bytes, field, (part) => {
    if (part.number === 6 || part.number === 11) return block(part.number, bodyOf(context, part))
    return part.number === 5 ? block(5, tensorOf({ ...context, rename: (name) => name }, part)) : undefined
  })
}

/** The body of a loop or a branch, which can use the names of the surrounding graph. */
function bodyOf(context: Context, field: Field): Buffer {
  const { bytes, rename } = context
  return rewritten(bytes, field, (part) => {
    if (part.number === 1) return block(1, nodeOf(context, part))
    if (part.number === 5) return block(5, tensorOf(context, part))
    if (part.number === 15) return block(15, sparse(context, part))
    if (part.number < 11 || part.number > 13) return part.number === 14 ? Buffer.alloc(0) : undefined
    const renamed = (own: Place) => (own.number === 1 ? word(1, rename(text(bytes, own))) : undefined)
    return block(part.number, rewritten(bytes, part, renamed))
  })
}

function sparse(context: Context, field: Field): Buffer {
  return rewritten(context.bytes, field, (part) => (part.number === 1 ? block(1, tensorOf(context, part)) : undefined))
}

/** A tensor with its new name; its numbers are copied. */
function tensorOf({ bytes, rename, moved }: Context, field: Field): Buffer {
  return rewritten(bytes, field, (part) => renamedPart(bytes, rename, moved, part))
}

function renamedPart(bytes: Bytes, rename: Rename, moved: Context['moved'], part: Place): Buffer | undefined {
  if (part.number === 8) return word(8, rename(text(bytes, part)))
  if (part.number !== 13) return undefined
  const [key, value] = readEntry(bytes, part)
  return entry(key, key === 'location' ? moved(value) : value)
}

/**
 * A graph's weights, in pieces, so that large ones aren't copied into one buffer, or moved to another file.
 */
function* weights(context: Context, field: Field): Generator<Buffer> {
  const { bytes, rename, moved, outside } = context
  const pieces: Buffer[] = []
  for (const part of places(bytes, field.start, field.end)) {
    const length = part.end - part.start
    if (part.number === 9 && outside && length >= SMALL) {
      pieces.push(
        entry('location', outside.name),
        entry('offset', String(outside.at)),
        entry('length', String(length)),
        number(14, 1),
      )
      outside.pieces.push(bytes.at(part.start, length))
      outside.at += length
    } else if (part.number !== 14 || !outside || part.value === 1)
      pieces.push(renamedPart(bytes, rename, moved, part) ?? copy(bytes, part))
  }
  yield blockStart(
    5,
    pieces.reduce((sum, piece) => sum + piece.length, 0),
  )
  yield* pieces
}

/** Shorter tensors stay in the file. Some are shapes, which ONNX Runtime must know while loading. */
const SMALL = 1024

const entry = (key: string, value: string) => block(13, Buffer.concat([word(1, key), word(2, value)]))

function readEntry(bytes: Bytes, { start, end }: Field): [key: string, value: string] {
  const read: [string, string] = ['', '']
  for (const part of fields(bytes, start, end)) if (part.number <= 2) read[part.number - 1] = text(bytes, part)
  return read
}

function readOpset(bytes: Bytes, { start, end }: Field): { domain: string; opset: number } {
  const read = { domain: '', opset: 0 }
  for (const part of fields(bytes, start, end)) {
    if (part.number === 1) read.domain = text(bytes, part)
    else if (part.number === 2) read.opset = part.value
  }
  return read.domain === 'ai.onnx' ? { ...read, domain: '' } : read
}

function addFunction(functions: Map<string, Buffer>, bytes: Bytes, field: Place): void {
  let [name, domain] = ['', '']
  for (const part of fields(bytes, field.start, field.end)) {
    if (part.number === 1) name = text(bytes, part)
    else if (part.number === 10) domain = text(bytes, part)
  }
  const own = copy(bytes, field)
  const known = functions.get(`${domain}.${name}`)
  if (known && !known.equals(own)) throw new JoinError(`two of its networks define the function “${name}” differently`)
  functions.set(`${domain}.${name}`, own)
}
