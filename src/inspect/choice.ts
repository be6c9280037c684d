import type { DataType, Layout } from '../engine'
import type { PointsBetween, TextPart } from '../models/manifest'
import type { DetectorChoice } from './detectors'
import type { RangeName } from './ranges'

/** How sure a proposal is. */
export type Confidence = 'certain' | 'likely' | 'guess'

/**
 * The port types that an input can become. `state` is carried from message to message, `text` is read by a tokenizer,
 * `size` is the picture's.
 */
export const INPUT_KINDS = ['picture', 'labels', 'numbers', 'number', 'switch', 'text', 'size', 'state'] as const
export type InputKind = (typeof INPUT_KINDS)[number]

/**
 * The port types that an output can become. `masks` is one mask for each plane; `text` is written token by token, or
 * read from a picture; `values` is a picture of measured values (depth), shown from minimum to maximum; `colors` are
 * colours for the input picture, which keeps its lightness; `things` are what a detector has found, `points` are places
 * in the picture.
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

/** The shape and number range of a picture in a tensor. */
export interface PictureChoice {
  layout: Layout
  channels: 1 | 3 | 4
  order: 'RGB' | 'BGR'
  range: RangeName
  /** For the range `custom`: tensor = byte × scale + offset (inputs), byte = value × scale + offset (outputs). */
  scale?: number | number[]
  offset?: number | number[]
  /** Inputs: how a picture gets the model's size. `keep` if the model takes several sizes. */
  fit?: 'stretch' | 'letterbox' | 'keep' | 'tiles'
  /** Inputs: the model's size; missing if it may vary. */
  width?: number
  height?: number
  /** Inputs of any size: both sides are rounded to a multiple of this. */
  multipleOf?: number
  /** Inputs of one channel: the brightness of a colour picture, whose colours are restored in the output. */
  luma?: boolean
  /** Inputs: the picture goes in as its perceived lightness. */
  lightness?: boolean
  /** Outputs: the first plane of this picture, if several are stacked. */
  first?: number
  /** Outputs: resized to the input picture, or `times` as large. */
  restore?: boolean
  times?: number
  /** The tensor is flat: [1, n]. */
  flat?: boolean
  /** Outputs: not a picture but curves that change the brightness of the input picture, applied this many times. */
  curves?: number
}

/** How a line of text is read from the scores of its letters. */
export interface ReadingChoice {
  /** The index that means "no letter" (0). */
  blank?: number
  /** Each place holds its own letter: equal neighbours are two letters. */
  each?: true
  /** Tensors of further places. */
  beside?: string[]
}

/** What a run shows about an output that reads a line. */
export interface LineFacts {
  /** The dimension of its tensor that holds the letters. */
  axis?: number
  /** The last index means "no letter", rather than the first. */
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
  /** Why it is proposed, as a sentence; empty once someone has chosen otherwise. */
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
  /** The default of a number or a switch. */
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
  /** Text: how many of its tokens are used at most. */
  longest?: number
  /** Size: height before width, and whether it is the model's own rather than that of the picture. */
  size?: { order: 'hw' | 'wh'; of: 'picture' | 'canvas' } | 'ones'
}

export interface OutputChoice extends Choice {
  as: OutputKind
  /** Category: whether the scores must be turned into probabilities that add up to one. */
  softmax?: boolean
  /** Category: whether the file's scores are already from 0 to 1. */
  areShares?: boolean
  /** Colours: the factor for their numbers, and the offset added then. */
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
  /** Things: the required confidence, if unusual. */
  minScore?: number
  /** Numbers with a row for each token of the text: how the rows are combined. */
  rows?: Rows
  /** Numbers: whether their vector is normalised to length 1. */
  normalize?: boolean
  /** Text: how it is written. Missing: it is read from a picture, letter by letter. */
  writer?: WriterChoice
}

/**
 * Points as `size` numbers each, of which the third may be a confidence, perhaps among other numbers; or as the peaks
 * of heat maps.
 */
export interface PointsChoice extends PointsBetween {
  size: 2 | 3
  order?: 'xy' | 'yx'
  scored?: boolean
  /**
   * One map for each point, perhaps with a tensor of each point's offset from its cell; or, with `down`, a row for
   * each, and another tensor with rows from top to bottom.
   */
  heat?: { down?: string; offsets?: string }
}

export const ROWS = ['mean', 'first', 'each'] as const
export type Rows = (typeof ROWS)[number]

/** Text continued token by token, as the task `generate` does. */
export interface WriterChoice {
  /** How many tokens it can see at most. */
  context: number
  /** Tokens that end text, and the one that every text begins with. */
  end: number[]
  start?: number
}

/** The proposal for a file, or what someone has changed it to. */
export interface Proposal {
  inputs: InputChoice[]
  outputs: OutputChoice[]
  /** Sentences about the whole. */
  notes: string[]
  /** After trials: how likely it is among all ways that were tried, from 0 to 1. */
  odds?: number
  /** What the file doesn't tell: a person can see which is right. */
  question?: Question
}

/** A question for a person, with the proposed option first. */
export interface Question {
  /** The tensor that it is about. */
  about: string
  ask: string
  options: Option[]
}

/** One interpretation of a file: its differences from the proposal, tensor by tensor. */
export interface Option {
  label: string
  inputs?: Record<string, Partial<InputChoice>>
  outputs?: Record<string, Partial<OutputChoice>>
}
