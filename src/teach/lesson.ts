import type { Matrix } from './matrix'
import type { Scaling } from './scaling'

/** The input for learning: the features and targets of all examples. */
export interface Lesson {
  /** The features of all examples, concatenated. All are finite. */
  features: Float32Array
  count: number
}

export interface ClassLesson extends Lesson {
  classes: readonly string[]
  /** The class of each example. */
  classOf: readonly number[]
}

export interface NumberLesson extends Lesson {
  /** The number of targets per example. */
  outputs: number
  /** The targets of all examples, concatenated. */
  targets: Float64Array
}

/** The result of learning: weights for the features, or the examples to compare with. */
export type Head =
  | { kind: 'linear'; weights: Matrix; bias: Float64Array }
  | {
      kind: 'nearest'
      /** The square distance at which an example's weight falls by the factor e. */
      reach: number
    }

interface Common {
  scaling: Scaling
  head: Head
  /** The examples, scaled. If there are very many, a selection. */
  examples: Matrix
}

/** The result of learning to tell classes apart. */
export interface LearnedClasses extends Common {
  classes: readonly string[]
  /** The class of each row of `examples`. */
  classOf: readonly number[]
  /** The factor for the head's outputs that calibrates the probabilities of the classes. */
  sharpness: number
  /**
   * The square distance to the nearest other example that one in twenty examples exceeds. Infinity if it is
   * unknown.
   */
  limit: number
  /** The leave-one-out prediction for each example; null for the only example of a class. */
  tried: readonly (Tried | null)[]
}

export interface Tried {
  /** An index of `classes`. */
  said: number
  /** The predicted probability of the true class, 0 to 1. */
  likely: number
}

/** The result of learning to predict numbers. */
export interface LearnedNumbers extends Common {
  /** The targets of each row of `examples`. */
  targets: Matrix
  /** The smallest and largest target of each output. */
  bounds: readonly (readonly [min: number, max: number])[]
  /**
   * The explained fraction of the variance (R²) in left-out examples: 1 for all, 0 for none. Null if it is
   * unknown.
   */
  told: number | null
  /** The error of each output; null if it is unknown. */
  error: readonly number[] | null
}

export type Learned = ({ kind: 'classes' } & LearnedClasses) | ({ kind: 'numbers' } & LearnedNumbers)
