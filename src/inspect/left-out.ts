import type { OnnxFile } from '../onnx/contents'
import type { OutputChoice } from './choice'
import { isConstant } from './graph'
import { inWords } from './names'
import { reason } from './reason'

/**
 * Leaves out outputs that don't depend on any input, such as the version number that Unity writes into its
 * agents.
 */
export function leaveOutConstants(outputs: OutputChoice[], file: OnnxFile): void {
  const fixed = outputs.filter(({ tensor }) => isConstant(file, tensor))
  if (fixed.length === outputs.length) return
  for (const output of fixed)
    Object.assign(output, {
      as: 'unused',
      why: reason`It is always the same, whatever the input is.`,
      confidence: 'certain',
    })
}

/**
 * Leaves out features of inner steps, which some networks output in addition to their result: nobody needs
 * them, and they cost time and memory.
 */
export function leaveOutFeatures(outputs: OutputChoice[]): void {
  const isResult = ({ as }: OutputChoice) =>
    as === 'picture' || as === 'values' || as === 'labels' || as === 'masks' || as === 'points'
  const hasThings = outputs.some(({ as }) => as === 'things')
  const hasPoints = outputs.some(({ as }) => as === 'points')
  if (!outputs.some(isResult) && !hasThings) return
  // Networks that compare pictures place by place have only features as their result.
  if (!hasThings && !hasPoints && outputs.some(({ tensor }) => /key ?points?|descr|\bdesc\b/.test(inWords(tensor))))
    return
  const inner = reason`It is the output of an inner step of the network; another output is the result.`
  for (const output of outputs) {
    const word = inWords(output.tensor.split('/').at(-1) ?? '')
    const isInner = hasThings
      ? /hidden|encoder|\bn(um)?\b|num ?det|count|indices|multiclass|\baux\b/.test(word)
      : output.shape.length > 2 && /hidden|feat|logit|\baux\b|encoder|embed/.test(word)
    if ((output.as === 'numbers' || (hasThings && output.as === 'number')) && isInner)
      Object.assign(output, { as: 'unused', why: hasThings ? reason`The list of things already contains it.` : inner })
    if (hasThings) continue
    // Next to a list of points, planes not named as labels are features too.
    const isVague = hasPoints && output.as === 'labels' && output.confidence === 'guess'
    if ((output.as === 'numbers' || isVague) && output.shape.length === 4 && planesOf(output) >= 16)
      Object.assign(output, {
        as: 'unused',
        why: inner,
      })
  }
}

function planesOf({ shape: [, first, second, last] }: OutputChoice): number {
  const planes = first === second ? last : first
  return typeof planes === 'number' ? planes : 0
}

/** Leaves out the number of the likeliest class if the scores of all classes are known. */
export function leaveOutNumbers(outputs: OutputChoice[]): void {
  const scores = outputs.find(({ as }) => as === 'category')
  if (!scores) return
  for (const output of outputs)
    if (output.as === 'number' && output.dtype.includes('int') && /label|class|categ/.test(inWords(output.tensor)))
      Object.assign(output, {
        as: 'unused',
        why: reason`It is the number of the most likely class, which "${scores.name}" names.`,
        confidence: 'likely',
      })
}

/** Two maps of the same size with at most this many labels may well show different things. */
const FEW = 4

/**
 * Leaves out the masks of intermediate stages, as in U²-Net: the first mask is the result, or the last one if
 * they are raw scores (HED), unless a name says otherwise. Also leaves out smaller copies, and outputs used
 * only in training.
 */
export function leaveOutSideMaps(outputs: OutputChoice[]): void {
  const masks = outputs.filter(({ as, picture }) => (as === 'picture' || as === 'values') && picture?.channels === 1)
  const leave = (output: OutputChoice, why: string) => Object.assign(output, { as: 'unused', why })
  const result = masks.find(({ name }) => /fus|final/i.test(name))
  const isRaw = masks.every(({ confidence, as }) => as === 'picture' && confidence === 'guess')
  const best = result ?? (isRaw ? masks.at(-1) : masks[0])
  if (masks.length >= 4)
    for (const mask of masks)
      if (mask !== best) leave(mask, reason`It is a mask of an inner step; another one is the result.`)
  if (masks.length >= 4 && isRaw && best?.picture) best.picture.range = 'logits'
  const [first, ...others] = masks
  for (const mask of others)
    if (Number(mask.shape.at(-1)) < Number(first?.shape.at(-1))) leave(mask, reason`It is a smaller copy of the first.`)
  const maps = outputs.filter(({ as }) => as === 'labels')
  const same = (map: OutputChoice) =>
    maps.find(({ shape, labels = [] }) => labels.length > FEW && shape.join() === map.shape.join())
  for (const map of maps)
    if (maps.length > 1 && (/^aux/i.test(map.name) || (same(map) ?? map) !== map))
      leave(map, reason`It was only needed for training.`)
}
