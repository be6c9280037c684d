/**
 * Begins to measure how many bytes of memory this process takes. The result says 0 if the system doesn't
 * tell: asking needs a free descriptor.
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
