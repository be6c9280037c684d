import type { Scaling } from '../models/manifest'
import { reason } from './reason'

/**
 * The range in which a picture goes into a model or comes out of it. `stretch` and `logits` are for outputs: from
 * minimum to maximum, and raw scores.
 */
export type RangeName =
  | '0..1'
  | '1..0'
  | '-1..1'
  | '0..255'
  | '-128..127'
  | 'imagenet'
  | 'mnist'
  | 'caffe'
  | 'stretch'
  | 'logits'
  | 'custom'

/** The ranges that inputs can have, and those that outputs can have. */
export const INPUT_RANGES = [
  '0..1',
  '1..0',
  '-1..1',
  '0..255',
  '-128..127',
  'imagenet',
  'mnist',
  'caffe',
  'custom',
] as const
export const OUTPUT_RANGES = ['0..1', '-1..1', '0..255', 'logits', 'stretch', 'custom'] as const

const IMAGENET = { mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225] }
/** Mean and deviation of MNIST's handwritten digits, which are mostly black. */
const MNIST = { mean: 0.1307, std: 0.3081 }
/** The mean colour of ImageNet in bytes, which is subtracted for Caffe's networks. */
const CAFFE = [123.68, 116.779, 103.939]
const PLAIN: Partial<Record<RangeName, [number, number]>> = {
  '0..1': [0, 1],
  '1..0': [1, 0],
  '-1..1': [-1, 1],
  '0..255': [0, 255],
  '-128..127': [-128, 127],
}

/** The scaling in a manifest for a range, for a tensor with this many channels in this order. */
export function scalingOf(
  range: RangeName,
  channels: number,
  order: 'RGB' | 'BGR',
  custom: Pick<Scaling, 'scale' | 'offset'> = {},
): Scaling {
  const plain = PLAIN[range]
  if (plain) return { range: plain }
  const ordered = (numbers: number[]) => (order === 'BGR' ? [...numbers].reverse() : numbers)
  if (range === 'imagenet')
    return channels === 3
      ? { mean: ordered(IMAGENET.mean), std: ordered(IMAGENET.std) }
      : { mean: average(IMAGENET.mean), std: average(IMAGENET.std) }
  if (range === 'mnist') return MNIST
  if (range === 'caffe') return { range: [0, 255], mean: channels === 3 ? ordered(CAFFE) : average(CAFFE) }
  if (range === 'custom') return { scale: custom.scale ?? 1, offset: custom.offset ?? 0 }
  return {}
}

const average = (numbers: number[]) => Number((numbers.reduce((a, b) => a + b, 0) / numbers.length).toPrecision(6))

/** The ranges in words. */
export const RANGE_WORDS: Record<RangeName, string> = {
  '0..1': reason`from 0 to 1`,
  '1..0': reason`from 1 (black) to 0 (white)`,
  '-1..1': reason`from −1 to 1`,
  '0..255': reason`from 0 to 255`,
  '-128..127': reason`from −128 to 127`,
  imagenet: reason`minus ImageNet's mean colour`,
  mnist: reason`less MNIST's mean`,
  caffe: reason`from 0 to 255, minus the mean colour (Caffe)`,
  stretch: reason`from the smallest to the largest`,
  logits: reason`raw scores, which a sigmoid turns into 0 to 1`,
  custom: reason`of its own`,
}
