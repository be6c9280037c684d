/** Text as it is written in html, in an attribute too. */
export function escapeHtml(text: string): string {
  return text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;').replace(/"/g, '&quot;')
}

/** A value as it is written in a script inside html. */
export function literal(value: unknown): string {
  return JSON.stringify(value).replace(/</g, '\\u003c')
}

/** `sequence_length` as people read it: `Sequence length`. */
export function readable(name: string): string {
  const words = name.replace(/_/g, ' ')
  return words.charAt(0).toUpperCase() + words.slice(1)
}
