import type { DataType, Layout, PixelDataType, Selection, SessionOptions, ValueChanges } from '../engine'
import type { Kernel } from '../images/resize'
import type { PortType } from '../types'
import type { MelSpec } from './mel'
import type { SpanOptions } from './spans'

/** What `models/<id>/manifest.json` says: everything about a model that isn't code. Its node is made from it. */
export interface Manifest {
  /** The folder's name. */
  id: string
  /** The node's type in Node-RED. */
  node: string
  label: string
  /** One sentence: what it turns into what. */
  summary: string
  /** The name under which Node-RED serves `icon.svg` in the model's folder. */
  icon: string
  /** Background in the editor, `#rrggbb`. */
  color?: string
  /** What the model's code does, a name in `tasks/`. Default `transform`: one run, described by feeds and fetches. */
  task?: ModelTask
  inputs: Port[]
  /** One list for each output port of the node. */
  outputs: Port[][]
  /** The first is the default. */
  variants: Variant[]
  references?: { label: string; url: string }[]
}

/** What a single-file model does, and what a step does. */
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
  /** The message property it is read from or put into. An input that is not `payload` is also a setting of the node. */
  property: string
  type: PortType
  /** Inputs: whether it may be missing though its type has no default. */
  optional?: boolean
  /** Outputs: the names under which Runway's clients look for it: `generated_text`, `results[0].caption`. */
  aliases?: string[]
  /** One line for the person who wires it. */
  help: string
}

type PortChanges = Record<string, Record<string, unknown>>

/** One set of weights. */
export interface Variant {
  id: string
  label: string
  /** The main ONNX file: in the model's folder, or one of `files`. */
  file: string
  /** For a bundled `file`; if there are `files`, they state it. */
  sha256?: string
  bytes?: number
  /** Downloaded files: weights, external data, tokenizer, label lists. */
  files?: VariantFile[]
  /** An SPDX name, or the licence's own. */
  licence: string
  /** Where it can be read. */
  licenceUrl?: string
  /** Whether the licence forbids commercial use. */
  nonCommercial?: true
  /** One or two sentences: what it was trained on, and what it is good for. */
  about: string
  /** If it differs from the model's. */
  task?: TaskName
  /** If its ports differ from the model's: port name → parameters of the type; `null` removes one. */
  ports?: { inputs?: PortChanges; outputs?: PortChanges }
  /** Tensor name → what goes in. `#0` is the first input, whatever its name. */
  feeds: Record<string, FeedSpec>
  /** Tensor name → what comes out. `#0` is the first output. */
  fetches: Record<string, FetchSpec>
  /**
   * A model of several files: one step after another. `file`, `feeds`, `fetches` and `settings` are then each
   * step's, not the variant's. A variant without steps has one, of its own file.
   */
  steps?: Step[]
  session?: SessionOptions
  /**
   * The name of a picture, or of several, of what it knows or makes, for its dialog: beside the manifest, or in the
   * package's `models/worlds`.
   */
  picture?: string | string[]
  /** For a small model: what it was trained on and knows. Missing: it can't tell. */
  knows?: Knows
  /** What a task other than `transform` needs to know: see the task. */
  settings?: Record<string, unknown>
}

/**
 * One part of a model of several files. What its feeds read and its fetches make are ports of the node, or names that
 * pass values from step to step. A step runs only if its result is needed.
 */
export interface Step {
  /** The ONNX file; none for tasks that work on the results of other steps, such as `draw` and `match`. */
  file?: string
  /** The id of the model in the package whose file it is, if that isn't this one. */
  model?: string
  /** Default `transform`. */
  task?: StepTask
  feeds?: Record<string, FeedSpec>
  fetches?: Record<string, FetchSpec>
  settings?: Record<string, unknown>
  session?: SessionOptions
  /** For tasks other than `transform`: the name of their result. */
  to?: string
  /**
   * Its result is kept as long as this input, or all of these, stay the same: an encoder runs once for a picture, the
   * decoder for each click.
   */
  keep?: string | string[]
  /** It runs for each thing that another step found. */
  each?: EachSpec
  /** For the task `write`: it runs repeatedly until the text ends. */
  until?: UntilSpec
  /** It runs this many times, each time on its previous result; this describes its result instead of `fetches`. */
  repeat?: RepeatSpec
}

/** A step that runs repeatedly, each time on its last result: the feed of kind `repeat`. */
export interface RepeatSpec {
  /** The output tensor: the next value, or, with a schedule, the network's guess that leads to it. */
  output: string
  /** The name under which the last value, a tensor, is passed on. */
  to: string
  /** The number of times; or the name of an input for it. */
  times: number | string
  /** How guesses turn noise into a result. */
  schedule?: ScheduleSpec
  /** A tensor to start from, made by another step. If that made none, for example because no picture arrived, noise. */
  from?: string
  /** Of a schedule with `from`: how much of it is done again, from 0 to 1 (1); or the name of an input for it. */
  strength?: number | string
  /**
   * N(0, 1) by the seed in the input `seed`, by chance if it is missing; what a schedule adds later is drawn by it too.
   */
  noise?: NoiseSpec
  /** Values of the schedule are this many times those of `from` and `to` (1). */
  scale?: number
  /**
   * Each guess is moved to `scale` times its distance from the guess that the network makes with these names (name →
   * other name) instead.
   */
  guidance?: { scale: number | string; instead: Record<string, string> }
  /**
   * Rough pictures on the way, for the output port `to`: what each channel of a value [1, channels, H, W] adds to R, G
   * and B, −1 to 1.
   */
  rough?: { to: string; colors: [red: number, green: number, blue: number][] }
}

export interface NoiseSpec {
  seed: string
  /** The shape of the initial value. A name means the number in that input, divided by `per` (1). */
  dims: (number | string)[]
  per?: number
  /** Such a number must be a multiple of this (`per`): deeper parts of the network halve the size further. */
  multipleOf?: number
}

/** How a diffusion model was trained. Those of Stable Diffusion are the defaults. */
export interface DiffusionSpec {
  /**
   * In this many time steps (1000), each of which adds noise: from the first to the last of `betas` (0.00085, 0.012).
   */
  trained?: number
  betas?: [first: number, last: number]
  /** Spaced evenly, or evenly in their square roots (`scaled`). */
  curve?: 'even' | 'scaled'
  /** What the network guesses: the noise (default), the velocity between noise and result, or the result. */
  predicts?: 'noise' | 'velocity' | 'sample'
}

/** Which of the training's time steps are run: evenly spaced, starting from the last one, the first one, or both. */
interface Spacing {
  spacing?: 'trailing' | 'leading' | 'linspace'
  /** For `leading`: an offset (0). */
  offset?: number
}

/** Schedules, as diffusers' EulerDiscrete, DDIM (without `set_alpha_to_one`), LCM and FlowMatchEulerDiscrete. */
export type ScheduleSpec =
  | ({ kind: 'euler' } & DiffusionSpec & Spacing)
  | ({ kind: 'ddim' } & DiffusionSpec & Spacing)
  /** Distilled from this many steps (50). */
  | ({ kind: 'lcm'; original?: number } & DiffusionSpec)
  /** `shift` moves the steps towards the noise (1). */
  | { kind: 'flow'; trained?: number; shift?: number }

/** When a step that writes ends. */
export interface UntilSpec {
  /** The tokens that end the text. */
  end: number | number[]
  /** At most this many tokens; or the name of an input for it. */
  most: number | string
  /**
   * Cache inputs and the outputs that they become in the next run, `*` for the common part of their names; any name and
   * shape. Default: `past_key_values.*` becomes `present.*`.
   */
  cache?: Record<string, string>
}

/** A step for each thing of a list. */
export interface EachSpec {
  /** The list: the result of a step with the task `find`, or of another `each`. */
  of: string
  /** The name of the resulting list: their fields, and what the step's fetches make from each. */
  to: string
  /** At most this many things, best first (10); or the name of an input for it. */
  most?: number | string
  /** Which part of the picture the step sees. Missing: the thing's box. */
  crop?: CropSpec
  /** Field → minimum value: anything below it is discarded. */
  least?: Record<string, number>
  /** If the boxes of two things overlap by more than this fraction of their union, the less certain one is left out. */
  maxOverlap?: number
  /** From message to message, for frames of a video: looks first where the things in the last picture were. */
  follow?: CropSpec
  /** This many of the last `landmarks` only say where to look in the next message: they aren't part of the thing. */
  guides?: number
}

/** A place among the landmarks of a thing: one of them, or the middle of several. */
export type LandmarkPlace = number | number[]

/** A part of a picture around a thing: turned, then shifted, then enlarged. */
export interface CropSpec {
  /**
   * What it is around: the thing's `box` (default), all its `points`, or these of them; with `corners`, its four points
   * are the corners, clockwise from the upper left, whatever its perspective. Or the circle around a point that goes
   * through another.
   */
  around?: 'box' | 'points' | 'corners' | number[] | { middle: LandmarkPlace; edge: LandmarkPlace }
  /** Turned until the line from the first place to the second points up, or to the right. */
  up?: [from: LandmarkPlace, to: LandmarkPlace]
  right?: [from: LandmarkPlace, to: LandmarkPlace]
  /** The name of a field with an additional clockwise rotation in degrees: 0, 90, 180 or 270. */
  turn?: string
  /** Both sides become as long as the longer one. */
  square?: true
  /** Moved by fractions of its width and height, right and down relative to its rotation. */
  shift?: [right: number, down: number]
  /** This many times as large: one number, or one for each side. */
  enlarge?: number | [width: number, height: number]
  /** For `corners`: anything this many times as high as wide is a vertical line, and is turned by 90 degrees. */
  upright?: number
  /** What is seen beyond the picture's edges: its last pixels (`edge`), or nothing (`black`). */
  beyond?: 'edge' | 'black'
}

/** What a small model knows. */
export interface Knows {
  /** The pictures: a file `models/familiar/<world>.json`, or several. */
  world?: string | string[]
  /** The words: a JSON list of them in lower case, in the model's folder. */
  words?: string
  /** The variant for everything else. */
  otherwise?: string
}

/** A file of a variant that does not come with the package. */
export interface VariantFile {
  /** Inside the variant's folder, with `/` between folders. */
  path: string
  bytes: number
  /** `bytes` is the publisher's rounded figure: the server's own figure counts, if it is close. */
  rounded?: true
  /** Hexadecimal. */
  sha256: string
  /** Pinned to a revision. Missing: the file is in the model's folder. */
  url?: string
  /** Mirrors of exactly the same bytes: tried in this order if `url` fails. */
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
 * As `cover`, with the size given by two inputs, each a multiple of `multipleOf` (1). If a step with `repeat` starts
 * from such a picture, its noise has the same size.
 */
export interface ChosenSize {
  fit: 'chosen'
  width: string
  height: string
  multipleOf?: number
  kernel?: Kernel
}

/**
 * A part of the picture `of`, around the white of the `mask`: `times` (2) as wide and as high as that is, within the
 * picture as far as it goes, in exactly this size. It is never enlarged; beyond the picture's edges, it is mirrored.
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

/** How an input tensor is made. `from` names an input port. */
export type FeedSpec =
  /**
   * [1, length], or `dims`, of which one may be −1: as many as there are numbers. Float32 by default. A
   * missing optional vector is `samplingMean` throughout.
   */
  | { kind: 'vector'; from: string; dims?: number[]; dtype?: DataType }
  /** One number, or a boolean as 0 or 1, in a tensor of `dims` ([1] by default). */
  | { kind: 'number'; from: string; dtype?: DataType; dims?: number[] }
  /** `length` numbers drawn from N(0, 1) by the seed in `from`, by chance if it is missing: float32 [1, length]. */
  | { kind: 'noise'; from: string; length: number }
  /**
   * Token ids of text: int64 [1, tokens]. There are `length` of them if it is given, padded with `pad` (0), or at most
   * `longest`; `whole` adds the tokens that the tokenizer puts around text. Models may also expect, of the same length,
   * a `mask` (1 for each token, 0 for padding), `positions` (0, 1, 2 …) or `segments` (0: there is one text).
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
   * One picture. `luma` turns its colours into one channel, `lightness` into its perceived lightness, in this many
   * channels: 1, whose bytes are L* of CIE Lab (255 for 100), or 3, a grey picture; `brighten` counts its brightest
   * byte as 255.
   */
  | ({
      kind: 'image'
      from: string
      /**
       * The previous message's picture. If there is none, as at first and after a reset, or it has another size, this
       * message's own.
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
       * The tensor's shape if it is flat, or for several pictures: all of them are the same one. −1 means the picture's
       * height, then its width.
       */
      dims?: number[]
    } & Scaling)
  /**
   * A mask: a picture (its alpha if it has one, otherwise its brightness), a label map (all but its background) or
   * found things. One channel: anything at least this white (`least`, 0.5) is 1, everything else 0.
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
  /** The size of a picture: its own, or with `of: 'canvas'` the one the model takes it in. */
  | { kind: 'size'; from: string; order: 'hw' | 'wh'; of?: 'picture' | 'canvas'; dtype?: DataType; dims?: number[] }
  /**
   * Constant: one number for all of `dims`, or one for each element; with `waves` one number as waves, in as many
   * numbers as the last of `dims`.
   */
  | { kind: 'constant'; dtype?: DataType; dims: number[]; value: number | number[]; waves?: true }
  /** The output tensor `output` of the previous run; `value` throughout in the first one. */
  | { kind: 'state'; output: string; dtype?: DataType; dims: number[]; value?: number }
  /**
   * For the task `frames`: `length` samples of a sound, or rows that another step made, one run every `hop` of them.
   * The overlap of frames is carried from message to message; before the first frame come `before` (length − hop) rows
   * of `value` (0). Each number times `scale` (1) plus `offset` (0), in a tensor of `dims` ([1, −1]).
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
   * The samples of a sound's first channel, in a tensor of `dims` ([1, −1]); padded with silence, or cut, to this many
   * `seconds`.
   */
  | { kind: 'samples'; from: string; seconds?: number; dims?: number[]; dtype?: DataType }
  /**
   * A sound as the bands of a mel spectrogram over time, or MFCC, in a tensor [1, bands, columns], or `order:
   * "columns"` [1, columns, bands].
   */
  | ({ kind: 'mel'; from: string; order?: 'bands' | 'columns'; dims?: number[]; dtype?: DataType } & MelSpec)
  /**
   * A tensor that another step's fetch of kind `tensor` made, [1, rows, numbers], optionally followed by the rows of
   * another one. As a `mask` of them: int64 [1, rows], 1 for each row.
   */
  | { kind: 'tensor'; from: string; and?: string; as?: 'mask' }
  /**
   * The result of the previous turn of a step with `repeat` (`value`), or its schedule's time; without a schedule, the
   * number of the turn.
   */
  | { kind: 'repeat'; as: 'value' | 'time'; dims?: number[]; dtype?: DataType }
  /**
   * A number as waves, as networks expect guidance: [1, length], the sines and then the cosines of (number + `plus`) ×
   * `times` at wavelengths that grow from 2π to 10 000 times that.
   */
  | { kind: 'waves'; from: string; length: number; plus?: number; times?: number; dtype?: DataType }
  /**
   * Where a person clicked in the picture `from`: the ports `points` (`[{ x, y, include }]`) and `box`, both 0 to 1. As
   * `places`, in pixels of the canvas that the encoder takes the picture on (`size`): each point, and two corners of
   * the box; or as their `labels`: 1 for a point on the thing, 0 for one outside it, 2 and 3 for the corners, and with
   * `pad` if there is no box a point of label −1 as well. One of `dims` is −1. As `box`, the box alone, [1, boxes, 4];
   * then the others don't name it. Without a click, the step doesn't run, and its result is empty. With `follow`, if
   * nothing is clicked, what was selected in the previous picture is used, as in a video: the box around it, or a point
   * in it if no `box` is named.
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

/** Size of an image relative to that of an input port: `times` as large (1). */
interface Sized {
  sizeOf?: string
  times?: number
}

/**
 * How an output tensor is used. `to` names an output port, `sizeOf` the input port to whose size it is resized.
 * `first`: of several results along the first dimension, only the first is used; `dims` is the shape of a flat one.
 */
export type FetchSpec = Selection & Making

type Making =
  /** A picture of bytes. `colorsOf`: the single channel is luma; the colours come from that input, enlarged. */
  | ({
      kind: 'image'
      to: string
      layout: Layout
      order?: 'RGB' | 'BGR'
      colorsOf?: string
      /**
       * Curves instead of a picture: the picture of the input `of`, x ← x + A (x² − x) for each value A, this
       * many `times`.
       */
      curves?: { of: string; times: number }
      /**
       * Placed over the picture of the input `of` where the `mask` is white. If nothing is white, that picture is the
       * result, and the file isn't run.
       */
      over?: { of: string; mask: string }
    } & Omit<Scaling, 'mean' | 'std'> &
      ValueChanges &
      Sized)
  /**
   * A float image of the values themselves, shown from `range[0]` (black) to `range[1]` (white). If they have no unit,
   * `range: "picture"` scales each picture to 0..1. `nearer: "larger"` turns depth over that counts from far to near.
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
   * The text of token ids [1, length], up to the token `end`. `repeats: 'drop'`: in a list, each thing is named only
   * once.
   */
  | { kind: 'text'; to: string; tokenizer: string; end: number; repeats?: 'drop' }
  /**
   * The class with the largest score, named by the port's `oneOf`, or by the lines of one of the variant's files.
   * `score` and `ranked` name further output ports: a number, and a list of the `top` (5) classes with their scores.
   * For two classes, there may be only one number: the probability of the second. A class less likely than `least`
   * isn't used: the first one is.
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
   * All numbers, as a vector; `normalize` gives it length 1. If there is a row of them for each token of the text in
   * the input `of`, `rows` takes their mean, or the first.
   */
  | { kind: 'vector'; to: string; normalize?: boolean; rows?: { take: 'mean' | 'first'; of: string } }
  /** The first number. */
  | { kind: 'number'; to: string; activation?: 'sigmoid' }
  /** The tensor itself, for another step's feed of kind `tensor`. */
  | { kind: 'tensor'; to: string }
  /** The rows of a tensor [1, rows, …], as lists in a list. */
  | { kind: 'table'; to: string }
  /**
   * Points in the picture of the input port `of`: `size` numbers each, of which the first two are the place, in
   * fractions of the picture or, if any exceeds 2, in pixels of the model's. `scores` names another output port, a
   * vector: the third numbers, if they are confidences, or those at the place `scoreAt`. Other numbers may be between
   * them: there are `count` points, from the number `skip` (0) on, one every `each` (`size`) numbers. With
   * `unit: 'centered'`, places go from −1 to 1 across the model's picture.
   */
  | ({ kind: 'points'; to: string; of: string; size: 2 | 3; order?: 'xy' | 'yx'; scores?: string } & PointsBetween)
  /**
   * Where each heat map [1, points, H, W] is largest, as points in the picture of the input port `of`; `scores` names a
   * port for how large. With `down` the maps are rows (SimCC): this tensor [1, points, W] from left to right, the
   * tensor `down` [1, points, H] from the top down. The tensor `offsets` [1, 2 × points, H, W] says how many pixels of
   * the model's picture each point is from its cell: down for all points, then to the right (PoseNet).
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
   * The picture of the input port `of` in the colours a and b of CIE Lab, [1, 2, H, W], each times `scale`
   * (1) plus `offset` (0); its lightness and its size stay.
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
   * A line of text, [1, places, letters] or [1, letters, places]: the likeliest letter of each place, repeated
   * neighbours only once, and the letter `blank` (0) never. `letters` names them, without the blank; one that is
   * missing is a space. With `each` there is no blank, and each place holds its own letter; `beside` names tensors of
   * further places. `score` names a port for how sure it is.
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
   * The best of some masks [1, masks, H, W] of raw scores, by the tensor `scores` [1, masks]: an image, white where the
   * thing is, in the size of the picture `of`. With `size` the masks are of the canvas that the encoder takes it on.
   * `score` names a port for its confidence, `all` one for all of them, best first.
   */
  | { kind: 'best'; to: string; of: string; scores: string; size?: SizeSpec; score?: string; all?: string }
  /** Of the task `frames`: the numbers of all runs as rows of `width` (1), for another step's feed of kind `frame`. */
  | { kind: 'rows'; to: string; width?: number }
  /**
   * Of the task `frames`, a score for each frame: when something could be heard, as a list of `start`, `end` (seconds)
   * and `score`. It begins at `threshold` (.5), ends after `gap` (0) seconds below `release` (threshold − .15), is
   * longer than `shortest` (0) seconds, and becomes longer by `pad` (0) seconds at both ends. `score` names a port for
   * the largest, `scores` one for all.
   */
  | ({ kind: 'spans'; to: string; score?: string; scores?: string } & Omit<SpanOptions, 'every' | 'start'>)
  /** A map that holds a label's number at each pixel: [H, W], with ones before or behind. */
  | { kind: 'ids'; to: string; sizeOf?: string }

/** Where points are among other numbers. */
export interface PointsBetween {
  skip?: number
  each?: number
  count?: number
  unit?: 'centered'
  /** Which of a point's numbers is its confidence (2), and how it becomes a probability. */
  scoreAt?: number
  activation?: 'sigmoid'
}

/** A manifest and where it is. */
export interface Model extends Manifest {
  /** Absolute. */
  folder: string
}
