import { cholesky, type Matrix, matrix, products, row, rowsOf, solveLower, transposed } from './matrix'

/** With more dimensions, learning would be slow, so it works in the space spanned by this many examples. */
const MAX_DIMENSIONS = 160

/**
 * Projects the examples to a few dimensions that preserve their distances, exactly for up to 160 examples.
 * Null if they have few dimensions already.
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
