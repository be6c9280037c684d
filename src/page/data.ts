/** Data that the server embeds in the HTML document. */
import type { PortType } from '../types'

export interface ShownField {
  name: string
  label: string
  help: string
  required: boolean
  type: PortType
  /** The name of the picture input that positions refer to. */
  on?: string
  /** Whether a number field also accepts words, as seeds do. */
  takesWords?: true
  labels?: string[]
  colors?: [number, number, number][]
  /** Translations of the field's labels or choices, where they differ in the page's language. */
  names?: Record<string, string>
}

/**
 * The name of a field's label or choice in the page's language. The value sent to the server is never
 * translated.
 */
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
  /** The largest request of a run, in bytes. */
  limit: number
  /** A token is required, and the request's token was missing or wrong. */
  isPrivate?: boolean
  isWrong?: boolean
  /** Whether all visitors see the latest result. */
  isShared: boolean
}

export const data = JSON.parse(document.getElementById('data')?.textContent ?? '{}') as PageData

/** A text from the page's catalogue, with `words` filled in. */
export function say(key: string, words: Record<string, string | number> = {}): string {
  return (data.words[key] ?? key).replace(/__(\w+)__/g, (_, word: string) => String(words[word] ?? ''))
}

/** The model's address, without `/show` and without a slash at the end. */
export const base = location.pathname.replace(/\/+$/, '').replace(/\/show$/, '')
