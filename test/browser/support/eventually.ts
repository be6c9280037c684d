/** Retries until the assertion holds. After half a minute, fails with the last error. */
export async function eventually(assertion: () => void | Promise<void>): Promise<void> {
  const limit = performance.now() + 30_000
  for (;;) {
    try {
      return await assertion()
    } catch (error) {
      if (performance.now() > limit) throw error
      await new Promise((resolve) => setTimeout(resolve, 30))
    }
  }
}
