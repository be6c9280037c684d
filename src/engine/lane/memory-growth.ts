/**
 * Starts measuring how much memory this process uses.
 * @returns a function that returns the growth in bytes, or 0 if it can't be measured: that requires a free
 * file descriptor
 */
export function memoryGrowth(resident: () => number = () => process.memoryUsage.rss()): () => number {
  const before = asked(resident)
  return () => {
    const now = asked(resident)
    return before === null || now === null ? 0 : now - before
  }
}

function asked(resident: () => number): number | null {
  try {
    return resident()
  } catch {
    return null
  }
}
