import { readFileSync, statSync } from 'node:fs'
import { withBytes } from '../../onnx/bytes'
import { graphTail } from '../../onnx/extend'
import { readOnnx } from '../../onnx/onnx-file'
import { readSignature } from '../../onnx/signature'

/** Larger files are networks, and no classifiers with dictionaries. Bytes. */
const MAX_UNZIPPED_BYTES = 2 ** 28

/**
 * Classifiers of scikit-learn give their scores as a list of dictionaries, which cannot be fetched. Their last step
 * makes it from a tensor: the file with that tensor as a further output. Null if there is no such step.
 */
export function unzipped(file: string): Buffer | null {
  if (statSync(file).size > MAX_UNZIPPED_BYTES) return null
  const tensors = withBytes(file, zippedTensors)
  return tensors.length > 0 ? Buffer.concat([readFileSync(file), graphTail({ outputs: tensors })]) : null
}

function zippedTensors(bytes: Parameters<typeof readOnnx>[0]): string[] {
  try {
    // Networks have thousands of steps, and nothing but tensors.
    if (readSignature(bytes).outputs.every(({ type }) => type !== undefined)) return []
    const { nodes, outputs } = readOnnx(bytes)
    const given = new Set(outputs.map(({ name }) => name))
    const zipped = nodes.filter(({ op, outputs: made }) => op === 'ZipMap' && made.some((name) => given.has(name)))
    return zipped.flatMap(({ inputs: [from] }) => (from === undefined || given.has(from) ? [] : [from]))
  } catch {
    return [] // ONNX Runtime says what is wrong with it
  }
}
