import { writeFile } from 'node:fs/promises'
import { encodeImage, resize, sharp } from '../../src/images'
import { gifWithXmp } from '../../src/provenance'
import { type Image, ValueError } from '../../src/types'
import type { Collection } from './collection'
import { readFrame } from './read-frame'
import { createSpool } from './spool'

export type AnimationFormat = 'gif' | 'webp'

/**
 * The maximum number of pixels of all frames together, which are in memory while the file is made. It takes
 * about a gigabyte.
 */
const MOST_PIXELS = 250_000_000
/** The maximum number of pixels of one frame. The encoders need a hundred bytes for each. */
const MOST_OF_FRAME = 4_200_000

/** Collects an animation that repeats forever. @param frameRate frames per second, up to 50 */
export async function createAnimation(
  format: AnimationFormat,
  frameRate: number,
  quality: number,
): Promise<Collection> {
  const spool = await createSpool()
  let size: { width: number; height: number } | null = null
  return {
    get count() {
      return spool.count
    },
    async add({ value }, index) {
      const frame = await readFrame(value)
      size ??= { width: frame.width, height: frame.height }
      if (size.width * size.height > MOST_OF_FRAME) {
        const given = `${size.width}×${size.height}`
        size = null
        throw new ValueError(
          `a picture of an animation can have about 4 megapixels (2048×2048), and this one is ${given}; export a video instead, or make the pictures smaller`,
        )
      }
      if ((spool.count + 1) * size.width * size.height > MOST_PIXELS) {
        throw new ValueError(
          `an animation of ${size.width}×${size.height} pixels can have ${spool.count} frames; export a video instead, or make the pictures smaller`,
        )
      }
      await spool.add(await encodeImage(await fitFrame(frame, size), 'png'), index)
    },
    async write(path, xmp) {
      const frames: Buffer[] = []
      for await (const frame of spool.pieces()) frames.push(frame)
      const delay = frames.map(() => Math.round(1000 / frameRate))
      // sharp can't join a single picture.
      const animation =
        frames.length === 1 ? sharp(frames[0]) : sharp(frames, { join: { animated: true }, limitInputPixels: false })
      const told = xmp && format === 'webp' ? animation.withXmp(xmp) : animation
      const moving = format === 'gif' ? told.gif({ delay, loop: 0 }) : told.webp({ delay, loop: 0, quality })
      const bytes = await moving.toBuffer()
      // If the disk is full, sharp reports several lines, and Node.js an error code.
      await writeFile(path, xmp && format === 'gif' ? gifWithXmp(bytes, xmp) : bytes)
    },
    remove: () => spool.remove(),
  }
}

/** Fits a frame into the size of the first one. */
export function fitFrame(frame: Image, { width, height }: { width: number; height: number }): Promise<Image> {
  return resize(frame, width, height, 'contain')
}
