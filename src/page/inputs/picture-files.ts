import { data } from '../data'

/** Pixels on the longest side of a picture that is sent. */
const LONGEST_SIDE = 4096
/** A picture with fewer bytes is sent as it is. */
const SMALL = 3 * 2 ** 20

/** The pictures among what was dropped, pasted or chosen; also those in folders. */
export async function picturesIn(transfer: DataTransfer): Promise<File[]> {
  const entries = [...transfer.items].flatMap((item) => item.webkitGetAsEntry?.() ?? [])
  const files = entries.some(({ isDirectory }) => isDirectory)
    ? (await Promise.all(entries.map(filesOf))).flat()
    : [...transfer.files]
  return files.filter(isPicture)
}

export function isPicture({ type, name }: File): boolean {
  return type.startsWith('image/') ? type !== 'image/svg+xml' : /\.(jpe?g|png|webp|gif|avif|tiff?)$/i.test(name)
}

async function filesOf(entry: FileSystemEntry): Promise<File[]> {
  if (entry.isFile)
    return [await new Promise<File>((resolve, reject) => (entry as FileSystemFileEntry).file(resolve, reject))]
  const reader = (entry as FileSystemDirectoryEntry).createReader()
  const files: File[] = []
  // A reader gives a hundred at a time.
  for (;;) {
    const part = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject))
    if (part.length === 0) return files
    files.push(...(await Promise.all(part.map(filesOf))).flat())
  }
}

/** Photographs of phones are larger than any model reads: those are made smaller before they are sent. */
export async function fitForSending(picture: Blob): Promise<Blob> {
  const most = Math.min(SMALL, data.limit * 0.6)
  if (picture.size <= most) return picture
  let bitmap: ImageBitmap
  try {
    bitmap = await createImageBitmap(picture)
  } catch {
    return picture // the server says what is wrong with it
  }
  let scale = Math.min(1, LONGEST_SIDE / Math.max(bitmap.width, bitmap.height))
  try {
    for (;;) {
      const canvas = document.createElement('canvas')
      canvas.width = Math.max(1, Math.round(bitmap.width * scale))
      canvas.height = Math.max(1, Math.round(bitmap.height * scale))
      canvas.getContext('2d')?.drawImage(bitmap, 0, 0, canvas.width, canvas.height)
      const smaller = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, 'image/jpeg', 0.92))
      if (!smaller) return picture
      if (smaller.size <= most || scale < 0.05) return smaller
      scale *= 0.7
    }
  } finally {
    bitmap.close()
  }
}
