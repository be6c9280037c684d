import { readFile } from 'node:fs/promises'
import { type Book, onnxOfClasses, onnxOfNumbers } from '../../src/teach'
import { EXTRACTOR_FILE } from './extract'
import type { Learned } from './learner'

/** What a node knows, as a model for other programs: of pictures, with the network that sees them. */
export async function exportOnnx({ kind = '' }: Book, learned: Learned): Promise<Buffer> {
  const options = { ...(kind === 'picture' && { extractor: await readFile(EXTRACTOR_FILE) }), metadata: { of: kind } }
  return learned.kind === 'classes' ? onnxOfClasses(learned, options) : onnxOfNumbers(learned, options)
}
