import { isImage, isSegmentation } from '../../src/types'

export type Row = Record<string, unknown>

/**
 * What a message says, as one row: the fields of a record by their names, everything else in one column. `filename` comes first.
 */
export function rowOf(filename: string | null, value: unknown, column: string): Row {
  const plain = toPlain(value)
  const isRecord = typeof plain === 'object' && plain !== null && !Array.isArray(plain)
  return { filename: filename ?? '', ...(isRecord ? (plain as Row) : { [column]: plain }) }
}

/** Plain JSON: pictures by their summary, number arrays as lists. */
function toPlain(value: unknown): unknown {
  if (isImage(value) || isSegmentation(value)) return value.toString()
  if (Buffer.isBuffer(value)) return `${value.length} bytes`
  if (ArrayBuffer.isView(value)) return Array.from(value as unknown as ArrayLike<number>)
  if (value instanceof Date) return value.toISOString()
  if (Array.isArray(value)) return value.map(toPlain)
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, toPlain(inner)]))
  }
  return value === undefined ? null : value
}

/** Nested fields as dotted columns: `{results: [{caption}]}` → `results.0.caption`. */
export function flatten(row: Row): Record<string, string | number | boolean> {
  const cells: Record<string, string | number | boolean> = Object.create(null)
  const visit = (value: unknown, path: string) => {
    if (value === null || value === undefined) cells[path] = ''
    else if (typeof value !== 'object') cells[path] = value as string
    else for (const [name, inner] of Object.entries(value)) visit(inner, path ? `${path}.${name}` : name)
  }
  visit(row, '')
  return cells
}

/**
 * One line of CSV (RFC 4180), without its end.
 *
 * @param raw whether text that a spreadsheet would carry out as a formula stays as it is; else an apostrophe stands before it
 */
export function csvLine(cells: unknown[], raw = false): string {
  return cells.map((cell) => quote(raw ? String(cell ?? '') : harmless(String(cell ?? '')))).join(',')
}

/** A caption or the name of a file may come from anyone. Numbers such as -1.5 begin like formulas but do nothing. */
function harmless(text: string): string {
  return /^[=+\-@\t\r\n＝＋－＠]/.test(text) && !NUMBER.test(text) ? `'${text}` : text
}

const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i

function quote(text: string): string {
  return /[",\r\n]|^\s|\s$/.test(text) ? `"${text.replace(/"/g, '""')}"` : text
}
