/** The number of pixels processed before other work gets a turn. */
export const PIXELS_AT_ONCE = 200_000

/** Processes the pixels from 0 to `count` in pieces, so that a large picture doesn't block other work. */
export async function inPieces(count: number, work: (from: number, to: number) => void): Promise<void> {
  for (let from = 0; from < count; from += PIXELS_AT_ONCE) {
    work(from, Math.min(from + PIXELS_AT_ONCE, count))
    await othersTurn()
  }
}

/** Work on all pixels or samples that can be split into parts. */
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

/** Does the work in pieces, so that a large picture doesn't block other work. */
export async function piecewise<T>({ count, part, done }: PixelWork<T>): Promise<T> {
  await inPieces(count, part)
  return done()
}

/** Copies some of the numbers in pieces. */
export async function sliceInPieces(numbers: Float32Array, first = 0, last = numbers.length): Promise<Float32Array> {
  const copy = new Float32Array(last - first)
  await inPieces(copy.length, (from, to) => copy.set(numbers.subarray(first + from, first + to), from))
  return copy
}

/** Joins lists of numbers in pieces. Empties the list of parts, so that their memory is free before the end. */
export async function joinInPieces(parts: Float32Array[]): Promise<Float32Array> {
  const joined = new Float32Array(parts.reduce((sum, { length }) => sum + length, 0))
  parts.reverse()
  let at = 0
  await inPieces(joined.length, (_, to) => {
    for (let part = parts.at(-1); part && at + part.length <= to; part = parts.at(-1)) {
      joined.set(part, at)
      at += part.length
      parts.pop()
    }
  })
  return joined
}

/** Browsers don't have setImmediate. */
export function othersTurn(): Promise<void> {
  return new Promise((resolve) => (typeof setImmediate === 'function' ? setImmediate(resolve) : setTimeout(resolve)))
}
