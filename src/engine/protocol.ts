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

/** A small JSON body, and the bulk data separately as raw bytes. */
export interface Packet<Body = unknown> {
  body: Body
  blocks: Uint8Array[]
}

/**
 * Sends a packet to the other end. Only one request is in progress at a time, so both ends may share one
 * buffer.
 */
export type Send = (packet: Packet) => void

/** The server that runs a lane's models. */
export interface LaneServer extends Omit<InferenceServer, 'addresses'> {
  address: string
  /** Whether another server could take over an unfinished run. */
  hasOthers: boolean
}

/** The settings that a lane gets when it starts. */
export interface LaneSettings extends Pick<EngineOptions, 'device' | 'deviceId' | 'strict' | 'memoryLimit'> {
  server?: LaneServer | undefined
  threads: number
  idleRelease: number
  /** Why this lane must not load the native library, or null. */
  noNative: string | null
  /** Why this lane must not use a graphics card, or null. */
  noAccelerator: string | null
  /** Whether the lane is a separate process, so that its memory is that of its models. */
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

/** A placeholder for an array sent as block number `block`. */
interface Block {
  block: number
  array: ArrayName
}

/** A placeholder for an array in the engine's store. */
export interface Stored {
  /** Position in the store, in bytes. */
  offset: number
  bytes: number
  array: ArrayName
  /** The picture's name on the graphics card of the lane that made it. */
  card?: string
}

/** `T` with its `data` sent as a block, or in the store. */
export type Detached<T> = T extends { data: unknown } ? Omit<T, 'data'> & { data: Block | Stored } : T

/** The part of the store for the results of a run. */
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
  /** One run, or several to be batched. The blocks of the first come first, then those of the next. */
  runs: RequestedRun[]
  profile?: boolean
  /** Of one run. */
  carry?: Carry
  /** Only for one run with `carry`. */
  followUp?: FollowUp
}

export interface RequestedRun {
  feeds: Record<string, Detached<Feed | RawFeed>>
  fetches: Record<string, Fetch>
  /** The part of the store for its pictures. */
  room?: Room
  /** The sizes of small versions of the pictures that stay there. */
  glimpses?: readonly GlimpseSize[]
}

/**
 * A result. If it stays with the engine, also its small versions, the ids in a label map in ascending order,
 * and its name if it is on the graphics card too.
 */
export type Output = Detached<Fetched> & { glimpses?: Detached<Glimpse>[]; shown?: number[]; card?: string }

export interface RunReply {
  /** One entry for each requested run. */
  outputs: Record<string, Output>[]
  /** If further runs followed: what was reported instead of outputs. */
  said?: unknown[]
  /** The number of runs in the batch. */
  batch: number
  /** Whether several such runs can be batched. */
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
 * @param placed returns a placeholder for an array that isn't sent as a block, if it has one
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
 * Puts the blocks back in their places. Each block must start at the beginning of its buffer.
 * @param fetch fetches bytes from the store when they are read, including those of pictures on a graphics
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
