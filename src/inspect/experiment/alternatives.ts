import type { OnnxFile } from '../../onnx/contents'
import { isImage } from '../../types'
import { anchorsFor } from '../anchored-detectors'
import type { Confidence, InputChoice, OutputChoice, PictureChoice, Proposal } from '../choice'
import { COLORS_OF_SHARES } from '../coloring'
import { boundsOf } from '../graph'
import { numberedLabels } from '../labels'
import { inWords } from '../names'
import { portNotes } from '../port-notes'
import { curvesPart, masksPart, takesMask } from '../propose-maps'
import { RANGE_WORDS, type RangeName } from '../ranges'
import { reason } from '../reason'
import { gridAnchors } from '../retina-grids'
import { correlation } from './statistics'

/** An interpretation of a file, and how likely it was before anything was run (a logarithm; 0 for the proposal). */
export interface Alternative {
  label: string
  /** The output's type with this alternative, if it differs from the proposed type. */
  gives?: string
  /** The output's type with any other alternative. */
  instead?: string
  prior: number
  inputs: Record<string, Partial<InputChoice>>
  outputs: Record<string, Partial<OutputChoice>>
}

/**
 * How much less likely other ranges are than the proposed one (a logarithm), by the proposal's confidence.
 */
const AGAINST: Record<Confidence, number> = { certain: Number.POSITIVE_INFINITY, likely: 3, guess: 1 }

/** How much less likely the ranges are that networks expect less often (a logarithm). */
const RARE: Partial<Record<RangeName, number>> = { '1..0': 1, '0..255': 1, caffe: 2, '-128..127': 2.5 }
/**
 * The same for grey pictures larger than a digit: on a page, ink may well be 1, and nobody subtracts the mean of
 * digits.
 */
const RARE_PAGE: typeof RARE = { ...RARE, '1..0': 0.5, mnist: 1, imagenet: 1 }
/** The longest side of a picture that shows a single digit, in pixels. */
const DIGIT = 64

/** The ranges to try for colour pictures. */
const COLORED = ['0..1', '-1..1', 'imagenet', '0..255', 'caffe', '-128..127'] as const
const SHARES: ReadonlySet<RangeName> = new Set(['0..1', '-1..1', 'imagenet'])
const GREY = ['0..1', '-1..1', '0..255', '1..0', 'mnist', 'imagenet', '-128..127'] as const

/**
 * The picture whose range is unknown, if there is one. Several pictures of the same kind have the same range:
 * then the first of them.
 */
export function openPicture(proposal: Proposal): InputChoice | undefined {
  return openPictures(proposal)[0]
}

/** The pictures whose range is unknown and must be the same. A mask next to a colour picture has its own range. */
export function openPictures({ inputs }: Proposal): InputChoice[] {
  const all = inputs.filter(({ as }) => as === 'picture')
  const pictures = all.filter(({ picture }) => picture?.channels === all[0]?.picture?.channels)
  const kind = ({ picture, dtype }: InputChoice) =>
    JSON.stringify([dtype, picture?.channels, picture?.range, picture?.order])
  const [first] = pictures
  const areOpen = pictures.every(
    (input) =>
      input.picture !== undefined &&
      input.confidence !== 'certain' &&
      (input.dtype === 'float32' || input.dtype === 'float16') &&
      input.picture.range !== 'custom' &&
      input.picture.channels !== 4 &&
      kind(input) === kind(first as InputChoice),
  )
  return areOpen ? pictures : []
}

/** Applies the same change to all pictures whose range is unknown. */
function inAll(proposal: Proposal, change: Partial<PictureChoice>): Alternative['inputs'] {
  return Object.fromEntries(
    openPictures(proposal).map(({ tensor, picture }) => [
      tensor,
      { picture: { ...picture, ...change } as PictureChoice },
    ]),
  )
}

/** The ranges that the network may expect, the proposed one first. */
export function rangesOf(proposal: Proposal): Alternative[] {
  const input = openPicture(proposal)
  if (!input?.picture) return []
  const { picture } = input
  const against = AGAINST[input.confidence]
  const isGrey = picture.channels === 1
  const names: readonly RangeName[] = isGrey ? GREY : COLORED
  const rare = isGrey && (picture.width ?? Number.POSITIVE_INFINITY) > DIGIT ? RARE_PAGE : RARE
  // Blue comes first only in Caffe's networks.
  const isCaffe = picture.range === 'caffe' && proposal.outputs.every(({ as }) => as !== 'picture')
  const orderFor = (range: RangeName) => (isCaffe && SHARES.has(range) ? 'RGB' : picture.order)
  return [picture.range, ...names.filter((name) => name !== picture.range)].map((range) => ({
    label: RANGE_WORDS[range],
    prior: range === picture.range ? 0 : -against - (rare[range] ?? 0),
    inputs: inAll(proposal, { range, order: orderFor(range) }),
    outputs: outputsFor(range, proposal),
  }))
}

/** Pictures come out in the same range as they go in, unless something else is known. */
function outputsFor(range: RangeName, { outputs }: Proposal): Alternative['outputs'] {
  const isPlain = range === '0..1' || range === '-1..1' || range === '0..255'
  const changed: Alternative['outputs'] = {}
  for (const { tensor, as, picture, confidence } of outputs)
    if (as === 'picture' && picture && picture.channels !== 1 && confidence === 'guess' && isPlain)
      changed[tensor] = { picture: { ...picture, range } }
  return changed
}

/**
 * The same alternative with the order of red and blue reversed; null unless the picture has three channels.
 */
export function turned(one: Alternative, proposal: Proposal): Alternative | null {
  const input = openPicture(proposal)
  const picture = input && (one.inputs[input.tensor]?.picture ?? input.picture)
  if (!input || picture?.channels !== 3) return null
  const order = picture.order === 'RGB' ? 'BGR' : 'RGB'
  const outputs: Alternative['outputs'] = { ...one.outputs }
  for (const { tensor, as, picture: made } of proposal.outputs) {
    const now = outputs[tensor]?.picture ?? made
    if (as === 'picture' && now?.channels === 3) outputs[tensor] = { ...outputs[tensor], picture: { ...now, order } }
  }
  return {
    label: order === 'BGR' ? reason`${one.label}, blue first` : reason`${one.label}, red first`,
    prior: one.prior - AGAINST[input.confidence] - 0.5,
    inputs: { ...one.inputs, ...inAll(proposal, { range: picture.range, order }) },
    outputs,
  }
}

/**
 * Other interpretations of the outputs: three numbers from 0 to 1 may be colours or masks, three between −1 and 1
 * colours or curves, and a detector's boxes may correct other boxes than it seemed.
 *
 * @param shown the output of the original proposal
 */
export function otherOutputs(
  { inputs, outputs }: Proposal,
  file: OnnxFile,
  shown: readonly { outputs: Record<string, unknown> }[],
): Alternative[] {
  const from = inputs.find(({ as }) => as === 'picture')?.picture
  const found: Alternative[] = []
  const isOneOfOne = outputs.length === 1 && inputs.filter(({ as }) => as === 'picture').length === 1
  for (const { tensor, name, as, picture, detector, shape } of outputs) {
    if (as === 'things' && from) found.push(...otherBoxes({ tensor, detector, shape }, from))
    if (as !== 'picture' || !picture || picture.channels !== 3 || !picture.restore || !from) continue
    if (areColors(shown[0]?.outputs[name])) continue
    const by = boundsOf(file, tensor)?.by
    const base: PictureChoice = { ...picture, channels: 1, range: '0..1', order: 'RGB' }
    if (
      by === undefined &&
      !picture.times &&
      isOneOfOne &&
      !MADE.test(inWords(tensor)) &&
      !isBlank(shown[0]?.outputs[name])
    )
      found.push({
        label: reason`three labels`,
        instead: reason`a colour picture`,
        prior: -1.5,
        inputs: {},
        outputs: { [tensor]: { as: 'labels', labels: numberedLabels(3), picture: base, why: THREE_LABELS } },
      })
    if (from.channels !== 3) continue
    if (by === 'Sigmoid' && !MADE.test(inWords(tensor)) && !takesMask(inputs))
      found.push({
        label: reason`three masks`,
        instead: reason`a colour picture`,
        prior: -1,
        inputs: {},
        outputs: { [tensor]: { ...masksPart(3, base, 'guess') } },
      })
    if (by === 'Tanh' && !picture.curves && outputs.length === 1)
      found.push({
        label: reason`curves of brightness`,
        instead: reason`a colour picture`,
        prior: -2,
        inputs: {},
        outputs: { [tensor]: { ...curvesPart(picture, 'guess') } },
      })
  }
  return found
}

/**
 * Whether planes look like colours: places that are bright in one plane are bright in the others too, whereas
 * scores of labels or masks exclude each other.
 */
function areColors(value: unknown): boolean {
  if (!isImage(value) || value.channels !== 3) return false
  const [red, green, blue] = [0, 1, 2].map((channel) => value.data.filter((_, i) => i % 3 === channel))
  return (
    red !== undefined &&
    green !== undefined &&
    blue !== undefined &&
    [correlation(red, green), correlation(green, blue)].every((alike) => alike > ALIKE)
  )
}

/** The minimum correlation between the planes of a photograph. */
const ALIKE = 0.6

const isBlank = (value: unknown) => isImage(value) && value.data.every((byte) => byte === value.data[0])

/** The other anchor boxes that a detector's output may correct. */
function otherBoxes(
  { tensor, detector, shape }: Pick<OutputChoice, 'tensor' | 'detector' | 'shape'>,
  { width, height }: PictureChoice,
): Alternative[] {
  if (!detector?.priors || !width || !height) return []
  const all = detector.classes ? gridAnchors(detector) : anchorsFor(shape.at(-2) ?? 0, { width, height })
  return all
    .filter(({ priors }) => JSON.stringify(priors) !== JSON.stringify(detector.priors))
    .map(({ kind, priors }) => ({
      label: reason`boxes as ${kind} has them`,
      prior: -1,
      inputs: {},
      outputs: { [tensor]: { detector: { ...detector, priors } } },
    }))
}

const THREE_LABELS = reason`It outputs a score for each of 3 labels at each pixel; a label file can name them.`

/** Words in the names of networks that output pictures. */
const MADE =
  /styl|recon|generat|\bfake|restor|enhanc|paint|\brgb\b|upscal|color|albedo|normal|denois|deblur|derain|dehaz|image|picture/

type Goes = [label: string, scale: number, offset: number]

/**
 * Alternatives for a network that colours grey pictures: the range of the lightness, and that of the colours.
 */
export function lightnesses({ inputs, outputs }: Proposal): Alternative[] {
  const input = inputs.find(({ picture }) => picture?.lightness)
  const output = outputs.find(({ as }) => as === 'colors')
  if (!input?.picture || !output || input.picture.channels !== 1) return []
  const { picture, tensor } = input
  const goes: [Goes, Goes, Goes] = [
    [reason`from 0 to 100`, 100 / 255, 0],
    [reason`from 0 to 1`, 1 / 255, 0],
    [reason`from −1 to 1`, 2 / 255, -1],
  ]
  const comes: [string, Partial<OutputChoice>][] = [
    [reason`colours as they are`, { scale: undefined as unknown as number, offset: undefined as unknown as number }],
    [reason`colours as bytes from 0 to 1`, COLORS_OF_SHARES],
    [reason`colours from −1 to 1`, { scale: 110, offset: 0 }],
  ]
  const isKnown = output.scale !== undefined
  // If the colours are fractions, the lightness usually is too.
  const [first, ...others] = output.offset !== undefined ? [goes[1], goes[0], goes[2]] : goes
  return [first, ...others].flatMap(([label, scale, offset], i) =>
    (isKnown ? [['', {}] as [string, Partial<OutputChoice>]] : comes).map(([words, numbers], k) => ({
      label: [reason`lightness ${label}`, words].filter(Boolean).join(', '),
      prior: -0.8 * (i + k),
      inputs: { [tensor]: { picture: { ...picture, scale, offset } } },
      outputs: { [output.tensor]: { ...numbers } },
    })),
  )
}

/** Returns the proposal with the changes of one alternative. */
export function withChanges(
  proposal: Proposal,
  { inputs, outputs }: Pick<Alternative, 'inputs' | 'outputs'>,
): Proposal {
  const changed = {
    inputs: proposal.inputs.map((input) => ({ ...input, ...inputs[input.tensor] })),
    outputs: proposal.outputs.map((output) => ({ ...output, ...outputs[output.tensor] })),
  }
  const before = portNotes(proposal.inputs, proposal.outputs)
  const others = proposal.notes.filter((note) => !before.includes(note))
  return { ...proposal, ...changed, notes: [...portNotes(changed.inputs, changed.outputs), ...others] }
}
