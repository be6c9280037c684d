/** A matrix in row-major order. */
export interface Matrix {
  rows: number
  columns: number
  data: Float64Array
}

export function matrix(rows: number, columns: number): Matrix {
  return { rows, columns, data: new Float64Array(rows * columns) }
}

/** A row, as a view that can be read and written. */
export const row = ({ data, columns }: Matrix, index: number): Float64Array =>
  data.subarray(index * columns, (index + 1) * columns)

export function dot(a: Float64Array, b: Float64Array, length = a.length): number {
  let p = 0
  let q = 0
  let r = 0
  let s = 0
  let i = 0
  // Four sums at a time, because each addition to a single sum would wait for the previous one.
  for (; i + 3 < length; i += 4) {
    p += (a[i] as number) * (b[i] as number)
    q += (a[i + 1] as number) * (b[i + 1] as number)
    r += (a[i + 2] as number) * (b[i + 2] as number)
    s += (a[i + 3] as number) * (b[i + 3] as number)
  }
  for (; i < length; i++) p += (a[i] as number) * (b[i] as number)
  return p + q + r + s
}

/** All rows. */
export const rowsOf = (of: Matrix): Float64Array[] => Array.from({ length: of.rows }, (_, i) => row(of, i))

/** The product a · bᵀ. */
export function products(a: Matrix, b: Matrix): Matrix {
  const result = matrix(a.rows, b.rows)
  const others = rowsOf(b)
  for (let i = 0; i < a.rows; i++) {
    const left = row(a, i)
    for (let j = 0; j < b.rows; j++) result.data[i * b.rows + j] = dot(left, others[j] as Float64Array)
  }
  return result
}

/** The squared distances between all rows. */
export function distances(x: Matrix): Matrix {
  const result = matrix(x.rows, x.rows)
  const rows = rowsOf(x)
  const squares = rows.map((line) => dot(line, line))
  for (let i = 0; i < x.rows; i++) {
    const [line, square] = [rows[i] as Float64Array, squares[i] as number]
    for (let j = 0; j < i; j++) {
      const other = rows[j] as Float64Array
      const far = square + (squares[j] as number) - 2 * dot(line, other)
      // For nearly equal rows, the result is mostly rounding error.
      const exact = far > 1e-6 * square ? far : distance(line, other)
      result.data[i * x.rows + j] = exact
      result.data[j * x.rows + i] = exact
    }
  }
  return result
}

/** The squared distance. */
export function distance(a: Float64Array, b: Float64Array): number {
  let p = 0
  let q = 0
  let i = 0
  for (; i + 1 < a.length; i += 2) {
    const u = (a[i] as number) - (b[i] as number)
    const v = (a[i + 1] as number) - (b[i + 1] as number)
    p += u * u
    q += v * v
  }
  if (i < a.length) p += ((a[i] as number) - (b[i] as number)) ** 2
  return p + q
}

export function transposed({ rows, columns, data }: Matrix): Matrix {
  const result = matrix(columns, rows)
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++) result.data[j * rows + i] = data[i * columns + j] as number
  }
  return result
}

/**
 * Cholesky decomposition: the lower triangular matrix whose product with its transpose is `a`. Pivots that
 * aren't positive are replaced by small positive ones.
 */
export function cholesky(a: Matrix): Matrix {
  const n = a.rows
  const lower = matrix(n, n)
  const rows = rowsOf(lower)
  for (let i = 0; i < n; i++) {
    const current = rows[i] as Float64Array
    for (let j = 0; j < i; j++) {
      const other = rows[j] as Float64Array
      current[j] = ((a.data[i * n + j] as number) - dot(current, other, j)) / (other[j] as number)
    }
    current[i] = Math.sqrt(Math.max(1e-10, (a.data[i * n + i] as number) - dot(current, current, i)))
  }
  return lower
}

/** Solves lower · x = b in place. @param lower the rows of a lower triangular matrix */
export function solveLower(lower: readonly Float64Array[], b: Float64Array): void {
  for (let i = 0; i < lower.length; i++) {
    const line = lower[i] as Float64Array
    b[i] = ((b[i] as number) - dot(line, b, i)) / (line[i] as number)
  }
}

/** Solves lowerᵀ · x = b in place. */
export function solveUpper(lower: readonly Float64Array[], b: Float64Array): void {
  for (let i = lower.length - 1; i >= 0; i--) {
    const line = lower[i] as Float64Array
    const found = (b[i] as number) / (line[i] as number)
    b[i] = found
    for (let j = 0; j < i; j++) b[j] = (b[j] as number) - found * (line[j] as number)
  }
}
