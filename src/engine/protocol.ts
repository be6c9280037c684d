import { EngineError, type EngineErrorCode } from './error'
import type { Glimpse, GlimpseSize } from './glimpse'
import type {
  Attempt,
  Carry,
  ChosenDevice,
  EngineOptions,
  Feed,
  Fetch,
  Fetched,
  FollowUp,
  InferenceServer,
  ModelInfo,
  ProviderShare,
  RawFeed,
  RunTimes,
  SessionOptions,
} from './types'

/** A small JSON body and, separately, the bulk data as raw bytes. */
export interface Packet<Body = unknown> {
  body: Body
  blocks: Uint8Array[]
}

/**
 * One end of the connection between the engine and its lane. One request is in progress at a time, so both ends may
 * share one buffer.
 */
export type Send = (packet: Packet) => void

/** The server on which a lane's models run. */
export interface LaneServer extends Omit<InferenceServer, 'addresses'> {
  address: string
  /** Whether another server could take over a run that this one doesn't finish. */
  hasOthers: boolean
}

/** What a lane gets when it starts. */
export interface LaneSettings extends Pick<EngineOptions, 'device' | 'deviceId' | 'strict' | 'memoryLimit'> {
  server?: LaneServer | undefined
  threads: number
  idleRelease: number
  /** Why this lane must not load the native library, or null. */
  noNative: string | null
  /** Why this lane must not use a graphics card, or null. */
  noAccelerator: string | null
  /** The lane has its own process, so the measured memory is its models'. */
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

type ArrayName = keyof typeof arrays

/** Placeholder for an array that is sent as block number `block`. */
interface Block {
  block: number
  array: ArrayName
}

/** Placeholder for an array in the engine's store. */
export interface Stored {
  /** Bytes from the beginning of the store. */
  offset: number
  bytes: number
  array: ArrayName
  /** The picture's name on the graphics card of the lane that made it. */
  card?: string
}

/** A record like `T` whose `data` travels as a block, or is in the store. */
export type Detached<T> = T extends { data: unknown } ? Omit<T, 'data'> & { data: Block | Stored } : T

/** Part of the store into which the results of a run go. */
export type Room = Pick<Stored, 'offset' | 'bytes'>

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
  /** One run, or several batched into one run of the model. The blocks are those of the first, then of the next. */
  runs: RequestedRun[]
  profile?: boolean
  /** Of one run. */
  carry?: Carry
  /** Of one run with `carry`. */
  followUp?: FollowUp
}

export interface RequestedRun {
  feeds: Record<string, Detached<Feed | RawFeed>>
  fetches: Record<string, Fetch>
  /** The part of the store that its pictures may go to. */
  room?: Room
  /** What is made of the pictures that stay there. */
  glimpses?: readonly GlimpseSize[]
}

/**
 * A result; for one that stays with the engine, also its small forms, the ids that a label map shows in ascending
 * order, and its name if it is on the graphics card too.
 */
export type Output = Detached<Fetched> & { glimpses?: Detached<Glimpse>[]; shown?: number[]; card?: string }

export interface RunReply {
  /** One entry for each run that was asked for. */
  outputs: Record<string, Output>[]
  /** If further runs followed: what was reported, instead of outputs. */
  said?: unknown[]
  /** The number of runs. */
  batch: number
  /** Whether several such runs may be batched into one. */
  joinable: boolean
  device: ChosenDevice
  attempts: Attempt[]
  fromCard?: number | undefined
  ms: Omit<RunTimes, 'wait'>
  profile?: ProviderShare[]
}

export type Reply = { ok: ModelInfo | RunReply | null } | { error: { code: EngineErrorCode; message: string } }

/**
 * Moves the `data` array of each record into `blocks`.
 *
 * @param placed the placeholder for an array that travels another way, if it does
 */
export function detach<T extends object>(
  records: Record<string, T>,
  blocks: Uint8Array[],
  placed: (record: T, name: string) => Stored | Uint8Array | Uint16Array | Float32Array | undefined = () => undefined,
): Record<string, Detached<T>> {
  return mapValues(records, (record, name) => {
    const other = placed(record, name)
    if (other && 'offset' in other) return { ...record, data: other } as unknown as Detached<T>
    const data = other ?? (record as { data?: unknown }).data
    if (!isArray(data)) throw new EngineError('feed', `The tensor "${name}" has no data.`)
    blocks.push(bytesOf(data))
    return { ...record, data: { block: blocks.length - 1, array: arrayName(data) } } as unknown as Detached<T>
  })
}

/**
 * Puts the blocks back in their places. Each block must begin at the start of its buffer.
 * @param fetch fetches bytes from the store when somebody reads them, also those of pictures on a graphics
 * card
 */
export function attach<T>(
  records: Record<string, Detached<T>>,
  blocks: Uint8Array[],
  fetch: (stored: Stored, name: string) => Uint8Array,
): Record<string, T> {
  return mapValues(records, (record, name) => {
    const { data } = record as { data: Block | Stored }
    if (!('offset' in data)) return { ...record, data: asArray(blocks[data.block] as Uint8Array, data.array) } as T
    const get = () => asArray(fetch(data, name), data.array)
    if (data.card === undefined) return { ...record, data: get() } as T
    return Object.defineProperty({ ...record }, 'data', { enumerable: true, get }) as T
  })
}

/** Bytes as an array of the given type. */
export function asArray(bytes: Uint8Array, name: ArrayName): AnyArray {
  return new arrays[name](bytes.buffer as ArrayBuffer)
}

/** Buffer and other subclasses count as the typed array they derive from. */
export function arrayName(data: AnyArray): ArrayName {
  return nameOf?.call(data) as ArrayName
}

/** Regardless of an array's own class name. */
const nameOf = Object.getOwnPropertyDescriptor(Object.getPrototypeOf(Uint8Array.prototype), Symbol.toStringTag)?.get

export function bytesOf(data: AnyArray): Uint8Array {
  return new Uint8Array(data.buffer as ArrayBuffer, data.byteOffset, data.byteLength)
}

const isArray = (data: unknown): data is AnyArray => ArrayBuffer.isView(data)

function mapValues<A, B>(record: Record<string, A>, change: (value: A, name: string) => B): Record<string, B> {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, change(value, name)]))
}
