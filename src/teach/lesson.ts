import type { Matrix } from './matrix'
import type { Scaling } from './scaling'

/** The input for learning: rows of numbers, and their targets. */
export interface Lesson {
  /** All examples' numbers, one example after another; finite. */
  features: Float32Array
  count: number
}

export interface ClassLesson extends Lesson {
  classes: readonly string[]
  /** Each example's class. */
  classOf: readonly number[]
}

export interface NumberLesson extends Lesson {
  /** The number of targets of each example. */
  outputs: number
  /** All examples' target numbers, one example after another. */
  targets: Float64Array
}

/** How something is recognised: by weights for each number, or by the nearest examples. */
export type Head =
  | { kind: 'linear'; weights: Matrix; bias: Float64Array }
  | {
      kind: 'nearest'
      /** Square distance over which an example counts e times less. */
      reach: number
    }

interface Common {
  scaling: Scaling
  head: Head
  /** Scaled, and only some if there are very many. */
  examples: Matrix
}

/** What was learned about telling classes apart. */
export interface LearnedClasses extends Common {
  classes: readonly string[]
  /** Of each of `examples`. */
  classOf: readonly number[]
  /** The factor for the head's values, so that the classes' probabilities are calibrated. */
  sharpness: number
  /** One in twenty of the examples is further than this from the others (square distance). Infinity: unknown. */
  limit: number
  /** The answer for each example, if it hadn't been shown; null if it is the only one of its class. */
  tried: readonly (Tried | null)[]
}

export interface Tried {
  /** An index of `classes`. */
  said: number
  /** 0 to 1: the predicted probability of its own class. */
  likely: number
}

/** What was learned for predicting numbers. */
export interface LearnedNumbers extends Common {
  /** Of each of `examples`. */
  targets: Matrix
  /** Smallest and largest number that was taught, for each output. */
  bounds: readonly (readonly [min: number, max: number])[]
  /** The fraction of the variation explained in examples that weren't shown: 1 all, 0 none. Null: unknown. */
  told: number | null
  /** The usual error for each output. Null: not known. */
  error: readonly number[] | null
}

export type Learned = ({ kind: 'classes' } & LearnedClasses) | ({ kind: 'numbers' } & LearnedNumbers)
