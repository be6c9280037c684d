import { readFile } from 'node:fs/promises'
import type { Book } from './book'
import { EXTRACTOR_FILES } from './extract'
import type { Learned } from './lesson'
import { onnxOfClasses, onnxOfNumbers } from './onnx'

/**
 * Exports what a node has learned as an ONNX model for other programs. The model takes raw inputs: for
 * pictures and sounds, it includes the network that extracts features.
 */
export async function exportOnnx({ kind = '' }: Book, learned: Learned): Promise<Buffer> {
  const file = EXTRACTOR_FILES[kind]
  const options = { kind, ...(file && { extractor: await readFile(file) }), metadata: { of: kind } }
  return learned.kind === 'classes' ? onnxOfClasses(learned, options) : onnxOfNumbers(learned, options)
}
