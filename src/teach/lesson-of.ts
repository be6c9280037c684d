import { ValueError } from '../types'
import type { Book } from './book'
import type { ClassLesson, NumberLesson } from './lesson'

export const NOTHING = 'no examples yet: send messages with msg.teach, or open the node and record some'

/** What is learned about classes from a book. @throws ValueError if its examples are not enough */
export function classLesson({ classes, examples }: Book): ClassLesson {
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

/** The same about numbers. @param outputs how many @throws ValueError */
export function numberLesson({ examples }: Book, outputs: number): NumberLesson {
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
