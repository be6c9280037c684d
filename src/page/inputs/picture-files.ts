import { data } from '../data'

/** The longest side of a picture that is sent, in pixels. */
const LONGEST_SIDE = 4096
/** Smaller files, in bytes, are sent unchanged. */
const SMALL = 3 * 2 ** 20

/** Larger files, in bytes, are rejected without asking the browser to decode them. */
const LARGEST = 200 * 2 ** 20
/** Signatures of the formats that the server reads. */
const READ_THERE = /^(\x89PNG|\xff\xd8\xff|RIFF.{4}WEBP|GIF8|II[*+]\0|MM\0[*+]|.{4}ftypavi[fs])/s

/** The files of a drop or paste, including those in folders. */
export async function filesIn(transfer: DataTransfer): Promise<File[]> {
  const entries = [...transfer.items].flatMap((item) => item.webkitGetAsEntry?.() ?? [])
  return entries.some(({ isDirectory }) => isDirectory)
    ? (await Promise.all(entries.map(filesOf))).flat()
    : [...transfer.files]
}

/**
 * Files sorted into pictures that can be sent and files that neither the server nor this browser can read as
 * a picture.
 */
export interface SortedOut {
  pictures: File[]
  unread: File[]
}

/**
 * Sorts files. Formats that only the browser reads are converted to PNG: BMP in all browsers, HEIC in Safari.
 */
export async function sortOut(files: readonly File[]): Promise<SortedOut> {
  const sorted: SortedOut = { pictures: [], unread: [] }
  for (const file of files.filter(({ name }) => !/^(\.|thumbs\.db$|desktop\.ini$)/i.test(name))) {
    const picture = (await isReadThere(file)) ? file : await throughBrowser(file)
    if (picture) sorted.pictures.push(picture)
    else sorted.unread.push(file)
  }
  return sorted
}

async function isReadThere(file: Blob): Promise<boolean> {
  const start = new Uint8Array(await file.slice(0, 12).arrayBuffer())
  return READ_THERE.test(String.fromCharCode(...start))
}

async function throughBrowser(file: File): Promise<File | null> {
  if (file.size > LARGEST) return null
  const bitmap = await createImageBitmap(file).catch(() => null)
  if (!bitmap) return null
  const canvas = document.createElement('canvas')
  Object.assign(canvas, { width: bitmap.width, height: bitmap.height })
  canvas.getContext('2d')?.drawImage(bitmap, 0, 0)
  bitmap.close()
  const png = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve))
  return png && new File([png], file.name, { type: 'image/png' })
}

async function filesOf(entry: FileSystemEntry): Promise<File[]> {
  if (entry.isFile)
    return [await new Promise<File>((resolve, reject) => (entry as FileSystemFileEntry).file(resolve, reject))]
  const reader = (entry as FileSystemDirectoryEntry).createReader()
  const files: File[] = []
  // A directory reader returns at most a hundred entries per call.
  for (;;) {
    const part = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject))
    if (part.length === 0) return files
    files.push(...(await Promise.all(part.map(filesOf))).flat())
  }
}

/** Reduces large pictures before sending. Photographs from phones are larger than any model needs. */
export async function fitForSending(picture: Blob): Promise<Blob> {
  const most = Math.min(SMALL, data.limit * 0.6)
  if (picture.size <= most) return picture
  let bitmap: ImageBitmap
  try {
    bitmap = await createImageBitmap(picture)
  } catch {
    return picture // the server reports why it can't read the picture
  }
  let scale = Math.min(1, LONGEST_SIDE / Math.max(bitmap.width, bitmap.height))
  try {
    for (;;) {
      const canvas = document.createElement('canvas')
      canvas.width = Math.max(1, Math.round(bitmap.width * scale))
      canvas.height = Math.max(1, Math.round(bitmap.height * scale))
      const context = canvas.getContext('2d')
      if (!context) return picture
      context.fillStyle = '#fff' // transparent parts become white, as everywhere
      context.fillRect(0, 0, canvas.width, canvas.height)
      context.drawImage(bitmap, 0, 0, canvas.width, canvas.height)
      const smaller = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, 'image/jpeg', 0.92))
      if (!smaller) return picture
      if (smaller.size <= most || scale < 0.05) return smaller
      scale *= 0.7
    }
  } finally {
    bitmap.close()
  }
}
