import { isAudio, isImage, isSegmentation, ValueError } from '../../src/types'

export type Row = Record<string, unknown>

/**
 * A message's content as one row: a record's fields by their names, any other value in one column. `filename`
 * comes first.
 */
export function rowOf(filename: string | null, value: unknown, column: string): Row {
  const plain = toPlain(value)
  const isRecord = typeof plain === 'object' && plain !== null && !Array.isArray(plain)
  return { filename: filename ?? '', ...(isRecord ? (plain as Row) : { [column]: plain }) }
}

/**
 * Plain JSON: pictures as a summary, number arrays as lists. NaN, Infinity and integers beyond 2^53 become
 * strings, as in Protocol Buffers' JSON, because JSON can't represent them.
 */
function toPlain(value: unknown): unknown {
  if (typeof value === 'number') return Number.isFinite(value) ? value : `${value}`
  if (typeof value === 'bigint') return Number.isSafeInteger(Number(value)) ? Number(value) : `${value}`
  if (isImage(value) || isSegmentation(value) || isAudio(value)) return value.toString()
  if (Buffer.isBuffer(value)) return `${value.length} bytes`
  if (ArrayBuffer.isView(value) && !(value instanceof DataView))
    return Array.from(value as unknown as ArrayLike<number | bigint>, toPlain)
  if (value instanceof Set) return [...value].map(toPlain)
  if (value instanceof Map) return toPlain(Object.fromEntries(value))
  if (value instanceof Date) return value.toISOString()
  if (Array.isArray(value)) return value.map(toPlain)
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, toPlain(inner)]))
  }
  return value === undefined ? null : value
}

/**
 * Maximum values per message. More would block Node-RED while they are written, and no program opens such a
 * table.
 */
const MOST_VALUES = { csv: 16_384, json: 50_000, jsonl: 50_000 }
/** Characters of text in one row of a CSV. No spreadsheet shows more than 33 thousand in a cell. */
const MOST_TEXT = 1_000_000
/** Maximum nesting depth of lists and records. Anything deeper must contain itself. */
const DEEPEST = 2000

/** @throws ValueError for a row with more values than the format allows */
export function requireSize(row: unknown, format: keyof typeof MOST_VALUES): void {
  const most = MOST_VALUES[format]
  let [count, text] = [0, 0]
  const visit = (value: unknown, depth: number) => {
    if (depth > DEEPEST)
      throw new ValueError(
        `the message has lists or records nested more than ${DEEPEST} deep, or one that contains itself: choose what to export with a change node`,
      )
    const isOne = isImage(value) || isSegmentation(value) || isAudio(value) || Buffer.isBuffer(value)
    if (typeof value === 'string') text += value.length
    if (isOne || typeof value !== 'object' || value === null) count++
    else if (ArrayBuffer.isView(value)) count += (value as { length?: number }).length ?? 0
    else
      for (const [name, inner] of fieldsOf(value)) {
        if (count > most) break // Too many already: no need to count further.
        if (typeof name === 'string') text += name.length
        visit(inner, depth + 1)
      }
  }
  visit(row, 0)
  if (format === 'csv' && text > MOST_TEXT)
    throw new ValueError(
      `the message has more than the ${MOST_TEXT} characters of text allowed in a row of a CSV: export JSON, or choose less with a change node`,
    )
  if (count > most) {
    throw new ValueError(
      `the message has more than the ${most} values allowed in a row of a ${format === 'csv' ? 'CSV' : 'JSON file'}: ${format === 'csv' ? 'export JSON, or choose' : 'choose'} fewer with a change node`,
    )
  }
}

function fieldsOf(value: object): Iterable<[name: unknown, value: unknown]> {
  if (value instanceof Map || value instanceof Set || Array.isArray(value)) return value.entries()
  return Object.entries(value)
}

/** Turns nested fields into dotted columns: `{results: [{caption}]}` → `results.0.caption`. */
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
 * One line of CSV (RFC 4180), without the line ending.
 * @param raw whether to keep text that a spreadsheet would run as a formula; otherwise an apostrophe is put
 * before it
 */
export function csvLine(cells: unknown[], raw = false): string {
  return cells.map((cell) => quote(raw ? String(cell ?? '') : harmless(String(cell ?? '')))).join(',')
}

/**
 * Captions and file names may come from strangers. Numbers such as -1.5 begin like formulas but are harmless.
 */
function harmless(text: string): string {
  return /^[=+\-@\t\r\n＝＋－＠]/.test(text) && !NUMBER.test(text) ? `'${text}` : text
}

const NUMBER = /^[+-]?((\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?|Infinity)$/i

function quote(text: string): string {
  return /[",\r\n]|^\s|\s$/.test(text) ? `"${text.replace(/"/g, '""')}"` : text
}
