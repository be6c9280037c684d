/** Pixels after which other work gets a turn. */
export const PIXELS_AT_ONCE = 200_000

/** Works on all pixels from 0 to `count`, in pieces, so that nothing else waits for a large picture. */
export async function inPieces(count: number, work: (from: number, to: number) => void): Promise<void> {
  for (let from = 0; from < count; from += PIXELS_AT_ONCE) {
    work(from, Math.min(from + PIXELS_AT_ONCE, count))
    await othersTurn()
  }
}

/** A change of all pixels, or samples, that can be made part by part. */
export interface PixelWork<T> {
  /** Pixels, or samples. */
  count: number
  part(from: number, to: number): void
  done(): T
}

export function atOnce<T>({ count, part, done }: PixelWork<T>): T {
  part(0, count)
  return done()
}

/** So that nothing else waits for a large picture. */
export async function piecewise<T>({ count, part, done }: PixelWork<T>): Promise<T> {
  await inPieces(count, part)
  return done()
}

/** A copy of some of the numbers, made in pieces. */
export async function sliceInPieces(numbers: Float32Array, first = 0, last = numbers.length): Promise<Float32Array> {
  const copy = new Float32Array(last - first)
  await inPieces(copy.length, (from, to) => copy.set(numbers.subarray(first + from, first + to), from))
  return copy
}

/** Browsers have no setImmediate. */
export function othersTurn(): Promise<void> {
  return new Promise((resolve) => (typeof setImmediate === 'function' ? setImmediate(resolve) : setTimeout(resolve)))
}
