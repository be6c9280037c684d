import { stat } from 'node:fs/promises'
import { basename, join } from 'node:path'
import {
  allowedPath,
  countFrames,
  type FileRules,
  isGlob,
  isPictureName,
  isVideoName,
  listFiles,
  naturalOrder,
  otherThanFile,
  readGlob,
  sayFileError,
  videoFrames,
} from '../../src/files'
import { decodeImage } from '../../src/images'
import { type Image, ValueError } from '../../src/types'
import { watchFolder } from './watch-folder'

/** One picture of a source. */
export interface Entry {
  /** The absolute path; a video's frame has its number in the place of the ending: `clip.mp4` → `clip/000001.png`. */
  filename: string
  /** The path below the chosen folder, with `/`. */
  relative: string
  /** @throws an error whose message is a sentence */
  read(): Promise<Image>
}

export interface Source {
  entries: AsyncIterable<Entry>
  /** How many entries there are, as far as that is known: a folder's exactly, a video's about. */
  total: number | null
  /** Whether it ends by itself; a watched folder does not. */
  isEndless: boolean
  /** Sentences about what could not be looked at. */
  problems: string[]
}

export interface SourceOptions extends FileRules {
  recursive: boolean
  watch: boolean
  /** Whether a folder's videos are taken too, frame by frame. */
  videos: boolean
  /** Leaves out what comes up to and with this path, below the chosen folder. */
  after?: string
  /** Of a video: frames a second; 0: all. */
  frameRate: number
  maxPixels?: number
  signal: AbortSignal
}

/**
 * Opens what a path names: a picture, a folder of pictures, the pictures that a pattern (`cats/*.jpg`) takes, or a video.
 *
 * @throws ValueError when there is no such thing, or it lies outside the allowed root
 */
export async function openSource(path: string, options: SourceOptions): Promise<Source> {
  const source = await openWhole(path, options)
  const { after } = options
  return after === undefined || source.isEndless ? source : { ...source, entries: later(source.entries, after) }
}

async function* later(entries: AsyncIterable<Entry>, after: string): AsyncGenerator<Entry> {
  for await (const entry of entries) if (naturalOrder(entry.relative, after) > 0) yield entry
}

async function openWhole(path: string, options: SourceOptions): Promise<Source> {
  if (!path) throw new ValueError('no file or folder is named')
  const absolute = await allowedPath(path, options)
  const found = await stat(absolute).catch((error: Error) => error)
  if (found instanceof Error) {
    if (isGlob(path) && (found as NodeJS.ErrnoException).code === 'ENOENT') return openGlob(path, options)
    throw new ValueError(`${absolute} ${sayFileError(found)}`)
  }
  if (found.isDirectory()) {
    const isWanted = (name: string) => isPictureName(name) || (options.videos && isVideoName(name))
    return openFolder(absolute, isWanted, options.recursive, options)
  }
  if (options.watch) throw new ValueError(`${absolute} is no folder, so it cannot be watched`)
  const other = otherThanFile(found)
  if (other) throw new ValueError(`${absolute} ${other}`)
  if (isVideoName(absolute)) return openVideo(absolute, options)
  const name = basename(absolute)
  return { entries: files(absolute.slice(0, -name.length), [name], options), total: 1, isEndless: false, problems: [] }
}

async function openGlob(pattern: string, options: SourceOptions): Promise<Source> {
  const { folder, isDeep, matches } = readGlob(pattern)
  const absolute = await allowedPath(folder, options)
  const source = await openFolder(absolute, matches, isDeep, options)
  if (source.total === 0) throw new ValueError(`no file is called ${pattern}`)
  return source
}

async function openFolder(
  folder: string,
  wanted: (path: string) => boolean,
  recursive: boolean,
  options: SourceOptions,
): Promise<Source> {
  const listing = { recursive, wanted }
  if (options.watch) {
    await listFiles(folder, listing) // Now, so that a folder that cannot be read is said at once.
    const entries = watchFolder(folder, listing, (name) => entryOf(folder, name, options), options.signal)
    return { entries, total: null, isEndless: true, problems: [] }
  }
  const found = await listFiles(folder, listing)
  return {
    entries: files(folder, found.files, options),
    total: await countEntries(folder, found.files, options),
    isEndless: false,
    problems: found.problems,
  }
}

async function* files(folder: string, names: string[], options: SourceOptions): AsyncGenerator<Entry> {
  for (const name of names) {
    if (!isVideoName(name)) yield entryOf(folder, name, options)
    else yield* framesAmongFiles(folder, name, options)
  }
}

/** A video that breaks off is one broken entry: the files behind it are not to be missed for it. */
async function* framesAmongFiles(folder: string, name: string, options: SourceOptions): AsyncGenerator<Entry> {
  const filename = join(folder, name)
  try {
    yield* frames(await allowedPath(filename, options), options.frameRate, options.signal, name)
  } catch (error) {
    yield { filename, relative: `${name}/`, read: () => Promise.reject(error) }
  }
}

async function countEntries(folder: string, names: string[], { frameRate }: SourceOptions): Promise<number | null> {
  let total = 0
  for (const name of names) {
    const count = isVideoName(name) ? await countFrames(join(folder, name), frameRate) : 1
    if (count === null) return null
    total += count
  }
  return total
}

function entryOf(folder: string, relative: string, options: SourceOptions): Entry {
  const filename = join(folder, relative)
  return {
    filename,
    relative,
    // Looked at again: a link may have come in the meantime, or lead outside.
    read: async () => decodeImage({ path: await allowedPath(filename, options) }, { maxPixels: options.maxPixels }),
  }
}

async function openVideo(path: string, { frameRate, signal }: SourceOptions): Promise<Source> {
  return {
    entries: frames(path, frameRate, signal),
    total: await countFrames(path, frameRate),
    isEndless: false,
    problems: [],
  }
}

/** @param name the path that `relative` begins with; by default only the video's own name */
async function* frames(
  path: string,
  frameRate: number,
  signal: AbortSignal,
  name = basename(path),
): AsyncGenerator<Entry> {
  const withoutEnding = (file: string) => file.replace(/\.[^.]*$/, '')
  let number = 0
  for await (const image of videoFrames(path, frameRate, signal)) {
    const frame = `${String(++number).padStart(6, '0')}.png`
    yield {
      filename: join(withoutEnding(path), frame),
      relative: `${withoutEnding(name)}/${frame}`,
      read: async () => image,
    }
  }
}
