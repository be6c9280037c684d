import { mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { temporaryName } from '../../src/apart/left-behind'
import { encodeImage } from '../../src/images'
import { encodeSound } from '../../src/sounds'
import { colorize, isAudio, isSegmentation } from '../../src/types'
import type { Formats } from './content-type'
import { type Picture, replacePictures } from './pictures-in'
import type { Way } from './ways'

/**
 * Writes a picture or sound that is a whole value.
 * @param files gets the folders that may be removed when the node is done
 */
export async function writeWhole(picture: Picture, { whole, formats }: Way, files: string[]): Promise<unknown> {
  switch (whole) {
    case 'bytes':
      return bytesOf(picture, formats)
    case 'base64':
      return (await bytesOf(picture, formats)).toString('base64')
    case 'file': {
      const folder = await mkdtemp(join(tmpdir(), temporaryName('picture')))
      files.push(folder)
      const path = join(folder, nameOf(picture, formats))
      await writeFile(path, await bytesOf(picture, formats))
      return /\s/.test(path) ? `"${path}"` : path
    }
    case 'json':
      return textObject(await uriOf(picture, formats))
    case 'jsonText':
      return JSON.stringify(await uriOf(picture, formats))
    default:
      return uriOf(picture, formats)
  }
}

/** The content type of the encoded bytes. */
export function mimeOf(picture: Picture, formats: Formats): string {
  if (!isAudio(picture)) return `image/${formats.picture}`
  return formats.sound === 'mp3' ? 'audio/mpeg' : `audio/${formats.sound}`
}

/** A value with the pictures and sounds inside it written. */
export function writeInside(value: unknown, { inside, formats }: Way): Promise<unknown> {
  return replacePictures(value, async (picture) => {
    if (inside === 'dataURI') return uriOf(picture, formats)
    const options = { filename: nameOf(picture, formats), contentType: mimeOf(picture, formats) }
    return { value: await bytesOf(picture, formats), options }
  })
}

/** A String object: `json` and `yaml` nodes take it for an object, and their serialisers write it as text. */
export function textObject(text: string): object {
  return Object(text)
}

async function bytesOf(picture: Picture, formats: Formats): Promise<Buffer> {
  if (isAudio(picture)) return encodeSound(picture, formats.sound)
  return encodeImage(isSegmentation(picture) ? await colorize(picture) : picture, formats.picture)
}

async function uriOf(picture: Picture, formats: Formats): Promise<string> {
  return `data:${mimeOf(picture, formats)};base64,${(await bytesOf(picture, formats)).toString('base64')}`
}

function nameOf(picture: Picture, formats: Formats): string {
  return isAudio(picture) ? `sound.${formats.sound}` : `picture.${formats.picture}`
}
