/** Choices based on a stream of random numbers. */
export interface Random {
  next(): number
  whole(most: number): number
  pick<T>(list: readonly T[]): T
  bytes(length: number): Buffer
}

export function randomOf(next: () => number): Random {
  const whole = (most: number) => Math.floor(next() * (most + 1))
  return {
    next,
    whole,
    pick: (list) => list[whole(list.length - 1)] as (typeof list)[number],
    bytes: (length) => Buffer.from(Uint8Array.from({ length }, () => whole(255))),
  }
}
