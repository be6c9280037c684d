import type { DataType, Layout, PixelDataType, Selection, SessionOptions, ValueChanges } from '../engine'
import type { Kernel } from '../images/resize'
import type { PortType } from '../types'
import type { MelSpec } from './mel'
import type { SpanOptions } from './spans'

/**
 * The contents of `models/<id>/manifest.json`: everything about a model except code. Its node is generated
 * from it.
 */
export interface Manifest {
  /** The folder's name. */
  id: string
  /** The node's type in Node-RED. */
  node: string
  label: string
  /** One sentence that says what the model turns into what. */
  summary: string
  /** The name under which Node-RED serves `icon.svg` in the model's folder. */
  icon: string
  /** Background in the editor, `#rrggbb`. */
  color?: string
  /**
   * The name of the model's code in `tasks/`. Default `transform`: a single run, described by feeds and
   * fetches.
   */
  task?: ModelTask
  inputs: Port[]
  /** One list of ports for each output of the node. */
  outputs: Port[][]
  /** The first variant is the default. */
  variants: Variant[]
  references?: { label: string; url: string }[]
}

/** The tasks of models with a single file, and those of steps. */
export const MODEL_TASKS = [
  'transform',
  'detect',
  'generate',
  'caption',
  'matte',
  'frames',
  'transcribe',
  'hear',
  'speak',
] as const
export const STEP_TASKS = [
  'transform',
  'find',
  'draw',
  'lines',
  'mark',
  'write',
  'frames',
  'texts',
  'match',
  'alike',
  'phrase',
] as const
export type ModelTask = (typeof MODEL_TASKS)[number]
export type StepTask = (typeof STEP_TASKS)[number]
export type TaskName = ModelTask | StepTask

export interface Port {
  name: string
  /**
   * The message property that an input is read from or an output is put into. An input other than `payload`
   * is also a setting of the node.
   */
  property: string
  type: PortType
  /** For inputs: whether it may be missing although its type has no default. */
  optional?: boolean
  /**
   * For outputs: names under which Runway's clients look for the value, such as `generated_text` or
   * `results[0].caption`.
   */
  aliases?: string[]
  /** One line of help for the person who wires the node. */
  help: string
}

type PortChanges = Record<string, Record<string, unknown>>

/** One set of weights. */
export interface Variant {
  id: string
  label: string
  /** The path of the main ONNX file, in the model's folder or listed in `files`. */
  file: string
  /** The checksum of a bundled `file`; downloaded ones have theirs in `files`. */
  sha256?: string
  bytes?: number
  /** Downloaded files: weights, external data, tokenizer, label lists. */
  files?: VariantFile[]
  /** An SPDX identifier, or the name of another licence. */
  licence: string
  /** The address of the licence's text. */
  licenceUrl?: string
  /** Whether the licence forbids commercial use. */
  nonCommercial?: true
  /** One or two sentences: what it was trained on, and what it is good for. */
  about: string
  /** Set if it differs from the model's task. */
  task?: TaskName
  /** Changes to the model's ports: port name → parameters of its type; `null` removes a parameter. */
  ports?: { inputs?: PortChanges; outputs?: PortChanges }
  /** Tensor name → its input. `#0` is the first input tensor, whatever its name. */
  feeds: Record<string, FeedSpec>
  /** Tensor name → how its output is used. `#0` is the first output tensor. */
  fetches: Record<string, FetchSpec>
  /**
   * The steps of a model with several files, in order. Each step has its own `file`, `feeds`, `fetches` and
   * `settings`; the variant has none. A variant without steps counts as one step that runs its own file.
   */
  steps?: Step[]
  session?: SessionOptions
  /**
   * The name of one or several pictures for the dialog that show what the variant knows or makes. They are
   * next to the manifest, or in the package's `models/worlds`.
   */
  picture?: string | string[]
  /** For a small model: the world it was trained on. Missing if unfamiliar inputs can't be detected. */
  knows?: Knows
  /** Settings of tasks other than `transform`; see each task. */
  settings?: Record<string, unknown>
}

/**
 * One step of a model with several files. The names that its feeds read and its fetches make are ports of the
 * node, or pass values from one step to another. A step runs only if its result is needed.
 */
export interface Step {
  /** The ONNX file. Missing for tasks that process the results of other steps, such as `draw` and `match`. */
  file?: string
  /** The id of the bundled model that the file belongs to, if it is another one. */
  model?: string
  /** Default `transform`. */
  task?: StepTask
  feeds?: Record<string, FeedSpec>
  fetches?: Record<string, FetchSpec>
  settings?: Record<string, unknown>
  session?: SessionOptions
  /** The name of the result, for tasks other than `transform`. */
  to?: string
  /**
   * The result is reused as long as this input, or all of these, stay the same. For example, an encoder runs
   * once per picture and the decoder for every click.
   */
  keep?: string | string[]
  /** Runs the step for each thing in another step's list. */
  each?: EachSpec
  /** For the task `write`, which runs repeatedly until the text ends. */
  until?: UntilSpec
  /**
   * Runs the step repeatedly, each time on its previous result. This describes the result, in place of
   * `fetches`.
   */
  repeat?: RepeatSpec
}

/** A step that runs repeatedly on its previous result, which it reads with a feed of kind `repeat`. */
export interface RepeatSpec {
  /**
   * The output tensor: the next value or, with a schedule, the network's prediction from which the next value
   * is computed.
   */
  output: string
  /** The name of the final value, a tensor, for other steps. */
  to: string
  /** The number of turns, or the name of the input that sets it. */
  times: number | string
  /** How the network's predictions turn noise into a result. */
  schedule?: ScheduleSpec
  /**
   * A tensor from another step as the initial value. If that step made none, for example because there is no
   * picture, noise is used.
   */
  from?: string
  /**
   * For a schedule with `from`: how much of the initial value is changed, from 0 to 1 (1), or the name of the
   * input that sets it.
   */
  strength?: number | string
  /**
   * Standard normal noise. It depends on the seed in the input `seed`, or is random without one, and so is
   * the noise that the schedule adds later.
   */
  noise?: NoiseSpec
  /** The factor by which `from` is multiplied for the schedule (1). The result is divided by it. */
  scale?: number
  /**
   * Classifier-free guidance: extrapolates by the factor `scale` from the prediction with the inputs in
   * `instead` (name → name of the input to use in its place) towards the normal one.
   */
  guidance?: { scale: number | string; instead: Record<string, string> }
  /**
   * Previews for the output port `to`: the contribution of each channel of a value [1, channels, H, W] to R,
   * G and B, −1 to 1.
   */
  rough?: { to: string; colors: [red: number, green: number, blue: number][] }
}

export interface NoiseSpec {
  seed: string
  /** The shape of the initial value. A name stands for the number in that input, divided by `per` (1). */
  dims: (number | string)[]
  per?: number
  /**
   * The number in such an input must be a multiple of this (default `per`), because deeper layers of the
   * network halve the size further.
   */
  multipleOf?: number
}

/** How a diffusion model was trained. The defaults are Stable Diffusion's. */
export interface DiffusionSpec {
  /**
   * The number of time steps in training (1000). The noise added in each goes from the first to the last of
   * `betas` (0.00085, 0.012).
   */
  trained?: number
  betas?: [first: number, last: number]
  /** Whether the betas are spaced evenly, or their square roots are (`scaled`, default). */
  curve?: 'even' | 'scaled'
  /** What the network predicts: the noise (default), the velocity between noise and result, or the result. */
  predicts?: 'noise' | 'velocity' | 'sample'
}

/**
 * Which of the training's time steps are run. They are evenly spaced, and include the last one, the first
 * one, or both.
 */
interface Spacing {
  spacing?: 'trailing' | 'leading' | 'linspace'
  /** For `leading`: an offset (0). */
  offset?: number
}

/**
 * Schedules like diffusers' EulerDiscrete, DDIM (without `set_alpha_to_one`), LCM and FlowMatchEulerDiscrete.
 */
export type ScheduleSpec =
  | ({ kind: 'euler' } & DiffusionSpec & Spacing)
  | ({ kind: 'ddim' } & DiffusionSpec & Spacing)
  /** `original`: the number of steps that the model was distilled from (50). */
  | ({ kind: 'lcm'; original?: number } & DiffusionSpec)
  /** `shift` moves the steps towards the noise (1 changes nothing). */
  | { kind: 'flow'; trained?: number; shift?: number }

/** When a step that writes text ends. */
export interface UntilSpec {
  /** The tokens that end the text. */
  end: number | number[]
  /** The maximum number of tokens, or the name of the input that sets it. */
  most: number | string
  /**
   * Cache inputs → the outputs that become their values in the next run. `*` is the common part of both
   * names. Default: `past_key_values.*` → `present.*`.
   */
  cache?: Record<string, string>
}

/** A step that runs for each thing in a list. */
export interface EachSpec {
  /** The list: the result of a step with the task `find`, or of another `each`. */
  of: string
  /**
   * The name of the resulting list. Its things have the fields of the original ones and those that the step's
   * fetches make.
   */
  to: string
  /** The maximum number of things, best first (10), or the name of the input that sets it. */
  most?: number | string
  /** The part of the picture that the step sees. Default: the thing's box. */
  crop?: CropSpec
  /** Field → minimum value; things with a smaller value are discarded. */
  least?: Record<string, number>
  /**
   * If the intersection over union of two things' boxes exceeds this, the one with the lower score is
   * discarded.
   */
  maxOverlap?: number
  /** For consecutive frames of a video: looks first where the things were in the previous picture. */
  follow?: CropSpec
  /**
   * The number of `landmarks`, at the end of the list, that only guide the search in the next message and
   * aren't part of the thing.
   */
  guides?: number
}

/** One of a thing's landmarks, or the mean position of several. */
export type LandmarkPlace = number | number[]

/** A part of a picture around a thing. It is rotated, then shifted, then enlarged. */
export interface CropSpec {
  /**
   * What the crop surrounds: the thing's `box` (default), all its `points`, or the landmarks with these
   * indexes. With `corners`, the four landmarks are the corners of the crop, clockwise from the upper left,
   * in any perspective. An object describes a circle with its centre `middle`, through the point `edge`.
   */
  around?: 'box' | 'points' | 'corners' | number[] | { middle: LandmarkPlace; edge: LandmarkPlace }
  /** Rotates the crop so that the line from the first place to the second points up, or to the right. */
  up?: [from: LandmarkPlace, to: LandmarkPlace]
  right?: [from: LandmarkPlace, to: LandmarkPlace]
  /** The name of a field with an additional clockwise rotation in degrees: 0, 90, 180 or 270. */
  turn?: string
  /** Makes the crop a square with the longer side. */
  square?: true
  /** Shifts the crop by fractions of its width and height, to the right and down in its own orientation. */
  shift?: [right: number, down: number]
  /** The factor by which the crop is enlarged: one number, or one for each side. */
  enlarge?: number | [width: number, height: number]
  /**
   * For `corners`: a thing at least this many times as high as wide is vertical text, and is rotated by 90
   * degrees.
   */
  upright?: number
  /** What is outside the picture: its edge pixels repeated (`edge`), or black (`black`). */
  beyond?: 'edge' | 'black'
}

/** What a small model was trained on. */
export interface Knows {
  /** The pictures: the name of one or several files `models/familiar/<world>.json`. */
  world?: string | string[]
  /** The words: a file in the model's folder with a JSON list of them in lower case. */
  words?: string
  /** The id of the variant to suggest for everything else. */
  otherwise?: string
}

/** A file that isn't bundled with the package. */
export interface VariantFile {
  /** The path inside the variant's folder, with `/` as the separator. */
  path: string
  bytes: number
  /**
   * `bytes` is a figure that the publisher has rounded; the server's exact size is accepted if it is close.
   */
  rounded?: true
  /** Hexadecimal. */
  sha256: string
  /** A URL that is pinned to a revision. Missing if the file is in the model's folder. */
  url?: string
  /** URLs of identical files, which are tried in this order if `url` fails. */
  alternatives?: string[]
}

/**
 * How a picture gets the size a model takes.
 * - `stretch`: exactly this size, whatever its proportions.
 * - `cover`: exactly this size from its middle, keeping its proportions, the rest cropped; `share` of the short side is
 *   visible (1).
 * - `letterbox`: exactly this size, keeping its proportions, the rest filled; in the middle, or in the upper left
 *   `corner`.
 * - `keep`: keeps its proportions. The short side becomes `shortSide` (otherwise it keeps its size), unless the long
 *   side would exceed `longSide`; then both are rounded to a multiple of `multipleOf`, or with `pad` padded to one on
 *   the right and at the bottom. With `height` every picture gets that height, as a line of text does, and its width
 *   follows.
 * - `tiles`: pieces of exactly this size, which overlap by `overlap` pixels and are blended; for pictures larger than a
 *   fixed network. A picture with a side beyond `longSide` is reduced first.
 *
 * `fill` is a byte, or one for each of R, G and B. `kernel` is how sizes are changed, `lanczos3` by default.
 */
export type SizeSpec = (
  | { fit: 'stretch'; width: number; height: number }
  | { fit: 'cover'; width: number; height: number; share?: number }
  | { fit: 'letterbox'; width: number; height: number; align?: 'center' | 'corner'; fill?: number | readonly number[] }
  | {
      fit: 'keep'
      multipleOf?: number
      height?: number
      shortSide?: number
      longSide?: number
      pad?: 'fill' | 'mirror'
      fill?: number | readonly number[]
    }
  | { fit: 'tiles'; width: number; height: number; overlap: number; longSide?: number }
) & { kernel?: Kernel }

/**
 * Like `cover`, with the size set by two inputs, each of which must be a multiple of `multipleOf` (1). If a
 * step with `repeat` starts from such a picture, its noise has the same size.
 */
export interface ChosenSize {
  fit: 'chosen'
  width: string
  height: string
  multipleOf?: number
  kernel?: Kernel
}

/**
 * A part of the picture `of`, `times` (2) as wide and high as the white area of the `mask`, and inside the
 * picture if possible, scaled to exactly this size. It is never enlarged. Areas outside the picture are
 * filled with its mirror image.
 */
export interface AroundSize {
  fit: 'around'
  of: string
  mask: string
  width: number
  height: number
  times?: number
  kernel?: Kernel
}

/**
 * How bytes relate to the numbers of a tensor, with one number for all or one for each channel of the tensor:
 * - `range`: the tensor's numbers for bytes 0 and 255 (default 0 and 1); then inputs are normalised: less `mean`, by `std`;
 * - or `scale` and `offset`: tensor = byte × scale + offset of an input, byte = value × scale + offset of an output.
 */
export interface Scaling {
  range?: [number, number]
  mean?: number | number[]
  std?: number | number[]
  scale?: number | number[]
  offset?: number | number[]
}

export type TextPart = 'ids' | 'mask' | 'positions' | 'segments'

/** How an input tensor is made. `from` is the name of an input port. */
export type FeedSpec =
  /**
   * A vector of the shape [1, length], or `dims`, in which −1 stands for the size that fits. Float32 by
   * default. If an optional vector is missing, all numbers are `samplingMean`.
   */
  | { kind: 'vector'; from: string; dims?: number[]; dtype?: DataType }
  /** A number, or a boolean as 0 or 1, in a tensor with the shape `dims` ([1] by default). */
  | { kind: 'number'; from: string; dtype?: DataType; dims?: number[] }
  /**
   * `length` numbers drawn from N(0, 1) with the seed in `from`, or at random without one: float32 [1,
   * length].
   */
  | { kind: 'noise'; from: string; length: number }
  /**
   * Token ids of text: int64 [1, tokens]. With `length`, padded with `pad` (0) or truncated to that many
   * tokens; with `longest`, truncated to at most that many. `whole` adds the special tokens that the
   * tokenizer puts around text. Models may also expect, in the same length, a `mask` (1 for a token, 0 for
   * padding), `positions` (0, 1, 2 …) or `segments` (all 0, because there is only one text).
   */
  | {
      kind: 'text'
      from: string
      tokenizer: string
      whole?: boolean
      length?: number
      longest?: number
      pad?: number
      as?: TextPart
      dtype?: DataType
    }
  /**
   * A picture. `luma` reduces its colours to one channel. `lightness` converts them to perceived lightness: 1
   * for one channel with L* of CIE Lab (byte 255 for 100), 3 for a grey picture. `brighten` scales its
   * brightest byte to 255.
   */
  | ({
      kind: 'image'
      from: string
      /**
       * Takes the picture of the previous message. If there is none, as at the start and after a reset, or
       * its size differs, the current picture is used.
       */
      previous?: true
      size: SizeSpec | ChosenSize | AroundSize
      layout: Layout
      order?: 'RGB' | 'BGR'
      luma?: boolean
      lightness?: 1 | 3
      brighten?: boolean
      dtype?: PixelDataType
      /**
       * The tensor's shape if it isn't the usual one, or if it holds several pictures, which are then
       * identical. The first −1 stands for the picture's height, the second for its width.
       */
      dims?: number[]
    } & Scaling)
  /**
   * A mask from a picture (its alpha channel if it has one, otherwise its brightness), a label map
   * (everything except its background) or detected things. One channel: 1 where the mask is at least `least`
   * (0.5), otherwise 0.
   */
  | {
      kind: 'mask'
      from: string
      size: SizeSpec | AroundSize
      layout: Layout
      least?: number
      dtype?: PixelDataType
      dims?: number[]
    }
  /** A label map as float32 planes [1, labels, H, W] (`planes`), or as its ids [1, H, W]. */
  | { kind: 'labels'; from: string; size: SizeSpec; as: 'planes' | 'ids'; dtype?: 'float32' | 'int64' }
  /** The size of a picture: its own, or with `of: 'canvas'` the size in which the model takes it. */
  | { kind: 'size'; from: string; order: 'hw' | 'wh'; of?: 'picture' | 'canvas'; dtype?: DataType; dims?: number[] }
  /**
   * A constant: one number for all elements of `dims`, or one number per element. With `waves`, one number
   * encoded as sines and cosines, in as many numbers as the last of `dims`.
   */
  | { kind: 'constant'; dtype?: DataType; dims: number[]; value: number | number[]; waves?: true }
  /** The output tensor `output` of the previous run. In the first run, all its elements are `value`. */
  | { kind: 'state'; output: string; dtype?: DataType; dims: number[]; value?: number }
  /**
   * For the task `frames`: `length` samples of a sound, or rows made by another step, for one run every `hop`
   * of them. The overlap between frames is carried from message to message. The first frame is preceded by
   * `before` (length − hop) rows of `value` (0). Each number is multiplied by `scale` (1) and increased by
   * `offset` (0), in a tensor with the shape `dims` ([1, −1]).
   */
  | {
      kind: 'frame'
      from: string
      length: number
      hop: number
      before?: number
      value?: number
      scale?: number
      offset?: number
      dims?: number[]
      dtype?: DataType
    }
  /**
   * The first channel of a sound, padded with silence or truncated to `seconds`, in a tensor with the shape
   * `dims` ([1, −1]).
   */
  | { kind: 'samples'; from: string; seconds?: number; dims?: number[]; dtype?: DataType }
  /**
   * The mel spectrogram or MFCC of a sound, as a tensor [1, bands, columns], or with `order: "columns"` [1,
   * columns, bands].
   */
  | ({ kind: 'mel'; from: string; order?: 'bands' | 'columns'; dims?: number[]; dtype?: DataType } & MelSpec)
  /**
   * A tensor [1, rows, numbers] made by a `tensor` fetch of another step, optionally followed by the rows of
   * a second one. As a `mask`: int64 [1, rows], all 1.
   */
  | { kind: 'tensor'; from: string; and?: string; as?: 'mask' }
  /**
   * In a step with `repeat`: the result of the previous turn (`value`), or the time step of the schedule.
   * Without a schedule, the index of the turn.
   */
  | { kind: 'repeat'; as: 'value' | 'time'; dims?: number[]; dtype?: DataType }
  /**
   * A number encoded as sines and cosines, as networks expect their guidance scale: [1, length], the sines
   * and then the cosines of (number + `plus`) × `times`, at wavelengths from 2π to 10 000 times that.
   */
  | { kind: 'waves'; from: string; length: number; plus?: number; times?: number; dtype?: DataType }
  /**
   * Where a person clicked in the picture `from`: the ports `points` (`[{ x, y, include }]`) and `box`, both
   * 0 to 1. As `places`, the points and two corners of the box, in pixels of the canvas (`size`) on which the
   * encoder saw the picture. As `labels`: 1 for a point on the object, 0 for one outside it, 2 and 3 for the
   * corners, and with `pad` an additional point with the label −1 if there is no box. One of `dims` is −1. As
   * `box`, only the box, [1, boxes, 4]; the other feeds then don't name it. Without a click, the step doesn't
   * run, and its result is empty. With `follow`, a picture without clicks continues the selection in the
   * previous picture, as for a video: with the box around it, or with a point inside it if no `box` is named.
   */
  | {
      kind: 'clicks'
      from: string
      points: string
      box?: string
      as: 'places' | 'labels' | 'box'
      size: SizeSpec
      dims?: number[]
      dtype?: DataType
      pad?: true
      follow?: true
    }

/** The output has the size of an input port's picture, times this factor (1). */
interface Sized {
  sizeOf?: string
  times?: number
}

/**
 * How an output tensor is used. `to` is the name of an output port, `sizeOf` the input port to whose
 * picture's size it is resized. `first` uses only the first of several results along the first dimension.
 * `dims` is the shape of a flat tensor.
 */
export type FetchSpec = Selection & Making

type Making =
  /**
   * A picture of bytes. With `colorsOf`, the single channel is luma, and the colours come from that input's
   * picture, enlarged.
   */
  | ({
      kind: 'image'
      to: string
      layout: Layout
      order?: 'RGB' | 'BGR'
      colorsOf?: string
      /**
       * Curves that change the brightness of the picture in the input `of`: x ← x + A (x² − x) for each value
       * A, repeated this many `times`.
       */
      curves?: { of: string; times: number }
      /**
       * Composites the result over the picture in the input `of` where the `mask` is white. If nothing is
       * white, that picture is the result, and the file isn't run.
       */
      over?: { of: string; mask: string }
    } & Omit<Scaling, 'mean' | 'std'> &
      ValueChanges &
      Sized)
  /**
   * A float image of the raw values. `range[0]` is displayed as black and `range[1]` as white. If the values
   * have no unit, `range: "picture"` scales each picture to 0 to 1. `nearer: "larger"` inverts depth whose
   * larger values are nearer.
   */
  | ({
      kind: 'values'
      to: string
      layout?: Layout
      range: [number, number] | 'picture'
      nearer?: 'larger' | 'smaller'
      unit?: string
    } & Omit<ValueChanges, 'stretch'> &
      Sized)
  /** The label with the largest value along `axis`. */
  | { kind: 'labels'; to: string; axis: number; sizeOf?: string }
  /**
   * The text of token ids [1, length], up to the token `end`. `repeats: 'drop'` removes repeated items from a
   * list.
   */
  | { kind: 'text'; to: string; tokenizer: string; end: number; repeats?: 'drop' }
  /**
   * The class with the largest score, named by the port's `oneOf` or by the lines of one of the variant's
   * files. `score` and `ranked` are the names of further output ports: its score, and a list of the `top` (5)
   * classes with their scores. A tensor with only one number holds the probability of the second of two
   * classes. If the largest score is below `least`, the first class is used.
   */
  | {
      kind: 'category'
      to: string
      labels?: string | string[]
      activation?: 'softmax' | 'sigmoid'
      least?: number
      score?: string
      ranked?: string
      top?: number
    }
  /**
   * All numbers, as a vector; `normalize` scales it to length 1. If there is a row for each token of the text
   * in the input `of`, `rows` uses the mean of the rows, or the first one.
   */
  | { kind: 'vector'; to: string; normalize?: boolean; rows?: { take: 'mean' | 'first'; of: string } }
  /** The first number. */
  | { kind: 'number'; to: string; activation?: 'sigmoid' }
  /** The tensor itself, for a feed of kind `tensor` in another step. */
  | { kind: 'tensor'; to: string }
  /** The rows of a tensor [1, rows, …], as nested lists. */
  | { kind: 'table'; to: string }
  /**
   * Points in the picture of the input port `of`. Each has `size` numbers, the first two of which are the
   * position, in fractions of the picture or, if any exceeds 2, in pixels of the model's canvas. `scores`
   * names another output port for their confidences, a vector: the third numbers, or those at the index
   * `scoreAt`. If other numbers are in between, `count` points are read, starting at the number `skip` (0),
   * one every `each` (`size`) numbers. With `unit: 'centered'`, positions go from −1 to 1 across the model's
   * canvas.
   */
  | ({ kind: 'points'; to: string; of: string; size: 2 | 3; order?: 'xy' | 'yx'; scores?: string } & PointsBetween)
  /**
   * The maximum of each heat map [1, points, H, W], as points in the picture of the input port `of`; `scores`
   * names a port for the values of the maxima. With `down`, the maps are split by axis (SimCC): this tensor
   * [1, points, W] is horizontal, and the tensor `down` [1, points, H] is vertical. The tensor `offsets` [1,
   * 2 × points, H, W] holds the distance of each point from its cell in pixels of the model's canvas:
   * vertically for all points, then horizontally (PoseNet).
   */
  | {
      kind: 'peaks'
      to: string
      of: string
      layout?: 'NCHW' | 'NHWC'
      down?: string
      offsets?: string
      scores?: string
    }
  /**
   * Replaces the colours of the picture in the input port `of` with a and b of CIE Lab, [1, 2, H, W], each
   * multiplied by `scale` (1) and increased by `offset` (0). Its lightness and size don't change.
   */
  | { kind: 'colors'; to: string; of: string; layout?: 'NCHW' | 'NHWC'; scale?: number; offset?: number }
  /**
   * A mask from each channel, for the ports `to` and `others`, in this order; `activation` turns raw scores into
   * probabilities.
   */
  | ({
      kind: 'masks'
      to: string
      others: string[]
      layout: Layout
      activation?: 'sigmoid' | 'softmax'
    } & Sized)
  /**
   * A line of text, [1, positions, letters] or [1, letters, positions]. Takes the most likely letter at each
   * position, merges repeated ones, and removes the letter `blank` (0). `letters` lists the letters without
   * the blank; an index beyond the list is a space. With `each` there is no blank, and each position holds
   * its own letter; `beside` names tensors with further positions. `score` names a port for the confidence.
   */
  | {
      kind: 'letters'
      to: string
      letters: string[] | string
      blank?: number
      each?: true
      beside?: string[]
      score?: string
    }
  /**
   * The best of several masks [1, masks, H, W] of raw scores, according to the tensor `scores` [1, masks], as
   * an image in the size of the picture `of` that is white inside the object. With `size`, the masks cover
   * the canvas on which the encoder saw the picture. `score` names a port for the best mask's confidence,
   * `all` one for all masks, best first.
   */
  | { kind: 'best'; to: string; of: string; scores: string; size?: SizeSpec; score?: string; all?: string }
  /**
   * For the task `frames`: the output of all runs, as rows of `width` (1) numbers, for a feed of kind `frame`
   * in another step.
   */
  | { kind: 'rows'; to: string; width?: number }
  /**
   * For the task `frames`, with a score per frame: the time spans in which something was heard, as a list of
   * `start`, `end` (seconds) and `score`. A span starts at `threshold` (.5), ends `gap` (0) seconds after
   * scores fall below `release` (threshold − .15), is longer than `shortest` (0) seconds, and is extended by
   * `pad` (0) seconds at both ends. `score` names a port for the largest score, `scores` one for all.
   */
  | ({ kind: 'spans'; to: string; score?: string; scores?: string } & Omit<SpanOptions, 'every' | 'start'>)
  /** A map of label ids, one per pixel: [H, W], optionally with further dimensions of size 1. */
  | { kind: 'ids'; to: string; sizeOf?: string }

/** The positions of points among other numbers. */
export interface PointsBetween {
  skip?: number
  each?: number
  count?: number
  unit?: 'centered'
  /**
   * The index of a point's confidence among its numbers (2), and the activation that turns it into a
   * probability.
   */
  scoreAt?: number
  activation?: 'sigmoid'
}

/** A manifest, and the folder that contains it. */
export interface Model extends Manifest {
  /** Absolute path. */
  folder: string
}
