import { beginsLikePicture, nameUnread } from '../images/index'
import { describeValue, ValueError } from '../types/index'

/**
 * The bytes of a picture sent over the network: in a form, or as a data URI or base64 of JPEG, PNG, WebP,
 * GIF, TIFF or AVIF.
 * @param name its name in sentences
 * @throws ValueError
 */
export function pictureBytes(value: unknown, name: string): Buffer {
  if (Buffer.isBuffer(value)) return checkPicture(value, name) // from a form, or the whole body
  if (typeof value !== 'string') {
    throw new ValueError(
      `${name} must be a picture as a data URI ("data:image/png;base64,…"), not ${describeValue(value)}`,
    )
  }
  const comma = value.slice(0, 200).indexOf(',')
  const body = value.slice(comma + 1)
  if (!/^[a-z0-9+/\s_-]*(={1,2}\s*)?$/i.test(body)) {
    throw new ValueError(`${name} must be a picture as a data URI, but its text after the comma isn't base64`)
  }
  const bytes = Buffer.from(body, 'base64')
  if (bytes.length === 0) throw new ValueError(`${name} must be a picture as a data URI, but it is empty`)
  return checkPicture(bytes, name)
}

/** @throws ValueError if it isn't a readable picture */
export function checkPicture(bytes: Buffer, name: string): Buffer {
  if (beginsLikePicture(bytes)) return bytes
  const other = nameUnread(bytes.subarray(0, 512))
  if (other) throw new ValueError(`${name} is ${other}`)
  throw new ValueError(`${name} isn't a picture that Daisychain can read (JPEG, PNG, WebP, GIF, TIFF or AVIF)`)
}
