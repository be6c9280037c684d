import { cholesky, type Matrix, matrix, products, row, rowsOf, solveLower, transposed } from './matrix'

/** With more numbers than this, learning would take long: it works in the space that this many examples span. */
const MAX_DIMENSIONS = 160

/**
 * Rows that describe the examples in few numbers, whose distances are those of the examples: exact for up to 160
 * examples. Null if the examples have few numbers already.
 */
export function basisOf(x: Matrix): Matrix | null {
  if (x.columns <= MAX_DIMENSIONS) return null
  const count = Math.min(MAX_DIMENSIONS, x.rows)
  const chosen = matrix(count, x.columns)
  for (let i = 0; i < count; i++) chosen.data.set(row(x, Math.floor((i * x.rows) / count)), i * x.columns)
  const gram = products(chosen, chosen)
  const ridge = 1e-6 * Math.max(1e-12, ...diagonal(gram))
  for (let i = 0; i < count; i++) (gram.data[i * count + i] as number) += ridge
  const lower = rowsOf(cholesky(gram))
  const columns = transposed(chosen)
  for (let i = 0; i < columns.rows; i++) solveLower(lower, row(columns, i))
  return transposed(columns)
}

const diagonal = ({ rows, data }: Matrix) => Array.from({ length: rows }, (_, i) => data[i * rows + i] as number)
