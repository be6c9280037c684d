import { ValueError } from './value-error'

/**
 * A budget for parsing, in units of 5 ns. The initial value allows about 50 ms, because more would block all
 * other work. Input that exceeds the budget uses it up completely, because examining it takes time too.
 */
export interface JsonBudget {
  left: number
}

export const jsonBudget = (): JsonBudget => ({ left: 10_000_000 })

/**
 * The cost of parsing and examining each part. Only characters outside strings count as letters; a repeated
 * name is cheap.
 */
const COSTS = { letter: 1, comma: 8, list: 20, text: 60, knownName: 20, newName: 350 }

const [QUOTE, BACKSLASH, LIST, OBJECT, COMMA, COLON] = Array.from('"\\[{,:', (letter) => letter.charCodeAt(0)) as [
  number,
  number,
  number,
  number,
  number,
  number,
]

/** Random, so that nobody can craft names whose hashes collide. */
const SEED = (Math.random() * 2 ** 31) | 1

const PROTO = hashOf(new TextEncoder().encode('__proto__'), 0, 9)

/**
 * Parses JSON from an untrusted source. Input that would take too long is refused before it is parsed.
 * Properties called `__proto__` are removed, because copying them would change the prototype of an object.
 *
 * @param bytes the same text in UTF-8
 * @param budget shared by everything that is parsed at once; the cost is subtracted from it
 * @throws ValueError for too many parts, SyntaxError for invalid JSON
 */
export function readJson(
  text: string,
  bytes: Uint8Array = new TextEncoder().encode(text),
  budget: JsonBudget = jsonBudget(),
): unknown {
  const { isTricky } = measure(bytes, budget)
  const value: unknown = JSON.parse(text)
  return isTricky ? withoutProto(value) : value
}

/** The same check for JSON that other code parses. @throws ValueError */
export function requireShortJson(text: string, budget: JsonBudget = jsonBudget()): void {
  if (budget.left < 0) throw tooMuch()
  measure(new TextEncoder().encode(text), budget)
}

/**
 * Removes such properties from a parsed value, and returns it. Deeper levels aren't examined, because no
 * input may be nested that deeply.
 */
export function withoutProto<T>(value: T, levels = 70): T {
  if (typeof value !== 'object' || value === null || levels === 0 || ArrayBuffer.isView(value)) return value
  if (Object.hasOwn(value, '__proto__')) Reflect.deleteProperty(value, '__proto__')
  for (const inner of Array.isArray(value) ? value : Object.values(value)) withoutProto(inner, levels - 1)
  return value
}

/** Examines the characters outside strings, the ends of strings, and names. */
function measure(bytes: Uint8Array, budget: JsonBudget): { isTricky: boolean } {
  const names = new Set<number>()
  let isTricky = false
  let spent = 0
  let last = 0
  for (let at = 0; at < bytes.length; at++) {
    const letter = bytes[at] as number
    if (letter > COMMA && letter < LIST) continue // mostly digits
    if (letter === COMMA) spent += COSTS.comma
    else if (letter === LIST || letter === OBJECT) spent += COSTS.list
    else if (letter === QUOTE) {
      const start = at + 1
      spent += COSTS.letter * (start - last)
      at = last = endOf(bytes, start)
      if (isName(bytes, at)) {
        const name = hashOf(bytes, start, at)
        if (names.has(name)) spent += COSTS.knownName
        else {
          spent += COSTS.newName
          names.add(name)
          // The name may contain escaped characters.
          isTricky ||= name === PROTO || bytes.subarray(start, at).includes(BACKSLASH)
        }
      } else spent += COSTS.text
    } else continue
    if (spent + COSTS.letter * (at - last) > budget.left) break
  }
  budget.left -= spent + COSTS.letter * (bytes.length - last)
  if (budget.left < 0) throw tooMuch()
  return { isTricky }
}

/** The index of the quote that ends the string. */
function endOf(bytes: Uint8Array, start: number): number {
  // `indexOf` is only worthwhile for long strings.
  for (let at = start; at < start + 50; at++) {
    if (bytes[at] === QUOTE || at >= bytes.length) return at
    if (bytes[at] === BACKSLASH) return endBehind(bytes, at)
  }
  const end = bytes.indexOf(QUOTE, start + 50)
  if (end < 0) return bytes.length
  return bytes[end - 1] === BACKSLASH ? endBehind(bytes, start + 50) : end
}

/** The same for strings with escapes. @param from the index of a character that isn't escaped */
function endBehind(bytes: Uint8Array, from: number): number {
  for (let at = from; at < bytes.length; at++) {
    if (bytes[at] === QUOTE) return at
    if (bytes[at] === BACKSLASH) at++
  }
  return bytes.length
}

/** Whether the string that ends here is the name of a property. */
function isName(bytes: Uint8Array, end: number): boolean {
  let at = end + 1
  while ((bytes[at] ?? COLON) <= 32) at++
  return bytes[at] === COLON
}

function hashOf(bytes: Uint8Array, start: number, end: number): number {
  let hash = 0
  for (let at = start; at < end; at++) hash = Math.imul(hash ^ (bytes[at] as number), SEED)
  return hash
}

function tooMuch(): ValueError {
  return new ValueError(
    'the JSON has too many parts to be read at once, such as 400000 numbers or 25000 different names: send less at a time',
  )
}
