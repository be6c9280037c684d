import { quoteValue, ValueError } from '../types'
import { type FeatureKind, kindInWords } from './features'

/** An example: something that was shown to the node, and its target. */
export interface Example {
  /** Stays the same when other examples are changed or removed. */
  id: number
  /** The name of a class, or one or several numbers. */
  meaning: string | readonly number[]
  features: Float32Array
  /** A small picture of it as a data URI; vectors have none. */
  picture?: string
}

/** All examples of a node. Changes return a new book, so that they can be undone. */
export interface Book {
  /** Undefined until the first example. */
  kind?: FeatureKind
  /** In the order of their columns. Some may have no example yet. */
  classes: readonly string[]
  examples: readonly Example[]
}

/** More examples would take too long to learn and to save. */
export const MAX_EXAMPLES = 20_000
export const MAX_CLASSES = 200
/** The maximum number of characters in a class's name. */
const MAX_NAME = 80
const MAX_NUMBERS = 64

export const emptyBook = (classes: readonly string[] = []): Book => ({ classes: [...classes], examples: [] })

/** A class's name in the form in which it is stored. @throws ValueError */
export function readClass(given: unknown): string {
  const name = typeof given === 'string' ? given.trim() : ''
  if (name === '' || name.length > MAX_NAME)
    throw new ValueError(`a class needs a name of 1 to ${MAX_NAME} characters (got ${quoteValue(given)})`)
  return name
}

/** The target numbers of an example. @param count how many numbers the node learns @throws ValueError */
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

/** @throws ValueError if the example is of another kind than the others, or the book is full */
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

/** Renames a class. If the name is taken, the two classes are merged. @throws ValueError */
export function renameClass(book: Book, from: string, given: unknown): Book {
  const to = readClass(given)
  return {
    ...book,
    classes: [...new Set(book.classes.map((name) => (name === from ? to : name)))],
    examples: book.examples.map((example) => (example.meaning === from ? { ...example, meaning: to } : example)),
  }
}

/** Removes a class with its examples. */
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
