import { EngineError, type EngineErrorCode } from './error'
import type {
  Attempt,
  ChosenDevice,
  EngineOptions,
  Feed,
  Fetch,
  Fetched,
  ModelInfo,
  ProviderShare,
  RunTimes,
  SessionOptions,
} from './types'

/** A small JSON body and the bulk data beside it, as raw bytes. */
export interface Packet<Body = unknown> {
  body: Body
  blocks: Uint8Array[]
}

/** One end of the way between the engine and its lane. One request is under way at a time, so both ends may share one buffer. */
export type Send = (packet: Packet) => void

/** What a lane is told when it starts. */
export interface LaneSettings extends Pick<EngineOptions, 'device' | 'deviceId' | 'strict' | 'memoryLimit' | 'server'> {
  threads: number
  idleRelease: number
  /** Why this lane must not touch a graphics card, or null. */
  noAccelerator: string | null
  /** The lane has a process to itself, so memory seen is memory of its models. */
  ownProcess: boolean
}

const arrays = {
  Float32Array,
  Float64Array,
  Uint8Array,
  Int8Array,
  Uint16Array,
  Int16Array,
  Uint32Array,
  Int32Array,
  BigUint64Array,
  BigInt64Array,
}
type AnyArray = InstanceType<(typeof arrays)[keyof typeof arrays]>

/** Stands for an array that travels as block number `block`. */
interface Block {
  block: number
  array: keyof typeof arrays
}

/** A record like `T` whose `data` travels as a block. */
type Detached<T> = T extends { data: AnyArray } ? Omit<T, 'data'> & { data: Block } : T

export type Request =
  | { op: 'start'; settings: LaneSettings }
  | { op: 'load'; path: string; options: SessionOptions }
  | RunRequest
  | { op: 'release'; path: string }
  | { op: 'close' }

export interface RunRequest {
  op: 'run'
  path: string
  options: SessionOptions
  /** One, or several that are put into one run of the model. The blocks are those of the first, then of the next. */
  runs: RequestedRun[]
  profile?: boolean
}

export interface RequestedRun {
  feeds: Record<string, Detached<Feed>>
  fetches: Record<string, Fetch>
}

export interface RunReply {
  /** Of each run that was asked for. */
  outputs: Record<string, Detached<Fetched>>[]
  /** How many runs that are. */
  batch: number
  /** Whether several such runs may be put into one. */
  joinable: boolean
  device: ChosenDevice
  attempts: Attempt[]
  ms: Omit<RunTimes, 'wait'>
  profile?: ProviderShare[]
}

export type Reply = { ok: ModelInfo | RunReply | null } | { error: { code: EngineErrorCode; message: string } }

/** Moves the `data` array of each record into `blocks`. */
export function detach<T extends object>(
  records: Record<string, T>,
  blocks: Uint8Array[],
): Record<string, Detached<T>> {
  return mapValues(records, (record, name) => {
    const data = (record as { data?: AnyArray }).data
    if (!ArrayBuffer.isView(data)) throw new EngineError('feed', `The tensor "${name}" has no data.`)
    blocks.push(new Uint8Array(data.buffer as ArrayBuffer, data.byteOffset, data.byteLength))
    // Buffer and other subclasses count as the array they are made of.
    const array = Object.prototype.toString.call(data).slice(8, -1) as Block['array']
    return { ...record, data: { block: blocks.length - 1, array } } as Detached<T>
  })
}

/** Puts the blocks back in their places. Each block must begin at the start of its buffer. */
export function attach<T>(records: Record<string, Detached<T>>, blocks: Uint8Array[]): Record<string, T> {
  return mapValues(records, (record) => {
    const { block, array } = (record as { data: Block }).data
    const bytes = blocks[block] as Uint8Array<ArrayBuffer>
    return { ...record, data: new arrays[array](bytes.buffer) } as T
  })
}

function mapValues<A, B>(record: Record<string, A>, change: (value: A, name: string) => B): Record<string, B> {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, change(value, name)]))
}
