import { encodeVector, type Vector } from '../../../src/latent'

export interface Wish {
  vector: Vector
  /** Pixels, at most. */
  side: number
  /** Requests with a lower rank are made first. */
  rank: number
  /**
   * Shows the picture even if a newer one has been requested for the same place, so that pictures that follow
   * the pointer keep changing.
   */
  evenLate?: boolean
  /** @param isLatest whether no newer picture has been requested for the same place */
  show(picture: string, isLatest: boolean): void
}

export interface Answer {
  pictures: string[]
  milliseconds: number
}

/**
 * Requests pictures of points, encoded as in the flow. Rejects with an error for people; after `abort` it
 * never settles.
 */
export type Ask = (vectors: string[], side: number) => { answer: Promise<Answer>; abort(): void }

export interface Pictures {
  /** Requests the picture of a point for a place. It replaces the place's previous request. */
  want(place: string, wish: Wish): void
  /** Discards the requests of all places whose name begins like this. */
  forget(beginning: string): void
  /** Milliseconds per picture; undefined before the first one. */
  readonly pace: number | undefined
}

/** The longest that one request should take, in ms, so that more urgent ones needn't wait long. */
const BATCH = 250
const MAX_PICTURES = 8
const REMEMBERED = 400

interface Waiting extends Wish {
  place: string
  text: string
}

/**
 * Requests a few pictures at a time, the most urgent first. Only one request is active, and it is aborted if
 * none of its pictures is needed any more. After an error, nothing is requested until another picture is
 * needed.
 * @param told called with the error, or with null after each successful request
 */
export function createPictures(ask: Ask, told: (fault: string | null) => void): Pictures {
  /** Place → its request, until the picture is shown. */
  const wanted = new Map<string, Waiting>()
  const known = new Map<string, string>()
  let working: { batch: Waiting[]; abort(): void } | null = null
  let pace: number | undefined

  const isWanted = (wish: Waiting) => wanted.get(wish.place) === wish

  function show(wish: Waiting, picture: string): void {
    const isLatest = isWanted(wish)
    if (isLatest) wanted.delete(wish.place)
    else if (!wish.evenLate || !wanted.has(wish.place)) return
    wish.show(picture, isLatest)
  }

  function nextBatch(): Waiting[] {
    let batch: Waiting[] = []
    const most = pace === undefined ? 1 : Math.max(1, Math.min(MAX_PICTURES, Math.floor(BATCH / pace)))
    for (const wish of wanted.values()) {
      const [first] = batch
      if (!first || wish.rank < first.rank) batch = [wish]
      else if (wish.rank === first.rank && wish.side === first.side && batch.length < most) batch.push(wish)
    }
    return batch
  }

  async function work(): Promise<void> {
    if (working) return
    for (let batch = nextBatch(); batch.length > 0; batch = nextBatch()) {
      const { answer, abort } = ask(
        batch.map(({ text }) => text),
        (batch[0] as Waiting).side,
      )
      const own = { batch, abort }
      working = own
      try {
        const { pictures, milliseconds } = await answer
        if (working !== own) return
        pace = milliseconds / pictures.length
        told(null)
        for (const [i, wish] of batch.entries()) {
          remember(wish, pictures[i] as string)
          show(wish, pictures[i] as string)
        }
      } catch (error) {
        if (working !== own) return
        wanted.clear()
        told((error as Error).message)
      }
    }
    working = null
  }

  function remember({ text, side }: Waiting, picture: string): void {
    known.set(`${side} ${text}`, picture)
    const [oldest] = known.keys()
    if (known.size > REMEMBERED && oldest !== undefined) known.delete(oldest)
  }

  function endUseless(): void {
    if (!working || working.batch.some((wish) => wish.evenLate || isWanted(wish))) return
    const { abort } = working
    working = null
    abort()
  }

  return {
    get pace() {
      return pace
    },
    want(place, wish) {
      const text = encodeVector(wish.vector)
      const picture = known.get(`${wish.side} ${text}`)
      if (picture === undefined) wanted.set(place, { ...wish, place, text })
      else wanted.delete(place)
      endUseless()
      if (picture !== undefined) wish.show(picture, true)
      void work()
    },
    forget(beginning) {
      for (const place of [...wanted.keys()]) if (place.startsWith(beginning)) wanted.delete(place)
      endUseless()
      void work()
    },
  }
}
