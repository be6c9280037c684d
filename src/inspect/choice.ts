import type { DataType, Layout } from '../engine'
import type { PointsBetween, TextPart } from '../models/manifest'
import type { DetectorChoice } from './detector'
import type { RangeName } from './ranges'

/** How certain a proposed interpretation is. */
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
  /** Inputs: how a picture is fitted to the model's size. `keep` if the model takes several sizes. */
  fit?: 'stretch' | 'letterbox' | 'keep' | 'tiles'
  /** Inputs: the model's size; missing if it may vary. */
  width?: number
  height?: number
  /** Inputs of any size: both sides are rounded to a multiple of this. */
  multipleOf?: number
  /** Inputs of one channel: the brightness of a colour picture, whose colours are restored in the output. */
  luma?: boolean
  /** Inputs: the model receives the picture's perceived lightness. */
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
  /** The index that means "no letter"; 0 by default. */
  blank?: number
  /** Each place has its own letter, so equal neighbours are two letters. */
  each?: true
  /** Tensors that hold the scores for further places. */
  beside?: string[]
}

/** Facts about an output that reads a line, as found by running the network. */
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
  /** The message property that the port reads or sets. */
  property: string
  /** Why it is proposed, as a sentence; empty once someone has chosen otherwise. */
  why: string
  confidence: Confidence
  picture?: PictureChoice
  /** The fixed number of items per run, if there is one: all inputs are the same, and one result is used. */
  batch?: number
  /** The labels of label maps and categories by number; or the letters of a line of text. */
  labels?: string[]
}

export interface InputChoice extends Choice {
  as: InputKind
  /** The default of a number or a switch. */
  value?: number
  /** State: the output whose value becomes this input in the next run. */
  of?: string
  /**
   * Text: the tokenizer's file next to the model, the part of the tokenized text that this tensor holds, and
   * how the text becomes numbers.
   */
  tokenizer?: string
  part?: TextPart
  pad?: number
  /** Text: the maximum number of tokens used. */
  longest?: number
  /** Size: height before width, and whether it is the model's own rather than that of the picture. */
  size?: { order: 'hw' | 'wh'; of: 'picture' | 'canvas' } | 'ones'
}

export interface OutputChoice extends Choice {
  as: OutputKind
  /** Category: whether the scores must be turned into probabilities that add up to one. */
  softmax?: boolean
  /** Category: whether the file's scores are already probabilities from 0 to 1. */
  areShares?: boolean
  /** Colours: value = number × scale + offset. */
  scale?: number
  offset?: number
  /** Masks: whether the numbers are raw scores (logits). */
  raw?: boolean
  /** Text, or the scores of letters that it could be made of: how a line is read. */
  reading?: ReadingChoice
  /** Points: how they are arranged. */
  points?: PointsChoice
  /** Points, also those of things: the name of each point. */
  pointNames?: string[]
  /** Things: how the detector's table is read. */
  detector?: DetectorChoice
  /** Things: the minimum confidence, if it differs from the usual one. */
  minScore?: number
  /** Numbers with a row for each token of the text: how the rows are combined into one vector. */
  rows?: Rows
  /** Numbers: whether their vector is normalised to length 1. */
  normalize?: boolean
  /** Text: how it is generated token by token. If missing, it is read from a picture letter by letter. */
  writer?: WriterChoice
}

/**
 * Points as `size` numbers each, possibly among other numbers; the third may be a confidence. Or points as
 * the peaks of heat maps.
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

/** Settings for continuing text token by token, as the task `generate` does. */
export interface WriterChoice {
  /** The maximum number of tokens that the model can see. */
  context: number
  /** Tokens that end the text, and the token that every text begins with. */
  end: number[]
  start?: number
}

/** The proposal for a file, or what someone has changed it to. */
export interface Proposal {
  inputs: InputChoice[]
  outputs: OutputChoice[]
  /** Sentences about the model as a whole. */
  notes: string[]
  /** After trials: the probability of this interpretation among all that were tried, from 0 to 1. */
  odds?: number
  /** A question that the file can't answer but a person can, by looking at the results. */
  question?: Question
}

/** A question for a person, with the proposed option first. */
export interface Question {
  /** The tensor in question. */
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
