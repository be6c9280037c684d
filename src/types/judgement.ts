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
  /** The node's own settings, as in a flow file. */
  config: { converter: string; [setting: string]: unknown }
  /** A command that describes the conversion, such as "Colour the labels". */
  label: string
}

export interface Judgement {
  verdict: Verdict
  /**
   * A description of what the sending node does, without its name or a full stop: "gives text, but an image
   * is needed". With a node's name in front, it is a sentence.
   */
  message: string
  converter: Converter | null
}

/** Judges one type against another. Rules for lists and records call it for their contents. */
export type JudgeTypes = (from: PortType, to: PortType) => TypeFinding

/**
 * A judgement without converters. Its text has no verb, because a wire "gives" and a value "is" what it
 * describes.
 */
export interface TypeFinding {
  verdict: Exclude<Verdict, 'convertible'>
  /** "a greyscale image" */
  given: string
  /** "which is converted to colour" */
  note: string
}
