import { readFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { type Engine, type Feed, type Fetch, type FetchedTensor, type GivenFeed, Kept, type RawFeed } from '../engine'
import { endsOf } from '../engine/lane/ends'
import { madeFeeds } from '../engine/lane/made-feeds'
import { inputPorts, type Port } from '../models'
import { namesOf } from '../models/positions'
import { bytesOf } from '../onnx/bytes'
import { withEnds } from '../onnx/ends'
import type { Part } from '../onnx/join'
import { readSignature } from '../onnx/signature'
import { type Link, taskOf, wantedPorts } from './chain'
import { CompileError } from './compile-error'
import { cutOut, SCORE } from './cut-out'
import { fed, requireSame } from './feeds'
import { fetched, type Made, unsayable } from './fetches'
import { type Message, plainVariant, runLink } from './flow-side'
import type { Glue } from './glue'
import type { Value } from './value'

/** Returns the value in the graph for one of a node's inputs, and the same value in the flow. */
export type ValueFor = (port: Port) => Value

interface Call {
  path: string
  feeds: Record<string, Feed>
  fetches: Record<string, Fetch>
}

/** One node of the chain in the graph. */
export interface Compiled {
  parts: Part[]
  /** Output port → its value in the graph. */
  values: Map<Port, Value>
  /** Output port name → the flow's result. */
  outputs: Record<string, unknown>
}

/**
 * Compiles a model with one network. It is run once on a sample, and the network's inputs and outputs in that
 * run give the sizes.
 * @param prefix for the names in its network
 * @throws CompileError if its steps cannot be expressed in ONNX
 */
export async function compileRun(
  link: Link,
  prefix: string,
  valueFor: ValueFor,
  message: Message,
  glue: Glue,
  engine: Engine,
): Promise<Compiled> {
  const { model, variant } = link
  // The file's own inputs are added to the message here.
  const ports = inputPorts(model, variant)
  const taken = new Map<string, Value>()
  for (const spec of Object.values(variant.feeds))
    if ('from' in spec) {
      const port = ports.find(({ name }) => name === spec.from) as Port
      if (!taken.has(spec.from)) taken.set(spec.from, valueFor(port))
    }
  const isDetector = taskOf(link) === 'detect'
  const score = isDetector && ports.find(({ name }) => name === SCORE)
  if (score) taken.set(SCORE, valueFor(score))
  const { call, outputs, raw } = await watched(link, message, engine)
  const file = readFileSync(call.path)
  const bytes = bytesOf(file)
  const signature = readSignature(bytes)
  const ends = endsOf(call.feeds, call.fetches)
  const ended = ends && withEnds(bytes, ends)

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

  const fetchNames = namesOf(variant.fetches, signature.outputs as never)
  const values = new Map<Port, Value>()
  for (const port of wantedPorts(link)) {
    if (isDetector) {
      const tensor = (name: string) => ({ name: `${prefix}/${name}`, dims: (raw[name] as FetchedTensor).dims })
      values.set(port, await cutOut({ glue, link, ports, taken, tensor }))
      continue
    }
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
  const whole = ended ? bytesOf(ended.bytes) : bytes
  return { parts: [{ bytes: whole, prefix, inputs, folder: dirname(call.path) }], values, outputs }
}

/** Makes the feeds here that lanes would make, so that they can be examined. */
function rawHere(feeds: Record<string, GivenFeed>): Record<string, Feed | RawFeed> {
  const here = (feed: GivenFeed) =>
    feed.kind !== 'pixels' && feed.data instanceof Kept ? { ...feed, data: feed.data.read() } : feed
  return Object.fromEntries(Object.entries(feeds).map(([name, feed]) => [name, here(feed) as Feed | RawFeed]))
}

/** Runs a node and records what its network receives. */
async function watched(link: Link, message: Message, engine: Engine) {
  const calls: Call[] = []
  const watching: Engine = {
    ...engine,
    run: async (path, feeds, fetches, options) => {
      // Needed even for pictures whose bytes stayed with the engine.
      calls.push({ path, feeds: await madeFeeds(rawHere(feeds)), fetches })
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
