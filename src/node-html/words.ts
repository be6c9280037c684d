import type { NodeSpec } from '../settings'
import { escapeHtml } from './html'

/**
 * Writes a form's words into the HTML: the words themselves if `lookUp` knows the key, otherwise the key,
 * which the editor looks up.
 */
export interface Words {
  /** The end of an element's start tag, followed by the element's text. */
  text(key: string): string
  /** Attributes such as `title` by name. Attributes without a key are omitted. */
  attributes(keys: Record<string, string | undefined>): string
}

export function wordsOf({ type, texts }: NodeSpec, lookUp: (key: string) => string | undefined): Words {
  const group = texts ?? type.replace('daisychain-', '')
  const full = (key: string) => (group ? `${group}.${key}` : key)
  return {
    text(key) {
      const words = lookUp(full(key))
      return words === undefined ? ` data-i18n="${escapeHtml(full(key))}">` : `>${escapeHtml(words)}`
    },
    attributes(keys) {
      const named = Object.entries(keys).flatMap(([name, key]) => (key ? [[name, full(key)] as const] : []))
      const known = named.flatMap(([name, key]) => {
        const words = lookUp(key)
        return words === undefined ? [] : [` ${name}="${escapeHtml(words)}"`]
      })
      const asked = named.filter(([, key]) => lookUp(key) === undefined).map(([name, key]) => `[${name}]${key}`)
      return known.join('') + (asked.length > 0 ? ` data-i18n="${escapeHtml(asked.join(';'))}"` : '')
    },
  }
}
