/**
 * The contents of an ONNX file that help to interpret it. Weights aren't read, except for small constants.
 */
export interface OnnxFile {
  irVersion: number
  /** `pytorch`, `tf2onnx`, `OnnxMLTools`, … */
  producer: string
  graphName: string
  opsets: { domain: string; version: number }[]
  metadata: Record<string, string>
  nodes: OnnxNode[]
  /** Operators used anywhere, including inside loops and branches. */
  operators: { op: string; domain: string }[]
  /** Name → shape and, if there are at most 16 numbers, their values. */
  constants: Map<string, Constant>
  /** Inputs that aren't initializers, and all outputs. */
  inputs: OnnxPort[]
  outputs: OnnxPort[]
  /** Separate files with weights, and the minimum length of each in bytes. */
  external: Map<string, number>
  /** Domains of functions that the file itself defines. */
  ownDomains: string[]
  /** Input → the first convolution after it, if it has one whose weights are in the file. */
  filters: Map<string, FirstFilter>
}

export interface OnnxNode {
  op: string
  inputs: string[]
  outputs: string[]
  /** Numeric attributes: numbers, or lists of them. */
  attributes: Record<string, number | number[]>
  /** Attributes that are lists of strings, such as class names. */
  words?: Record<string, string[]>
}

export interface Constant {
  dims: number[]
  values: number[] | null
  /** The position of its bytes, and their type (TensorProto.DataType). */
  place?: { start: number; end: number; type: number }
}

export interface OnnxPort {
  name: string
  about: string
  /** ONNX's word for its meaning, such as IMAGE. */
  denotation: string
  isTensor: boolean
}

/** The first convolution after an input, and the network's statistics of its responses. */
export interface FirstFilter {
  /** Filters × channels × rows × columns. */
  dims: [number, number, number, number]
  weights: Float32Array
  bias: Float32Array | null
  /** Mean and variance of each filter's responses to the training pictures, if the network contains them. */
  learnt: { mean: Float32Array; variance: Float32Array } | null
}
