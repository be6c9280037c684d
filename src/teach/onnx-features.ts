import { graphTail, modelHead, type TypedValue } from '../onnx/extend'
import { type FeatureKind, MAX_PLACED_LABELS } from './features'
import { createGraph, type Graph } from './graph'

/** The name of the features tensor, which is the head's input. */
export const FEATURES = 'features'
/** The code of 32-bit floats in ONNX. */
const FLOAT = 1

/**
 * The first part of an ONNX model, which computes the same features as `thingOf`. Its input is `points` [n,
 * points, 2], `labels` [n, height, width] (integers), or `features`. Pictures and sounds have networks of
 * their own.
 */
export function onnxOfFeatures(kind: FeatureKind, length: number): Buffer {
  const [what, given] = kind.split(' ')
  const count = Number(given)
  if (what === 'points') return begun({ name: 'points', dims: ['n', count, 2] }, (graph) => points(graph, count))
  if (what === 'map')
    return begun({ name: 'labels', dims: ['n', 'height', 'width'], isWhole: true }, (graph) => map(graph, count))
  return modelHead({ name: FEATURES, dims: ['n', length] })
}

function begun(input: TypedValue, steps: (graph: Graph) => void): Buffer {
  const graph = createGraph('seen')
  steps(graph)
  return Buffer.concat([modelHead(input), graphTail(graph)])
}

function points(graph: Graph, count: number): void {
  const { step, values, whole } = graph
  const middle = step('ReduceMean', ['points'], { attributes: { axes: [1] } })
  const off = step('Sub', ['points', middle])
  const squares = step('ReduceSum', [step('Mul', [off, off]), whole([1, 2])])
  const size = step('Sqrt', [step('Mul', [squares, values([1 / count], [1])])])
  const isZero = step('Cast', [step('Equal', [size, values([0], [1])])], { attributes: { to: FLOAT } })
  const divisor = step('Add', [size, isZero])
  const flat = (name: string, columns: number) => step('Reshape', [name, whole([-1, columns])])
  const parts = [flat(step('Div', [off, divisor]), 2 * count), flat(middle, 2), flat(divisor, 1)]
  step('Concat', parts, { attributes: { axis: 1 }, output: FEATURES })
}

function map(graph: Graph, count: number): void {
  const { step, values, whole } = graph
  const all = whole(Array.from({ length: count }, (_, id) => id))
  const ids = step('Reshape', [all, whole([1, count, 1, 1])])
  const same = step('Equal', [step('Unsqueeze', ['labels', whole([1])]), ids])
  const shown = step('Cast', [same], { attributes: { to: FLOAT } })
  const [height, width] = [1, 2].map((axis) => {
    const shape = step('Shape', ['labels'])
    return step('Slice', [shape, whole([axis]), whole([axis + 1])])
  }) as [string, string]
  const pixels = step('Cast', [step('Mul', [height, width])], { attributes: { to: FLOAT } })
  const share = (part: string) =>
    step('Div', [step('ReduceSum', [part, whole([2, 3])], { attributes: { keepdims: 0 } }), pixels])
  const half = (length: string) => step('Div', [step('Add', [length, whole([1])]), whole([2])])
  const halves = (name: string, axis: number, length: string) => {
    const middle = half(length)
    const cut = (from: string, to: string) => step('Slice', [name, from, to, whole([axis])])
    return [cut(whole([0]), middle), cut(middle, length)]
  }
  const quarters =
    count > MAX_PLACED_LABELS
      ? []
      : halves(shown, 2, height).flatMap((rows) =>
          halves(rows, 3, width).map((quarter) => step('Mul', [share(quarter), values([2], [1])])),
        )
  const shares = step('Concat', [share(shown), ...quarters], { attributes: { axis: 1 } })
  step('Sqrt', [shares], { output: FEATURES })
}
