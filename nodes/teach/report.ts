import type { Book, Learned } from '../../src/teach'

/** How well a node has learned, for the dialog and the canvas. */
export interface Report {
  classes: readonly string[]
  /** Examples. */
  count: number
  /**
   * Share of its own examples that it would classify correctly without having learned them; for numbers, the
   * share of the variation that it explains. Null if unknown.
   */
  right: number | null
  /** Confusion matrix: a row per true class, a column per predicted class. Empty for numbers. */
  confusion: readonly (readonly number[])[]
  /** Example id → the class predicted without having learned it, and the confidence in its true class. */
  tried: Readonly<Record<number, { said: string; likely: number }>>
  /** The class that needs more examples, and the class that it is confused with. */
  ask: { more: string; confused?: string } | null
  /** The typical error of each number. */
  error: readonly number[] | null
}

/** With fewer examples of a class, its figures mean little. */
const FEW = 10

export function reportOf(book: Book, learned: Learned | null): Report {
  const { classes } = book
  const known = book.examples.filter(({ meaning }) => typeof meaning === 'string')
  const report: Report = {
    ...{ classes, count: book.examples.length, right: null, confusion: [], tried: {}, error: null },
    ask: null,
  }
  if (learned?.kind === 'numbers') return { ...report, right: learned.told, error: learned.error }
  if (!learned)
    return {
      ...report,
      ask: asked(
        classes,
        known.map(({ meaning }) => meaning as string),
        [],
      ),
    }
  const confusion = classes.map(() => classes.map(() => 0))
  const tried: Record<number, { said: string; likely: number }> = {}
  let [right, judged] = [0, 0]
  learned.tried.forEach((one, i) => {
    const example = known[i]
    if (!one || !example) return
    const said = learned.classes[one.said] as string
    tried[example.id] = { said, likely: one.likely }
    const line = confusion[classes.indexOf(example.meaning as string)] as number[]
    const column = classes.indexOf(said)
    line[column] = (line[column] ?? 0) + 1
    judged++
    if (said === example.meaning) right++
  })
  const ask = asked(
    classes,
    known.map(({ meaning }) => meaning as string),
    confusion,
  )
  return { ...report, right: judged > 0 ? right / judged : null, confusion, tried, ask }
}

/** Asks first for classes with hardly any examples, then for the class that is confused most often. */
function asked(
  classes: readonly string[],
  meanings: readonly string[],
  confusion: readonly (readonly number[])[],
): Report['ask'] {
  const counts = classes.map((name) => meanings.filter((meaning) => meaning === name).length)
  const least = counts.indexOf(Math.min(...counts))
  if (classes.length > 0 && (counts[least] ?? 0) < FEW / 2) return { more: classes[least] as string }
  let worst: { share: number; more: string; confused: string } | null = null
  confusion.forEach((line, own) => {
    const all = line.reduce((sum, count) => sum + count, 0)
    line.forEach((count, said) => {
      const share = count / Math.max(1, all)
      if (said === own || count === 0 || (worst && share <= worst.share)) return
      worst = { share, more: classes[own] as string, confused: classes[said] as string }
    })
  })
  const found = worst as { share: number; more: string; confused: string } | null
  if (found) return { more: found.more, confused: found.confused }
  return classes.length > 0 && (counts[least] ?? 0) < FEW ? { more: classes[least] as string } : null
}
