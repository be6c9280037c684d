import { inputScaling } from '../models/scaling'
import type { FirstFilter } from '../onnx/contents'
import { answersTo } from './filter-answers'
import type { Guess } from './looks'
import { type RangeName, scalingOf } from './ranges'
import { reason } from './reason'

/** The ranges that are compared, the usual ones first. */
const COMPARED = ['0..1', '-1..1', 'imagenet', '0..255', 'caffe'] as const

/**
 * Checks a guess against the network's first filters, which respond with a spread of about one to the numbers
 * they were trained on. A network that keeps statistics of these responses reveals the range; others at least
 * show whether they expect bytes or fractions.
 */
export function weighRange(guess: Guess, filter: FirstFilter | null, isNaming: boolean): Guess {
  if (filter?.dims[1] !== 3 || guess.confidence === 'certain' || guess.range === 'custom') return guess
  const fits = (range: RangeName, order = guess.order) => {
    const { scale, offset } = inputScaling(scalingOf(range, 3, order))
    return answersTo(filter, [scale].flat(), [offset].flat(), order)
  }
  if (filter.learnt) return byLearnt(guess, fits)
  const shares = fits('0..1').spread
  if (shares > 0 && shares < 0.03 && guess.range !== '0..255' && guess.range !== 'caffe')
    return {
      ...guess,
      // Classifiers that work in bytes mostly subtract the mean colour, as Caffe does; the filters can't tell.
      ...(isNaming ? { range: 'caffe' as const, order: 'BGR' as const } : { range: '0..255' as const }),
      confidence: 'guess',
      why: reason`its first filters are made for bytes`,
    }
  if (shares > 0.08 && shares < 4 && guess.range === '0..255' && guess.confidence === 'guess')
    return { ...guess, range: '0..1', why: reason`its first filters are made for small numbers` }
  return guess
}

type Fits = (range: RangeName) => { spread: number; shift: number }

function byLearnt(guess: Guess, fits: Fits): Guess {
  const found = COMPARED.map((range) => {
    const { spread, shift } = fits(range)
    return { range, cost: Math.abs(Math.log(Math.max(spread, 1e-9))) + shift }
  }).sort((a, b) => a.cost - b.cost)
  const own = found.find(({ range }) => range === guess.range)
  const [best] = found
  if (!best || !own) return guess
  // Some networks were trained with numbers divided by 255 twice by mistake.
  const { spread } = fits('imagenet')
  if (best.cost > 4 && spread > 60 && spread < 1000) {
    const { scale, offset } = inputScaling(scalingOf('imagenet', 3, guess.order))
    const less = (numbers: number | number[]) => [numbers].flat().map((number) => number / 255)
    return {
      ...guess,
      range: 'custom',
      scale: less(scale),
      offset: less(offset),
      why: reason`its first filters are made for numbers near 0, 255 times as small as usual`,
    }
  }
  if (own === best && own.cost < 0.6) return { ...guess, confidence: 'likely' }
  if (own.cost < best.cost + 0.4 || best.cost > 1.5) return guess
  return {
    ...guess,
    range: best.range,
    // Networks that subtract Caffe's mean colour mostly have blue first, as Caffe does.
    ...(best.range === 'caffe' && { order: 'BGR' as const }),
    confidence: 'likely',
    why: reason`its first filters are made for such numbers`,
  }
}
