import { Transform } from 'node:stream'
import { ValueError } from '../types'

/** Hands bytes on, but no more than so many. @throws ValueError, as the stream's error */
export function atMost(bytes: number, name: string): Transform {
  let size = 0
  return new Transform({
    transform(part: Buffer, _encoding, pass) {
      size += part.length
      if (size > bytes) pass(new ValueError(`${name} is larger than ${Math.round(bytes / 2 ** 20)} MB`))
      else pass(null, part)
    },
  })
}
