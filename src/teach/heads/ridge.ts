import { cholesky, dot, type Matrix, matrix, row, rowsOf, solveLower, solveUpper, transposed } from '../matrix'

/** How strongly weights are held small; the examples have a mean square of 1. */
const STRENGTHS = [0.003, 0.01, 0.03, 0.1, 0.4]
/** The number behind each example that stands for a constant: large, so that it is hardly held back. */
const CONSTANT = 3

export interface Ridge {
  /** Output × input. */
  weights: Matrix
  bias: Float64Array
  /** Example × output: what would have been said of each, had it not been shown. */
  left: Matrix
}

/**
 * Weights that give `y` of `x` with the least square error, held small to several degrees.
 *
 * @param weight of each example
 */
export function* ridges(x: Matrix, y: Matrix, weight: Float64Array): Generator<Ridge> {
  const { rows } = x
  const width = x.columns + 1
  const inputs = matrix(rows, width)
  const targets = matrix(rows, y.columns)
  for (let i = 0; i < rows; i++) {
    const root = Math.sqrt(weight[i] as number)
    const line = row(inputs, i)
    line.set(row(x, i))
    line[width - 1] = CONSTANT
    for (let j = 0; j < width; j++) (line[j] as number) *= root
    for (let j = 0; j < y.columns; j++) targets.data[i * y.columns + j] = (y.data[i * y.columns + j] as number) * root
  }
  const columns = transposed(inputs)
  const lines = rowsOf(columns)
  const wanted = transposed(targets)
  const square = matrix(width, width)
  for (let i = 0; i < width; i++) {
    for (let j = 0; j <= i; j++) square.data[i * width + j] = dot(lines[i] as Float64Array, lines[j] as Float64Array)
  }
  const sums = Array.from({ length: y.columns }, (_, k) =>
    Float64Array.from({ length: width }, (_, j) => dot(lines[j] as Float64Array, row(wanted, k))),
  )
  const total = weight.reduce((sum, value) => sum + value, 0)

  for (const strength of STRENGTHS) {
    const held = { ...square, data: square.data.slice() }
    for (let i = 0; i < width; i++)
      (held.data[i * width + i] as number) += strength * total * (i < width - 1 ? 1 : 1e-3)
    const lower = rowsOf(cholesky(held))
    const found = sums.map((sum) => {
      const solved = sum.slice()
      solveLower(lower, solved)
      solveUpper(lower, solved)
      return solved
    })
    yield { ...split(found, width), left: leftOut(inputs, targets, weight, lower, found) }
  }
}

function split(found: Float64Array[], width: number): { weights: Matrix; bias: Float64Array } {
  const weights = matrix(found.length, width - 1)
  found.forEach((line, k) => {
    weights.data.set(line.subarray(0, width - 1), k * (width - 1))
  })
  return { weights, bias: Float64Array.from(found, (line) => (line[width - 1] as number) * CONSTANT) }
}

/** The error at an example that was not shown follows of the one at the example that was, and of how far it pulls. */
function leftOut(
  inputs: Matrix,
  targets: Matrix,
  weight: Float64Array,
  lower: readonly Float64Array[],
  found: Float64Array[],
): Matrix {
  const left = matrix(targets.rows, targets.columns)
  const pulled = new Float64Array(inputs.columns)
  for (let i = 0; i < inputs.rows; i++) {
    const line = row(inputs, i)
    pulled.set(line)
    solveLower(lower, pulled)
    const pull = Math.min(0.999, dot(pulled, pulled))
    const root = Math.sqrt(weight[i] as number)
    for (let k = 0; k < targets.columns; k++) {
      const target = targets.data[i * targets.columns + k] as number
      const said = dot(line, found[k] as Float64Array)
      left.data[i * targets.columns + k] = (target - (target - said) / (1 - pull)) / root
    }
  }
  return left
}
