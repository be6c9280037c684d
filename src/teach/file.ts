import { othersTurn, readJson, ValueError } from '../types'
import { type Book, type Example, MAX_CLASSES, MAX_EXAMPLES } from './book'
import { type FeatureKind, kindInWords, lengthOf } from './features'

/**
 * Saves examples to a file: a header line, then one line of JSON for each example. Readers accept newer files
 * with additional fields; a file with a different meaning has a higher version.
 */
const FORMAT = 'daisychain-teach'
const VERSION = 1

/** The number of characters processed before other work gets a turn, which takes about 5 ms. */
const AT_ONCE = 400_000

interface Head {
  format: typeof FORMAT
  version: number
  /** The network that extracted the features of pictures or sounds. */
  extractor?: string
  kind?: string
  classes: readonly string[]
  examples: number
}

interface Line {
  id: number
  is: Example['meaning']
  /** 32-bit floats, little-endian, in base64. */
  features: string
  picture?: string
}

/** The line of each example, cached. */
const lines = new WeakMap<Example, string>()

/** The networks that extract features, by kind of example. */
export type Extractors = Readonly<Record<FeatureKind, string>>

export function writeBook({ kind, classes, examples }: Book, extractors: Extractors): string {
  const head: Head = { format: FORMAT, version: VERSION, ...(kind && { kind }), classes, examples: examples.length }
  const extractor = kind && extractors[kind]
  if (extractor) head.extractor = extractor
  return `${[JSON.stringify(head), ...examples.map(lineOf)].join('\n')}\n`
}

function lineOf(example: Example): string {
  const known = lines.get(example)
  if (known) return known
  const { id, meaning, features, picture } = example
  const bytes = Buffer.from(features.buffer, features.byteOffset, features.byteLength)
  const line: Line = { id, is: meaning, features: bytes.toString('base64'), ...(picture && { picture }) }
  const written = JSON.stringify(line)
  lines.set(example, written)
  return written
}

/**
 * @param called the file's name in error messages
 * @throws ValueError if the file isn't of this format, is of a newer version, or is truncated
 */
export async function readBook(text: string, called: string, extractors: Extractors): Promise<Book> {
  const [first = ''] = text.split('\n', 1)
  const head = parsed<Head>(first)
  if (head?.format !== FORMAT) throw new ValueError(`${called} isn't a file of taught examples`)
  if (!(head.version <= VERSION))
    throw new ValueError(
      `${called} was written by a newer version of Daisychain: update Daisychain to use its examples`,
    )
  if (head.extractor !== undefined && head.extractor !== extractors[head.kind ?? ''])
    throw new ValueError(
      `${called} was made with another version of the network for ${kindInWords(head.kind ?? '')}: update Daisychain to use its examples, or teach anew`,
    )
  const classes = Array.isArray(head.classes) ? head.classes.filter((name) => typeof name === 'string') : []
  if (classes.length > MAX_CLASSES)
    throw new ValueError(`${called} has ${classes.length} classes: a teach node has at most ${MAX_CLASSES}`)
  if (head.examples > MAX_EXAMPLES)
    throw new ValueError(`${called} has ${head.examples} examples: a teach node has at most ${MAX_EXAMPLES}`)
  const examples = await examplesIn(text, first.length + 1, called)
  if (examples.length !== head.examples)
    throw new ValueError(`${called} breaks off: it has ${examples.length} of ${head.examples} examples`)
  const length = lengthOf(head.kind ?? '') ?? examples[0]?.features.length
  if (examples.some(({ features }) => features.length !== length))
    throw new ValueError(`${called} is damaged: its examples have different numbers of values`)
  if (examples.some(({ id }, i) => id <= (examples[i - 1]?.id ?? 0)))
    throw new ValueError(`${called} is damaged: its examples are not in order`)
  return { ...(head.kind && examples.length > 0 && { kind: head.kind }), classes, examples }
}

/**
 * Reads in pieces, because thousands of examples take a while.
 * @param from the position of the second line
 */
async function examplesIn(text: string, from: number, called: string): Promise<Example[]> {
  const examples: Example[] = []
  let next = from + AT_ONCE
  for (let at = from, number = 2; at < text.length; number++) {
    const found = text.indexOf('\n', at)
    const end = found < 0 ? text.length : found
    if (end > at) examples.push(exampleOf(text.slice(at, end), number, called))
    at = end + 1
    if (at < next) continue
    next = at + AT_ONCE
    await othersTurn()
  }
  return examples
}

function exampleOf(line: string, number: number, called: string): Example {
  const found = parsed<Line>(line)
  const isWord = typeof found?.is === 'string'
  const isNumbers = Array.isArray(found?.is) && found.is.every((one) => Number.isFinite(one))
  if (!found || typeof found.features !== 'string' || !Number.isInteger(found.id) || !(isWord || isNumbers))
    throw new ValueError(`${called} is damaged: line ${number} isn't an example`)
  const bytes = Buffer.from(found.features, 'base64')
  const features = Float32Array.from({ length: bytes.length >> 2 }, (_, i) => bytes.readFloatLE(4 * i))
  if (features.length === 0 || !features.every(Number.isFinite))
    throw new ValueError(`${called} is damaged: the example in line ${number} has no numbers`)
  const isPicture = typeof found.picture === 'string' && found.picture.startsWith('data:image/')
  return { id: found.id, meaning: found.is, features, ...(isPicture && { picture: found.picture }) }
}

function parsed<T>(line: string): T | null {
  try {
    const value = readJson(line) as T
    return typeof value === 'object' && value !== null ? value : null
  } catch {
    return null
  }
}
