import { type Audio, describeLost, type Image, isAudio, pictureOrMap, type Segmentation } from '../../src/types'

/** What can be encoded. */
export type Picture = Image | Segmentation | Audio

/** Values are searched only to this depth: a message may contain anything, even itself. */
const DEPTH = 8
const VALUES = 20_000

/**
 * The picture, label map or sound that a value is; null for anything else.
 * @throws ValueError if its parts don't fit together
 */
export function pictureOrSound(value: unknown): Picture | null {
  return isAudio(value) ? value : pictureOrMap(value)
}

/** Whether a value is a picture, a label map or a sound, or contains one. */
export function hasPicture(value: unknown): boolean {
  return find(value, isPicture) !== undefined
}

/**
 * What to say about a value that is what JSON left of a picture, or contains one; undefined for other values.
 */
export function describeLostIn(value: unknown): string | undefined {
  // Other packages' records of pictures may look like ours, except for the summary.
  const lost = describeLost(value) ? value : find(value, (one) => 'summary' in one && describeLost(one) !== null)
  return describeLost(lost) ?? undefined
}

/** The first object in a value, possibly the value itself, that matches. */
function find(value: unknown, isIt: (one: object) => boolean): object | undefined {
  const budget = { left: VALUES }
  const look = (one: unknown, depth: number): object | undefined => {
    if (typeof one !== 'object' || one === null || depth > DEPTH || budget.left-- < 0) return undefined
    if (isIt(one)) return one
    if (!isPlain(one)) return undefined
    for (const inner of Object.values(one)) {
      const found = look(inner, depth + 1)
      if (found) return found
    }
    return undefined
  }
  return look(value, 0)
}

/**
 * A copy of a value in which each picture is replaced by what `write` makes of it; the value itself if it
 * contains none.
 */
export async function replacePictures(value: unknown, write: (picture: Picture) => Promise<unknown>): Promise<unknown> {
  const budget = { left: VALUES }
  const visit = async (one: unknown, depth: number): Promise<unknown> => {
    if (typeof one !== 'object' || one === null || depth > DEPTH || budget.left-- < 0) return one
    const picture = pictureOrSound(one)
    if (picture) return write(picture)
    if (!isPlain(one)) return one
    let changed: Record<string, unknown> | unknown[] | null = null
    for (const [key, inner] of Object.entries(one)) {
      const next = await visit(inner, depth + 1)
      if (next === inner) continue
      changed ??= Array.isArray(one) ? [...one] : { ...one }
      ;(changed as Record<string, unknown>)[key] = next
    }
    return changed ?? one
  }
  return visit(value, 0)
}

/**
 * Whether a value is a picture, label map or sound. True also if a Function node has changed it so that its
 * parts no longer fit together: writing it reports that.
 */
export function isPicture(value: unknown): boolean {
  try {
    return pictureOrSound(value) !== null
  } catch {
    return true
  }
}

/** A list, or a record of this realm or of that of Function nodes; not a Buffer or a request. */
function isPlain(value: object): boolean {
  if (Array.isArray(value)) return true
  const prototype = Object.getPrototypeOf(value) as object | null
  return prototype === null || Object.getPrototypeOf(prototype) === null
}
