import { mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { temporaryName } from '../../src/apart/left-behind'
import { encodeImage } from '../../src/images'
import { colorize, isAudio, isSegmentation, writeWavInPieces } from '../../src/types'
import { type Picture, replacePictures } from './pictures-in'
import type { Way } from './ways'

/** Writes a picture or a sound that is a whole value. @param files gets the folders that may go when the node has done */
export async function writeWhole(picture: Picture, { whole, format }: Way, files: string[]): Promise<unknown> {
  switch (whole) {
    case 'bytes':
      return bytesOf(picture, format)
    case 'base64':
      return (await bytesOf(picture, format)).toString('base64')
    case 'file': {
      const folder = await mkdtemp(join(tmpdir(), temporaryName('picture')))
      files.push(folder)
      const path = join(folder, nameOf(picture, format))
      await writeFile(path, await bytesOf(picture, format))
      return /\s/.test(path) ? `"${path}"` : path
    }
    case 'json':
      return textObject(await uriOf(picture, format))
    case 'jsonText':
      return JSON.stringify(await uriOf(picture, format))
    default:
      return uriOf(picture, format)
  }
}

/** What the bytes are, in the words of HTTP. */
export function mimeOf(picture: Picture, format: Way['format']): string {
  return isAudio(picture) ? 'audio/wav' : `image/${format}`
}

/** A value with the pictures and sounds inside written in it. */
export function writeInside(value: unknown, { inside, format }: Way): Promise<unknown> {
  return replacePictures(value, async (picture) => {
    if (inside === 'dataURI') return uriOf(picture, format)
    const options = { filename: nameOf(picture, format), contentType: mimeOf(picture, format) }
    return { value: await bytesOf(picture, format), options }
  })
}

/** What `json` and `yaml` nodes take for an object, and JSON and YAML for text. */
export function textObject(text: string): object {
  return Object(text)
}

async function bytesOf(picture: Picture, format: Way['format']): Promise<Buffer> {
  if (isAudio(picture)) return Buffer.from(await writeWavInPieces(picture))
  return encodeImage(isSegmentation(picture) ? await colorize(picture) : picture, format)
}

async function uriOf(picture: Picture, format: Way['format']): Promise<string> {
  return `data:${mimeOf(picture, format)};base64,${(await bytesOf(picture, format)).toString('base64')}`
}

function nameOf(picture: Picture, format: Way['format']): string {
  return isAudio(picture) ? 'sound.wav' : `picture.${format}`
}
