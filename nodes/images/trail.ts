/** A run's progress: the flow has finished everything up to here. */
export interface Position {
  /** Path of the last finished picture, relative to the chosen folder. */
  name: string
  /** How many pictures are finished, including those of earlier parts of the run. */
  count: number
}

/** Tracks which pictures the flow has finished. They may finish in a different order than they were sent. */
export interface Trail {
  sent(id: string, name: string): void
  landed(id: string): void
  /** Undefined until the first picture is finished. */
  readonly position: Position | undefined
}

/** @param from where the earlier part of the run stopped */
export function createTrail(from?: Position): Trail {
  const open: { id: string; name: string; isLanded: boolean }[] = []
  let position = from
  return {
    sent(id, name) {
      open.push({ id, name, isLanded: false })
    },
    landed(id) {
      const entry = open.find((each) => each.id === id)
      if (entry) entry.isLanded = true
      while (open[0]?.isLanded) {
        const { name } = open.shift() as (typeof open)[number]
        position = { name, count: (position?.count ?? 0) + 1 }
      }
    },
    get position() {
      return position
    },
  }
}
