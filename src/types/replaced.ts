import type { Numbers, Place } from './pixels'

type Ids = Uint8Array | Uint16Array

/**
 * The ids of a label map that is elsewhere, each replaced by another: the ids it shows are known, and its pixels stay
 * where they are.
 */
export class Replaced implements Place<Ids> {
  /** The original ids. */
  readonly of: Place<Ids>
  /** For each id that was shown, its replacement. */
  readonly becomes: Uint16Array
  readonly kind: 'bytes' | 'ids'
  readonly shown: Uint8Array

  /** @param of shows what is known; no id of it becomes more than 255 where the kind is bytes */
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

/** Each id replaced by what it becomes. @param kind 16-bit ids if they may be more than 255 */
export function replaceEach(ids: Numbers, becomes: ArrayLike<number>, kind: 'bytes' | 'ids'): Ids {
  const replaced = kind === 'ids' ? new Uint16Array(ids.length) : new Uint8Array(ids.length)
  for (let i = 0; i < ids.length; i++) replaced[i] = becomes[ids[i] as number] as number
  return replaced
}
