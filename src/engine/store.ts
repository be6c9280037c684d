import { closeSync, ftruncateSync, statfsSync } from 'node:fs'
import { readFully } from './file-parts'
import { Kept, type KeptAbout, type KeptArray, type Region } from './kept'
import { openSharedFile } from './shared-file'
import { wholePages } from './worth-keeping'

/** Maximum total bytes of pictures. */
const MOST_BYTES = 256 * 2 ** 20
/** The share of the memory file system that is used, because others need it too. */
const SHARE = 1 / 4
/**
 * This many bytes after the last region are kept for the next pictures; any more are returned to the system.
 */
const SPARE = 32 * 2 ** 20
/**
 * Once this many bytes are in use (at most half of the limit), handles reserve memory, so that Node.js looks
 * for unused ones. If this were larger than the space left for the next pictures, lanes would write to pages
 * that the system must clear first, which takes longer than the search.
 */
const AMPLE = SPARE

export type Store = ReturnType<typeof createStore>

/**
 * Keeps the pictures made by lanes for as long as anything refers to them, in a memory file shared by this
 * process and all lanes of an engine. A lane reads what another has made, and nothing is lost if one dies. If
 * there is no room, the oldest pictures move to this process. Only this process allocates parts of the file.
 * If the system doesn't support such a file, nothing is kept.
 */
export function createStore(limit = limitHere(), file: number | null = openSharedFile()) {
  /** By their places. */
  const regions: Region[] = []
  /** The oldest first. */
  const held = new Map<Region, WeakRef<Kept>>()
  const forgotten = new FinalizationRegistry<Region>((region) => {
    region.isUnwanted = true
    if (region.pins === 0) free(region)
  })
  /** The file may contain data up to this position. */
  let end = 0
  let moved = 0
  let isClosing = file === null

  /** Reserves room for the results of a run until it is released. Null if there is none. */
  function lease(wanted: number): Region | null {
    const bytes = wholePages(wanted)
    if (isClosing || bytes === 0 || bytes > limit) return null
    for (;;) {
      const offset = gap(bytes)
      if (offset + bytes <= limit) return add(offset, bytes, 1)
      if (!moveOldest()) return null
    }
  }

  /** A position with this many free bytes. After the last region there always are. */
  function gap(bytes: number): number {
    let offset = 0
    for (const region of regions) {
      if (region.offset - offset >= bytes) return offset
      offset = region.offset + region.bytes
    }
    return offset
  }

  function add(offset: number, bytes: number, pins: number): Region {
    const region: Region = { offset, bytes, pins, isUnwanted: false, isFree: false }
    const after = regions.findIndex((other) => other.offset > offset)
    regions.splice(after < 0 ? regions.length : after, 0, region)
    end = Math.max(end, offset + bytes)
    return region
  }

  const bytesOf = (all: Iterable<Region>) => [...all].reduce((sum, { bytes }) => sum + bytes, 0)

  function free(region: Region): void {
    if (region.isFree || file === null) return
    region.isFree = true
    held.delete(region)
    regions.splice(regions.indexOf(region), 1)
    const needed = regions.reduce((most, { offset, bytes }) => Math.max(most, offset + bytes), 0)
    if (isClosing && regions.length === 0) closeSync(file)
    else if (end - needed > SPARE) {
      ftruncateSync(file, needed)
      end = needed
    }
  }

  /** Moves the oldest picture that no run is using to this process. False if there is none. */
  function moveOldest(): boolean {
    for (const [region, picture] of held) {
      if (region.pins > 0) continue
      const kept = picture.deref()
      if (kept) {
        kept.read()
        moved++
      }
      free(region)
      return true
    }
    return false
  }

  return {
    file,
    lease,
    /** Keeps numbers that a lane wrote to its lease. */
    keep(array: KeptArray, offset: number, byteLength: number, about: KeptAbout = {}, card?: string): Kept {
      const region = add(offset, wholePages(byteLength), 0)
      const source = { region, card, copyTo: (target: Uint8Array) => readFully(file as number, target, offset) }
      const isAmple = bytesOf(held.keys()) + region.bytes <= Math.min(AMPLE, limit / 2)
      const kept = new Kept(array, byteLength, source, about, !isAmple)
      held.set(region, new WeakRef(kept))
      forgotten.register(kept, region)
      return kept
    },
    pin(region: Region): void {
      region.pins++
    },
    unpin(region: Region): void {
      region.pins--
      if (region.pins === 0 && region.isUnwanted) free(region)
    },
    /** Releases a lease after its contents were kept. */
    release: free,
    /** Whether a picture is in this store and hasn't been moved. */
    has: (region: Region) => regions.includes(region),
    /**
     * From now on nothing is added: the engine is closing, or a process that can't be ended may still write
     * to the file.
     */
    close(): void {
      if (isClosing || file === null) return
      isClosing = true
      if (regions.length === 0) closeSync(file)
    },
    get state() {
      return { bytes: bytesOf(regions), pictures: held.size, moved }
    },
  }
}

function limitHere(): number {
  if (process.platform !== 'linux') return 0
  try {
    const { bavail, bsize } = statfsSync('/dev/shm')
    return Math.min(MOST_BYTES, Math.floor(bavail * bsize * SHARE))
  } catch {
    return 0
  }
}
