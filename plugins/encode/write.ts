import { mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { encodeDataURI, encodeImage } from '../../src/images'
import { colorize, isSegmentation } from '../../src/types'
import { type Picture, replacePictures } from './pictures-in'
import type { Way } from './ways'

/** Writes a picture that is a whole value. @param files gets the folders that may go when the node has done */
export async function writeWhole(picture: Picture, { whole, format }: Way, files: string[]): Promise<unknown> {
  const image = shown(picture)
  switch (whole) {
    case 'bytes':
      return encodeImage(image, format)
    case 'base64':
      return (await encodeImage(image, format)).toString('base64')
    case 'file': {
      const folder = await mkdtemp(join(tmpdir(), 'daisychain-picture-'))
      files.push(folder)
      const path = join(folder, `picture.${format}`)
      await writeFile(path, await encodeImage(image, format))
      return /\s/.test(path) ? `"${path}"` : path
    }
    case 'json':
      return new InJson(await encodeDataURI(image, format))
    case 'jsonText':
      return JSON.stringify(await encodeDataURI(image, format))
    default:
      return encodeDataURI(image, format)
  }
}

/** A value with the pictures inside written in it. */
export function writeInside(value: unknown, { inside, format }: Way): Promise<unknown> {
  return replacePictures(value, async (picture) => {
    if (inside === 'dataURI') return encodeDataURI(shown(picture), format)
    const options = { filename: `picture.${format}`, contentType: `image/${format}` }
    return { value: await encodeImage(shown(picture), format), options }
  })
}

/** What a `json` node takes for an object, and JSON for text. */
export class InJson {
  constructor(private readonly text: string) {}

  toJSON(): string {
    return this.text
  }

  toString(): string {
    return this.text
  }
}

function shown(picture: Picture) {
  return isSegmentation(picture) ? colorize(picture) : picture
}
