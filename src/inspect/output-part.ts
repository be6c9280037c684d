import type { InputChoice, OutputChoice } from './choice'

export type OutputPart = Pick<OutputChoice, 'as' | 'why' | 'confidence'> & Partial<OutputChoice>

/** The input picture and the lists of names, which interpreting an output requires. */
export interface Given {
  picture: InputChoice | undefined
  /**
   * A list of this many names (or of any length), from the file itself or next to it; `where` describes its
   * source.
   * @param mayDiffer accept a list that the user chose, whatever its length
   */
  labels(count: number | undefined, mayDiffer?: boolean): { labels: string[]; where: string } | null
}
