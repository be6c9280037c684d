import { Transform } from 'node:stream'

/** A stream that passes on at most this many bytes. @param tooMany creates the error for more bytes */
export function atMost(bytes: number, tooMany: () => Error): Transform {
  let size = 0
  return new Transform({
    transform(part: Buffer, _encoding, pass) {
      size += part.length
      if (size > bytes) pass(tooMany())
      else pass(null, part)
    },
  })
}
