import type { Place } from './pixels'
import type { Numbers } from './typed-array'

type Ids = Uint8Array | Uint16Array

/**
 * A label map's ids that are in another process, each to be replaced by another one. The ids that occur are
 * known, so the pixels needn't be fetched.
 */
export class Replaced implements Place<Ids> {
  /** The original ids. */
  readonly of: Place<Ids>
  /** The replacement for each original id. */
  readonly becomes: Uint16Array
  readonly kind: 'bytes' | 'ids'
  readonly shown: Uint8Array

  /**
   * @param of the original ids; those that occur (`shown`) must be known
   * @param kind `bytes` only if no replacement exceeds 255
   */
  constructor(of: Place<Ids>, becomes: Uint16Array, kind: 'bytes' | 'ids') {
    const isAgain = of instanceof Replaced
    this.of = isAgain ? of.of : of
    this.becomes = isAgain ? of.becomes.map((id) => becomes[id] ?? 0) : becomes
    this.kind = kind
    const before = [...(of.shown ?? []).keys()].filter((id) => of.shown?.[id])
    const now = before.map((id) => becomes[id] as number)
    this.shown = new Uint8Array(Math.max(-1, ...now) + 1)
    for (const id of now) this.shown[id] = 1
  }

  get length(): number {
    return this.of.length
  }

  read(): Ids {
    return this.#replace(this.of.read())
  }

  glimpse(side: number, isSquare: boolean): ReturnType<NonNullable<Place['glimpse']>> {
    const small = this.of.glimpse?.(side, isSquare)
    return small && { ...small, data: this.#replace(small.data as Ids) }
  }

  #replace(ids: Ids): Ids {
    return replaceEach(ids, this.becomes, this.kind)
  }
}

/** Replaces each id. @param kind `ids` (16 bits) if a replacement may exceed 255 */
export function replaceEach(ids: Numbers, becomes: ArrayLike<number>, kind: 'bytes' | 'ids'): Ids {
  const replaced = kind === 'ids' ? new Uint16Array(ids.length) : new Uint8Array(ids.length)
  for (let i = 0; i < ids.length; i++) replaced[i] = becomes[ids[i] as number] as number
  return replaced
}
