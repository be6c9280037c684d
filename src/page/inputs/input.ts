import type { ShownField } from '../data'

/** What a run sends for one input: text as it is, a file, several of a list, or nothing. */
export type Sent = string | Blob | Blob[] | undefined

/** One input of the page. */
export interface Input {
  readonly element: HTMLElement
  /** The value to send; undefined leaves it out. */
  read(): Promise<Sent> | Sent
  /** A sentence that says what is missing or wrong. */
  fault?(): string | null
  /** Small pictures of the input, shown next to the result. */
  seen?(): Promise<string | null> | string | null
  /** Several pictures for an input that takes one: a run for each. */
  each?(): Blob[]
  /** Puts a value of an earlier run back. */
  put?(value: unknown): void
}

/** Whether the label belongs to a single field or to a group. */
export interface Built extends Input {
  /** The field that the label is for; else the input is a group. */
  field?: HTMLElement
}

export type Build = (field: ShownField, changed: () => void) => Built
