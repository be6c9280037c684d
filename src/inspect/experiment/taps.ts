import { appendFileSync, copyFileSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { temporaryName } from '../../apart/left-behind'
import type { FetchedTensor } from '../../engine'
import type { OnnxFile } from '../../onnx/contents'
import { type AddedNode, graphTail } from '../../onnx/extend'
import { learntOf } from '../../onnx/first-filter'
import { weightsAt } from '../../onnx/weights'
import { makerOf } from '../graph'

/** The number of layers that are recorded, which is informative and costs hardly any time. */
const MOST = 8
/** Larger files, in bytes, aren't copied and so aren't tapped. */
const LARGEST = 200 * 2 ** 20

/** A layer inside a network whose numbers are recorded while it runs. */
interface Layer {
  tensor: string
  /** The statistics that the network learnt for each channel in training, if it kept them. */
  learnt?: { mean: Float32Array; variance: Float32Array }
}

/** The mean and deviation of each channel, over all runs. */
export interface Counted {
  mean: number[]
  deviation: number[]
  learnt?: Layer['learnt']
}

/** A copy of a network that also reports what happens inside. */
export interface Tapped {
  path: string
  /** Additional outputs to request. */
  outputs: string[]
  /** Their statistics over several runs. */
  count(runs: Record<string, FetchedTensor>[]): Counted[]
  remove(): void
}

/** Creates the copy. Null if there is nothing to record, or the file is too large to copy. */
export function tap(path: string, file: OnnxFile, bytes: number): Tapped | null {
  const layers = bytes > LARGEST || file.external.size > 0 ? [] : layersOf(path, file)
  if (layers.length === 0) return null
  const nodes: AddedNode[] = layers.flatMap(({ tensor }, i) => [
    { op: 'Mul', inputs: [tensor, tensor], outputs: [`daisychain-square-${i}`] },
    { op: 'GlobalAveragePool', inputs: [tensor], outputs: [`daisychain-mean-${i}`] },
    { op: 'GlobalAveragePool', inputs: [`daisychain-square-${i}`], outputs: [`daisychain-squares-${i}`] },
  ])
  const outputs = layers.flatMap((_, i) => [`daisychain-mean-${i}`, `daisychain-squares-${i}`])
  const folder = mkdtempSync(join(tmpdir(), temporaryName('look')))
  const copy = join(folder, basename(path))
  copyFileSync(path, copy)
  appendFileSync(copy, graphTail({ nodes, outputs }))
  return {
    path: copy,
    outputs,
    count: (runs) => layers.map((layer, i) => counted(layer, runs, i)),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  }
}

function counted({ learnt }: Layer, runs: Record<string, FetchedTensor>[], i: number): Counted {
  const all = (name: string) => runs.flatMap((run) => (run[name] ? [run[name].data as Float32Array] : []))
  const [means, squares] = [all(`daisychain-mean-${i}`), all(`daisychain-squares-${i}`)]
  const channels = means[0]?.length ?? 0
  const average = (lists: Float32Array[], channel: number) =>
    lists.reduce((sum, list) => sum + (list[channel] ?? 0), 0) / Math.max(1, lists.length)
  const mean = Array.from({ length: channels }, (_, channel) => average(means, channel))
  const deviation = mean.map((value, channel) => Math.sqrt(Math.max(0, average(squares, channel) - value * value)))
  return { mean, deviation, ...(learnt && { learnt }) }
}

/** Steps that make rows of numbers, which have no places to average. */
const ROWS = /^(Gemm|MatMul|Flatten|Reshape|Squeeze|ReduceMean|LSTM|GRU|Gather)$/

/** Whether a tensor has places as well as channels, like a convolution's output. */
function areMaps(file: OnnxFile, tensor: string, depth = 0): boolean {
  const maker = makerOf(file, tensor)
  if (!maker || /^Conv/.test(maker.op) || depth > 5) return true
  return !ROWS.test(maker.op) && areMaps(file, maker.inputs[0] ?? '', depth + 1)
}

/**
 * The inputs of the first steps that keep their statistics; otherwise the outputs of the first and some later
 * convolutions.
 */
function layersOf(path: string, file: OnnxFile): Layer[] {
  const given = new Set([...file.inputs, ...file.outputs].map(({ name }) => name))
  const layers: Layer[] = []
  const numbers = weightsAt(path, file)
  for (const { op, inputs } of file.nodes) {
    if (op !== 'BatchNormalization' || layers.length >= MOST) continue
    const [tensor = '', , , first = '', second = ''] = inputs
    const learnt = learntOf(numbers(first), numbers(second))
    if (learnt && !given.has(tensor) && areMaps(file, tensor)) layers.push({ tensor, learnt })
  }
  if (layers.length >= 2) return layers
  const convolutions = file.nodes.filter(
    ({ op, outputs, inputs }) =>
      op === 'Conv' && file.constants.get(inputs[1] ?? '')?.dims.length === 4 && outputs[0] && !given.has(outputs[0]),
  )
  const step = Math.max(1, Math.floor(convolutions.length / (MOST - layers.length)))
  for (const { outputs } of convolutions.filter((_, i) => i % step === 0).slice(0, MOST - layers.length))
    layers.push({ tensor: outputs[0] as string })
  return layers
}
