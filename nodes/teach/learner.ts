import type { Threads } from '../../src/apart/threads'
import { type Book, type LearnedClasses, type LearnedNumbers, learnApart } from '../../src/teach'
import { ValueError } from '../../src/types'

export type Learned = ({ kind: 'classes' } & LearnedClasses) | ({ kind: 'numbers' } & LearnedNumbers)

export interface Learner {
  /** Learns anew what the book says. */
  learn(book: Book): void
  /** What was learned of the last book; waits until it is. @throws ValueError where the book is not enough */
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

const NOTHING = 'no examples yet: send messages with msg.teach, or open the node and record some'

function classLesson({ classes, examples }: Book) {
  const known = examples.filter(({ meaning }) => typeof meaning === 'string')
  const used = classes.filter((name) => known.some(({ meaning }) => meaning === name))
  if (used.length === 0) throw new ValueError(NOTHING, 'flow')
  if (used.length === 1)
    throw new ValueError(
      `only “${used[0]}” has examples: show examples of another class too, so the node can tell them apart`,
      'flow',
    )
  const classOf = known.map(({ meaning }) => used.indexOf(meaning as string))
  return { ...featuresOf(known), classes: used, classOf }
}

function numberLesson({ examples }: Book, outputs: number) {
  const known = examples.filter(({ meaning }) => typeof meaning !== 'string' && meaning.length === outputs)
  if (known.length === 0) throw new ValueError(NOTHING, 'flow')
  if (known.length === 1)
    throw new ValueError('there is only one example: show another one, with a different number', 'flow')
  const targets = Float64Array.from(known.flatMap(({ meaning }) => meaning as readonly number[]))
  return { ...featuresOf(known), outputs, targets }
}

function featuresOf(examples: Book['examples']) {
  const [first] = examples
  const length = first?.features.length ?? 0
  const features = new Float32Array(examples.length * length)
  examples.forEach((example, i) => {
    features.set(example.features, i * length)
  })
  const isOne = examples.every((example) => example.features.every((value, i) => value === first?.features[i]))
  if (isOne)
    throw new ValueError('all examples are identical, so nothing can be learned from them: show others', 'flow')
  return { features, count: examples.length }
}
