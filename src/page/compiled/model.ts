import type { PageData } from '../data'

/** An input or output of a compiled chain, as the file's metadata describes it. */
export interface ModelPort {
  name: string
  kind: 'picture' | 'floats' | 'labels' | 'vector' | 'number' | 'category' | 'share' | 'shares'
  element: 'uint8' | 'uint16' | 'float32'
  /** Height, width and channels of a picture. */
  shape: number[]
  colors?: [number, number, number][]
  /** The class names, by class number. */
  labels?: string[]
  /** The values shown as black and as white, for floats. */
  range?: [number, number]
  /** The default of a number. */
  usual?: number
}

/** Data that the compiler embeds in the HTML document. */
export interface CompiledPage extends Omit<PageData, 'inputs' | 'outputs'> {
  /** The fields by language. */
  fields: Record<string, Pick<PageData, 'inputs' | 'outputs'>>
  /** The licences of all models in the chain, with the models' names. */
  licences: string
  /** The names of the models that don't permit commercial use; empty if all of them do. */
  nonCommercial: string
  model: {
    /** File names relative to the document. */
    file: string
    weights: string[]
    inputs: ModelPort[]
    outputs: ModelPort[]
  }
}
