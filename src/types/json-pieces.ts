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
  const long = isLong(value)
  // Making such a value takes time too.
  if (long) await othersTurn()
  for (const part of partsOf(value, long)) {
    pieces.push(Buffer.from(part))
    since += part.length + SHORT
    if (since < AT_ONCE) continue
    since = 0
    await othersTurn()
  }
  return pieces
}

/** @param long whether it is, which isn't measured again: listing many names takes milliseconds each time */
function* partsOf(value: unknown, long: boolean): Generator<string> {
  if (typeof value === 'string') yield* partsOfText(value)
  else if (!long || !hasParts(value)) yield JSON.stringify(value)
  else yield* Array.isArray(value) ? partsOfList(value) : partsOfObject(value)
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
  for (const { from, to, long } of groupsOf(list.length, (i) => jsonLength(list[i], AT_ONCE))) {
    yield mark
    if (to - from === 1) yield* partsOf(list[from] ?? null, long)
    else yield JSON.stringify(list.slice(from, to)).slice(1, -1)
    mark = ','
  }
  yield mark === '[' ? '[]' : ']'
}

function* partsOfObject(object: object): Generator<string> {
  const at = (name: string) => (object as Record<string, unknown>)[name]
  const names = Object.keys(object).filter((name) => !['undefined', 'function', 'symbol'].includes(typeof at(name)))
  const length = (i: number) => (names[i] as string).length + SHORT + jsonLength(at(names[i] as string), AT_ONCE)
  let mark = '{'
  for (const { from, to, long } of groupsOf(names.length, length)) {
    yield mark
    const first = names[from] as string
    if (to - from === 1) {
      yield* partsOfText(first)
      yield ':'
      yield* partsOf(at(first), long)
    } else {
      // An object with many keys takes longer.
      const texts = names.slice(from, to).map((name) => `${JSON.stringify(name)}:${JSON.stringify(at(name))}`)
      yield texts.join(',')
    }
    mark = ','
  }
  yield mark === '{' ? '{}' : '}'
}

interface Group {
  from: number
  to: number
  /** Whether it consists of one long value. */
  long: boolean
}

/** Groups short neighbours; each long value is on its own. */
function* groupsOf(count: number, lengthOf: (index: number) => number): Generator<Group> {
  let from = 0
  let length = 0
  for (let i = 0; i < count; i++) {
    const own = lengthOf(i)
    length += own
    if (length < AT_ONCE) continue
    if (i > from) yield { from, to: i, long: false }
    const long = own >= AT_ONCE
    if (long) yield { from: i, to: i + 1, long }
    from = long ? i + 1 : i
    length = long ? 0 : own
  }
  if (count > from) yield { from, to: count, long: false }
}

const hasParts = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !('toJSON' in value)

const isLong = (value: unknown) => jsonLength(value, AT_ONCE) >= AT_ONCE

/**
 * The approximate length of a value's JSON, or more than the limit if it exceeds it.
 * @param short the length to assume for a value that isn't a string
 */
export function jsonLength(value: unknown, limit: number, short = SHORT): number {
  if (typeof value === 'string') return value.length + short
  if (!hasParts(value)) return short
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
