/** The correlation of two lists, from −1 to 1; 0 if one of them is constant. */
export function correlation(a: ArrayLike<number>, b: ArrayLike<number>): number {
  const [ma, mb] = [meanOf(a), meanOf(b)]
  let [ab, aa, bb] = [0, 0, 0]
  for (let i = 0; i < a.length; i++) {
    const [x, y] = [(a[i] as number) - ma, (b[i] as number) - mb]
    ab += x * y
    aa += x * x
    bb += y * y
  }
  return aa < 1e-9 || bb < 1e-9 ? 0 : ab / Math.sqrt(aa * bb)
}

export function meanOf(numbers: ArrayLike<number>): number {
  let sum = 0
  for (let i = 0; i < numbers.length; i++) sum += numbers[i] as number
  return sum / Math.max(1, numbers.length)
}

/** The mean absolute difference of two lists. */
export function apart(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let sum = 0
  const length = Math.min(a.length, b.length)
  for (let i = 0; i < length; i++) sum += Math.abs((a[i] as number) - (b[i] as number))
  return sum / Math.max(1, length)
}

export function deviationOf(numbers: ArrayLike<number>): number {
  const mean = meanOf(numbers)
  let sum = 0
  for (let i = 0; i < numbers.length; i++) sum += ((numbers[i] as number) - mean) ** 2
  return Math.sqrt(sum / Math.max(1, numbers.length))
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)] ?? 0
}
