import type { Lesson } from './lesson'
import { type Matrix, matrix, row } from './matrix'

/** The maximum number of examples that inputs are compared with. */
const MAX_COMPARED = 1500

export function examplesOf({ features, count }: Lesson): Matrix {
  return { rows: count, columns: features.length / count, data: Float64Array.from(features) }
}

/** Selects examples, with the same number of each class if possible. If there are few, all are selected. */
export function few(classOf: readonly number[]): readonly number[] {
  if (classOf.length <= MAX_COMPARED) return classOf.map((_, i) => i)
  const groups = new Map<number, number[]>()
  classOf.forEach((own, i) => {
    groups.set(own, [...(groups.get(own) ?? []), i])
  })
  const room = Math.max(1, Math.floor(MAX_COMPARED / groups.size))
  const chosen = [...groups.values()].flatMap((group) =>
    group.length <= room
      ? group
      : Array.from({ length: room }, (_, i) => group[Math.floor((i * group.length) / room)] as number),
  )
  return chosen.sort((a, b) => a - b)
}

export function picked(x: Matrix, rows: readonly number[]): Matrix {
  if (rows.length === x.rows) return x
  const result = matrix(rows.length, x.columns)
  rows.forEach((from, i) => {
    result.data.set(row(x, from), i * x.columns)
  })
  return result
}
