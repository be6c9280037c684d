/** "1 label", "21 labels". */
export function count(amount: number, name: string): string {
  return `${amount} ${amount === 1 ? name : `${name}s`}`
}

/** "cat, dog and bed"; with more than `most` names "cat, dog, bed and 77 more". */
export function listed(names: readonly string[], word: 'and' | 'or', most = Number.POSITIVE_INFINITY): string {
  const shown = names.length > most + 1 ? [...names.slice(0, most), `${names.length - most} more`] : [...names]
  const last = shown.pop() ?? ''
  return shown.length ? `${shown.join(', ')} ${word} ${last}` : last
}

/** A text in quotation marks, shortened. */
export function quote(text: string): string {
  return `"${shorten(text)}"`
}

/** At most 40 characters of a text, its line breaks and tabs shown as spaces. */
export function shorten(text: string): string {
  const line = text.slice(0, 60).replace(/[\s\p{Cc}]+/gu, ' ')
  return text.length > 60 || line.length > 40 ? `${line.slice(0, 39)}…` : line
}
