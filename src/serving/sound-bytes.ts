import { decodeLoosely } from '../types/encoded-picture'
import { describeValue, mayHaveSound, ValueError } from '../types/index'

/**
 * The bytes of a sound sent over the network: in a form, or as a data URI or base64.
 * @param name its name in sentences
 * @throws ValueError
 */
export function soundBytes(value: unknown, name: string): Buffer {
  const bytes = Buffer.isBuffer(value) ? value : bytesOfText(value, name)
  if (mayHaveSound(bytes)) return bytes
  throw new ValueError(`${name} isn't a sound that Daisychain can read (WAV, FLAC, MP3, Ogg, M4A or WebM)`)
}

function bytesOfText(value: unknown, name: string): Buffer {
  if (typeof value !== 'string')
    throw new ValueError(
      `${name} must be a sound as a data URI ("data:audio/wav;base64,…"), not ${describeValue(value)}`,
    )
  const bytes = decodeLoosely(value.slice(value.slice(0, 200).indexOf(',') + 1))
  if (!bytes) throw new ValueError(`${name} must be a sound as a data URI, but its text after the comma isn't base64`)
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
}
