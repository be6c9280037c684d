import { readFileSync } from 'node:fs'
import { dirname } from 'node:path'
import type { Engine, Feed, Fetch, FetchedTensor } from '../engine'
import { endsOf } from '../engine/lane/ends'
import { inputPorts, outputPorts, type Port } from '../models'
import type { FeedSpec } from '../models/manifest'
import { namesOf } from '../models/positions'
import { isRecurrent } from '../models/tasks'
import type { Bytes } from '../onnx/bytes'
import { withEnds } from '../onnx/ends'
import type { Part } from '../onnx/join'
import { readSignature } from '../onnx/signature'
import type { Link } from './chain'
import { CompileError } from './compile-error'
import { fed, requireSame } from './feeds'
import { fetched, type Made, unsayable } from './fetches'
import { type Message, plainVariant, runLink } from './flow-side'
import type { Glue } from './glue'
import type { Value } from './value'

/** What a node is given: the value in the graph for one of its inputs, and the same in the flow. */
export type ValueFor = (port: Port) => Value

interface Call {
  path: string
  feeds: Record<string, Feed>
  fetches: Record<string, Fetch>
}

/** One node of the chain as a part of the graph. */
export interface Compiled {
  part: Part
  /** Output port → its value in the graph. */
  values: Map<Port, Value>
  /** Output port name → what the flow gave. */
  outputs: Record<string, unknown>
}

/**
 * Compiles one node: it is run once on a sample, and what its network was given and gave on that way tells the sizes.
 *
 * @throws CompileError where what it does cannot be expressed in ONNX
 */
export async function compileLink(
  link: Link,
  index: number,
  valueFor: ValueFor,
  message: Message,
  glue: Glue,
  engine: Engine,
): Promise<Compiled> {
  const { model, variant } = link
  // Inputs that the file has of its own are added to the message here.
  const ports = inputPorts(model, variant)
  const taken = new Map<string, Value>()
  for (const spec of Object.values(variant.feeds))
    if ('from' in spec) {
      const port = ports.find(({ name }) => name === spec.from) as Port
      if (!taken.has(spec.from)) taken.set(spec.from, valueFor(port))
    }
  const { call, outputs, raw } = await watched(link, message, engine)
  const file = readFileSync(call.path)
  const bytes = inMemory(file)
  const signature = readSignature(bytes)
  const ends = endsOf(call.feeds, call.fetches)
  const ended = ends && withEnds(bytes, ends)
  const prefix = `n${index + 1}`

  const inputs = new Map<string, string>()
  const feedNames = namesOf(variant.feeds, signature.inputs as never)
  for (const [tensor, spec] of Object.entries(variant.feeds)) {
    const name = feedNames.get(tensor) as string
    const feed = call.feeds[name] as Feed
    const [port, value] =
      'from' in spec ? [ports.find((each) => each.name === spec.from), taken.get(spec.from)] : [undefined, undefined]
    const laid = ended?.inputs.get(name)
    const isBytes = signature.inputs.some((each) => each.name === name && each.type === 'uint8')
    requireSame(link, feed, laid, isBytes)
    inputs.set(laid ?? name, await fed({ glue, link, spec, feed, port, value }))
  }

  const wanted =
    link.output === undefined ? outputPorts(model, variant).flat() : outputPorts(model, variant)[link.output]
  const fetchNames = namesOf(variant.fetches, signature.outputs as never)
  const values = new Map<Port, Value>()
  for (const port of wanted ?? []) {
    const [tensor, spec] = Object.entries(variant.fetches).find(([, each]) => each.to === port.name) ?? []
    if (!tensor || !spec) throw unsayable(link, port)
    const name = fetchNames.get(tensor) as string
    const made: Made = {
      glue,
      link,
      spec,
      port,
      fetch: call.fetches[name] as Fetch,
      raw: raw[name] as FetchedTensor,
      laid: ended?.outputs.has(name) ?? false,
      name: `${prefix}/${ended?.outputs.get(name) ?? name}`,
      output: outputs[port.name],
      taken: (input) => taken.get(input),
    }
    values.set(port, await fetched(made))
  }
  const whole = ended ? inMemory(ended.bytes) : bytes
  return { part: { bytes: whole, prefix, inputs, folder: dirname(call.path) }, values, outputs }
}

/** @throws CompileError where that is clear without running it */
export function requireSayable({ called, model, variant }: Link): void {
  const task = variant.task ?? model.task ?? 'transform'
  if (task === 'generate' || task === 'caption')
    throw new CompileError(
      `${called} writes its text word by word, which cannot be one graph. Compile the part before it.`,
    )
  if (isRecurrent(variant))
    throw new CompileError(`${called} remembers what it saw from message to message, which a single graph cannot do.`)
  const steps = variant.steps ?? [variant]
  const feeds = steps.flatMap((step) => Object.values(step.feeds ?? {}))
  const fetches = steps.flatMap((step) => Object.values(step.fetches ?? {}))
  const spec = feeds.find(({ kind }) => !SAYABLE.has(kind) && kind !== 'tensor')
  if (spec?.kind === 'text')
    throw new CompileError(
      `${called} reads text, and a tokenizer cannot be expressed in ONNX. Compile the part after it.`,
    )
  if (fetches.some(({ kind }) => kind === 'text' || kind === 'letters'))
    throw new CompileError(
      `${called} gives text, and a tokenizer cannot be expressed in ONNX. Compile the part before or after it.`,
    )
  if (spec?.kind === 'noise') throw new CompileError(`${called} makes noise of a seed, which ONNX cannot repeat.`)
  if (variant.steps)
    throw new CompileError(
      `${called} is made of several networks that run one after another as needed, which cannot be compiled yet.`,
    )
  if (task !== 'transform')
    throw new CompileError(
      `${called} makes its result with steps that cannot be expressed in ONNX yet. Compile the part before or after it.`,
    )
}

const SAYABLE: ReadonlySet<FeedSpec['kind']> = new Set(['vector', 'number', 'image', 'labels', 'size', 'constant'])

/** Runs a node and sees what its network got. */
async function watched(link: Link, message: Message, engine: Engine) {
  const calls: Call[] = []
  const watching: Engine = {
    ...engine,
    run: (path, feeds, fetches, options) => {
      // What describes the bytes of a picture is needed, wherever they are kept.
      calls.push({ path, feeds: feeds as Record<string, Feed>, fetches })
      return engine.run(path, feeds, fetches, options)
    },
  }
  const outputs = await runLink(link, message, watching)
  const [call] = calls
  if (!call || calls.length > 1)
    throw new CompileError(
      `${link.called} runs its network ${calls.length} times for each message, which a single graph cannot do.`,
    )
  const tensors = Object.keys(call.fetches).map((name) => [name, { kind: 'tensor' }] as const)
  const { outputs: raw } = await engine.run(
    call.path,
    call.feeds,
    Object.fromEntries(tensors),
    plainVariant(link.variant).session,
  )
  return { call, outputs, raw: raw as Record<string, FetchedTensor> }
}

const inMemory = (buffer: Buffer): Bytes => ({
  size: buffer.length,
  at(start, length) {
    if (start < 0 || length < 0 || start + length > buffer.length) throw new RangeError('beyond the end')
    return buffer.subarray(start, start + length)
  },
})
