/** A full disk must not stop what is shown, and isn't silent either: of writes that fail one after another, the first is told. */
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
