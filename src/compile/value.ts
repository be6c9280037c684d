import type { Color } from '../types/hex'

/** Numbers of a taught node. */
interface TaughtNumbers {
  /** For outputs: the smallest and the largest number taught. */
  range?: readonly [min: number, max: number]
  /** For inputs: the examples. */
  like?: readonly Float32Array[]
}

/** A value in the graph: the name of its tensor, and its type in a flow. Sizes are fixed. */
export type Value =
  /** uint8 [height, width, channels], rows from the top, RGB. */
  | { kind: 'picture'; name: string; width: number; height: number; channels: 1 | 3 | 4 }
  /** float32 [height, width], displayed from black to white. */
  | { kind: 'floats'; name: string; width: number; height: number; range: readonly [number, number]; unit?: string }
  /** uint8 or uint16 [height, width]: label ids. */
  | {
      kind: 'labels'
      name: string
      element: 'uint8' | 'uint16'
      width: number
      height: number
      labels: readonly string[]
      colors?: readonly Color[]
    }
  /** float32 [length]. */
  | ({ kind: 'vector'; name: string; length: number } & TaughtNumbers)
  /** float32 [1]. */
  | ({ kind: 'number'; name: string } & TaughtNumbers)
  /** uint8 [1]: the index of a label. There are never too many for a byte. */
  | { kind: 'category'; name: string; labels: readonly string[] }
  /** float32 [1], 0 to 1: a probability. */
  | { kind: 'share'; name: string }
  /** float32 [labels]: the probability of each. */
  | { kind: 'shares'; name: string; labels: readonly string[] }
  /**
   * A value that one step of a model passes to the next unchanged. It is never an input or output of the
   * file.
   */
  | { kind: 'tensor'; name: string }

export type Kind = Value['kind']

/** How the tensor of a value is declared. */
export function tensorOf(value: Value): { element: 'uint8' | 'uint16' | 'float32'; shape: number[] } {
  switch (value.kind) {
    case 'picture':
      return { element: 'uint8', shape: [value.height, value.width, value.channels] }
    case 'floats':
      return { element: 'float32', shape: [value.height, value.width] }
    case 'labels':
      return { element: value.element, shape: [value.height, value.width] }
    case 'vector':
      return { element: 'float32', shape: [value.length] }
    case 'number':
    case 'share':
      return { element: 'float32', shape: [1] }
    case 'category':
      return { element: 'uint8', shape: [1] }
    case 'shares':
      return { element: 'float32', shape: [value.labels.length] }
    case 'tensor':
      throw new Error('A tensor between two steps is not declared.')
  }
}
