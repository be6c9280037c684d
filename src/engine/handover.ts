import type { Glimpse, GlimpseSize } from './glimpse'
import { Kept, type KeptArray, type KeptNumbers } from './kept'
import { asArray, type Detached, detach, type Output, type RequestedRun, type Stored } from './protocol'
import type { Store } from './store'
import type { Fetch, Fetched, GivenFeed } from './types'
import { isWorthKeeping, wholePages } from './worth-keeping'

/** One run on its way to a lane and back. */
export interface Passage {
  run: RequestedRun
  /** The data sent with it. */
  blocks: Uint8Array[]
  /** Receives the results. Pictures that stayed with the engine are fetched when they are read. */
  received(outputs: Record<string, Output>, blocks: Uint8Array[]): Record<string, Fetched>
  /** Always called once, last. */
  end(): void
}

/**
 * Passes pictures to lanes and back. Those in the engine's store, or in memory shared by threads, aren't
 * copied.
 * @param store returns the store of an engine whose lanes are processes
 */
export function createHandover(store: () => Store | null) {
  /** Model and outputs → the room that the run's pictures took last time, which the next run gets. */
  const expected = new Map<string, number>()

  return (
    path: string,
    feeds: Record<string, GivenFeed>,
    fetches: Record<string, Fetch>,
    glimpses: readonly GlimpseSize[] = [],
  ): Passage => {
    const place = store()
    const key = `${path}\n${Object.keys(fetches)}`
    const blocks: Uint8Array[] = []
    const run: RequestedRun = { feeds: detach(feeds, blocks, placed), fetches, glimpses } // first: it rejects feeds without data
    const pinned = Object.values(feeds).flatMap(({ data }) => {
      const source = data instanceof Kept ? data.source : undefined
      return source && 'region' in source && place?.has(source.region) ? [source.region] : []
    })
    for (const region of pinned) place?.pin(region)
    const lease = place?.lease(expected.get(key) ?? 0) ?? null
    if (lease) run.room = { offset: lease.offset, bytes: lease.bytes }

    /** Where the pixels of a feed are, unless they are in this process. */
    function placed({ data }: GivenFeed): Stored | KeptNumbers | undefined {
      if (!(data instanceof Kept)) return undefined
      const { source } = data
      if ('region' in source && place?.has(source.region))
        return {
          offset: source.region.offset,
          bytes: data.byteLength,
          array: data.array,
          ...(source.card && { card: source.card }),
        }
      return 'shared' in source && !place ? (asArray(source.shared, data.array) as KeptNumbers) : data.read()
    }

    function received(outputs: Record<string, Output>, blocks: Uint8Array[]): Record<string, Fetched> {
      let wanted = 0
      const results = Object.entries(outputs).map(
        ([name, { data, glimpses = [], shown, card, ...rest }]): [string, Fetched] => {
          const bytes = 'offset' in data ? data.bytes : (blocks[data.block] as Uint8Array).byteLength
          if (isWorthKeeping(fetches[name], data.array, bytes)) wanted += wholePages(bytes)
          const array = data.array as KeptArray
          const about = { glimpses: glimpses.map((each) => arrived(each, blocks)), shown: shown && maskOf(shown) }
          if ('offset' in data)
            return [name, keeping(rest, place?.keep(array, data.offset, data.bytes, about, card) as Kept)]
          const block = blocks[data.block] as Uint8Array
          if (!(block.buffer instanceof SharedArrayBuffer))
            return [name, { ...rest, data: asArray(block, data.array) } as Fetched]
          return [name, keeping(rest, new Kept(array, bytes, { shared: block }, about))]
        },
      )
      expected.set(key, wanted)
      return Object.fromEntries(results)
    }

    function end(): void {
      for (const region of pinned) place?.unpin(region)
      if (lease) place?.release(lease)
    }

    return { run, blocks, received, end }
  }
}

function arrived({ data, ...size }: Detached<Glimpse>, blocks: Uint8Array[]): Glimpse {
  const { block, array } = data as { block: number; array: KeptArray }
  return { ...size, data: asArray(blocks[block] as Uint8Array, array) as Glimpse['data'] }
}

/** A mask of the shown ids, as in `Kept`. */
function maskOf(shown: readonly number[]): Uint8Array {
  const mask = new Uint8Array((shown.at(-1) ?? -1) + 1)
  for (const id of shown) mask[id] = 1
  return mask
}

/** A result whose numbers are fetched when they are first read. */
function keeping(rest: object, kept: Kept): Fetched {
  return Object.defineProperties({ ...rest } as Fetched, {
    data: { enumerable: true, get: () => kept.read() },
    kept: { value: kept },
  })
}
