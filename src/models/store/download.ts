import { open, rename } from 'node:fs/promises'
import { dirname } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { checksumOf, makeFolder, readableSize, roomFault } from '../../files'
import { attempt, partOf, removePart, sizeOf, type Wanted } from './attempt'
import { LIMITS, type Limits } from './limits'
import { understood } from './sentences'
import { Cancelled, DiskError, Interruption, StoreError } from './store-error'

export interface DownloadOptions {
  signal: AbortSignal
  /**
   * Called with the number of bytes downloaded so far, and with a note if the download is paused or in
   * another special state.
   */
  progress(received: number, note?: 'checking' | { waiting: string; seconds: number }): void
  limits?: Partial<Limits>
  env?: NodeJS.ProcessEnv
}

/** A file, and the URLs to try in order. */
export type WantedFile = Omit<Wanted, 'url'> & { urls: readonly [URL, ...URL[]] }

/** The number of consecutive failures after which the next URL is tried. */
const SOON = 2

/**
 * Downloads a file, resuming after interruptions. An earlier partial download is continued, whatever server
 * it came from. The file is given its name only once its size and SHA-256 are right.
 *
 * @throws StoreError
 */
export async function download({ urls, ...file }: WantedFile, options: DownloadOptions): Promise<void> {
  const sentences: string[] = []
  for (const [i, url] of urls.entries()) {
    const { attempts } = { ...LIMITS, ...options.limits }
    const isLast = i === urls.length - 1
    const limits = { ...options.limits, attempts: isLast ? attempts : Math.min(attempts, SOON) }
    try {
      return await downloadFrom({ ...file, url }, { ...options, limits })
    } catch (error) {
      if (error instanceof Cancelled || error instanceof DiskError) throw error
      sentences.push(...(error instanceof StoreError ? error.sentences : [(error as Error).message]))
    }
  }
  throw new StoreError(...sentences)
}

/** @param wanted if its size is rounded, the first response sets the exact one */
async function downloadFrom(wanted: Wanted, options: DownloadOptions): Promise<void> {
  try {
    await makeFolder(dirname(wanted.path))
    await requireSpace(wanted)
    // The beginning of a resumed download may be from another version, or damaged. The download is then
    // repeated from the start.
    for (let isResumed = await complete(wanted, options); !(await isRight(wanted, options)); ) {
      await removePart(wanted)
      if (!isResumed) throw new StoreError(wrongBytes(wanted))
      await complete(wanted, options)
      isResumed = false
    }
    await settle(wanted)
  } catch (error) {
    const known = understood(error, wanted.path, wanted.url.host, options.signal)
    throw known instanceof Interruption ? givenUp(wanted, known, 0) : known
  }
}

/**
 * Repeats requests until the partial file is complete. Returns whether part of it is from an earlier
 * response.
 */
async function complete(wanted: Wanted, options: DownloadOptions): Promise<boolean> {
  const { signal, progress, env } = options
  const limits = { ...LIMITS, ...options.limits }
  for (let failures = 0; ; ) {
    const before = await sizeOf(partOf(wanted))
    try {
      const { resumed } = await attempt(wanted, { idle: limits.idle, signal, grown: progress, ...(env && { env }) })
      return resumed
    } catch (error) {
      const known = understood(error, wanted.path, wanted.url.host, signal)
      if (!(known instanceof Interruption)) throw known
      const received = await sizeOf(partOf(wanted))
      failures = received > before ? 1 : failures + 1
      if (failures >= limits.attempts) throw givenUp(wanted, known, received)
      const pause = Math.max(limits.backoff * 2 ** (failures - 1), known.retryAfter)
      if (pause > limits.longestWait) throw comeBack(wanted, known)
      progress(received, { waiting: known.message, seconds: Math.ceil(pause / 1000) })
      await sleep(pause, undefined, { signal })
    }
  }
}

function givenUp({ url }: Wanted, { message }: Interruption, received: number): StoreError {
  const kept = received > 0 ? ` The part already downloaded (${readableSize(received)}) is kept: try again later.` : ''
  return new StoreError(`${url.href} could not be downloaded: ${message.replace(/\.$/, '')}.${kept}`)
}

function comeBack({ url }: Wanted, { retryAfter }: Interruption): StoreError {
  const minutes = Math.ceil(retryAfter / 60_000)
  return new StoreError(`${url.host} is busy and asks to try again in ${minutes} minutes.`)
}

/** @throws StoreError if the disk doesn't have enough space for the rest */
async function requireSpace(wanted: Wanted): Promise<void> {
  const folder = dirname(wanted.path)
  const missing = wanted.bytes - (await sizeOf(partOf(wanted)))
  const fault = await roomFault(folder, missing)
  if (fault) throw new DiskError(`${readableSize(missing)} must be downloaded, but ${fault}.`)
}

async function isRight(wanted: Wanted, { signal, progress }: DownloadOptions): Promise<boolean> {
  progress(wanted.bytes, 'checking')
  return (await checksumOf(partOf(wanted), wanted.algorithm ?? 'sha256', signal)) === wanted.sha256
}

/**
 * Flushes the file to disk before renaming it, so that even a power failure can't leave an incomplete file
 * under the final name.
 */
export async function settle(wanted: Pick<Wanted, 'path'>): Promise<void> {
  const file = await open(partOf(wanted), 'r+')
  await file.sync().finally(() => file.close())
  await rename(partOf(wanted), wanted.path)
  await removePart(wanted)
}

function wrongBytes({ url, sha256, algorithm }: Wanted): string {
  const name = algorithm === 'sha512' ? 'SHA-512' : 'SHA-256'
  return `${url.href} sent a different file than expected (its ${name} is not ${sha256.slice(0, 12)}…), so it was deleted.`
}
