/** An error for a picture that is damaged or still being written. */
class Unfinished extends Error {}

/** @param message one sentence that starts with a noun */
export function unfinished(message: string): Error {
  return new Unfinished(message)
}

/** Whether the error may disappear once the file is complete. */
export function isUnfinished(error: unknown): boolean {
  return error instanceof Unfinished
}
