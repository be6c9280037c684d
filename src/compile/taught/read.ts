import type { FlowNode, Graph } from '../../flow'
import { userDirectory } from '../../models'
import {
  type Book,
  classLesson,
  keptPath,
  kindInWords,
  type Learned,
  learnClasses,
  learnNumbers,
  numberLesson,
  readKept,
  readStored,
} from '../../teach'
import { ValueError } from '../../types'
import { CompileError } from '../compile-error'

/** The type of nodes that can be taught. */
export const TEACH = 'daisychain-teach'

/** What a node has learned, as currently stored. */
export interface Taught {
  book: Book & { kind: string }
  learned: Learned
  /**
   * The labels of the class numbers: the classes, then `none` if that is a possible answer. Empty for
   * numbers.
   */
  labels: readonly string[]
}

/** The answer for anything that is unlike all examples. */
const NONE = 'none'

/**
 * Reads a node's examples and learns from them as the node does.
 * @param called its name in sentences
 * @throws CompileError if it has no examples, its file cannot be read, or its examples are of a kind that
 * compiled files don't support
 */
export async function readTaught(graph: Graph, { id, z, config }: FlowNode, called: string): Promise<Taught> {
  const path = keptPath(userDirectory(), id)
  try {
    const book = (await readKept(path)) ?? (await readStored(config.examples))
    if (!book && graph.node(z ?? '')?.type === 'subflow')
      throw new ValueError('it is in a subflow, each instance of which is taught its own: move it out of the subflow')
    if (!book)
      throw new ValueError(
        `it was taught nothing yet (there is no ${path}): teach it first; on the command line, --userdir names the user directory of its Node-RED`,
      )
    const learned = learn(book, config)
    const kind = book.kind as string
    if (kind !== 'picture' && !kind.startsWith('vector '))
      throw new ValueError(
        `its examples are ${kindInWords(kind)}, which a compiled file cannot take: use “Export as ONNX” in the node's dialog instead`,
      )
    const mayBeNone = config.unknown !== 'nearest'
    const labels = learned.kind === 'numbers' ? [] : [...learned.classes, ...(mayBeNone ? [NONE] : [])]
    return { book: { ...book, kind }, learned, labels }
  } catch (error) {
    if (error instanceof ValueError) throw new CompileError(`${called} cannot be compiled: ${error.message}.`)
    throw error
  }
}

/** @throws ValueError if there aren't enough examples */
function learn(book: Book, { learns, count = 3 }: FlowNode['config']): Learned {
  const outputs = learns === 'number' ? 1 : learns === 'numbers' ? Number(count) : 0
  return outputs > 0
    ? { kind: 'numbers', ...learnNumbers(numberLesson(book, outputs)) }
    : { kind: 'classes', ...learnClasses(classLesson(book)) }
}
