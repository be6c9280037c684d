/**
 * A full disk must not stop the show, but must be reported: of several failed writes in a row, only the first
 * is.
 */
export function sayOnce(say: (error: unknown) => void): (writing: Promise<void>) => Promise<void> {
  let isSaid = false
  return async (writing) => {
    try {
      await writing
      isSaid = false
    } catch (error) {
      if (!isSaid) say(error)
      isSaid = true
    }
  }
}
