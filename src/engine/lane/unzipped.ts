import { readFileSync, statSync } from 'node:fs'
import { withBytes } from '../../onnx/bytes'
import { graphTail } from '../../onnx/extend'
import { readOnnx } from '../../onnx/onnx-file'
import { readSignature } from '../../onnx/signature'

/** Larger files are networks, not classifiers that return dictionaries. In bytes. */
const MAX_UNZIPPED_BYTES = 2 ** 28

/**
 * scikit-learn's classifiers return their scores as a list of dictionaries, which can't be fetched. Their
 * last step makes it from a tensor. Returns the file with that tensor as an additional output, or null if
 * there is no such step.
 */
export function unzipped(file: string): Buffer | null {
  if (statSync(file).size > MAX_UNZIPPED_BYTES) return null
  const tensors = withBytes(file, zippedTensors)
  return tensors.length > 0 ? Buffer.concat([readFileSync(file), graphTail({ outputs: tensors })]) : null
}

function zippedTensors(bytes: Parameters<typeof readOnnx>[0]): string[] {
  try {
    // Networks have thousands of steps, so files that have only tensors needn't be searched.
    if (readSignature(bytes).outputs.every(({ type }) => type !== undefined)) return []
    const { nodes, outputs } = readOnnx(bytes)
    const given = new Set(outputs.map(({ name }) => name))
    const zipped = nodes.filter(({ op, outputs: made }) => op === 'ZipMap' && made.some((name) => given.has(name)))
    return zipped.flatMap(({ inputs: [from] }) => (from === undefined || given.has(from) ? [] : [from]))
  } catch {
    return [] // ONNX Runtime reports what is wrong with it
  }
}
