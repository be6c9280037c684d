import { readFile } from 'node:fs/promises'
import type { Book } from './book'
import { EXTRACTOR_FILES } from './extract'
import type { Learned } from './lesson'
import { onnxOfClasses, onnxOfNumbers } from './onnx'

/**
 * What a node knows, as a model for other programs, which starts from what arrives: for pictures and sounds, with the
 * network that sees or hears them.
 */
export async function exportOnnx({ kind = '' }: Book, learned: Learned): Promise<Buffer> {
  const file = EXTRACTOR_FILES[kind]
  const options = { kind, ...(file && { extractor: await readFile(file) }), metadata: { of: kind } }
  return learned.kind === 'classes' ? onnxOfClasses(learned, options) : onnxOfNumbers(learned, options)
}
