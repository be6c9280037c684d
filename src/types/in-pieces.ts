/** Pixels after which others get a turn. */
export const PIXELS_AT_ONCE = 200_000

/** Works on all pixels from 0 to `count`, in pieces, so that nobody has to wait for a large picture. */
export async function inPieces(count: number, work: (from: number, to: number) => void): Promise<void> {
  for (let from = 0; from < count; from += PIXELS_AT_ONCE) {
    work(from, Math.min(from + PIXELS_AT_ONCE, count))
    await othersTurn()
  }
}

/** Browsers have no setImmediate. */
export function othersTurn(): Promise<void> {
  return new Promise((resolve) => (typeof setImmediate === 'function' ? setImmediate(resolve) : setTimeout(resolve)))
}
