import { AsyncLocalStorage } from 'node:async_hooks'
import { memorySize } from '../apart/this-machine'
import { readableSize } from '../files'
import { ValueError } from '../types'

/**
 * A picture may be decoded before its turn only up to this many bytes, including pictures no longer needed whose memory
 * hasn't been freed: beyond that, it would only fill the memory.
 */
const MOST_AHEAD = 64e6

/** The decoded pictures of one piece of work: a message in a node, or a query. */
interface Claim {
  bytes: number
  /** The memory of its pictures. */
  memory: WeakRef<ArrayBufferLike>[]
  /** Its turn hasn't come: it could just as well be done later. */
  isAhead: boolean
  isOver: boolean
  refuses: boolean
  signal: AbortSignal | undefined
  /** The work for which it is done. */
  behind: Claim | null
}

interface Waiting {
  claim: Claim
  bytes: number
  go(): void
}

/** How much is in use, for displays. Bytes are those of decoded pictures. */
export interface UnderWay {
  bytes: number
  limit: number
  /** Pictures waiting for memory. */
  waiting: number
  refused: number
}

const current = new AsyncLocalStorage<Claim>()
const claims = new Set<Claim>()
let waiting: Waiting[] = []
let refused = 0
/** Bytes of pictures that were released but that V8 hasn't collected yet. */
let fading = 0
const found = new FinalizationRegistry((bytes: number) => {
  fading -= bytes
  letGo()
})
let limit = defaultLimit()

/** A quarter of the memory that this process may use, which in a container isn't the computer's; at most a gigabyte. */
export function defaultLimit(): number {
  return Math.min(2 ** 30, memorySize() / 4)
}

/** @param bytes undefined: the default */
export function limitUnderWay(bytes: number = defaultLimit()): void {
  limit = bytes
  letGo()
}

export function underWayNow(): UnderWay {
  return { bytes: sum(() => true), limit, waiting: waiting.length, refused }
}

/**
 * Does a piece of work and counts the pictures decoded for it until it is done: everything called from it asks `admit`.
 *
 * @param turn resolves when nothing else comes before this work; until then, it decodes little. If it fails, what waits
 * fails.
 * @param refuses whether a picture without room is refused; otherwise it waits
 * @param signal ends the waiting: nothing more is decoded for it
 */
export async function underWay<T>(
  work: () => Promise<T> | T,
  {
    turn,
    refuses = false,
    signal,
  }: { turn?: Promise<unknown>; refuses?: boolean; signal?: AbortSignal | undefined } = {},
): Promise<T> {
  const outer = current.getStore()
  const behind = outer && !outer.isOver ? outer : null
  const claim: Claim = { bytes: 0, memory: [], isAhead: turn !== undefined, isOver: false, refuses, signal, behind }
  claims.add(claim)
  // If the turn never comes, the code waiting for it reports that.
  const come = () => {
    claim.isAhead = false
    letGo()
  }
  turn?.then(come, come)
  signal?.addEventListener('abort', letGo)
  try {
    return await current.run(claim, async () => work())
  } finally {
    signal?.removeEventListener('abort', letGo)
    claim.isOver = true
    claim.behind = null
    claims.delete(claim)
    letGo()
  }
}

/** Reports the size of an admitted picture, now that it is decoded. */
export function decoded(memory: ArrayBufferLike): void {
  current.getStore()?.memory.push(new WeakRef(memory))
}

/** What was decoded for the current work is no longer needed: others get its room. */
export function letGoOfPictures(): void {
  const claim = current.getStore()
  if (!claim) return
  claim.bytes = 0
  for (const reference of claim.memory.splice(0)) {
    const memory = reference.deref()
    if (!memory) continue
    fading += memory.byteLength
    found.register(memory, memory.byteLength)
  }
  letGo()
}

/**
 * Waits until there is room for this many bytes in addition to those in use. A single picture always has room, however
 * large.
 *
 * @throws ValueError if the work is no longer wanted; `busy` where it refuses to wait
 */
export async function admit(bytes: number): Promise<void> {
  const claim = current.getStore()
  if (!claim || claim.isOver) return
  requireWanted(claim)
  if (fits(claim, bytes)) {
    claim.bytes += bytes
    return
  }
  if (claim.refuses) {
    refused++
    throw new ValueError(
      `the picture doesn't fit in memory now: pictures of ${readableSize(sum(() => true))} are being processed, and the limit is ${readableSize(limit)} (daisychainMegabytes in Node-RED's settings.js)`,
      'busy',
    )
  }
  await new Promise<void>((go) => waiting.push({ claim, bytes, go }))
  requireWanted(claim)
}

function requireWanted({ signal }: Claim): void {
  if (signal?.aborted) throw new ValueError('it is no longer needed')
}

/** Work that holds something never waits, so that there are no deadlocks. */
function fits(claim: Claim, bytes: number): boolean {
  for (let one: Claim | null = claim; one; one = one.behind) if (one.bytes > 0) return true
  if (claim.isAhead) return sum(() => true) + fading + bytes <= Math.min(MOST_AHEAD, limit)
  const atWork = sum(({ isAhead }) => !isAhead)
  return atWork === 0 || atWork + bytes <= limit
}

function sum(counts: (claim: Claim) => boolean): number {
  let bytes = 0
  for (const claim of claims) if (counts(claim)) bytes += claim.bytes
  return bytes
}

/** Lets those continue that have room now. */
function letGo(): void {
  waiting = waiting.filter(({ claim, bytes, go }) => {
    if (!claim.isOver && !claim.signal?.aborted && !fits(claim, bytes)) return true
    claim.bytes += bytes
    go()
    return false
  })
}
