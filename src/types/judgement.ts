import type { PortType } from './port-type'

/**
 * - `match`: the value fits unchanged.
 * - `adapts`: it fits, and the input makes the harmless change that the message names.
 * - `convertible`: it does not fit, and the converter node that the judgement carries would make it fit.
 * - `mismatch`: it does not fit.
 * - `unknown`: nothing is claimed, because a side is untyped or because it depends on the value that arrives.
 */
export type Verdict = 'match' | 'adapts' | 'convertible' | 'mismatch' | 'unknown'

/** A converter node, ready to be inserted into a wire. */
export interface Converter {
  type: 'daisychain-convert'
  /** The node's own settings, as a flow file has them. */
  config: { converter: string; [setting: string]: unknown }
  /** What it does, as a command: "Colour the labels". */
  label: string
}

export interface Judgement {
  verdict: Verdict
  /**
   * What the sending side does, without its name and without a full stop: "gives text, but an image is needed". Put a
   * node's name before it to make a sentence.
   */
  message: string
  converter: Converter | null
}

/** Judges one type against another; rules for lists and records get it to judge their contents. */
export type JudgeTypes = (from: PortType, to: PortType) => TypeFinding

/** A judgement without converters, and without a verb: a wire "gives" and a value "is" what is given. */
export interface TypeFinding {
  verdict: Exclude<Verdict, 'convertible'>
  /** "a greyscale image" */
  given: string
  /** "which is converted to colour" */
  note: string
}
