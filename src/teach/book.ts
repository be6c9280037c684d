import { quoteValue, ValueError } from '../types'
import { type FeatureKind, kindInWords } from './features'

/** Something that was shown, and its meaning. */
export interface Example {
  /** Kept, whatever is done to the others. */
  id: number
  /** A class, or one or several numbers. */
  meaning: string | readonly number[]
  features: Float32Array
  /** A small picture of it, as a data address; vectors have none. */
  picture?: string
}

/** Everything that was shown to a node. Changes make a new one, so that they can be undone. */
export interface Book {
  /** Undefined until something has been shown. */
  kind?: FeatureKind
  /** In the order of their columns; some may have no example yet. */
  classes: readonly string[]
  examples: readonly Example[]
}

/** More would take long to learn and to write. */
export const MAX_EXAMPLES = 20_000
export const MAX_CLASSES = 200
/** Characters of a class's name. */
const MAX_NAME = 80
const MAX_NUMBERS = 64

export const emptyBook = (classes: readonly string[] = []): Book => ({ classes: [...classes], examples: [] })

/** The class's name as stored. @throws ValueError */
export function readClass(given: unknown): string {
  const name = typeof given === 'string' ? given.trim() : ''
  if (name === '' || name.length > MAX_NAME)
    throw new ValueError(`a class needs a name of 1 to ${MAX_NAME} characters (got ${quoteValue(given)})`)
  return name
}

/** An example's target numbers. @param count how many the node learns @throws ValueError */
export function readMeaning(given: unknown, count: number): number[] {
  const numbers =
    typeof given === 'number'
      ? [given]
      : Array.isArray(given) || ArrayBuffer.isView(given)
        ? [...(given as number[])]
        : []
  if (numbers.length === count && numbers.length <= MAX_NUMBERS && numbers.every((one) => Number.isFinite(one)))
    return numbers
  const wanted = count === 1 ? 'a number' : `a list of ${count} numbers`
  throw new ValueError(`msg.teach must be ${wanted} in this node (got ${quoteValue(given)})`)
}

/** @throws ValueError for something of another kind than the examples so far, or if there is no room */
export function addExample(book: Book, kind: FeatureKind, example: Omit<Example, 'id'>): Book {
  requireKind(book, kind)
  if (book.examples.length >= MAX_EXAMPLES)
    throw new ValueError(`this node already has ${MAX_EXAMPLES} examples: delete some before you show it more`)
  const { meaning } = example
  const classes = typeof meaning === 'string' ? addClass(book, meaning).classes : book.classes
  const id = (book.examples[book.examples.length - 1]?.id ?? 0) + 1
  return { kind, classes, examples: [...book.examples, { ...example, id }] }
}

/** @throws ValueError */
export function requireKind({ kind, examples }: Book, given: FeatureKind): void {
  if (!kind || examples.length === 0 || kind === given) return
  throw new ValueError(
    `this node's examples are ${kindInWords(kind)}, but ${kindInWords(given)} arrived: use another teach node, or delete the examples first`,
  )
}

export function addClass(book: Book, given: unknown): Book {
  const name = readClass(given)
  if (book.classes.includes(name)) return book
  if (book.classes.length >= MAX_CLASSES) throw new ValueError(`a teach node has at most ${MAX_CLASSES} classes`)
  return { ...book, classes: [...book.classes, name] }
}

/** If the name is taken, the classes are merged. @throws ValueError */
export function renameClass(book: Book, from: string, given: unknown): Book {
  const to = readClass(given)
  return {
    ...book,
    classes: [...new Set(book.classes.map((name) => (name === from ? to : name)))],
    examples: book.examples.map((example) => (example.meaning === from ? { ...example, meaning: to } : example)),
  }
}

/** With its examples. */
export function removeClass(book: Book, name: string): Book {
  return {
    ...book,
    classes: book.classes.filter((other) => other !== name),
    examples: book.examples.filter(({ meaning }) => meaning !== name),
  }
}

/** Moves examples to another class. @throws ValueError */
export function moveExamples(book: Book, ids: readonly number[], given: unknown): Book {
  const to = readClass(given)
  const moved = new Set(ids)
  const examples = book.examples.map((example) => (moved.has(example.id) ? { ...example, meaning: to } : example))
  return { ...addClass(book, to), examples }
}

export function removeExamples(book: Book, ids: readonly number[]): Book {
  const removed = new Set(ids)
  return { ...book, examples: book.examples.filter(({ id }) => !removed.has(id)) }
}
