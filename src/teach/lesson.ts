import type { Matrix } from './matrix'
import type { Scaling } from './scaling'

/** What is learned from: rows of numbers, and what each stands for. */
export interface Lesson {
  /** All examples' numbers, one example behind the other; finite. */
  features: Float32Array
  count: number
}

export interface ClassLesson extends Lesson {
  classes: readonly string[]
  /** Which class each example is of. */
  classOf: readonly number[]
}

export interface NumberLesson extends Lesson {
  /** How many numbers each example stands for. */
  outputs: number
  /** All examples' numbers to be said, one example behind the other. */
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
  /** Scaled, and not all where there are very many. */
  examples: Matrix
}

/** What was learned about telling classes apart. */
export interface LearnedClasses extends Common {
  classes: readonly string[]
  /** Of each of `examples`. */
  classOf: readonly number[]
  /** What the head's values are multiplied by, so that the shares of the classes are as likely as they say. */
  sharpness: number
  /** Of what was shown, this share of one in twenty is further from the other examples (square distance). Infinity: not known. */
  limit: number
  /** What would have been said about each example, had it not been shown; null if it is the only one of its class. */
  tried: readonly (Tried | null)[]
}

export interface Tried {
  /** An index of `classes`. */
  said: number
  /** 0 to 1: how likely its own class was called. */
  likely: number
}

/** What was learned for predicting numbers. */
export interface LearnedNumbers extends Common {
  /** Of each of `examples`. */
  targets: Matrix
  /** Smallest and largest number that was taught, for each output. */
  bounds: readonly (readonly [min: number, max: number])[]
  /** Share of the variation explained in examples that were not shown: 1 all, 0 none. Null: unknown. */
  told: number | null
  /** The usual error for each output. Null: not known. */
  error: readonly number[] | null
}

export type Learned = ({ kind: 'classes' } & LearnedClasses) | ({ kind: 'numbers' } & LearnedNumbers)
