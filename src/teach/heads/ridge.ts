import { cholesky, dot, type Matrix, matrix, row, rowsOf, solveLower, solveUpper, transposed } from '../matrix'

/** The regularisation strengths to try. Examples have a mean square of 1. */
const STRENGTHS = [0.003, 0.01, 0.03, 0.1, 0.4]
/**
 * The constant that is appended to each example as the bias input. It is large, so that the bias is hardly
 * regularised.
 */
const CONSTANT = 3

export interface Ridge {
  /** Output × input. */
  weights: Matrix
  bias: Float64Array
  /** Example × output: the prediction for each example with that example left out. */
  left: Matrix
}

/**
 * Ridge regression: the weights that predict `y` from `x` with the least square error, for several
 * regularisation strengths.
 *
 * @param weight the weight of each example
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
    yield { ...split(found, width), left: leftOut(inputs, targets, weight, pullsOf(columns, lower), found) }
  }
}

function split(found: Float64Array[], width: number): { weights: Matrix; bias: Float64Array } {
  const weights = matrix(found.length, width - 1)
  found.forEach((line, k) => {
    weights.data.set(line.subarray(0, width - 1), k * (width - 1))
  })
  return { weights, bias: Float64Array.from(found, (line) => (line[width - 1] as number) * CONSTANT) }
}

/** Computes the leave-one-out error from the ordinary error and the leverage, without learning again. */
function leftOut(
  inputs: Matrix,
  targets: Matrix,
  weight: Float64Array,
  pulls: Float64Array,
  found: readonly Float64Array[],
): Matrix {
  const left = matrix(targets.rows, targets.columns)
  for (let i = 0; i < inputs.rows; i++) {
    const line = row(inputs, i)
    const free = 1 - Math.min(0.999, pulls[i] as number)
    const root = Math.sqrt(weight[i] as number)
    for (let k = 0; k < targets.columns; k++) {
      const target = targets.data[i * targets.columns + k] as number
      const said = dot(line, found[k] as Float64Array)
      left.data[i * targets.columns + k] = (target - (target - said) / free) / root
    }
  }
  return left
}

/**
 * The leverage of each example, 0 to 1: the squared norm of lower⁻¹ · x, for all examples at once, so that
 * the innermost loop is long.
 *
 * @param columns one row per feature of the examples
 */
function pullsOf(columns: Matrix, lower: readonly Float64Array[]): Float64Array {
  const solved = rowsOf({ ...columns, data: columns.data.slice() })
  const pulls = new Float64Array(columns.columns)
  for (let i = 0; i < lower.length; i++) {
    const line = lower[i] as Float64Array
    const to = solved[i] as Float64Array
    let j = 0
    for (; j + 3 < i; j += 4) subtractFour(to, solved, line, j)
    for (; j < i; j++) subtract(to, solved[j] as Float64Array, line[j] as number)
    const divisor = line[i] as number
    for (let n = 0; n < to.length; n++) {
      const value = (to[n] as number) / divisor
      to[n] = value
      pulls[n] = (pulls[n] as number) + value * value
    }
  }
  return pulls
}

function subtract(to: Float64Array, from: Float64Array, share: number): void {
  for (let n = 0; n < to.length; n++) to[n] = (to[n] as number) - share * (from[n] as number)
}

/** Four rows at a time, which reduces memory accesses. */
function subtractFour(to: Float64Array, rows: readonly Float64Array[], shares: Float64Array, first: number): void {
  const [a, b, c, d] = [rows[first], rows[first + 1], rows[first + 2], rows[first + 3]] as Float64Array[] as [
    Float64Array,
    Float64Array,
    Float64Array,
    Float64Array,
  ]
  const p = shares[first] as number
  const q = shares[first + 1] as number
  const r = shares[first + 2] as number
  const s = shares[first + 3] as number
  for (let n = 0; n < to.length; n++) {
    to[n] =
      (to[n] as number) - (p * (a[n] as number) + q * (b[n] as number) + r * (c[n] as number) + s * (d[n] as number))
  }
}
