import type { OnnxFile, OnnxNode } from '../onnx/contents'
import { usersOf } from './graph'

/** The maximum number of steps to follow: larger graphs repeat themselves. */
const MOST = 20_000

/**
 * The number of which both sides of a picture must be a multiple, according to the network's steps: it reduces the
 * picture this many times before enlarging it again by fixed factors. 1 for networks that never do.
 */
export function multipleOf(file: OnnxFile, input: string): number {
  let most = 1
  let steps = 0
  /** How many pixels of the picture one place of a tensor covers, by tensor. */
  const seen = new Map<string, number>([[input, 1]])
  const front = [input]
  for (let tensor = front.shift(); tensor !== undefined && steps < MOST; tensor = front.shift()) {
    const scale = seen.get(tensor) as number
    for (const node of usersOf(file, tensor)) {
      steps++
      const factor = factorOf(node, file)
      if (factor < 1) most = Math.max(most, scale)
      if (node.op === 'SpaceToDepth') most = Math.max(most, scale * factor)
      for (const output of node.outputs) {
        if (seen.has(output)) continue
        seen.set(output, scale * factor)
        front.push(output)
      }
    }
  }
  return Math.min(256, Math.max(1, Math.round(most)))
}

/** The factor by which a step reduces a map; below 1 if it enlarges it. */
function factorOf({ op, attributes, inputs }: OnnxNode, { constants }: OnnxFile): number {
  const first = (value: number | number[] | undefined) => [value ?? 1].flat()[0] as number
  switch (op) {
    case 'Conv':
    case 'MaxPool':
    case 'AveragePool':
      return first(attributes.strides)
    case 'ConvTranspose':
      return 1 / first(attributes.strides)
    case 'SpaceToDepth':
      return first(attributes.blocksize)
    case 'DepthToSpace':
      return 1 / first(attributes.blocksize)
    case 'Upsample':
    case 'Resize': {
      const list =
        attributes.scales ??
        inputs
          .slice(1)
          .map((name) => constants.get(name)?.values)
          .find((values) => values?.length === 4)
      const across = [list ?? 1].flat().at(-1) as number
      return across > 0 ? 1 / across : 1
    }
    default:
      return 1
  }
}
