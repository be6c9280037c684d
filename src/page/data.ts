/** What the server puts into the document. */
import type { PortType } from '../types'

export interface ShownField {
  name: string
  label: string
  help: string
  required: boolean
  type: PortType
  labels?: string[]
  colors?: [number, number, number][]
  /** Translated names of its labels or choices, for those that have another name in the page's language. */
  names?: Record<string, string>
}

/** The name of a field's label or choice in the page's language; the value that is sent stays the same. */
export const nameIn =
  ({ names = {} }: Pick<ShownField, 'names'>) =>
  (label: string): string =>
    Object.hasOwn(names, label) ? (names[label] as string) : label

export interface PageData {
  language: string
  words: Record<string, string>
  title: string
  about: string
  color: string
  hasPicture: boolean
  inputs: ShownField[]
  outputs: ShownField[]
  /** Bytes that a run may send. */
  limit: number
  /** A token is required and was missing. */
  isPrivate?: boolean
  isWrong?: boolean
  /** Whether everyone sees the last result. */
  isShared: boolean
}

export const data = JSON.parse(document.getElementById('data')?.textContent ?? '{}') as PageData

/** A word of the page's catalogue. */
export function say(key: string, words: Record<string, string | number> = {}): string {
  return (data.words[key] ?? key).replace(/__(\w+)__/g, (_, word: string) => String(words[word] ?? ''))
}

/** The model's address, without a slash at its end, and without `/show`. */
export const base = location.pathname.replace(/\/+$/, '').replace(/\/show$/, '')
