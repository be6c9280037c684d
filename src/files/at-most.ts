import { Transform } from 'node:stream'

/** Passes bytes on, but no more than this many. @param tooMany makes the stream's error */
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
