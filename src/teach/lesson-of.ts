import { ValueError } from '../types'
import type { Book } from './book'
import type { ClassLesson, NumberLesson } from './lesson'

export const NOTHING = 'no examples yet: send messages with msg.teach, or open the node and record some'

/** The input for learning classes from a book. @throws ValueError if there aren't enough examples */
export function classLesson({ classes, examples }: Book): ClassLesson {
  const known = examples.filter(({ meaning }) => typeof meaning === 'string')
  const used = classes.filter((name) => known.some(({ meaning }) => meaning === name))
  if (used.length === 0) throw new ValueError(examples.length > 0 ? unlike('numbers', 'classes') : NOTHING, 'flow')
  if (used.length === 1)
    throw new ValueError(
      `only “${used[0]}” has examples: show examples of another class too, so the node can tell them apart`,
      'flow',
    )
  const classOf = known.map(({ meaning }) => used.indexOf(meaning as string))
  return { ...featuresOf(known), classes: used, classOf }
}

/** The input for learning numbers. @param outputs the number of outputs @throws ValueError */
export function numberLesson({ examples }: Book, outputs: number): NumberLesson {
  const known = examples.filter(({ meaning }) => typeof meaning !== 'string' && meaning.length === outputs)
  if (known.length === 0) {
    const isClasses = examples.some(({ meaning }) => typeof meaning === 'string')
    const other = isClasses ? 'classes' : 'another count of numbers'
    throw new ValueError(examples.length > 0 ? unlike(other, 'numbers') : NOTHING, 'flow')
  }
  if (known.length === 1)
    throw new ValueError('there is only one example: show another one, with a different number', 'flow')
  const targets = Float64Array.from(known.flatMap(({ meaning }) => meaning as readonly number[]))
  if (targets.every((one, i) => one === targets[i % outputs]))
    throw new ValueError('all examples stand for the same number: show others, with different numbers', 'flow')
  return { ...featuresOf(known), outputs, targets }
}

const unlike = (examples: string, learned: string) =>
  `this node's examples stand for ${examples}, but it learns ${learned}: change what it learns, or delete the examples`

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
