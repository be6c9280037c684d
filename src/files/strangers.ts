import { isPixels, ValueError } from '../types'

/** The strings in a query, and the forms of them that are searched, which are computed when needed. */
interface Told {
  values: string[]
  /** The names of properties, because nodes may turn them into values. */
  names: string[]
  length: number
  /** When the query ended, in milliseconds of a monotonic clock. */
  endedAt: number
  forms?: Forms
}

interface Forms {
  /** All strings, one per line, both unchanged and with the escapes of common formats decoded. */
  plain: string
  /** Only their letters and digits, because parsing and joining may change everything else. */
  bare: string
}

/**
 * How long strings are remembered, in milliseconds. Messages from a query may still be in the flow long after
 * it was answered or its client left.
 */
const MEMORY = 10 * 60_000
/** The maximum number of characters of finished queries. */
const MAX_BYTES = 2 ** 23
const MOST_QUERIES = 20_000
/** Shorter parts of a path, counted in letters and digits, occur in many strings by chance. */
const SHORTEST = 6
const MAX_DEPTH = 70

/**
 * Longer queries aren't decoded, because that takes seconds. While such a query runs, and if it contains
 * escapes, no paths from messages are accepted.
 */
const LONG = 2 ** 18
const ESCAPES = /[\\%&<]/

const running = new Set<Told>()
/** Ordered by when they ended. */
const over = new Set<Told>()
let kept = 0

/**
 * Remembers the strings in data from the network, so that none of them can later be used as the path of a
 * file, whatever nodes they have passed through.
 *
 * @returns a function to call when the query is over
 */
export function rememberStrings(value: unknown): () => void {
  const entry: Told = { values: [], names: [], length: 0, endedAt: 0 }
  collect(value, entry, 0)
  if (entry.length === 0) return () => {}
  running.add(entry)
  return () => {
    if (!running.delete(entry)) return
    entry.endedAt = performance.now()
    over.add(entry)
    kept += entry.length
    forgetOld()
  }
}

/**
 * Call this before using a path from a message. It refuses paths that come from a query, in whole or in part,
 * even if they were parsed or joined from pieces, and paths that a `..` from the query would redirect.
 *
 * @throws ValueError
 */
export function refuseStrangers(path: string): void {
  forgetOld()
  if (path === '') return
  for (const { length, values } of running) {
    if (length > LONG && values.some((text) => ESCAPES.test(text)))
      throw new ValueError(
        'it names a file, which may come from a query that is still running: try again when that query has finished',
      )
  }
  for (const entry of [...running, ...over]) {
    entry.forms ??= formsOf(entry)
    if (isFrom(entry.forms, path)) {
      throw new ValueError(
        'it names a file but came from the network: network clients can send files, but not refer to files on this computer',
      )
    }
  }
}

function isFrom({ plain, bare }: Forms, path: string): boolean {
  const wanted = alike(path.trim())
  // A single word may occur in text by chance, so it only counts as a whole string or an item of a list.
  if (!/[/.]/.test(wanted)) return asItem(wanted).test(plain)
  if (plain.includes(wanted)) return true
  const letters = bareOf(wanted)
  if (letters.length >= SHORTEST && wanted.includes('/') && bare.includes(letters)) return true
  if (wanted.includes('..') && asItem('..').test(plain)) return true
  return (wanted.match(/(?:\.\.\/)+[^/]*/g) ?? []).some((steps) => plain.includes(steps))
}

function asItem(word: string): RegExp {
  const border = '["\'`,;|<>{}\\[\\]()=&]'
  return new RegExp(`(?:^|${border})[ \\t]*${word.replace(/[^\p{L}\p{N}]/gu, '\\$&')}[ \\t]*(?:$|${border})`, 'm')
}

function formsOf({ values, names, length }: Told): Forms {
  const levels = length > LONG ? 0 : 4
  const read = (texts: string[]) => texts.map((text) => alike(unescaped(text, levels)))
  const plain = read(values)
  return {
    plain: [...values.map(alike), ...names.map(alike), ...plain, ...read(names)].join('\n'),
    bare: bareOf(plain.join('')),
  }
}

/** Ignores case and the direction of slashes, which some systems don't distinguish. */
function alike(text: string): string {
  return text.normalize('NFC').toLowerCase().replaceAll('\\', '/')
}

function bareOf(text: string): string {
  return text.replace(/[^\p{L}\p{N}]+/gu, '')
}

const NAMED: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
  sol: '/',
  period: '.',
}

/** Decodes the escapes of JSON, YAML, XML, HTML and URLs, repeatedly if necessary. */
function unescaped(text: string, levels: number): string {
  for (let level = 0; level < levels && ESCAPES.test(text); level++) {
    const next = withoutMarkup(text)
      .replace(/\\(?:u\{([0-9a-f]{1,6})\}|U([0-9a-f]{8})|u([0-9a-f]{4})|x([0-9a-f]{2}))/gi, (...[, long, wide, u, x]) =>
        fromCode(long ?? wide ?? u ?? x, 16),
      )
      .replace(/\\\r?\n\s*/g, '')
      .replace(/\\(["'/\\])/g, '$1')
      .replace(/(?:%[0-9a-f]{2})+/gi, (bytes) => Buffer.from(bytes.replaceAll('%', ''), 'hex').toString('utf8'))
      .replace(/&#x([0-9a-f]{1,6});?/gi, (_, code: string) => fromCode(code, 16))
      .replace(/&#(\d{1,7});?/g, (_, code: string) => fromCode(code, 10))
      .replace(/&(\w+);/g, (_, name: string) => NAMED[name.toLowerCase()] ?? '')
    if (next === text) break
    text = next
  }
  return text
}

/** Extracts the text of XML and HTML, because comments and tags may be in the middle of a word. */
function withoutMarkup(text: string): string {
  const [first = '', ...rest] = text.replace(/<!\[CDATA\[|\]\]>/g, '').split('<!--')
  const parts = rest.map((part) => part.slice(part.indexOf('-->') < 0 ? 0 : part.indexOf('-->') + 3))
  return [first, ...parts].join('').replace(/<[^<>]*>/g, '')
}

function fromCode(digits: string, base: number): string {
  const code = Number.parseInt(digits, base)
  return code <= 0x10ffff ? String.fromCodePoint(code) : ''
}

function collect(value: unknown, into: Told, depth: number): void {
  if (typeof value === 'string') {
    into.values.push(value)
    into.length += value.length
  }
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value) || depth > MAX_DEPTH) return
  // Its only property is a hash, which would be computed from all pixels.
  if (isPixels(value)) return
  if (!Array.isArray(value))
    for (const name of Object.keys(value)) {
      into.names.push(name)
      into.length += name.length
    }
  for (const inner of Array.isArray(value) ? value : Object.values(value)) collect(inner, into, depth + 1)
}

function forgetOld(): void {
  const now = performance.now()
  for (const entry of over) {
    if (kept <= MAX_BYTES && over.size <= MOST_QUERIES && now - entry.endedAt <= MEMORY) return
    over.delete(entry)
    kept -= entry.length
  }
}
