/** Text escaped for HTML, including attributes. */
export function escapeHtml(text: string): string {
  return text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;').replace(/"/g, '&quot;')
}

/** A value escaped for a script inside HTML. */
export function literal(value: unknown): string {
  return JSON.stringify(value).replace(/</g, '\\u003c')
}

/** Turns `sequence_length` into `Sequence length`. */
export function readable(name: string): string {
  const words = name.replace(/_/g, ' ')
  return words.charAt(0).toUpperCase() + words.slice(1)
}
