import { overlap } from '../../models/detection/candidates'
import type { Instance } from '../../models/tasks/detect'
import { type Image, isImage, isSegmentation } from '../../types'
import type { OutputChoice } from '../choice'
import type { Attempt, Outcome } from './attempt'
import { at, saturation, small } from './likeness'
import type { Shown } from './samples'
import { apart, correlation, deviationOf, meanOf, median } from './statistics'

/**
 * Scores how well the outputs support an interpretation of a network, as a log likelihood: 0 is neutral, −3
 * means hardly right. The weights reflect what each kind of evidence is worth, and are the same for all
 * networks.
 */
export type Judge = (attempt: Attempt) => number | Promise<number>

const sentOf = ({ proposal: { outputs } }: Attempt) => outputs.filter(({ as }) => as !== 'unused' && as !== 'state')

/** Compares the statistics that a network has kept from its training with those of the current input. */
const learnt: Judge = ({ counted }) => {
  const kept = counted.filter((layer) => layer.learnt && layer.mean.length > 0)
  if (kept.length === 0) return 0
  const far = kept.map(({ mean, deviation, learnt: known }) =>
    median(
      mean.map((value, channel) => {
        const wanted = (known?.variance[channel] ?? 1) + 1e-5
        const got = (deviation[channel] ?? 0) ** 2 + 1e-6 * wanted
        return 0.5 * (Math.log(wanted / got) + (got + (value - (known?.mean[channel] ?? 0)) ** 2) / wanted - 1)
      }),
    ),
  )
  return -3 * Math.log(Math.exp(meanOf(far.map((each) => Math.log(each + 0.02)))) + 0.05)
}

/**
 * Checks the first filters: on suitable input their responses have a spread of about one half, and hardly any
 * is constant.
 */
const answers: Judge = ({ counted }) => {
  const [first] = counted.filter((layer) => !layer.learnt && layer.mean.length > 0)
  if (!first) return 0
  const spread = median(first.deviation)
  const stiff = median(first.mean.map((value, channel) => Math.abs(value) / ((first.deviation[channel] ?? 0) + 1e-9)))
  return Math.max(-1.5, -0.4 * Math.abs(Math.log((spread + 1e-9) / 0.5)) - 0.3 * Math.log(1 + stiff))
}

/**
 * NaN, or the same numbers for different pictures, show that the input isn't what the network was trained on.
 */
const alive: Judge = (given) => {
  let sum = 0
  const [first, second] = given.outcomes
  for (const { tensor } of sentOf(given)) {
    const [one, other] = [first?.raw[tensor]?.data, second?.raw[tensor]?.data] as (ArrayLike<number> | undefined)[]
    if (!one || one.length === 0 || typeof one[0] === 'bigint') continue
    if (!Number.isFinite(meanOf(one))) sum -= 6
    else if (other && other.length === one.length && apart(one, other) < 1e-5 * (1e-3 + deviationOf(one))) sum -= 3
  }
  return sum
}

/** The class probabilities of one outcome. */
function sharesOf({ raw }: Outcome, { tensor, softmax }: OutputChoice): number[] {
  const scores = Array.from((raw[tensor]?.data ?? []) as ArrayLike<number>, Number)
  if (!softmax) return scores
  const most = Math.max(...scores)
  const shares = scores.map((score) => Math.exp(score - most))
  const all = shares.reduce((a, b) => a + b, 0)
  return shares.map((share) => share / all)
}

/**
 * Inputs are wrong for a network that is completely certain of everything, always names the same class, or is
 * never certain of anything.
 */
const certain: Judge = (given) => {
  let sum = 0
  for (const output of sentOf(given)) {
    if (output.as === 'number') {
      const numbers = given.outcomes.flatMap(({ raw }) => Number(raw[output.tensor]?.data[0] ?? Number.NaN))
      const areShares = numbers.every((value) => value >= 0 && value <= 1)
      if (areShares && numbers.length > 1 && numbers.every((value) => Math.abs(value - 0.5) > 0.4995)) sum -= 2
    }
    if (output.as !== 'category') continue
    const shares = given.outcomes.map((outcome) => sharesOf(outcome, output))
    const best = shares.map((each) => each.indexOf(Math.max(...each)))
    const most = shares.map((each) => Math.max(...each))
    const count = shares[0]?.length ?? 0
    // With few classes, all samples may well have the same one.
    if (count < 5) continue
    const isSame = new Set(best).size === 1 && best.length > 1
    if (shares.length > 1 && apart(shares[0] as number[], shares[1] as number[]) < 0.02 / count) sum -= 2
    if (most.every((share) => share > 0.9999)) sum -= isSame ? 3 : 1
    // On a network made for something else, hardly any class matches what the samples show.
    if (count < 1000) sum -= 5 * Math.max(0, meanOf(most) - 0.8)
  }
  return sum
}

/** The class names for what the samples show. */
const CALLED: Partial<Record<Shown, RegExp>> = {
  cat: /^(tabby|kitten|(domestic |house |tiger |persian |siamese |egyptian )?cat)s?\b/i,
  coffee: /^(cup|mug|coffee|espresso|teacup)s?\b/i,
  astronaut: /^(astronaut|person|human|woman)$/i,
  two: /^2$/,
  four: /^4$/,
  seven: /^7$/,
}

/** Checks whether networks with names for cats, cups, people or digits recognise the samples. */
const known: Judge = (given) => {
  let sum = 0
  for (const output of sentOf(given)) {
    if (output.as !== 'category') continue
    for (const outcome of given.outcomes) {
      const pattern = CALLED[outcome.sample.shows ?? 'line']
      const ids = (output.labels ?? []).flatMap((label, id) => (pattern?.test(label) ? [id] : []))
      if (ids.length === 0) continue
      const shares = sharesOf(outcome, output)
      sum += 0.8 * Math.log(ids.reduce((all, id) => all + (shares[id] ?? 0), 0) + 0.003)
    }
  }
  return sum
}

/** The objects that detectors should find in each sample, if they have a class for them. */
const FOUND: Partial<Record<Shown, RegExp>> = {
  astronaut: /^(person|face|head)$/,
  cat: /^cat$/,
  coffee: /^(cup|coffee)/,
}

/**
 * Checks whether detectors find the person, her face, the cat and the cup, and neither nothing nor
 * everything.
 */
const things: Judge = (given) => {
  const output = sentOf(given).find(({ as }) => as === 'things')
  if (!output) return 0
  const names = output.labels ?? []
  let sum = 0
  for (const { sample, outputs } of given.outcomes) {
    const list = (outputs.instances ?? []) as Instance[]
    const pattern = FOUND[sample.shows ?? 'line']
    const mayKnow = pattern !== undefined && names.some((name) => pattern.test(name))
    if (mayKnow && pattern) {
      const best = Math.max(0, ...list.filter(({ category }) => pattern.test(category)).map(({ score }) => score))
      sum += 1.2 * Math.log(best + 0.1)
    }
    if (names.length === 1 && names[0] === 'face' && sample.shows === 'astronaut')
      sum += list.some(({ box }) => isHerFace(box)) ? 1 : -1
    if (list.length > 40) sum -= 1.5
    const areas = list.map(({ box: [left, top, right, bottom] }) => (right - left) * (bottom - top))
    if (areas.length > 0 && areas.every((area) => area > 0.97 || area < 1e-5)) sum -= 2
  }
  if (given.outcomes.every(({ outputs }) => ((outputs.instances ?? []) as Instance[]).length === 0)) sum -= 1
  return sum
}

/** The positions of these objects, as fractions of the picture's sides. */
const PLACED: Partial<Record<Shown, [RegExp, Instance['box']]>> = {
  astronaut: [/^person$/, [0.02, 0.04, 0.72, 0.99]],
  cat: [/^cat$/, [0, 0, 1, 1]],
  coffee: [/^cup$/, [0.27, 0.04, 0.71, 0.76]],
}

/** Checks whether detectors find objects in the right place. */
const placed: Judge = (given) => {
  let sum = 0
  for (const { sample, outputs } of given.outcomes) {
    const [pattern, place] = PLACED[sample.shows ?? 'line'] ?? []
    const found = ((outputs.instances ?? []) as Instance[]).filter(({ category }) => pattern?.test(category))
    if (place && found.length > 0) sum += 3 * Math.max(...found.map(({ box }) => overlap(box, place))) - 1.5
  }
  return sum
}

function isHerFace([left, top, right, bottom]: Instance['box']): boolean {
  const [x, y] = [(left + right) / 2, (top + bottom) / 2]
  return x > 0.35 && x < 0.52 && y > 0.12 && y < 0.36 && right - left < 0.4
}

/** Points on the astronaut and on the background, as fractions of the picture's sides. */
const ON: [number, number][] = [
  [0.44, 0.24],
  [0.42, 0.6],
  [0.35, 0.8],
  [0.55, 0.75],
]
const BESIDE: [number, number][] = [
  [0.95, 0.06],
  [0.04, 0.06],
  [0.06, 0.3],
]

/** Label maps with a label for people or cats should show them. A map with a single label shows nothing. */
const labelled: Judge = ({ outcomes, proposal }) => {
  let sum = 0
  for (const { name, as } of proposal.outputs) {
    if (as !== 'labels') continue
    for (const { sample, outputs } of outcomes) {
      const map = outputs[name]
      if (!isSegmentation(map)) continue
      if (new Set(map.data).size === 1) sum -= 2.5
      const shown =
        sample.shows === 'astronaut' ? /^(person|human|foreground)$/ : sample.shows === 'cat' ? /^(cat|animal)$/ : null
      const ids = shown ? map.labels.flatMap((label, id) => (shown.test(label) ? [id] : [])) : []
      if (ids.length === 0) continue
      const places =
        sample.shows === 'astronaut'
          ? ON
          : ([
              [0.5, 0.5],
              [0.45, 0.4],
              [0.5, 0.7],
            ] as [number, number][])
      const right = places.filter(([x, y]) =>
        ids.includes(map.data[Math.floor(y * map.height) * map.width + Math.floor(x * map.width)] ?? -1),
      )
      sum += 1.5 * Math.log(right.length / places.length + 0.1)
    }
  }
  return sum
}

const FILLING = /mask|matte|what is in front/

/** A mask is neither blank nor grey, and often separates the astronaut from the background. */
const masked: Judge = async (given) => {
  let sum = 0
  for (const output of sentOf(given)) {
    if (output.as !== 'picture' || output.picture?.channels !== 1 || !FILLING.test(output.why)) continue
    for (const { sample, outputs } of given.outcomes) {
      const image = outputs[output.name]
      if (!isImage(image)) continue
      const mask = await small(image)
      if (deviationOf(mask) < 0.01) sum -= 1
      if (sample.shows !== 'astronaut') continue
      const mean = (places: [number, number][]) => meanOf(places.map(([x, y]) => at(mask, x, y)))
      sum += 1.5 * (mean(ON) - mean(BESIDE))
    }
  }
  return sum
}

/**
 * A network that turns a picture into a picture usually shows it again; an output that is all white or black has
 * another range.
 */
const alike: Judge = async (given) => {
  let sum = 0
  const takes = given.proposal.inputs.some(({ as }) => as === 'picture')
  for (const output of sentOf(given)) {
    if (output.as !== 'picture' || output.picture?.channels === 1) continue
    for (const { sample, outputs } of given.outcomes) {
      const image = outputs[output.name]
      if (!isImage(image)) continue
      const made = await small(image)
      sum -= 2.5 * Math.max(0, saturation(image) - saturation(sample.image) - 0.1)
      if (deviationOf(made) < 0.02) sum -= 2
      if (!takes) continue
      const from = await small(sample.image)
      sum += 1.2 * correlation(made, from) - 1.5 * Math.abs(meanOf(made) - meanOf(from))
    }
  }
  return sum
}

/** Masks are mostly white or black. */
const divided: Judge = (given) => {
  let sum = 0
  for (const output of sentOf(given)) {
    if (output.as !== 'masks' || output.raw) continue
    for (const { raw } of given.outcomes) {
      const shares = (raw[output.tensor]?.data ?? []) as ArrayLike<number>
      let clear = 0
      for (let i = 0; i < shares.length; i++) if ((shares[i] as number) < 0.1 || (shares[i] as number) > 0.9) clear++
      sum += 2 * (clear / Math.max(1, shares.length) - 0.7)
    }
  }
  return sum
}

/** Networks that make pictures usually take them in the same range as they output them. */
const same: Judge = ({ proposal: { inputs, outputs } }) => {
  const from = inputs.find(({ as }) => as === 'picture')?.picture?.range
  const made = outputs.find(({ as, picture }) => as === 'picture' && picture?.channels === 3)
  if (!made || from === undefined || made.picture?.range === from || made.picture?.curves) return 0
  return made.confidence === 'guess' ? -3 : -1.5
}

/** Photographs that get their colours back have all of them, without a colour cast. */
const colored: Judge = (given) => {
  let sum = 0
  for (const output of sentOf(given)) {
    if (output.as !== 'colors') continue
    for (const { outputs } of given.outcomes) {
      const image = outputs[output.name]
      if (!isImage(image)) continue
      const [red, green, blue] = [0, 1, 2].map((channel) => channelMean(image, channel)) as [number, number, number]
      sum -= (Math.abs(red - green) + Math.abs(green - blue)) / 25
    }
  }
  return sum
}

function channelMean({ data, channels }: Image, channel: number): number {
  let [sum, count] = [0, 0]
  for (let i = channel; i < data.length; i += channels) {
    sum += data[i] as number
    count++
  }
  return sum / Math.max(1, count)
}

/** A line of text is read with certainty, and is neither empty nor longer than it can be. */
const read: Judge = (given) => {
  const output = sentOf(given).find(({ as, writer }) => as === 'text' && !writer)
  if (!output) return 0
  let sum = 0
  for (const { sample, outputs } of given.outcomes) {
    if (sample.shows !== 'line') continue
    const text = String(outputs[output.name] ?? '')
    sum += 2 * Math.log(Number(outputs[`${output.name}_score`] ?? 0) + 0.05)
    if (/hello/i.test(text)) sum += 2
    if (/2026/.test(text)) sum += 2
    if (text.length === 0) sum -= 2
  }
  return sum
}

const JUDGES: Record<string, Judge> = {
  learnt,
  answers,
  alive,
  certain,
  known,
  things,
  placed,
  labelled,
  masked,
  alike,
  divided,
  same,
  colored,
  read,
}

/** Each judge's verdict, by name, and the total. */
export async function judge(attempt: Attempt): Promise<{ sum: number; said: Record<string, number> }> {
  const said: Record<string, number> = {}
  for (const [name, one] of Object.entries(JUDGES)) said[name] = await one(attempt)
  return { said, sum: Object.values(said).reduce((a, b) => a + b, 0) }
}
