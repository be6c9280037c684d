import type { Threads } from '../../src/apart/threads'
import { type Book, classLesson, type Learned, learnApart, NOTHING, numberLesson } from '../../src/teach'
import { ValueError } from '../../src/types'

export interface Learner {
  /** Starts learning from this book; what was learned before is replaced. */
  learn(book: Book): void
  /** Waits for the result of learning from the last book. @throws ValueError if its examples aren't enough */
  learned(): Promise<Learned>
  close(): void
}

/**
 * @param outputs how many numbers are learned; 0: classes
 * @param changed called whenever learning has finished; `learned` is null if it failed
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
      // The book changed in the meantime, so this result is out of date.
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
