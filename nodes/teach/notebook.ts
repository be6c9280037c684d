import { addClass, addExample, type Book, type Example, type FeatureKind } from '../../src/teach'

/** A node's book of examples, with undo. */
export interface Notebook {
  readonly book: Book
  readonly canUndo: boolean
  /** Adds an example from a message. Undoing an earlier edit keeps it. @throws ValueError */
  add(kind: FeatureKind, example: NewExample): void
  /** Adds an example to the current recording. @throws ValueError */
  record(kind: FeatureKind, example: NewExample): void
  /** Makes a change that can be undone. @throws what `by` throws, with nothing changed */
  edit(by: (book: Book) => Book): void
  /** @throws ValueError if the examples added since then are of another kind */
  undo(): void
  /** Begins a recording, whose examples are undone together. @param name their class, if they have one */
  begin(name?: string): void
  /** Replaces the book and clears the undo history. */
  reset(book: Book): void
}

type NewExample = Omit<Example, 'id'>

/** An earlier book, and the examples that messages have added since. */
interface Step {
  book: Book
  since: readonly { kind: FeatureKind; example: NewExample }[]
}

const STEPS = 50

export function createNotebook(first: Book, changed: (book: Book) => void): Notebook {
  let book = first
  let past: Step[] = []

  function change(next: Book): void {
    if (next === book) return
    book = next
    changed(book)
  }

  function remember(before: Book): void {
    past = [...past.slice(1 - STEPS), { book: before, since: [] }]
  }

  /** Adds examples to the last step. */
  function came(since: Step['since']): void {
    const last = past.pop()
    if (last) past.push({ ...last, since: [...last.since, ...since] })
  }

  return {
    get book() {
      return book
    },
    get canUndo() {
      return past.length > 0
    },
    add(kind, example) {
      change(addExample(book, kind, example))
      came([{ kind, example }])
    },
    record(kind, example) {
      change(addExample(book, kind, example))
    },
    edit(by) {
      const before = book
      change(by(book))
      if (book !== before) remember(before)
    },
    undo() {
      const last = past[past.length - 1]
      if (!last) return
      const before = last.since.reduce((all, { kind, example }) => addExample(all, kind, example), last.book)
      past.pop()
      came(last.since)
      change(before)
    },
    begin(name) {
      remember(book)
      if (name !== undefined) change(addClass(book, name))
    },
    reset(next) {
      past = []
      book = next
      changed(book)
    },
  }
}
