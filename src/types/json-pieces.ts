import { othersTurn } from './in-pieces'

/**
 * The number of characters written at a time, which takes about a tenth of a millisecond, or at most a few.
 */
const AT_ONCE = 2 ** 16
/** The approximate length of a value that isn't a string, including the comma or the quotes of its name. */
const SHORT = 8

/**
 * The same JSON as `JSON.stringify` writes, in UTF-8, in pieces: others get turns in between. It may be
 * longer than any string.
 * @param value made of plain lists, objects, strings and numbers, or short
 */
export async function jsonPieces(value: unknown): Promise<Buffer[]> {
  const pieces: Buffer[] = []
  let since = 0
  for (const part of partsOf(value)) {
    pieces.push(Buffer.from(part))
    since += part.length + SHORT
    if (since < AT_ONCE) continue
    since = 0
    await othersTurn()
  }
  return pieces
}

function* partsOf(value: unknown): Generator<string> {
  if (typeof value === 'string') yield* partsOfText(value)
  else if (isLong(value)) yield* Array.isArray(value) ? partsOfList(value) : partsOfObject(value as object)
  else yield JSON.stringify(value)
}

function* partsOfText(text: string): Generator<string> {
  yield '"'
  for (let at = 0; at < text.length; ) {
    const end = Math.min(at + AT_ONCE, text.length)
    // Keeps surrogate pairs together.
    const last = text.charCodeAt(end - 1)
    const next = end < text.length && last >= 0xd800 && last < 0xdc00 ? end + 1 : end
    yield JSON.stringify(text.slice(at, next)).slice(1, -1)
    at = next
  }
  yield '"'
}

function* partsOfList(list: readonly unknown[]): Generator<string> {
  let mark = '['
  for (const group of groupsOf(list.length, (i) => list[i])) {
    yield mark
    if (group.to - group.from === 1) yield* partsOf(list[group.from] ?? null)
    else yield JSON.stringify(list.slice(group.from, group.to)).slice(1, -1)
    mark = ','
  }
  yield mark === '[' ? '[]' : ']'
}

function* partsOfObject(object: object): Generator<string> {
  const fields = Object.entries(object).filter(
    ([, inner]) => !['undefined', 'function', 'symbol'].includes(typeof inner),
  )
  let mark = '{'
  for (const { from, to } of groupsOf(fields.length, (i) => fields[i])) {
    yield mark
    const [name, inner] = fields[from] as [string, unknown]
    if (to - from === 1) {
      yield* partsOfText(name)
      yield ':'
      yield* partsOf(inner)
    } else {
      // An object with many keys takes longer.
      const texts = fields.slice(from, to).map(([name, inner]) => `${JSON.stringify(name)}:${JSON.stringify(inner)}`)
      yield texts.join(',')
    }
    mark = ','
  }
  yield mark === '{' ? '{}' : '}'
}

/** Groups short neighbours; each long value is on its own. */
function* groupsOf(count: number, at: (index: number) => unknown): Generator<{ from: number; to: number }> {
  let from = 0
  let length = 0
  for (let i = 0; i < count; i++) {
    length += jsonLength(at(i), AT_ONCE)
    if (length < AT_ONCE) continue
    if (i > from) yield { from, to: i }
    from = i
    length = jsonLength(at(i), AT_ONCE)
    if (length < AT_ONCE) continue
    yield { from: i, to: i + 1 }
    from = i + 1
    length = 0
  }
  if (count > from) yield { from, to: count }
}

const isLong = (value: unknown) => jsonLength(value, AT_ONCE) >= AT_ONCE

/**
 * The approximate length of a value's JSON, or more than the limit if it exceeds it.
 * @param short the length to assume for a value that isn't a string
 */
export function jsonLength(value: unknown, limit: number, short = SHORT): number {
  if (typeof value === 'string') return value.length + short
  if (typeof value !== 'object' || value === null || 'toJSON' in value) return short
  let length = short
  if (Array.isArray(value)) {
    for (let i = 0; i < value.length && length < limit; i++) length += jsonLength(value[i], limit - length, short)
    return length
  }
  for (const name in value) {
    if (length >= limit) break
    length += name.length + jsonLength((value as Record<string, unknown>)[name], limit - length, short)
  }
  return length
}
