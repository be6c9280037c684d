import { encodeVector, type Vector } from '../../../src/latent'

export interface Wish {
  vector: Vector
  /** Pixels, at most. */
  side: number
  /** Lower ones are made before higher ones. */
  rank: number
  /**
   * Shows the picture even if its place already waits for a newer one: pictures that follow a pointer should be seen
   * moving.
   */
  evenLate?: boolean
  /** @param isLatest whether its place isn't waiting for a newer one */
  show(picture: string, isLatest: boolean): void
}

export interface Answer {
  pictures: string[]
  milliseconds: number
}

/** Asks for pictures of points in the flow's format. Rejects with an error for people; not at all once aborted. */
export type Ask = (vectors: string[], side: number) => { answer: Promise<Answer>; abort(): void }

export interface Pictures {
  /** Shows the picture of a point at a place, soon; the place's previous request is dropped. */
  want(place: string, wish: Wish): void
  /** Drops the requests of all places with this prefix. */
  forget(beginning: string): void
  /** Milliseconds a picture takes; undefined before the first one. */
  readonly pace: number | undefined
}

/** How long a request may take, so that something more urgent never waits long, in ms. */
const BATCH = 250
const MAX_PICTURES = 8
const REMEMBERED = 400

interface Waiting extends Wish {
  place: string
  text: string
}

/**
 * Makes pictures by asking for a few at a time, the most urgent first. One request is active at a time; if none of its
 * pictures is wanted any more, it is ended. After an error, nothing is requested until a picture is needed again.
 *
 * @param told called with the error, or with null after each successful request
 */
export function createPictures(ask: Ask, told: (fault: string | null) => void): Pictures {
  /** What each place wants, as long as it has not been shown. */
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
