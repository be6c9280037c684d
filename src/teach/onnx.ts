import { graphTail, modelTail, type TypedValue } from '../onnx/extend'
import type { FeatureKind } from './features'
import { createGraph, type Graph } from './graph'
import { FLOOR } from './heads/nearest'
import type { Head, LearnedClasses, LearnedNumbers } from './lesson'
import { dot, type Matrix, matrix, rowsOf, transposed } from './matrix'
import { FEATURES, onnxOfFeatures } from './onnx-features'

export interface OnnxOptions {
  /** The kind of its examples. Default: vectors, which are features themselves. */
  kind?: FeatureKind
  /** The ONNX file that extracts features from pictures or sounds. The head is added to its graph. */
  extractor?: Buffer
  /** Display names, which are stored in the file's metadata. */
  metadata?: Record<string, string>
}

/**
 * An ONNX model that classifies like `tellClass`, with the precision of 32-bit floats. Its outputs are
 * `scores` [n, classes], `class` [n] (an index of the classes) and `strangeness` [n, 1], where more than 1
 * means none of the classes.
 */
export function onnxOfClasses(learned: LearnedClasses, options: OnnxOptions = {}): Buffer {
  const { classes, classOf, sharpness, limit, examples } = learned
  const graph = createGraph('taught')
  const { scaled, far, least } = begin(graph, learned)
  const sums = (near: string) => {
    const share = matrix(examples.rows, classes.length)
    classOf.forEach((own, i) => {
      share.data[i * classes.length + own] = 1 / classOf.filter((other) => other === own).length
    })
    const nearness = graph.step('MatMul', [near, graph.values(share.data, [share.rows, share.columns])])
    return graph.step('Log', [graph.step('Add', [nearness, graph.values([FLOOR], [1])])])
  }
  const values = headSteps(graph, learned.head, scaled, far, least, sums)
  const sharp = graph.step('Mul', [values, graph.values([sharpness], [1])])
  graph.step('Softmax', [sharp], { output: 'scores' })
  graph.step('ArgMax', ['scores'], { attributes: { axis: 1, keepdims: 0 }, output: 'class' })
  graph.step('Mul', [least, graph.values([1 / limit], [1])], { output: 'strangeness' })
  const outputs = [
    { name: 'scores', dims: ['n', classes.length] },
    { name: 'class', dims: ['n'], isWhole: true },
    { name: 'strangeness', dims: ['n', 1] },
  ]
  return assemble(graph, learned, outputs, {
    ...options,
    metadata: { classes: JSON.stringify(classes), ...options.metadata },
  })
}

/** An ONNX model that predicts numbers like `tellNumbers`. Its output is `numbers` [n, outputs]. */
export function onnxOfNumbers(learned: LearnedNumbers, options: OnnxOptions = {}): Buffer {
  const { targets, bounds } = learned
  const graph = createGraph('taught')
  const { scaled, far, least } = begin(graph, learned)
  const means = (near: string) => {
    const sum = graph.step('MatMul', [near, graph.values(targets.data, [targets.rows, targets.columns])])
    const total = graph.step('ReduceSum', [near, graph.whole([1])])
    return graph.step('Div', [sum, graph.step('Add', [total, graph.values([FLOOR], [1])])])
  }
  const values = headSteps(graph, learned.head, scaled, far, least, means)
  const [min, max] = [0, 1].map((end) =>
    graph.values(
      bounds.map((pair) => pair[end as 0 | 1]),
      [bounds.length],
    ),
  ) as [string, string]
  graph.step('Min', [graph.step('Max', [values, min]), max], { output: 'numbers' })
  return assemble(graph, learned, [{ name: 'numbers', dims: ['n', bounds.length] }], options)
}

/** The scaled input, its square distances to the examples, and the smallest of these. */
function begin(graph: Graph, { scaling, examples }: Pick<LearnedClasses, 'scaling' | 'examples'>) {
  const { rows, columns } = examples
  const off = graph.step('Sub', [FEATURES, graph.values(scaling.center, [columns])])
  const scaled = graph.step('Mul', [off, graph.values(scaling.scale, [columns])])
  const square = graph.step('ReduceSum', [graph.step('Mul', [scaled, scaled]), graph.whole([1])])
  const across = transposed({ ...examples, data: examples.data.map((value) => -2 * value) })
  const crossed = graph.step('MatMul', [scaled, graph.values(across.data, [columns, rows])])
  const own = rowsOf(examples).map((line) => dot(line, line))
  const sum = graph.step('Add', [graph.step('Add', [crossed, square]), graph.values(own, [rows])])
  const far = graph.step('Max', [sum, graph.values([0], [1])])
  const least = graph.step('ReduceMin', [far], { attributes: { axes: [1] } })
  return { scaled, far, least }
}

function headSteps(
  graph: Graph,
  head: Head,
  scaled: string,
  far: string,
  least: string,
  combine: (near: string) => string,
): string {
  if (head.kind === 'linear') {
    const { weights, bias } = head
    const columns = transposed(weights)
    return graph.step('Add', [
      graph.step('MatMul', [scaled, graph.values(columns.data, [columns.rows, columns.columns])]),
      graph.values(bias, [bias.length]),
    ])
  }
  const further = graph.step('Sub', [least, far])
  return combine(graph.step('Exp', [graph.step('Mul', [further, graph.values([1 / head.reach], [1])])]))
}

function assemble(
  { nodes, tensors }: Graph,
  { examples }: { examples: Matrix },
  outputs: TypedValue[],
  { kind = 'vector', extractor, metadata = {} }: OnnxOptions,
): Buffer {
  const head = extractor ?? onnxOfFeatures(kind, examples.columns)
  return Buffer.concat([head, graphTail({ nodes, tensors, outputs }), modelTail(metadata)])
}
