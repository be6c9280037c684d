import { type Matrix, row } from './matrix'

/** The fraction of the examples that may be called unknown. */
const FALSE_ALARMS = 0.05
/** Fewer examples say nothing about how far apart they may be. */
const MIN_EXAMPLES = 4
/** Nearly equal examples, for example from a camera with a still scene, say nothing; the mean square of all is 1. */
const LEAST = 0.01
/** Examples of a class that are nearer to each other than this fraction of the usual distance were recorded in a row. */
const IN_A_ROW = 0.5
/** At most this fraction of a class is left out on either side of an example. */
const MAX_LEFT_OUT = 0.25

/**
 * The limit for the square distance to the nearest example: one in twenty of the examples is further away from the
 * others. What was recorded just before and after an example is much like it, more than anything that arrives later, so
 * it doesn't count.
 *
 * @param between square distances of the examples to each other, in the order in which they were shown
 */
export function limitOf(between: Matrix, classOf: readonly number[]): number {
  const classes = inOrder(classOf)
  const width = rowWidth(between, classes)
  const far = classes
    .filter((own) => own.length > 1)
    .flatMap((own) => {
      const left = Math.min(width, Math.floor(MAX_LEFT_OUT * own.length))
      return own.map((_, at) => nearest(between, own, at, left))
    })
    .sort((a, b) => a - b)
  if (far.length < MIN_EXAMPLES) return Number.POSITIVE_INFINITY
  const at = Math.ceil((far.length + 1) * (1 - FALSE_ALARMS)) - 1
  const largest = far[far.length - 1] as number
  // With fewer than twenty examples even the furthest is likely too near.
  return Math.max(LEAST, at < far.length ? (far[at] as number) : largest * 1.15)
}

/** The examples of each class. */
function inOrder(classOf: readonly number[]): number[][] {
  const classes = new Map<number, number[]>()
  classOf.forEach((own, i) => {
    const known = classes.get(own)
    if (known) known.push(i)
    else classes.set(own, [i])
  })
  return [...classes.values()]
}

/** For how many examples in a row those of a class are more alike than usual: 0 if their order means nothing. */
function rowWidth(between: Matrix, classes: readonly number[][]): number {
  const longest = Math.max(...classes.map((own) => own.length))
  const distances = Array.from({ length: longest }, (_, apart) =>
    apart === 0 ? [] : distancesOf(between, classes, apart),
  )
  const usual = mean(distances.flat())
  const far = distances.findIndex((some, apart) => apart > 0 && !(mean(some) < IN_A_ROW * usual))
  return far < 0 ? longest : far - 1
}

/** Square distances of the examples of a class that were shown one after another, or so many places apart. */
function distancesOf(between: Matrix, classes: readonly number[][], apart: number): number[] {
  return classes.flatMap((own) => own.slice(apart).map((i, at) => row(between, i)[own[at] as number] as number))
}

const mean = (numbers: readonly number[]) => numbers.reduce((sum, one) => sum + one, 0) / numbers.length

/** The square distance of an example to the nearest of all but those of its class around it. */
function nearest(between: Matrix, own: readonly number[], at: number, left: number): number {
  const line = row(between, own[at] as number)
  const around = own.slice(Math.max(0, at - left), at + left + 1)
  let least = Number.POSITIVE_INFINITY
  for (let j = 0; j < line.length; j++) {
    if ((line[j] as number) < least && !around.includes(j)) least = line[j] as number
  }
  return least
}
