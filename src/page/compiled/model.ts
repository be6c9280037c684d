import type { PageData } from '../data'

/** An input or output of a compiled chain, as the file's metadata describes it. */
export interface ModelPort {
  name: string
  kind: 'picture' | 'floats' | 'labels' | 'vector' | 'number' | 'category' | 'share' | 'shares'
  element: 'uint8' | 'uint16' | 'float32'
  /** Pictures: height, width, and channels. */
  shape: number[]
  colors?: [number, number, number][]
  /** For classes: the meaning of each number. */
  labels?: string[]
  /** For floats: the values for black and white. */
  range?: [number, number]
  /** For numbers: the default. */
  usual?: number
}

/** What the compiler puts into the document. */
export interface CompiledPage extends Omit<PageData, 'inputs' | 'outputs'> {
  /** By language. */
  fields: Record<string, Pick<PageData, 'inputs' | 'outputs'>>
  /** Of the models, by their names. */
  licences: string
  /** The models that are not for commercial use; empty: all are. */
  nonCommercial: string
  model: {
    /** Names next to the document. */
    file: string
    weights: string[]
    inputs: ModelPort[]
    outputs: ModelPort[]
  }
}
