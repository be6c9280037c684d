import { addClass, type Book } from '../../src/teach'

/** The book of a node, with the way back. */
export interface Notebook {
  readonly book: Book
  readonly canUndo: boolean
  /** @throws what `by` throws; nothing is changed then */
  change(by: (book: Book) => Book): void
  /** The same, so that it can be undone. Examples that come one after the other are undone together. */
  edit(by: (book: Book) => Book): void
  undo(): void
  /** A class that examples are about to come to; they can be undone together. */
  see(name: string): void
  /** Another book, without a way back. */
  reset(book: Book): void
}

const STEPS = 50

export function createNotebook(first: Book, changed: (book: Book) => void): Notebook {
  let book = first
  let past: Book[] = []

  function change(by: (book: Book) => Book): void {
    const next = by(book)
    if (next === book) return
    book = next
    changed(book)
  }

  function remember(): void {
    past = [...past.slice(1 - STEPS), book]
  }

  return {
    get book() {
      return book
    },
    get canUndo() {
      return past.length > 0
    },
    change,
    edit(by) {
      const before = book
      change(by)
      if (book !== before) past = [...past.slice(1 - STEPS), before]
    },
    undo() {
      const before = past.pop()
      if (before) change(() => before)
    },
    see(name) {
      remember()
      change((now) => addClass(now, name))
    },
    reset(next) {
      past = []
      book = next
      changed(book)
    },
  }
}
