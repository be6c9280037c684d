import type { FetchedTensor } from '../../engine'
import type { OnnxFile } from '../../onnx/contents'
import type { OutputChoice, Proposal } from '../choice'
import { boundsOf } from '../graph'
import { masksPart, RAW_MASK } from '../propose-maps'
import { reason } from '../reason'
import { type Alternative, withChanges } from './alternatives'
import { attempt, type Bench } from './attempt'
import { boxNumbers } from './box-numbers'
import { rangeFrom } from './output-ranges'
import type { Sample } from './samples'

/**
 * Interprets outputs by their numbers for one sample if the last steps are inconclusive: the range of a
 * picture, the units of boxes and points, whether planes are scores or masks. Adds the results to an
 * alternative's changes.
 */
export async function outputNumbers(
  way: Alternative,
  proposal: Proposal,
  file: OnnxFile,
  sample: Sample,
  bench: Bench,
): Promise<Alternative> {
  const now = withChanges(proposal, way)
  const open = now.outputs.filter((output) => isOpen(output, file))
  if (open.length === 0) return way
  const asNumbers = Object.fromEntries(open.map(({ tensor }) => [tensor, { as: 'numbers' as const }]))
  const { raw } = await attempt(withChanges(now, { inputs: {}, outputs: asNumbers }), sample, bench)
  const outputs = { ...way.outputs }
  for (const output of open) {
    const { tensor } = output
    const found = raw[tensor]
    if (!found || typeof found.data[0] === 'bigint') continue
    const changed = changesFor(output, found, now)
    for (const [name, change] of Object.entries(changed)) outputs[name] = { ...outputs[name], ...change }
  }
  return { ...way, outputs }
}

function isOpen(output: OutputChoice, file: OnnxFile): boolean {
  const { as, picture, confidence, tensor, dtype, detector, points } = output
  if (!dtype.startsWith('float')) return false
  switch (as) {
    case 'picture':
      return picture !== undefined && (areFree(output) || (confidence === 'guess' && !boundsOf(file, tensor)))
    case 'labels':
      return (output.labels?.length ?? 0) <= 8 && !boundsOf(file, tensor)
    case 'things':
      return detector?.decode === 'boxes'
    case 'points':
      return points?.heat === undefined
    default:
      return false
  }
}

/** Whether the number of planes isn't in the file. */
const areFree = ({ shape }: OutputChoice) =>
  shape.length === 4 && shape.slice(1).every((size) => typeof size === 'string')

function changesFor(output: OutputChoice, found: FetchedTensor, now: Proposal): Record<string, Partial<OutputChoice>> {
  const numbers = found.data as ArrayLike<number>
  const { as, tensor, picture, why, points, detector } = output
  if (as === 'picture' && picture) {
    if (areFree(output)) return { [tensor]: planesOf(output, found.dims) }
    const range = rangeFrom(numbers, picture, /mask/.test(why))
    const isMask = range === 'logits' && picture.range !== 'logits'
    return range ? { [tensor]: { picture: { ...picture, range }, ...(isMask && { why: RAW_MASK }) } } : {}
  }
  if (as === 'labels' && picture && areMasks(found, picture.layout.endsWith('HWC')))
    return { [tensor]: masksPart(output.labels?.length ?? 2, { ...picture, restore: true }, 'guess') }
  if (as === 'points' && points && isCentered(numbers)) return { [tensor]: { points: { ...points, unit: 'centered' } } }
  if (as === 'things' && detector) return boxNumbers(output, numbers, now)
  return {}
}

/** Interprets a picture whose number of planes is only known after a run. */
function planesOf(output: OutputChoice, dims: readonly number[]): Partial<OutputChoice> {
  const { picture, confidence } = output
  const [, first = 0, , last = 0] = dims
  const isLast = last <= 4 && first > 4
  const planes = isLast ? last : first
  if (!picture || planes === picture.channels) return {}
  if (planes !== 1) return { as: 'numbers', why: reason`It outputs ${planes} numbers for each position.` }
  return {
    picture: { ...picture, channels: 1, order: 'RGB', layout: isLast ? 'NHWC' : 'NCHW' },
    why: reason`It outputs a mask or another grey picture.`,
    confidence,
  }
}

/** Scores of labels exclude each other; masks are nearly all between 0 and 1, and don't add up to one. */
function areMasks({ data, dims }: FetchedTensor, isLast: boolean): boolean {
  const planes = (isLast ? dims.at(-1) : dims.at(-3)) ?? 0
  if (planes < 2) return false
  const places = data.length / planes
  const value = (place: number, plane: number) => Number(data[isLast ? place * planes + plane : plane * places + place])
  const step = Math.max(1, Math.floor(places / 5000))
  let [within, whole, count] = [0, 0, 0]
  for (let place = 0; place < places; place += step) {
    let sum = 0
    for (let plane = 0; plane < planes; plane++) {
      const number = value(place, plane)
      sum += number
      if (number > -0.15 && number < 1.15) within++
    }
    if (Math.abs(sum - 1) < 0.05) whole++
    count++
  }
  return within > 0.98 * count * planes && whole < 0.8 * count
}

/** Coordinates from −1 to 1 are on both sides of 0, and none is far outside. */
function isCentered(numbers: ArrayLike<number>): boolean {
  let [below, beyond] = [0, 0]
  for (let i = 0; i < numbers.length; i++) {
    const number = numbers[i] as number
    if (number < -0.1) below++
    if (Math.abs(number) > 1.6) beyond++
  }
  return beyond === 0 && below > 0.2 * numbers.length
}
