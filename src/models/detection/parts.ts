export type Point = [x: number, y: number]

/**
 * Neighbouring marked pixels in one row of the map, from `start` up to (not including) `end`. `of` leads to
 * the first stretch of the same component (union-find).
 */
interface Stretch {
  y: number
  start: number
  end: number
  of: Stretch
}

/**
 * The connected components of the map, ordered by their first pixel. Each contains only the first and last
 * pixels of its stretches, which have the same bounding box as all of its pixels.
 */
export function parts(map: Float32Array, columns: number, rows: number, above: number): Point[][] {
  const all: Point[][] = []
  const points = new Map<Stretch, Point[]>()
  for (const stretch of stretches(map, columns, rows, above)) {
    const first = firstOf(stretch)
    const part = points.get(first) ?? []
    if (part.length === 0) {
      points.set(first, part)
      all.push(part)
    }
    part.push([stretch.start, stretch.y])
    if (stretch.end - stretch.start > 1) part.push([stretch.end - 1, stretch.y])
  }
  return all
}

/** All stretches, row by row. Those that touch, even at corners, belong to the same component. */
function stretches(map: Float32Array, columns: number, rows: number, above: number): Stretch[] {
  const all: Stretch[] = []
  // Index of the first stretch in the row above that may touch the next one.
  let upper = 0
  for (let y = 0; y < rows; y++) {
    const begin = all.length
    const row = y * columns
    for (let x = 0; x < columns; x++) {
      if (!((map[row + x] as number) > above)) continue
      const stretch = { y, start: x } as Stretch
      while (x < columns && (map[row + x] as number) > above) x++
      stretch.end = x
      stretch.of = stretch
      while (upper < begin && (all[upper] as Stretch).end < stretch.start) upper++
      for (let at = upper; at < begin && (all[at] as Stretch).start <= stretch.end; at++)
        join(all[at] as Stretch, stretch)
      all.push(stretch)
    }
    upper = begin
  }
  return all
}

function firstOf(stretch: Stretch): Stretch {
  while (stretch.of !== stretch) {
    stretch.of = stretch.of.of
    stretch = stretch.of
  }
  return stretch
}

/** The earlier of the two roots becomes the root of both. */
function join(one: Stretch, other: Stretch): void {
  const [a, b] = [firstOf(one), firstOf(other)]
  if (a === b) return
  if (a.y < b.y || (a.y === b.y && a.start < b.start)) b.of = a
  else a.of = b
}
