/** A picture that is damaged, or whose file may still be written. */
class Unfinished extends Error {}

/** @param message one sentence that starts with a noun */
export function unfinished(message: string): Error {
  return new Unfinished(message)
}

/** Whether more bytes may fix what is wrong with a picture. */
export function isUnfinished(error: unknown): boolean {
  return error instanceof Unfinished
}
