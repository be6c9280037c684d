/** What callers of the engine see. Nothing here depends on ONNX Runtime. */
import type { Task } from '../apart/threads'
import type { GlimpseSize } from './glimpse'
import type { Kept, KeptNumbers } from './kept'

/**
 * Where a model may run. `auto` uses the first that works: CUDA, DirectML or Core ML, WebGPU, CPU, or
 * WebAssembly if ONNX Runtime's native library is missing. TensorRT is used only on request.
 */
export type Device = 'auto' | 'cpu' | 'cuda' | 'tensorrt' | 'directml' | 'coreml' | 'webgpu' | 'wasm'

/** A device that has been chosen. */
export type LocalDevice = Exclude<Device, 'auto'>

/** Where a model runs: on a device of this machine, or on an inference server. */
export type ChosenDevice = LocalDevice | 'server'

export interface EngineOptions {
  /** Default `auto`. */
  device: Device
  /**
   * Whether to fail if the requested device can't run the whole model (`auto`: if no accelerator can).
   * Default false.
   */
  strict: boolean
  /** `process` (default) survives crashes of the native library; `thread` has the lowest latency. */
  isolation: 'process' | 'thread'
  /**
   * Maximum total bytes of loaded models; 0 = no limit (default). The least recently used are unloaded first.
   */
  memoryLimit: number
  /** Number of threads within one run. Default: the cores that no other lane has taken, at most 4. */
  threads?: number
  /** Milliseconds after which an unused model is unloaded, 0 = never. Default 10 minutes. */
  idleRelease?: number
  /** Milliseconds that loading a model, and each run, may take; 0 = no limit. Default 5 minutes. */
  timeLimit?: number
  /**
   * The number of the graphics card, from 0, if there are several; for CUDA, TensorRT and DirectML. Default:
   * the driver's first.
   */
  deviceId?: number
  /**
   * How many models may run at the same time, each in its own lane. Default: one per 4 cores, at most 4; one
   * if models run on a graphics card or memory is limited.
   */
  lanes?: number
  /**
   * The server that runs the models instead of this computer. `device`, `strict` and similar options then
   * have no effect.
   */
  server?: InferenceServer
  /** Called with each line that the native library prints, and with each restart. Default: standard error. */
  log?: (line: string) => void
  /**
   * Called with a sentence for people: an inference server is unavailable, or differs from the others.
   * Default: as `log`.
   */
  warn?: (sentence: string) => void
}

/** A server that speaks the Open Inference Protocol v2, such as NVIDIA Triton. */
export interface InferenceServer {
  /**
   * Addresses such as `https://gpu.example.org:8000`. Several addresses are equivalent servers: each run goes
   * to the one with the fewest runs in progress, and to another if that becomes unavailable.
   */
  addresses: string[]
  /** Sent as `Authorization: Bearer …`. */
  token?: string
  /**
   * The server's name for a model; `{folder}` and `{file}` are its folder and file here. Default `{folder}-{file}`:
   * `densedepth-mini`.
   */
  model?: string
}

/** Settings of one session. Two runs of the same file with the same settings share one session. */
export interface SessionOptions {
  /**
   * Whether to keep working memory between runs. That is faster, but the memory of the largest run is kept
   * until release. Default true.
   */
  arena?: boolean
  /** Default `all`. */
  graphOptimization?: 'disabled' | 'basic' | 'extended' | 'all'
  /**
   * Whether conversions from pictures to tensors and back are added to the graph if possible. Default true.
   */
  inGraph?: boolean
  /**
   * Whether to leave out noise that the graph itself draws, so that results are reproducible: encoders that
   * sample return the mean. Default false.
   */
  still?: boolean
}

/**
 * Outputs that stay in the lane as inputs of a later run, like the caches of text decoders, and inputs that
 * stay the same. They are lost with the lane, when the model is unloaded, and when newer ones replace them. A
 * run that needs them then fails with the code `forgotten`.
 */
export interface Carry {
  /** The owner. */
  key: string
  /** Input → the output that becomes its value. */
  becomes: Record<string, string>
  /** Inputs that are fed now and used again by later runs. */
  stays?: readonly string[]
  /** Whether inputs that aren't fed come from earlier runs. If false, this is the first run. */
  goesOn: boolean
}

/**
 * Further runs in the lane without a round trip each: a program makes the next run's feeds from a run's
 * outputs.
 */
export interface FollowUp {
  /**
   * Absolute path of a module that exports a `Follow` named `follow`. It returns synchronously and can't be
   * interrupted.
   */
  program: string
  /** Its argument, as JSON. It may differ between runs. */
  about: object
  /** Milliseconds after which no further run is started, so that others get a turn. */
  limit: number
}

/**
 * Returns what to report about a run's outputs, which have the requested form, and the next run's feeds in
 * addition to what is carried. Without feeds, it was the last run.
 */
export type Follow<About, Said> = (
  outputs: Readonly<Record<string, Fetched>>,
  about: About,
) => { said: Said; feeds?: Record<string, Feed> }

export interface RunOptions extends SessionOptions {
  /** What stays in the lane between runs. Not supported on inference servers. */
  carry?: Carry | undefined
  /** For a run with `carry`: further runs. The result is what they reported, instead of outputs. */
  followUp?: FollowUp | undefined
  /**
   * The caller, as callers take turns on a lane. Default: each reference to a shared engine is one caller,
   * and all direct users of an engine are another.
   */
  caller?: unknown
  /** The model's owner in sentences: `DenseDepth (node “hall”)`. */
  called?: string
  /** Replaces the engine's time limit. */
  timeLimit?: number
  /**
   * Whether waiting runs of one caller may be batched. They are if their inputs are alike, the graph has a
   * batch dimension, and batching is measured to be faster. Default false.
   */
  batch?: boolean
  /** Withdraws the run while it is waiting: it then fails with the code `withdrawn`. */
  signal?: AbortSignal | undefined
  /**
   * Sizes of small versions sent with pictures and label maps that stay with the engine, for `Kept.glimpse`.
   */
  glimpses?: readonly GlimpseSize[]
  /**
   * Whether to report which provider ran each operator. Creates a session for this one run, so it is slow.
   */
  profile?: boolean
}

/** What one execution provider did in a profiled run. */
export interface ProviderShare {
  /** ONNX Runtime's name, such as `CUDAExecutionProvider`. */
  provider: string
  operators: number
  /** Milliseconds spent in them. */
  ms: number
}

export type DataType =
  | 'float32'
  | 'float16'
  | 'float64'
  | 'uint8'
  | 'int8'
  | 'uint16'
  | 'int16'
  | 'uint32'
  | 'int32'
  | 'uint64'
  | 'int64'
  | 'bool'

/** float16 is sent as its bits in a Uint16Array, bool as 0 and 1 in a Uint8Array. */
export type TensorData =
  | Float32Array
  | Float64Array
  | Uint8Array
  | Int8Array
  | Uint16Array
  | Int16Array
  | Uint32Array
  | Int32Array
  | BigUint64Array
  | BigInt64Array

/** One input or output of a model. A dimension is a number, or a name ('' when it has none) where it may vary. */
export interface TensorInfo {
  name: string
  dtype: DataType
  shape: (number | string)[]
}

/** Why a device was skipped, in words for people. */
export interface Attempt {
  device: ChosenDevice
  error: string
}

export interface ModelInfo {
  inputs: TensorInfo[]
  outputs: TensorInfo[]
  /** The device the session was made for. */
  device: ChosenDevice
  /** Devices tried before it, each with the reason it was skipped. */
  attempts: Attempt[]
}

/** A plain tensor. A float16 input also accepts a Float32Array, which is rounded in the lane. */
export interface TensorFeed {
  kind: 'tensor'
  dtype: DataType
  dims: number[]
  data: TensorData
}

/** The order of a picture's dimensions; without N there is no batch dimension. */
export type Layout = 'NCHW' | 'NHWC' | 'CHW' | 'HWC'

/**
 * An image as bytes, height × width × channels. The lane turns it into a tensor: value = byte × scale +
 * offset. `scale` and `offset` are one number, or one for each channel of the tensor (after `order`). For
 * integer tensors, values are rounded and clamped to their range.
 */
export interface PixelFeed {
  kind: 'pixels'
  data: Uint8Array
  width: number
  height: number
  channels: number
  layout: Layout
  /** Order of the tensor's channels; the bytes are always RGB. Default RGB. */
  order?: 'RGB' | 'BGR'
  scale: number | number[]
  offset: number | number[]
  /** Combines three channels into one: luma by ITU-R BT.601, as in JPEG and PIL, not rounded. */
  luma?: boolean
  /** Whether to scale the picture so that its largest byte counts as 255. */
  brighten?: boolean
  /** Default: the type of the model's input. */
  dtype?: PixelDataType
  /**
   * The tensor's shape, if it doesn't follow from the layout: flat, or for several pictures, which are copies
   * of this one.
   */
  dims?: number[]
}

export type PixelDataType = 'float32' | 'float16' | 'uint8' | 'int8' | 'int32'

export type Feed = TensorFeed | PixelFeed

/**
 * Numbers that a program in the lane turns into a feed, so that numbers kept by the engine needn't be fetched
 * first.
 */
export interface RawFeed {
  kind: 'raw'
  data: KeptNumbers
  /** Absolute path of a module that exports a `MakeFeed` named `makeFeed`. */
  program: string
  /** Its argument, as JSON. */
  about: object
}

/** Makes a feed from numbers, which it must not change. */
export type MakeFeed<About> = (numbers: KeptNumbers, about: About) => Promise<Feed>

/** The feeds that callers pass. Their numbers may be kept by an engine. */
export type GivenFeed =
  | Feed
  | RawFeed
  | (Omit<PixelFeed, 'data'> & { data: Kept<Uint8Array> })
  | (Omit<TensorFeed, 'data'> & { data: Kept })
  | (Omit<RawFeed, 'data'> & { data: Kept })

/** What is common to all fetches. */
export interface Selection {
  /**
   * Returns only the first result along the first dimension, which keeps its place: the others come from
   * copies.
   */
  first?: true
  /** The actual shape of its numbers, if the tensor is flat. */
  dims?: number[]
}

/** The tensor unchanged, except that float16 becomes float32. */
export interface TensorFetch extends Selection {
  kind: 'tensor'
  /** From [1, n, m], returns only the last of the n rows, as [1, 1, m]. */
  last?: boolean
  /**
   * Whether it is meant for another run: it then stays with the engine, like pictures, until its numbers are
   * read.
   */
  stays?: true
}

/** Changes to a picture's values before they are scaled, in this order. */
export interface ValueChanges {
  /** Uses only this channel, or `count` channels starting with the first. */
  channel?: number | { first: number; count: number }
  /**
   * For networks that output raw scores: applied to each value, or over the channels (before one is
   * selected).
   */
  activation?: 'sigmoid' | 'softmax'
  /** Scales values so that the smallest becomes 0 and the largest 1. */
  stretch?: boolean
}

/**
 * A [1,C,H,W] (or [C,H,W], [H,W]; NHWC alike) tensor as an image: byte = value × scale + offset, rounded and
 * clamped to 0..255.
 */
export interface PixelFetch extends ValueChanges, Selection {
  kind: 'pixels'
  layout: Layout
  scale: number | number[]
  offset: number | number[]
  /** Order of the tensor's channels; the bytes are always RGB. Default RGB. */
  order?: 'RGB' | 'BGR'
}

/** A picture of one channel as float32 [H, W]: value × scale + offset. */
export interface PlaneFetch extends ValueChanges, Selection {
  kind: 'plane'
  layout: Layout
  scale: number
  offset: number
  size?: MapSize
}

/** The index of the largest value along `axis` (negative counts from the end): uint8 up to 256 classes, else uint16. */
export interface ArgmaxFetch extends Selection {
  kind: 'argmax'
  axis: number
  /** Resizes a map's scores to this before the largest is chosen, so that edges are smooth. */
  size?: MapSize
}

/** A part of a map in a new size. `box`: left, top, width and height as fractions of the map. */
export interface MapSize {
  width: number
  height: number
  box: readonly [left: number, top: number, width: number, height: number]
}

/**
 * For each place in a row, the index of the largest of about `among` values and its share of the total, after
 * a softmax if they are raw scores: float32 [places, 2].
 */
export interface LikeliestFetch extends Selection {
  kind: 'likeliest'
  among: number
}

export type Fetch = TensorFetch | PixelFetch | PlaneFetch | ArgmaxFetch | LikeliestFetch

export interface FetchedTensor {
  dtype: DataType
  dims: number[]
  data: TensorData
  /** The numbers, if they stayed with the engine; `data` fetches them. */
  readonly kept?: Kept
}

export interface FetchedPixels {
  width: number
  height: number
  channels: number
  /** height × width × channels. */
  data: Uint8Array
  /** The bytes, if they stayed with the engine; `data` fetches them. */
  readonly kept?: Kept<Uint8Array>
}

/** What each kind of fetch returns. */
export type Fetched<F extends Fetch = Fetch> = F extends PixelFetch ? FetchedPixels : FetchedTensor

/**
 * In milliseconds. `wait` is the time spent waiting for other runs. `load` is 0 unless this run had to load
 * the model. Batched runs share the running time; the rest of it counts as waiting.
 */
export interface RunTimes {
  wait: number
  load: number
  pre: number
  run: number
  post: number
}

export interface RunResult<F extends Record<string, Fetch> = Record<string, Fetch>> {
  /** Empty if further runs followed. */
  outputs: { [K in keyof F]: Fetched<F[K]> }
  /** If further runs followed: what the program reported about each. */
  said?: unknown[]
  device: ChosenDevice
  attempts: Attempt[]
  ms: RunTimes
  /** How many of its input pictures were on the graphics card already; missing if none were. */
  fromCard?: number | undefined
  /** How many runs were batched together, including this one; 1: it ran alone. */
  batch: number
  /** Only if `profile` was requested; the provider that took the most time comes first. */
  profile?: ProviderShare[]
}

export interface ApartTask extends Task {
  /** The beginning of a sentence: "The tokenizer gpt2/tokenizer.json". */
  subject: string
  /** What to do if it takes too long, or needs more memory than there is, as a whole sentence. */
  advice: string
}

/** One loaded model, for status displays. */
export interface LoadedModel {
  path: string
  device: ChosenDevice
  attempts: Attempt[]
  /** Its memory in bytes: measured if possible, otherwise estimated from the file. */
  bytes: number
}

/** One lane, for status displays. */
export interface LaneState {
  /**
   * `idle`: no lane is running; one starts with the next model. `waiting`: it died and restarts after a
   * pause, or waits for others to start.
   */
  lane: 'idle' | 'starting' | 'ready' | 'waiting' | 'closed'
  /** The process id, if the lane is a process. */
  pid: number | undefined
  loaded: LoadedModel[]
  running: boolean
  waiting: number
  /** How often it died during a job. */
  restarts: number
  /** How often a run took longer than the time limit. */
  hangs: number
  /** Files that crashed the lane three times within minutes and won't run for a while. */
  setAside: string[]
}

/** One of several equivalent inference servers, for status displays. */
export interface ServerState {
  address: string
  /** Runs in progress on it. */
  underWay: number
  /** Why it isn't used at the moment, as a clause. */
  away?: string
}

/** The combined state of all lanes; `lane` and `pid` are the first one's. */
export interface EngineState extends LaneState {
  /**
   * Pictures that stayed with the engine, their bytes, and how many had to be moved to this process for lack
   * of room.
   */
  kept: { pictures: number; bytes: number; moved: number }
  /** Total threads of all running lanes. */
  threads: number | undefined
  runs: number
  errors: number
  lanes: LaneState[]
  servers?: ServerState[]
}

export interface Engine {
  /** Starts a lane if none is running, so that the first model needn't wait for it. */
  prepare(): void
  /** Loads a model if necessary, and describes it. Errors: EngineError. */
  load(path: string, options?: SessionOptions & Pick<RunOptions, 'called'>): Promise<ModelInfo>
  /**
   * Runs a model once, loading it first if necessary. Feeds aren't changed and may be reused once this
   * resolves. Errors: EngineError.
   */
  run<F extends Record<string, Fetch>>(
    path: string,
    feeds: Record<string, GivenFeed>,
    fetches: F,
    options?: RunOptions,
  ): Promise<RunResult<F>>
  /**
   * Work on models' files that needs no ONNX Runtime but could be slow. It runs in a separate thread with the
   * time limit of runs. Errors: EngineError, and those of the work, recognisable by their names.
   */
  apart<T>(task: ApartTask, options?: Pick<RunOptions, 'caller' | 'timeLimit'>): Promise<T>
  /**
   * Withdraws waiting runs, which fail with the code `withdrawn`. If the engine is shared, only those of this
   * reference.
   */
  withdraw(): void
  /** Unloads a model. If it was set aside, it gets a fresh start. The next run loads it again. */
  release(path: string): Promise<void>
  /**
   * Cancels what is in progress; if the engine is shared, only for this reference. Waiting runs fail, and a
   * current one is ended (in a process lane; a thread finishes its run, and the result is ignored). New work
   * of this reference is refused.
   */
  cancel(): void
  /** Refuses new work, finishes accepted work, then ends the lane. */
  close(): Promise<void>
  readonly state: EngineState
}
