import { existsSync } from 'node:fs'
import { stat } from 'node:fs/promises'
import { basename, join } from 'node:path'
import {
  allowedPath,
  countFrames,
  type FileRules,
  isGlob,
  isOtherPictureName,
  isPictureName,
  isVideoName,
  listFiles,
  naturalOrder,
  otherThanFile,
  readGlob,
  sayFileError,
  videoFrames,
} from '../../src/files'
import { decodeImage, type Frames, framesOf } from '../../src/images'
import { type Image, ValueError } from '../../src/types'
import { type Entry, watchFolder } from './watch-folder'

export interface Source {
  entries: AsyncIterable<Entry>
  /** The number of entries, if known: exact for a folder, approximate for a video. */
  total: number | null
  /** True for a watched folder: it never ends. */
  isEndless: boolean
  /** Sentences about what couldn't be read. */
  problems: string[]
  /** In a folder: files that aren't pictures, as relative paths, and linked folders. */
  leftOut: string[]
}

export interface SourceOptions extends FileRules {
  recursive: boolean
  watch: boolean
  /** Whether to include a folder's videos, frame by frame. */
  videos: boolean
  /** Skips everything up to and including this path, which is relative to the chosen folder. */
  after?: string
  /** Frames per second of a video; 0 sends all frames. */
  frameRate: number
  maxPixels?: number
  /** Whether pictures with more than 8 bits keep their original values. */
  numbers?: boolean
  signal: AbortSignal
  /** Called with a sentence about a change made to a picture. */
  notice?(sentence: string): void
  /** Called when a watched folder disappears, and when it is back. */
  isThere?(there: boolean): void
}

/**
 * Opens a picture, a folder of pictures, the pictures that match a pattern (`cats/*.jpg`), or a video.
 * @throws ValueError if nothing is there, or it is outside the allowed root
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
  if (!path) throw new ValueError('no file or folder is set: open the node and choose one', 'flow')
  const absolute = await allowedPath(path, options)
  const isWanted = (name: string) =>
    isPictureName(name) || isOtherPictureName(name) || (options.videos && isVideoName(name))
  const found = await stat(absolute).catch((error: Error) => error)
  if (found instanceof Error) {
    const isMissing = (found as NodeJS.ErrnoException).code === 'ENOENT'
    if (isGlob(path) && isMissing) return openGlob(path, options)
    const fault = `${absolute} ${sayFileError(found)}`
    if (!(options.watch && isMissing)) throw new ValueError(fault)
    const waiting = `${fault}: pictures that arrive in it are sent once it exists`
    return { ...(await openFolder(absolute, isWanted, options.recursive, options)), problems: [waiting] }
  }
  if (found.isDirectory()) return openFolder(absolute, isWanted, options.recursive, options)
  if (options.watch) throw new ValueError(`${absolute} is not a folder, so it cannot be watched`)
  const other = otherThanFile(found)
  if (other) throw new ValueError(`${absolute} ${other}`)
  const name = basename(absolute)
  const folder = absolute.slice(0, -name.length)
  // A video that cannot be read is an error of the run, not one broken entry of many.
  const entries = isVideoName(absolute) ? frames(videoFrames(absolute, videoOptions(options)), absolute, name) : null
  return {
    entries: entries ?? files(folder, [name], options),
    total: await countEntries(folder, [name], options),
    isEndless: false,
    problems: [],
    leftOut: [],
  }
}

async function openGlob(pattern: string, options: SourceOptions): Promise<Source> {
  const { folder, isDeep, matches } = readGlob(pattern)
  const absolute = await allowedPath(folder, options)
  const source = await openFolder(absolute, matches, isDeep, options)
  if (source.total === 0) throw new ValueError(`no file matches ${pattern}`)
  return { ...source, leftOut: [] } // Files that don't match the pattern aren't reported: the user chose the pattern.
}

async function openFolder(
  folder: string,
  wanted: (path: string) => boolean,
  recursive: boolean,
  options: SourceOptions,
): Promise<Source> {
  const listing = { recursive, wanted }
  if (options.watch) {
    // Listed now, so that an unreadable folder is reported at once.
    await listFiles(folder, listing).catch((error: unknown) => {
      if (existsSync(folder)) throw error
    })
    const entries = watchFolder(folder, listing, (name) => files(folder, [name], options), options)
    return { entries, total: null, isEndless: true, problems: [], leftOut: [] }
  }
  const found = await listFiles(folder, listing)
  return {
    entries: files(folder, found.files, options),
    total: await countEntries(folder, found.files, options),
    isEndless: false,
    problems: found.problems,
    leftOut: found.leftOut,
  }
}

async function* files(folder: string, names: string[], options: SourceOptions): AsyncGenerator<Entry> {
  for (const name of names) {
    const moving = await movingPictures(folder, name, options)
    if (moving) yield* framesAmongFiles(moving.frames(), join(folder, name), name)
    else yield entryOf(folder, name, options)
  }
}

/** The frames of a video or an animation; null for a still image. */
async function movingPictures(folder: string, name: string, options: SourceOptions): Promise<Frames | null> {
  const path = await allowedPath(join(folder, name), options).catch(() => null)
  if (path === null) return null // An unreadable file is reported when its entry is read.
  if (!isVideoName(name)) return framesOf(path, { ...videoOptions(options), numbers: options.numbers })
  return {
    count: await countFrames(path, options.frameRate),
    frames: () => videoFrames(path, videoOptions(options)),
  }
}

function videoOptions({ frameRate: rate, signal, notice, maxPixels }: SourceOptions) {
  return { rate, signal, maxPixels, ...(notice && { notice }) }
}

/** A truncated video is one broken entry: the files after it are still sent. */
async function* framesAmongFiles(images: AsyncIterable<Image>, filename: string, name: string): AsyncGenerator<Entry> {
  try {
    yield* frames(images, filename, name)
  } catch (error) {
    yield { filename, relative: `${name}/`, read: () => Promise.reject(error) }
  }
}

async function countEntries(folder: string, names: string[], options: SourceOptions): Promise<number | null> {
  let total = 0
  for (const name of names) {
    const moving = await movingPictures(folder, name, options)
    if (moving?.count === null) return null
    total += moving?.count ?? 1
  }
  return total
}

function entryOf(folder: string, relative: string, options: SourceOptions): Entry {
  const filename = join(folder, relative)
  return {
    filename,
    relative,
    // Checked again, because a link that leads outside may have appeared since.
    read: async () => {
      const { maxPixels, numbers } = options
      return decodeImage({ path: await allowedPath(filename, options) }, { maxPixels, numbers })
    },
  }
}

/** @param name the first part of `relative` */
async function* frames(images: AsyncIterable<Image>, path: string, name: string): AsyncGenerator<Entry> {
  const withoutEnding = (file: string) => file.replace(/\.[^.]*$/, '')
  let number = 0
  for await (const image of images) {
    const frame = `${String(++number).padStart(6, '0')}.png`
    yield {
      filename: join(withoutEnding(path), frame),
      relative: `${withoutEnding(name)}/${frame}`,
      read: async () => image,
    }
  }
}
