import type { DataType, Layout } from '../engine'
import type { PointsBetween, TextPart } from '../models/manifest'
import type { DetectorChoice } from './detectors'
import type { RangeName } from './ranges'

/** How sure a proposal is. */
export type Confidence = 'certain' | 'likely' | 'guess'

/** What can be made of an input. `state` is carried from message to message, `text` is read by a tokenizer, `size` is that of the picture. */
export const INPUT_KINDS = ['picture', 'labels', 'numbers', 'number', 'switch', 'text', 'size', 'state'] as const
export type InputKind = (typeof INPUT_KINDS)[number]

/**
 * What can be made of an output. `masks` are one for each plane; `text` is written token by token, or read from a picture; `values` is a picture of measured values (depth), shown from least to most; `colors` are
 * those of the picture that came in, which keeps its lightness; `things` are those that a detector has found, `points` are places in the picture.
 */
export const OUTPUT_KINDS = [
  'picture',
  'masks',
  'values',
  'labels',
  'category',
  'colors',
  'things',
  'points',
  'numbers',
  'number',
  'text',
  'state',
  'unused',
] as const
export type OutputKind = (typeof OUTPUT_KINDS)[number]

/** Shape and numbers of a picture in a tensor. */
export interface PictureChoice {
  layout: Layout
  channels: 1 | 3 | 4
  order: 'RGB' | 'BGR'
  range: RangeName
  /** For the range `custom`: tensor = byte × scale + offset (inputs), byte = value × scale + offset (outputs). */
  scale?: number | number[]
  offset?: number | number[]
  /** Inputs: how a picture gets the model's size. `keep` where the model takes several sizes. */
  fit?: 'stretch' | 'letterbox' | 'keep' | 'tiles'
  /** Inputs: the model's size; missing where it may vary. */
  width?: number
  height?: number
  /** Inputs of any size: both sides are rounded to a multiple of this. */
  multipleOf?: number
  /** Inputs of one channel: the brightness of a colour picture, whose colours the output gets back. */
  luma?: boolean
  /** Inputs: the picture goes in as its lightness, as the eye judges it. */
  lightness?: boolean
  /** Outputs: the plane that is the first of this picture, where several are on one another. */
  first?: number
  /** Outputs: brought back to the size of the picture that came in, or `times` as large. */
  restore?: boolean
  times?: number
  /** The tensor is flat: [1, n]. */
  flat?: boolean
  /** Outputs: no picture but curves that change the light of the one that came in, applied this many times. */
  curves?: number
}

/** How a line of text is read from the scores of its letters. */
export interface ReadingChoice {
  /** Which letter means that there is none (0). */
  blank?: number
  /** Each place holds its own letter: neighbours that are alike are two. */
  each?: true
  /** Tensors of further places. */
  beside?: string[]
}

/** What a run tells about an output that reads a line. */
export interface LineFacts {
  /** The side of its tensor that has the letters. */
  axis?: number
  /** The last letter means that there is none, rather than the first. */
  isBlankLast?: true
}

interface Choice {
  /** The tensor's name in the file. */
  tensor: string
  dtype: DataType
  shape: (number | string)[]
  /** The name of the port. */
  name: string
  /** The message property it is read from or put into. */
  property: string
  /** Why it is proposed, a sentence; empty once somebody has chosen otherwise. */
  why: string
  confidence: Confidence
  picture?: PictureChoice
  /** How many of its kind go in at once, if that is fixed: all are the same, and one result is taken. */
  batch?: number
  /** Names by number, of label maps and categories; the letters of a line of text. */
  labels?: string[]
}

export interface InputChoice extends Choice {
  as: InputKind
  /** What a number or a switch is where nobody says. */
  value?: number
  /** State: the output that it comes back from. */
  of?: string
  /**
   * Text: the tokenizer's file beside the model, what this tensor says about the text, and how the text becomes
   * numbers.
   */
  tokenizer?: string
  part?: TextPart
  pad?: number
  /** Text: how many of its tokens are seen at most. */
  longest?: number
  /** Size: height before width, and whether it is the model's own rather than that of the picture. */
  size?: { order: 'hw' | 'wh'; of: 'picture' | 'canvas' } | 'ones'
}

export interface OutputChoice extends Choice {
  as: OutputKind
  /** Category: whether the scores have to become shares that add up to one. */
  softmax?: boolean
  /** Category: whether the file gives its scores from 0 to 1 already. */
  areShares?: boolean
  /** Colours: what their numbers are multiplied by, and what is added then. */
  scale?: number
  offset?: number
  /** Masks: whether their numbers are raw scores. */
  raw?: boolean
  /** Text, or the scores of letters that it could be made of: how a line is read. */
  reading?: ReadingChoice
  /** Points: how they are arranged. */
  points?: PointsChoice
  /** Points, also of things: what each is called. */
  pointNames?: string[]
  /** Things: how the detector's table is read. */
  detector?: DetectorChoice
  /** Things: how sure one must be, if that is not as usual. */
  minScore?: number
  /** Numbers that come as a row for each token of the text: what is made of the rows. */
  rows?: Rows
  /** Numbers: whether their vector gets length 1. */
  normalize?: boolean
  /** Text: how it is written. Missing: it is read from a picture, letter by letter. */
  writer?: WriterChoice
}

/** Points as `size` numbers each, of which the third may be how sure it is, perhaps among other numbers; or as the brightest places of heat maps. */
export interface PointsChoice extends PointsBetween {
  size: 2 | 3
  order?: 'xy' | 'yx'
  scored?: boolean
  /**
   * One map for each point, perhaps with a tensor of how far each is from its cell; or with `down` a row for each, and another tensor with
   * rows from the top down.
   */
  heat?: { down?: string; offsets?: string }
}

export const ROWS = ['mean', 'first', 'each'] as const
export type Rows = (typeof ROWS)[number]

/** Text continued token by token, as the task `generate` writes it. */
export interface WriterChoice {
  /** How many tokens it sees at most. */
  context: number
  /** Tokens that end text, and the one that every text begins with. */
  end: number[]
  start?: number
}

/** What is proposed for a file, or what somebody made of the proposal. */
export interface Proposal {
  inputs: InputChoice[]
  outputs: OutputChoice[]
  /** Sentences about the whole. */
  notes: string[]
  /** After it was tried: how likely it is among all ways that were, from 0 to 1. */
  odds?: number
  /** What cannot be told from the file: a person sees which is right. */
  question?: Question
}

/** A choice for a person, the proposed option first. */
export interface Question {
  /** The tensor that it is about. */
  about: string
  ask: string
  options: Option[]
}

/** One way to understand a file: what differs from the proposal, tensor by tensor. */
export interface Option {
  label: string
  inputs?: Record<string, Partial<InputChoice>>
  outputs?: Record<string, Partial<OutputChoice>>
}
