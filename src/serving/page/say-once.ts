/**
 * A full disk must not stop the show, but isn't silent either: of several failing writes in a row, the first is
 * reported.
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
