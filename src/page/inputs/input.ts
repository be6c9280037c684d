import type { ShownField } from '../data'

/** The value that a run sends for one input: text, a file, the files of a list, or nothing. */
export type Sent = string | Blob | Blob[] | undefined

/** The form of one input on the page. */
export interface Input {
  readonly element: HTMLElement
  /** The value to send; undefined if the input is left out. */
  read(): Promise<Sent> | Sent
  /** Says what is missing or wrong; null if the input is complete. */
  fault?(): string | null
  /**
   * The address of a small picture of the input, or of its sound, shown next to the result; null if there is
   * nothing to show.
   */
  seen?(): Promise<string | null> | string | null
  /** The pictures chosen for an input that takes only one picture. Each gets its own run. */
  each?(): Blob[]
  /** Restores the value of an earlier run. */
  put?(value: unknown): void
}

/** An input whose label belongs either to a single field or to a group. */
export interface Built extends Input {
  /** The field that the label is for; undefined for a group. */
  field?: HTMLElement
}

export type Build = (field: ShownField, changed: () => void) => Built
