import { type Matrix, row } from './matrix'

/** The fraction of the examples that may be classified as unknown. */
const FALSE_ALARMS = 0.05
/** With fewer examples, their distances say nothing. */
const MIN_EXAMPLES = 4
/**
 * Nearly identical examples, such as frames of a still scene, say nothing. The examples' mean square is 1.
 */
const LEAST = 0.01
/**
 * What is nearer to a class than this fraction of the square distance between the classes belongs to it, even
 * if its examples are more alike, such as pictures of the same thing.
 */
const OF_THE_WAY = 0.6
/** Examples of a class whose distance is below this fraction of the usual one were recorded in succession. */
const IN_A_ROW = 0.5
/** The maximum fraction of a class that is left out on either side of an example. */
const MAX_LEFT_OUT = 0.25

/**
 * The limit for the square distance to the nearest example: one in twenty examples is further away from the
 * others. Examples recorded just before or after one are more similar to it than future inputs will be, so
 * they are left out. The limit is never less than part of the way to another class.
 *
 * @param between the square distances between examples, in the order in which they were shown
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
  // With fewer than twenty examples, even the largest distance is probably too small.
  const usual = at < far.length ? (far[at] as number) : largest * 1.15
  return Math.max(LEAST, usual, OF_THE_WAY * distanceApart(between, classOf, classes))
}

/** The usual square distance from a class's examples to the nearest example of another; the least of all classes. */
function distanceApart(between: Matrix, classOf: readonly number[], classes: readonly number[][]): number {
  const toOthers = classes.map((own) => {
    const far = own.map((i) => {
      let least = Number.POSITIVE_INFINITY
      row(between, i).forEach((one, j) => {
        if (one < least && classOf[j] !== classOf[i]) least = one
      })
      return least
    })
    return far.sort((a, b) => a - b)[far.length >> 1] as number
  })
  return Math.min(...toOthers)
}

/** The indexes of each class's examples. */
function inOrder(classOf: readonly number[]): number[][] {
  const classes = new Map<number, number[]>()
  classOf.forEach((own, i) => {
    const known = classes.get(own)
    if (known) known.push(i)
    else classes.set(own, [i])
  })
  return [...classes.values()]
}

/**
 * The number of successive examples of a class that are more alike than usual; 0 if the order doesn't matter.
 */
function rowWidth(between: Matrix, classes: readonly number[][]): number {
  const longest = Math.max(...classes.map((own) => own.length))
  const usual = meanDistance(between, classes, 1, longest)
  let width = 0
  while (width < MAX_LEFT_OUT * longest && meanDistance(between, classes, width + 1, width + 1) < IN_A_ROW * usual)
    width++
  return width
}

/** The mean square distance between examples of a class whose positions differ by `from` to `to`. */
function meanDistance(between: Matrix, classes: readonly number[][], from: number, to: number): number {
  let [sum, pairs] = [0, 0]
  for (const own of classes) {
    for (let at = from; at < own.length; at++) {
      const line = (own[at] as number) * between.columns
      for (let before = Math.max(0, at - to); before <= at - from; before++) {
        sum += between.data[line + (own[before] as number)] as number
        pairs++
      }
    }
  }
  return sum / pairs
}

/**
 * The square distance from an example to the nearest other one, without the neighbouring examples of its
 * class.
 */
function nearest(between: Matrix, own: readonly number[], at: number, left: number): number {
  const line = row(between, own[at] as number).slice()
  for (const i of own.slice(Math.max(0, at - left), at + left + 1)) line[i] = Number.POSITIVE_INFINITY
  return line.reduce((least, one) => Math.min(least, one), Number.POSITIVE_INFINITY)
}
