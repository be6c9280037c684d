import { AsyncLocalStorage } from 'node:async_hooks'
import { memorySize } from '../apart/this-machine'
import { readableSize } from '../files'
import { ValueError } from '../types'

/**
 * The maximum number of bytes decoded ahead of their turn, including released pictures whose memory hasn't
 * been collected yet. More would only fill the memory.
 */
const MOST_AHEAD = 64e6

/** The decoded pictures of one piece of work, such as a message in a node or a query. */
interface Claim {
  bytes: number
  /** The buffers of its pictures. */
  memory: WeakRef<ArrayBufferLike>[]
  /** Whether its turn hasn't come yet, so that it can wait. */
  isAhead: boolean
  isOver: boolean
  refuses: boolean
  signal: AbortSignal | undefined
  /** The work that this work is part of. */
  behind: Claim | null
}

interface Waiting {
  claim: Claim
  bytes: number
  go(): void
}

/** The memory in use, for displays. Bytes are those of decoded pictures. */
export interface UnderWay {
  bytes: number
  limit: number
  /** The number of pictures waiting for memory. */
  waiting: number
  refused: number
}

const current = new AsyncLocalStorage<Claim>()
const claims = new Set<Claim>()
let waiting: Waiting[] = []
let refused = 0
/** Bytes of pictures that have been released but not yet collected by V8. */
let fading = 0
const found = new FinalizationRegistry((bytes: number) => {
  fading -= bytes
  letGo()
})
let limit = defaultLimit()

/** A quarter of the memory that this process may use (in a container, its limit), but at most a gigabyte. */
export function defaultLimit(): number {
  return Math.min(2 ** 30, memorySize() / 4)
}

/** @param bytes undefined for the default */
export function limitUnderWay(bytes: number = defaultLimit()): void {
  limit = bytes
  letGo()
}

export function underWayNow(): UnderWay {
  return { bytes: sum(() => true), limit, waiting: waiting.length, refused }
}

/**
 * Runs a piece of work, and counts the pictures that are decoded for it until it ends. Everything it calls
 * uses `admit`.
 *
 * @param turn resolves when no other work comes first; until then, little is decoded. If it rejects, waiting
 * pictures reject too.
 * @param refuses whether a picture is refused if there is no memory; otherwise it waits
 * @param signal stops waiting; nothing more is decoded for the work
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
  // If `turn` rejects, the code that waits for it reports the error.
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

/** Corrects the size of an admitted picture once it has been decoded. */
export function decoded(memory: ArrayBufferLike): void {
  current.getStore()?.memory.push(new WeakRef(memory))
}

/** Releases the pictures decoded for the current work, so that others can use the memory. */
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
 * Waits until there is memory for this many more bytes. A single picture is always admitted, whatever its
 * size.
 *
 * @throws ValueError if the work was cancelled; with the code `busy` if it refuses to wait
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
      `it doesn't fit in memory now: pictures and sounds of ${readableSize(sum(() => true))} are being processed, and the limit is ${readableSize(limit)} (daisychainMegabytes in Node-RED's settings.js)`,
      'busy',
    )
  }
  await new Promise<void>((go) => waiting.push({ claim, bytes, go }))
  requireWanted(claim)
}

function requireWanted({ signal }: Claim): void {
  if (signal?.aborted) throw new ValueError('it is no longer needed')
}

/** Work that already holds memory never waits, which prevents deadlocks. */
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

/** Lets waiting pictures continue for which there is memory now. */
function letGo(): void {
  waiting = waiting.filter(({ claim, bytes, go }) => {
    if (!claim.isOver && !claim.signal?.aborted && !fits(claim, bytes)) return true
    claim.bytes += bytes
    go()
    return false
  })
}
