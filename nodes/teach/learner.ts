import type { Threads } from '../../src/apart/threads'
import { type Book, classLesson, type Learned, learnApart, NOTHING, numberLesson } from '../../src/teach'
import { ValueError } from '../../src/types'

export interface Learner {
  /** Learns again what the book says. */
  learn(book: Book): void
  /** What was learned of the last book; waits until it is. @throws ValueError if the book is not enough */
  learned(): Promise<Learned>
  close(): void
}

/**
 * @param outputs how many numbers are learned; 0: classes
 * @param changed called whenever something was learned, or cannot be
 */
export function createLearner(
  threads: Threads,
  outputs: number,
  changed: (learned: Learned | null, book: Book) => void,
): Learner {
  const caller = {}
  const apart = learnApart(threads, caller)
  let book: Book | null = null
  let last: Promise<Learned> = Promise.reject(new ValueError(NOTHING, 'flow'))
  let isAtWork = false
  last.catch(() => {})

  async function run(): Promise<Learned> {
    isAtWork = true
    for (;;) {
      const current = book as Book
      const outcome = await learnOf(current).then(
        (learned) => ({ learned }),
        (error: Error) => ({ error }),
      )
      // Shown more in the meantime: what was learned is out of date already.
      if (book !== current) continue
      isAtWork = false
      if ('error' in outcome) {
        changed(null, current)
        throw outcome.error
      }
      changed(outcome.learned, current)
      return outcome.learned
    }
  }

  async function learnOf(current: Book): Promise<Learned> {
    if (outputs > 0) return { kind: 'numbers', ...(await apart.numbers(numberLesson(current, outputs))) }
    return { kind: 'classes', ...(await apart.classes(classLesson(current))) }
  }

  return {
    learn(next) {
      book = next
      if (isAtWork) return
      last = run()
      last.catch(() => {})
    },
    learned: () => last,
    close: () => threads.cancel(caller),
  }
}
