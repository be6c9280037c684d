import type { Bytes } from './bytes'
import { fields, text } from './protobuf'

/**
 * Field numbers in ONNX's messages: a model's graph; a graph's nodes, inputs, outputs and weights; the names of values
 * and weights.
 */
const GRAPH = 7
const INPUT = 11
const OUTPUT = 12
const INITIALIZER = 5
const VALUE_NAME = 1
const TENSOR_NAME = 8
/** Reading a graph with more parts could take seconds, so it isn't read. */
const MOST_PARTS = 50_000

/**
 * The names of a file's inputs and outputs, without reading its nodes or weights.
 *
 * @returns null if that would take long
 * @throws ProtobufError if it isn't an ONNX file
 */
export function portNames(bytes: Bytes): { inputs: string[]; outputs: string[] } | null {
  const [inputs, outputs] = [new Set<string>(), new Set<string>()]
  let parts = 0
  for (const graph of fields(bytes)) {
    if (graph.number !== GRAPH) continue
    for (const part of fields(bytes, graph.start, graph.end)) {
      if (++parts > MOST_PARTS) return null
      const name = (number: number) => {
        for (const field of fields(bytes, part.start, part.end)) if (field.number === number) return text(bytes, field)
        return ''
      }
      if (part.number === INPUT) inputs.add(name(VALUE_NAME))
      else if (part.number === OUTPUT) outputs.add(name(VALUE_NAME))
      // Old files list their weights as inputs too.
      else if (part.number === INITIALIZER && inputs.size > 0) inputs.delete(name(TENSOR_NAME))
    }
  }
  return { inputs: [...inputs], outputs: [...outputs] }
}
