import type { Engine } from '../../engine'
import { codec } from '../../images'
import { featuresOfPicture, type LearnedClasses, requireKind, tellClass, tellNumbers, thingOf } from '../../teach'
import { type ImageType, readValue, ValueError } from '../../types'
import type { Taught } from './read'

/** The label given, and how far each label was from being given instead, as a fraction of 1. */
export interface Said {
  label: number
  apart: readonly number[]
}

/** A taught node's outputs for a value, by port, as computed by the flow. @throws ValueError */
export async function runTaught({ book, learned, labels }: Taught, given: unknown, engine: Engine) {
  const picture: ImageType = { type: 'image', channels: 3 }
  const thing = thingOf(book.kind === 'picture' ? await readValue(picture, given, 'image', codec) : given)
  if (!thing) throw new ValueError('there is nothing to be told')
  requireKind(book, thing.kind)
  const features =
    'picture' in thing ? await featuresOfPicture(engine, thing.picture) : 'features' in thing && thing.features
  if (!features) throw new ValueError('a compiled file takes no sounds')
  if (learned.kind === 'numbers') {
    const numbers = tellNumbers(learned, features)
    const said = numbers.length === 1 ? { number: numbers[0] } : { numbers: Float32Array.from(numbers) }
    return { ...said, score: learned.told ?? 0 }
  }
  return saidOf(learned, labels, features)
}

function saidOf(learned: LearnedClasses, labels: readonly string[], features: Float32Array) {
  const { ranked, strangeness } = tellClass(learned, features)
  const shares = learned.classes.map((name) => ranked.find(({ category }) => category === name)?.score ?? 0)
  const score = Math.max(...shares)
  const best = shares.indexOf(score)
  const mayBeNone = labels.length > shares.length
  const isNone = mayBeNone && strangeness > 1
  const unknown = Math.abs(strangeness - 1) / Math.max(1, strangeness)
  const apart = shares.map((share) => score - share + (isNone ? unknown : 0))
  if (mayBeNone) apart.push(isNone ? 0 : unknown)
  const said: Said = { label: isNone ? shares.length : best, apart }
  return { class: said, score, ranked: Float32Array.from(shares) }
}
