/** What callers of the engine see. Nothing here knows ONNX Runtime. */
import type { Task } from '../apart/threads'
import type { GlimpseSize } from './glimpse'
import type { Kept, KeptNumbers } from './kept'

/**
 * Where a model may run. `auto` takes the first that works: CUDA, DirectML or Core ML, WebGPU, CPU, and
 * WebAssembly where ONNX Runtime's native library is missing. TensorRT only on request.
 */
export type Device = 'auto' | 'cpu' | 'cuda' | 'tensorrt' | 'directml' | 'coreml' | 'webgpu' | 'wasm'

/** A device after the ladder has chosen one. */
export type LocalDevice = Exclude<Device, 'auto'>

/** Where a model runs: on a device of this machine, or on an inference server. */
export type ChosenDevice = LocalDevice | 'server'

export interface EngineOptions {
  /** Default `auto`. */
  device: Device
  /** Make it an error when the asked device cannot run the whole model (`auto`: when no accelerator can). Default false. */
  strict: boolean
  /** `process` (default) survives crashes of the native library; `thread` has the lowest latency. */
  isolation: 'process' | 'thread'
  /** Bytes that loaded models may take together, 0 = no limit (default). The least recently used leave first. */
  memoryLimit: number
  /** Threads inside one run. Default: the cores that no other lane has taken, at most 4. */
  threads?: number
  /** Milliseconds after which an unused model leaves memory, 0 = never. Default 10 minutes. */
  idleRelease?: number
  /** Milliseconds that loading a model, and each run, may take before it is given up, 0 = no limit. Default 5 minutes. */
  timeLimit?: number
  /** Which graphics card, counted from 0, where there are several; for CUDA, TensorRT and DirectML. Default: the driver's first. */
  deviceId?: number
  /**
   * How many models may run at the same time, each in a lane of its own. Default: one for each 4 cores, at most 4; one where
   * models run on a graphics card or memory is limited.
   */
  lanes?: number
  /** Models run there instead of here. `device`, `strict` and the like then mean nothing. */
  server?: InferenceServer
  /** Takes each line the native library prints, and each restart. Default: standard error. */
  log?: (line: string) => void
  /** Gets a sentence for a person: an inference server is away, or differs from the others. Default: as `log`. */
  warn?: (sentence: string) => void
}

/** A server that speaks the Open Inference Protocol v2, such as NVIDIA Triton. */
export interface InferenceServer {
  /**
   * Where it answers, such as `https://gpu.example.org:8000`. Several are equal servers: each run goes to the one with the fewest under
   * way, and to another one if that goes away.
   */
  addresses: string[]
  /** Sent as `Authorization: Bearer …`. */
  token?: string
  /** What the server calls a model; `{folder}` and `{file}` are its folder and file here. Default `{folder}-{file}`: `densedepth-mini`. */
  model?: string
}

/** Settings of one session. Two runs of the same file with the same settings share one session. */
export interface SessionOptions {
  /** Keep working memory between runs: faster, but keeps the largest run's memory until release. Default true. */
  arena?: boolean
  /** Default `all`. */
  graphOptimization?: 'disabled' | 'basic' | 'extended' | 'all'
  /** Whether what makes tensors of pictures, and pictures of tensors, is laid into the graph where that can be. Default true. */
  inGraph?: boolean
  /** Whether noise that the graph itself draws is left out, so that it gives the same again: encoders that sample give the mean. Default false. */
  still?: boolean
}

/**
 * Outputs that stay in the lane and are inputs of a later run, as the caches of text decoders are, and inputs that stay the same. They are lost with the lane, when the
 * model leaves memory, and when others have come since: a run that needs them then fails with the code `forgotten`.
 */
export interface Carry {
  /** Whose they are. */
  key: string
  /** Input → the output that it becomes. */
  becomes: Record<string, string>
  /** Inputs that are fed now, and later runs take again. */
  stays?: readonly string[]
  /** Inputs that aren't fed are what earlier runs left; else this run is the first. */
  goesOn: boolean
}

/** Runs that follow in the lane, without the way there and back for each: of what a run gives, a program makes the feeds of the next. */
export interface FollowUp {
  /** Absolute path of a module that exports a `Follow` by the name of `follow`. It answers at once and cannot be ended. */
  program: string
  /** What it is told, as JSON has it. It may be changed from run to run. */
  about: object
  /** Milliseconds after which no further run begins, so that others have a turn. */
  limit: number
}

/**
 * What is to be said of a run's outputs, as they were asked for, and the feeds of the next run beside what is carried; without them it was
 * the last.
 */
export type Follow<About, Said> = (
  outputs: Readonly<Record<string, Fetched>>,
  about: About,
) => { said: Said; feeds?: Record<string, Feed> }

export interface RunOptions extends SessionOptions {
  /** What stays in the lane from run to run; not on inference servers. */
  carry?: Carry | undefined
  /** Of a run with `carry`: its result is what was said instead of outputs. */
  followUp?: FollowUp | undefined
  /** Who asks: callers take turns on a lane. Default: a shared engine's reference is one caller, an engine's own users are another. */
  caller?: unknown
  /** Whose model it is, for sentences: `DenseDepth (node “hall”)`. */
  called?: string
  /** Instead of the engine's. */
  timeLimit?: number
  /**
   * Runs of one caller that wait may be put into one run of the model: where inputs are alike, its graph has a batch dimension,
   * and that is seen to be faster. Default false.
   */
  batch?: boolean
  /** Takes it back while it waits: it then fails with the code `withdrawn`. */
  signal?: AbortSignal | undefined
  /** Small forms that come with pictures and label maps which stay with the engine: `Kept.glimpse`. */
  glimpses?: readonly GlimpseSize[]
  /** Also say which provider ran each operator: makes a session for this one run, so it is slow. */
  profile?: boolean
}

/** What one execution provider did in a profiled run. */
export interface ProviderShare {
  /** ONNX Runtime's name, such as `CUDAExecutionProvider`. */
  provider: string
  operators: number
  /** Milliseconds in them. */
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

/** float16 travels as its bits in a Uint16Array, bool as 0 and 1 in a Uint8Array. */
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

/** Why a device was passed over, in words for a person. */
export interface Attempt {
  device: ChosenDevice
  error: string
}

export interface ModelInfo {
  inputs: TensorInfo[]
  outputs: TensorInfo[]
  /** The device the session was made for. */
  device: ChosenDevice
  /** Devices tried before it, each with the reason it was passed over. */
  attempts: Attempt[]
}

/** A tensor as it is. A float16 input also takes a Float32Array, which is rounded in the lane. */
export interface TensorFeed {
  kind: 'tensor'
  dtype: DataType
  dims: number[]
  data: TensorData
}

/** The order of a picture's dimensions; without N there is no batch dimension. */
export type Layout = 'NCHW' | 'NHWC' | 'CHW' | 'HWC'

/**
 * An image as bytes, height × width × channels. The lane turns it into a tensor: value = byte × scale + offset.
 * `scale` and `offset` are one number, or one for each channel of the tensor (after `order`). Whole-number tensors take
 * the nearest number in their range.
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
  /** Makes one channel of three: luma by ITU-R BT.601, as JPEG and PIL have it, not rounded. */
  luma?: boolean
  /** The largest byte of the picture counts as 255, all others in proportion. */
  brighten?: boolean
  /** Default: what the model's input takes. */
  dtype?: PixelDataType
  /** The tensor's shape where it is not that of its layout: a flat one, or one of several pictures, filled with repeats of this one. */
  dims?: number[]
}

export type PixelDataType = 'float32' | 'float16' | 'uint8' | 'int8' | 'int32'

export type Feed = TensorFeed | PixelFeed

/** Numbers that aren't a feed yet. A program in the lane turns them into one, so numbers that stay with the engine needn't come here for it. */
export interface RawFeed {
  kind: 'raw'
  data: KeptNumbers
  /** Absolute path of a module that exports a `MakeFeed` by the name of `makeFeed`. */
  program: string
  /** What it is told, as JSON has it. */
  about: object
}

/** The numbers are not to be changed. */
export type MakeFeed<About> = (numbers: KeptNumbers, about: About) => Promise<Feed>

/** What callers give: the numbers may also be where an engine kept them. */
export type GivenFeed =
  | Feed
  | RawFeed
  | (Omit<PixelFeed, 'data'> & { data: Kept<Uint8Array> })
  | (Omit<TensorFeed, 'data'> & { data: Kept })
  | (Omit<RawFeed, 'data'> & { data: Kept })

/** What is common to all fetches. */
export interface Selection {
  /** Only the first result along the first dimension, which stays: the others come from repeats. */
  first?: true
  /** The shape that its numbers have in truth, where the tensor is flat. */
  dims?: number[]
}

/** The tensor as it is; float16 is widened to float32. */
export interface TensorFetch extends Selection {
  kind: 'tensor'
  /** Of [1, n, m]: only the last of the n rows, as [1, 1, m]. */
  last?: boolean
  /** It is for another run: it stays with the engine, as pictures do, until something reads its numbers. */
  stays?: true
}

/** What happens to a picture's values before they are scaled, in this order. */
export interface ValueChanges {
  /** Only this channel is taken, or this many from the first of these on. */
  channel?: number | { first: number; count: number }
  /** For networks that give raw scores: each value separately, or over the channels (before one is taken). */
  activation?: 'sigmoid' | 'softmax'
  /** The least value becomes 0, the largest 1. */
  stretch?: boolean
}

/** A [1,C,H,W] (or [C,H,W], [H,W]; NHWC alike) tensor as an image: byte = value × scale + offset, rounded, kept within 0..255. */
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
  /** Scores of a map are brought to this size before the largest is chosen, so that edges are smooth. */
  size?: MapSize
}

/** A part of a map in another size. `box`: left, top, width and height as shares of the map. */
export interface MapSize {
  width: number
  height: number
  box: readonly [left: number, top: number, width: number, height: number]
}

/**
 * For each place of a line the index of the largest of about `among` values, and its share of all, after a softmax where they are raw
 * scores: float32 [places, 2].
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
  /** The numbers where they stayed with the engine: `data` brings them here. */
  readonly kept?: Kept
}

export interface FetchedPixels {
  width: number
  height: number
  channels: number
  /** height × width × channels. */
  data: Uint8Array
  /** The bytes where they stayed with the engine: `data` brings them here. */
  readonly kept?: Kept<Uint8Array>
}

/** What a fetch of each kind gives. */
export type Fetched<F extends Fetch = Fetch> = F extends PixelFetch ? FetchedPixels : FetchedTensor

/**
 * Milliseconds. `wait` is the time behind other runs, `load` is 0 unless this run had to load the model. Runs put into one
 * share its time, and the rest of it is time behind other runs.
 */
export interface RunTimes {
  wait: number
  load: number
  pre: number
  run: number
  post: number
}

export interface RunResult<F extends Record<string, Fetch> = Record<string, Fetch>> {
  /** None where further runs followed. */
  outputs: { [K in keyof F]: Fetched<F[K]> }
  /** Of a run that others follow: what its program said of each. */
  said?: unknown[]
  device: ChosenDevice
  attempts: Attempt[]
  ms: RunTimes
  /** How many of its pictures were on the graphics card already; missing where none was. */
  fromCard?: number | undefined
  /** How many runs were put into one with this one; 1: it was alone. */
  batch: number
  /** Only where `profile` was asked for; the provider that took the most time first. */
  profile?: ProviderShare[]
}

export interface ApartTask extends Task {
  /** Begins a sentence: "The tokenizer gpt2/tokenizer.json". */
  subject: string
  /** What to do where it takes too long, or needs more memory than there is: a whole sentence. */
  advice: string
}

/** One loaded model, for status displays. */
export interface LoadedModel {
  path: string
  device: ChosenDevice
  attempts: Attempt[]
  /** Memory it is counted with: seen where that can be seen, else estimated from the file. */
  bytes: number
}

/** One lane, for status displays. */
export interface LaneState {
  /** `idle`: no lane runs, one starts with the next model. `waiting`: it died and restarts after a pause, or others start first. */
  lane: 'idle' | 'starting' | 'ready' | 'waiting' | 'closed'
  /** Process id of a process lane. */
  pid: number | undefined
  loaded: LoadedModel[]
  running: boolean
  waiting: number
  /** How often it ended at work. */
  restarts: number
  /** How often a run took longer than the time limit. */
  hangs: number
  /** Files that crashed the lane three times within minutes and are not run for a while. */
  setAside: string[]
}

/** One of equal inference servers, for status displays. */
export interface ServerState {
  address: string
  /** Runs that it was given and has not answered. */
  underWay: number
  /** Why it is not used at the moment: a clause. */
  away?: string
}

/** All lanes together; `lane` and `pid` are the first one's. */
export interface EngineState extends LaneState {
  /** Pictures that stayed with the engine, the bytes they take, and how many had to move into this process for want of room. */
  kept: { pictures: number; bytes: number; moved: number }
  /** Threads of each lane that runs, added up. */
  threads: number | undefined
  runs: number
  errors: number
  lanes: LaneState[]
  servers?: ServerState[]
}

export interface Engine {
  /** Starts a lane where none runs yet, so that the first model need not wait for it. */
  prepare(): void
  /** Loads a model if it is not loaded yet and describes it. Errors: EngineError. */
  load(path: string, options?: SessionOptions & Pick<RunOptions, 'called'>): Promise<ModelInfo>
  /** Runs a model once, loading it first if need be. Feeds are not changed and may be reused once this resolves. Errors: EngineError. */
  run<F extends Record<string, Fetch>>(
    path: string,
    feeds: Record<string, GivenFeed>,
    fetches: F,
    options?: RunOptions,
  ): Promise<RunResult<F>>
  /**
   * Work on the files of models that needs no ONNX Runtime but could be slow, in a thread beside Node-RED's, with the time limit
   * of runs. Errors: EngineError, and those of the work, by their names.
   */
  apart<T>(task: ApartTask, options?: Pick<RunOptions, 'caller' | 'timeLimit'>): Promise<T>
  /** Takes back what waits, of this reference only where the engine is shared: it fails with the code `withdrawn`. */
  withdraw(): void
  /** Takes a model out of memory, and gives it a fresh start if it was set aside. It loads again when it is run. */
  release(path: string): Promise<void>
  /**
   * Gives up what is under way, of this reference only where the engine is shared: what waits fails, and a run at work is
   * ended (in a process lane; a thread goes on to the end of its run, unheard). Refuses new work of this reference.
   */
  cancel(): void
  /** Refuses new work, lets what was accepted end, then ends the lane. */
  close(): Promise<void>
  readonly state: EngineState
}
