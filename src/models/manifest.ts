import type { DataType, Layout, SessionOptions } from '../engine'
import type { PortType } from '../types'

/** What `models/<id>/manifest.json` says: everything about a model that is not code. Its node is made from it. */
export interface Manifest {
  /** The folder's name. */
  id: string
  /** The node's type in Node-RED. */
  node: string
  label: string
  /** One sentence: what it makes of what. */
  summary: string
  /** A file in `icons/`. */
  icon: string
  /** Background in the editor, `#rrggbb`. */
  color?: string
  /** What the model's code does, a name in `tasks/`. Default `transform`: one run, described by feeds and fetches. */
  task?: TaskName
  inputs: Port[]
  /** One list for each output port of the node. */
  outputs: Port[][]
  /** The first is the default. */
  variants: Variant[]
  references?: { label: string; url: string }[]
}

export type TaskName = 'transform' | 'detect' | 'generate'

export interface Port {
  name: string
  /** The message property it is read from or put into. An input that is not `payload` is also a setting of the node. */
  property: string
  type: PortType
  /** Inputs: whether it may be missing though its type has no default. */
  optional?: boolean
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
  /** Of a bundled `file`; where there are `files`, these say it. */
  sha256?: string
  bytes?: number
  /** What is downloaded: weights, external data, tokenizer, label lists. */
  files?: VariantFile[]
  /** An SPDX name, or the licence's own. */
  licence: string
  /** Where it can be read. */
  licenceUrl?: string
  /** Whether the licence forbids commercial use. */
  nonCommercial?: true
  /** One or two sentences: trained on what, good for what. */
  about: string
  /** Where it differs from the model's. */
  task?: TaskName
  /** Where its ports differ from the model's: port name → parameters of the type; `null` takes one away. */
  ports?: { inputs?: PortChanges; outputs?: PortChanges }
  /** Tensor name → what goes in. */
  feeds: Record<string, FeedSpec>
  /** Tensor name → what comes out. */
  fetches: Record<string, FetchSpec>
  session?: SessionOptions
  /** What a task other than `transform` has to know of it: see the task. */
  settings?: Record<string, unknown>
}

/** A file of a variant that does not come with the package. */
export interface VariantFile {
  /** Inside the variant's folder, with `/` between folders. */
  path: string
  bytes: number
  /** Hexadecimal. */
  sha256: string
  /** Pinned to a revision. Missing: the file lies in the model's folder. */
  url?: string
}

/**
 * How a picture gets the size a model takes.
 * - `stretch`: exactly this size, whatever its shape.
 * - `letterbox`: exactly this size, its shape kept, the rest filled.
 * - `keep`: its shape kept. The short side becomes `shortSide` (else it keeps its size), unless the long side would pass
 *   `longSide`; then both are rounded to a multiple of `multipleOf`.
 */
export type SizeSpec =
  | { fit: 'stretch'; width: number; height: number }
  | { fit: 'letterbox'; width: number; height: number; fill?: number }
  | { fit: 'keep'; multipleOf?: number; shortSide?: number; longSide?: number }

/** What an input tensor is made of. `from` names an input port. */
export type FeedSpec =
  /** Float32 [1, length]. A missing optional vector is `samplingMean` throughout. */
  | { kind: 'vector'; from: string }
  /** One number in a tensor of `dims` ([1] by default). */
  | { kind: 'number'; from: string; dtype?: DataType; dims?: number[] }
  /** `length` numbers drawn from N(0, 1) by the seed in `from`, by chance where it is missing: float32 [1, length]. */
  | { kind: 'noise'; from: string; length: number }
  /** Token ids of a text, cut or filled up with `pad` to `length`: int64 [1, length]. */
  | { kind: 'text'; from: string; tokenizer: string; length: number; pad: number }
  /** tensor = byte × scale + offset, one picture. */
  | {
      kind: 'image'
      from: string
      size: SizeSpec
      layout: Layout
      order?: 'RGB' | 'BGR'
      scale: number | number[]
      offset: number | number[]
      dtype?: 'float32' | 'float16' | 'uint8'
    }
  /** A label map as float32 planes [1, labels, H, W] (`planes`), or as its ids [1, H, W]. */
  | { kind: 'labels'; from: string; size: SizeSpec; as: 'planes' | 'ids'; dtype?: 'float32' | 'int64' }

/** What is made of an output tensor. `to` names an output port, `sizeOf` the input port whose size it is brought back to. */
export type FetchSpec =
  /** byte = value × scale + offset. */
  | {
      kind: 'image'
      to: string
      layout: Layout
      order?: 'RGB' | 'BGR'
      scale: number | number[]
      offset: number | number[]
      sizeOf?: string
    }
  /** A float image [1, 1, H, W] of the values themselves, shown from `range[0]` (black) to `range[1]` (white). */
  | { kind: 'values'; to: string; range: [number, number]; unit?: string; sizeOf?: string }
  /** The label with the largest value along `axis`. */
  | { kind: 'labels'; to: string; axis: number; sizeOf?: string }
  /** The text of token ids [1, length], up to the token `end`. */
  | { kind: 'text'; to: string; tokenizer: string; end: number }

/** A manifest and where it lies. */
export interface Model extends Manifest {
  /** Absolute. */
  folder: string
}
