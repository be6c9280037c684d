/**
 * Parses the notation of a cue's values: `truncation = 0.5, mood = bright, caption = "a bed, a lamp", z = [0,
 * 1]`.
 */
export function readAssignments(text: string): { values: Record<string, unknown>; wrong: string } {
  const values: Record<string, unknown> = {}
  for (const part of parts(text)) {
    if (part.trim() === '') continue
    const [, name, value = ''] = /^\s*(?:msg\.)?([A-Za-z_$][\w$.]*)\s*[=:]\s*(.+?)\s*$/s.exec(part) ?? []
    const meaning = meant(value)
    if (name === undefined || meaning === undefined) return { values, wrong: part.trim() }
    values[name] = meaning
  }
  return { values, wrong: '' }
}

/** The reverse. Text that couldn't be parsed is returned as typed. */
export function writeAssignments(values: unknown): string {
  if (typeof values === 'string') return values
  if (typeof values !== 'object' || values === null) return ''
  return Object.entries(values)
    .map(([name, value]) => `${name} = ${written(value)}`)
    .join(', ')
}

/** Splits at commas and line breaks, except inside quotes or brackets. */
function parts(text: string): string[] {
  return text.match(/(?:"(?:\\.|[^"\\])*"|\[[^\]]*\]|[^,\n])+/g) ?? []
}

/** A single value; undefined if its quotes or brackets are invalid. */
function meant(text: string): unknown {
  if (/^["[{]/.test(text)) {
    try {
      return JSON.parse(text)
    } catch {
      return undefined
    }
  }
  if (text === 'true' || text === 'false') return text === 'true'
  return Number.isFinite(Number(text)) ? Number(text) : text
}

/** Without quotes, if it parses back to the same words. */
function written(value: unknown): string {
  const isPlain =
    typeof value === 'string' && parts(value).length === 1 && meant(value) === value && value.trim() === value
  return isPlain ? value : JSON.stringify(value)
}
