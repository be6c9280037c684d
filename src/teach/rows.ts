import type { Lesson } from './lesson'
import { type Matrix, matrix, row } from './matrix'

/** This many examples are compared with what arrives, and with each other. */
const MAX_COMPARED = 1500

export function examplesOf({ features, count }: Lesson): Matrix {
  return { rows: count, columns: features.length / count, data: Float64Array.from(features) }
}

/** A balanced selection of the examples: as many of each class as there is room for. All, if there are few. */
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
