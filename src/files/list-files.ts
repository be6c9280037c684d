import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { ValueError } from '../types'
import { sayFileError } from './file-error'
import { naturalOrder } from './natural-order'
import { shownPath } from './shown-path'

export interface Listing {
  /** Paths relative to the folder, with `/` as the separator, in natural order. */
  files: string[]
  /** The files that `wanted` rejects, and linked folders, without hidden ones. */
  leftOut: string[]
  /** One sentence for each subfolder that couldn't be read. */
  problems: string[]
}

/** Whether a file's extension is one of a picture that can be read. */
export function isPictureName(name: string): boolean {
  return /\.(jpe?g|jpe|jfif|mpo|a?png|webp|gif|tiff?|avif)$/i.test(name)
}

/** Whether a file's extension is one of a picture that can't be read. */
export function isOtherPictureName(name: string): boolean {
  return /\.(hei[cf]|hif|bmp|svgz?|jxl|jp2|j2k|psd|ico|exr|hdr|tga|p[bgnp]m|dng|cr[23w]|nef|arw|raf|orf|rw2|raw)$/i.test(
    name,
  )
}

/**
 * Lists the files of a folder for which `wanted` returns true. Hidden files and folders are skipped, and
 * links to folders aren't followed.
 *
 * @param wanted gets a path relative to the folder, with `/` as the separator
 * @throws ValueError if the folder itself can't be read
 */
export async function listFiles(
  folder: string,
  { recursive, wanted }: { recursive: boolean; wanted: (path: string) => boolean },
): Promise<Listing> {
  const listing: Listing = { files: [], leftOut: [], problems: [] }
  const waiting = ['']
  for (let below = waiting.shift(); below !== undefined; below = waiting.shift()) {
    try {
      for (const entry of await readdir(join(folder, below), { withFileTypes: true })) {
        if (entry.name.startsWith('.') || /^(Thumbs\.db|desktop\.ini)$/i.test(entry.name)) continue
        const path = below ? `${below}/${entry.name}` : entry.name
        if (entry.isDirectory()) {
          if (recursive) waiting.push(path)
        } else if (wanted(path) && (entry.isFile() || (await isLinkedFile(join(folder, path)))))
          listing.files.push(path)
        else listing.leftOut.push(path)
      }
    } catch (error) {
      const sentence = `the folder ${shownPath(join(folder, below))} ${sayFileError(error)}`
      if (!below) throw new ValueError(sentence)
      listing.problems.push(sentence)
    }
  }
  listing.files.sort(naturalOrder)
  listing.leftOut.sort(naturalOrder)
  return listing
}

async function isLinkedFile(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isFile(),
    () => false,
  )
}
