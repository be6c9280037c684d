const collator = new Intl.Collator('en', { numeric: true, sensitivity: 'base' })

/** Sorts paths naturally, folder by folder: `2.jpg` before `10.jpg`. */
export function naturalOrder(a: string, b: string): number {
  const [left, right] = [a.split(/[\\/]/), b.split(/[\\/]/)]
  for (let i = 0; i < Math.min(left.length, right.length); i++) {
    const order = collator.compare(left[i] as string, right[i] as string)
    if (order !== 0) return order
  }
  return left.length - right.length || (a < b ? -1 : a > b ? 1 : 0)
}
