import { EngineError } from '../../engine'
import { resize } from '../../images'
import type { OnnxFile } from '../../onnx/contents'
import { type Image, ValueError } from '../../types'
import type { Confidence, Proposal } from '../choice'
import { RANGE_WORDS } from '../ranges'
import { reason } from '../reason'
import { describeShape } from '../shapes'
import {
  type Alternative,
  lightnesses,
  openPicture,
  openPictures,
  otherOutputs,
  rangesOf,
  turned,
  withChanges,
} from './alternatives'
import { type Attempt, attempt, type Bench, type Outcome } from './attempt'
import { differing } from './differences'
import { judge } from './judges'
import { lifeless } from './lifeless'
import { otherTexts } from './other-texts'
import { outputNumbers } from './output-numbers'
import { questionOf } from './question'
import { DIGITS, type Sample, type Shown, samplePicture } from './samples'
import { keepShares } from './shares'
import { fitSizes } from './sizes'
import { withoutPicture } from './without-picture'

/** Time limit for all runs together, in milliseconds, except for the first run of each interpretation. */
const BUDGET = 2200
/**
 * Time limit, in milliseconds, within which each interpretation is run once. Leaving one out because the
 * computer is busy could silently give a wrong result.
 */
const PATIENCE = 10_000
/** Networks whose runs take longer than this, in milliseconds, don't get that extra time. */
const SLOW = 2000

/** Interpretations that are this much less likely than the best (a logarithm) aren't run again. */
const HOPELESS = 7
/** The user is asked if an interpretation this close to the best (a logarithm) gives a different result. */
const OPEN = 2.2

/**
 * The minimum odds for the confidence `likely`. More than enough for being right nineteen times in twenty
 * (`npm run bench -- proposals`).
 */
const LIKELY = 0.85

interface Tried extends Alternative, Attempt {
  /** The outcomes for all samples; `outcomes` has only those that the other attempts have too. */
  all: Outcome[]
  score: number
  said: Record<string, number>
}

/**
 * Tests a proposal: runs the network on samples with each range that it may expect, and judges the outputs.
 * Returns the best interpretation with its odds and the question that only the user can answer. Anything that
 * can't be run stays as proposed.
 * @param own the user's own pictures
 */
export async function experiment(
  proposal: Proposal,
  file: OnnxFile,
  bench: Bench,
  own: readonly Image[] = [],
): Promise<Proposal> {
  const until = performance.now() + BUDGET
  const sized = await fitSizes(proposal, bench, until - BUDGET / 2)
  const picture = openPicture(sized)
  const ways = picture ? rangesOf(sized) : lightnesses(sized)
  if (!sized.inputs.some(({ as }) => as === 'picture')) return withoutPicture(sized, bench)
  const samples = await samplesFor(sized, own)
  const lab = laboratory(sized, file, bench, samples, until)
  const first = await lab.all(ways.length > 0 ? ways : [PLAIN], 1)
  if (first.length === 0) return unrun(sized, lab.failure())
  const [leader] = first
  const rest = first.filter(({ score }) => score > (leader as Tried).score - HOPELESS).slice(0, 4)
  const more = rest.flatMap((one) => (one === leader || one === rest[1] ? (turned(one, sized) ?? []) : []))
  const shown = (leader as Tried).all
  // A line that is read correctly proves its letters.
  const texts = ((leader as Tried).said.read ?? 0) > 0 ? [] : otherTexts(sized)
  const others = [...otherOutputs(sized, file, shown), ...texts]
  const asLeader = others.map((other) => combine(leader as Tried, other))
  const ranged = [...rest, ...asLeader, ...more]
  const [best, ...beside] = await lab.all(ranged, samples.length)
  // Ranges are compared using the best interpretation of the output.
  const understood = others.find(({ label }) => label === best?.gives)
  const again = understood ? rest.filter((one) => one !== leader).map((one) => combine(one, understood)) : []
  const tried =
    again.length > 0
      ? await lab.all([...ranged, ...again], samples.length)
      : [best, ...beside].flatMap((one) => one ?? [])
  return conclude(sized, tried.length > 0 ? tried : first, lab.left(ways))
}

/** The proposal with the reason why it couldn't be run. */
function unrun(proposal: Proposal, failure: unknown): Proposal {
  const isLate = failure instanceof EngineError && failure.code === 'time-limit'
  if (!isLate && !(failure instanceof EngineError || failure instanceof ValueError)) return proposal
  const note = isLate
    ? reason`A run on a sample picture was stopped because it took too long: this network is slow, or never ends.`
    : reason`A run on a sample picture failed, so this was not tried: ${failure.message}`
  const plain = isLate ? null : asList(proposal)
  return plain ?? { ...proposal, notes: [...proposal.notes, note] }
}

/**
 * For a network that outputs no picture or map: a tensor with three free dimensions that can't be run as a picture is a
 * list of numbers.
 */
function asList(proposal: Proposal): Proposal | null {
  const [input] = proposal.inputs
  const isOpen =
    input?.as === 'picture' && input.confidence === 'guess' && input.shape.every((side) => typeof side === 'string')
  const areNumbers = proposal.outputs.every(({ as }) => as === 'numbers' || as === 'number' || as === 'unused')
  if (!input || !isOpen || proposal.inputs.length > 1 || !areNumbers) return null
  const { picture: _, ...rest } = input
  const why = reason`It takes a list of numbers of any length (${describeShape(input.shape)}); as a picture it could not be run.`
  return { ...proposal, inputs: [{ ...rest, as: 'numbers', why }] }
}

/** The proposal without changes. */
const PLAIN: Alternative = { label: reason`as proposed`, prior: 0, inputs: {}, outputs: {} }

function combine(one: Alternative, other: Alternative): Alternative {
  return {
    label: one.label,
    gives: other.label,
    ...(other.instead !== undefined && { instead: other.instead }),
    prior: one.prior + other.prior,
    inputs: { ...one.inputs, ...other.inputs },
    outputs: { ...one.outputs, ...other.outputs },
  }
}

async function samplesFor({ inputs, outputs }: Proposal, own: readonly Image[]): Promise<Sample[]> {
  const isLine = outputs.some(({ as, writer }) => as === 'text' && !writer)
  // Networks of any size are tried on small pictures, which are quicker.
  const isOpen = inputs.some(({ picture }) => picture?.fit === 'keep' && picture.height === undefined)
  const kinds = outputs.filter(({ as }) => as === 'category')
  // A network that reads several digits sees more than one in its picture.
  const isSmall = inputs.some(({ picture }) => picture?.channels === 1 && (picture.width ?? 0) <= 64)
  const areDigits = isSmall && kinds.length === 1 && kinds[0]?.labels?.join('') === '0123456789'
  const shown: readonly Shown[] = isLine ? ['line'] : areDigits ? DIGITS : ['astronaut', 'cat', 'coffee']
  const plain = [...(await Promise.all(shown.map(samplePicture))), ...own.map((image): Sample => ({ image }))]
  // Two different pictures are compared; for interpolation between pictures, similar ones.
  const compares = inputs.filter(({ as }) => as === 'picture').length > 1 && outputs.every(({ as }) => as !== 'picture')
  const samples = plain.map((each, i): Sample => {
    const beside = plain[(i + 1) % plain.length]?.image
    return compares && beside ? { ...each, beside } : each
  })
  if (!isOpen) return samples
  return Promise.all(
    samples.map(async ({ image, beside, ...sample }) => ({
      ...sample,
      image: await reduced(image),
      ...(beside && { beside: await reduced(beside) }),
    })),
  )
}

/** The longer side, in pixels, of a picture for a network of any size. */
const SMALL = 192

function reduced(image: Image): Promise<Image> {
  const scale = Math.min(1, SMALL / Math.max(image.width, image.height))
  return resize(image, Math.round(image.width * scale), Math.round(image.height * scale))
}

/** Runs alternatives until the time is up. */
function laboratory(proposal: Proposal, file: OnnxFile, bench: Bench, samples: readonly Sample[], until: number) {
  /** Per alternative: its outcomes for the samples so far, and whether it can no longer be run. */
  const known = new Map<string, { outcomes: Outcome[]; way: Alternative; isOver: boolean }>()
  let isFirst = true
  let slowest = 0
  let failure: unknown

  /**
   * Runs and judges alternatives on the same number of samples. Returns the best first, without those that
   * can't be run.
   */
  async function all(ways: readonly Alternative[], count: number): Promise<Tried[]> {
    const entries = ways.map(entryOf)
    for (let i = 0; i < count; i++) for (const entry of entries) await run(entry, i, entry === entries[0])
    const usable = entries.filter(({ outcomes }) => outcomes.length > 0)
    const shared = Math.min(...usable.map(({ outcomes }) => outcomes.length))
    const tried = await Promise.all(usable.map(({ way, outcomes }) => judged(way, outcomes, shared)))
    return tried.sort((a, b) => b.score - a.score)
  }

  function entryOf(way: Alternative) {
    const key = JSON.stringify([way.inputs, way.outputs])
    const entry = known.get(key) ?? { outcomes: [], way, isOver: false }
    known.set(key, entry)
    return entry
  }

  /**
   * The best alternative also gets extra time for a second picture, even on a busy computer, to see whether
   * the results differ.
   */
  async function run(entry: ReturnType<typeof entryOf>, i: number, isBest: boolean): Promise<void> {
    const end = (i === 0 || (i === 1 && isBest)) && slowest < SLOW ? until - BUDGET + PATIENCE : until
    const started = performance.now()
    if (entry.isOver || entry.outcomes.length !== i || (started > end && !isFirst)) return
    isFirst = false
    const sample = samples[i] as Sample
    try {
      if (i === 0) entry.way = await outputNumbers(entry.way, proposal, file, sample, bench)
      const outcome = await attempt(withChanges(proposal, entry.way), sample, bench)
      slowest = Math.max(slowest, outcome.ms)
      entry.outcomes.push(outcome)
    } catch (error) {
      failure = error
      entry.isOver = true
    }
  }

  async function judged(way: Alternative, all: Outcome[], shared: number): Promise<Tried> {
    const outcomes = all.slice(0, shared)
    const counted = bench.tapped?.count(outcomes.map(({ inside }) => inside)) ?? []
    const done: Attempt = { proposal: withChanges(proposal, way), outcomes, counted }
    const { sum, said } = await judge(done)
    return { ...way, ...done, all, said, score: way.prior + sum }
  }

  /** The alternatives that there was no time to run. */
  const left = (ways: readonly Alternative[]) =>
    ways.filter((way) => {
      const { outcomes, isOver } = entryOf(way)
      return outcomes.length === 0 && !isOver
    })

  return { all, left, failure: () => failure }
}

/**
 * Returns the best proposal with its odds and a question. The question also offers all common alternatives
 * that there was no time for.
 */
async function conclude(before: Proposal, judged: Tried[], left: readonly Alternative[]): Promise<Proposal> {
  const tried = usualFirst(judged)
  const [best, second] = tried
  if (!best) return before
  const shares = sharesOf(tried.map(({ score }) => score))
  const sure = shares[0] ?? 1
  const input = openPicture(before)
  const changed = keepShares(withChanges(before, best), best.all)
  const after: Proposal = {
    ...changed,
    notes: [...changed.notes, ...(await lifeless({ proposal: best.proposal, outcomes: best.all }))],
    odds: Number(sure.toFixed(3)),
  }
  const range = after.inputs.find(({ tensor }) => tensor === input?.tensor)?.picture?.range
  const near = tried.filter(({ score }) => score > best.score - OPEN)
  const open = await differing(near)
  const untried = left.filter(({ prior }) => prior > -OPEN)
  // Someone who knows the network may want a range whose results only happen to match another's.
  const rangeIn = ({ inputs }: Alternative) => input && inputs[input.tensor]?.picture?.range
  const ranges = new Set(open.map(rangeIn))
  const alike = near.filter((one) => !ranges.has(rangeIn(one)) && ranges.add(rangeIn(one)))
  // Classifiers and measures give the same answer for many samples, but may differ on pictures they were made for.
  const isNaming = before.outputs.some(({ as }) => as === 'category' || as === 'number')
  const isUnsettled = alike.length > 0 && isNaming && sure < LIKELY
  const isOpen = open.length + untried.length > 1 || isUnsettled
  const other = tried.find(
    ({ inputs }) => input && inputs[input.tensor]?.picture?.range !== best.inputs[input.tensor]?.picture?.range,
  )
  const confidence: Confidence = isOpen || sure < LIKELY || !isShown(best, other) ? 'guess' : 'likely'
  if (input && range !== undefined) {
    const isSame = range === input.picture?.range
    const changed = new Set(openPictures(before).map(({ tensor }) => tensor))
    const evidence = evidenceFor(
      best,
      tried.find(({ inputs }) => inputs[input.tensor]?.picture?.range !== range) ?? second,
    )
    after.inputs = after.inputs.map((each) => {
      if (!changed.has(each.tensor)) return each
      const [arranged = ''] = each.why.split('; ')
      const why = isSame && !evidence ? each.why : `${arranged}; ${(evidence ?? bySuit)(RANGE_WORDS[range])}.`
      // An interpretation that was likely before stays likely unless the trials contradict it.
      return { ...each, why, confidence: isSame && !isOpen && each.confidence === 'likely' ? 'likely' : confidence }
    })
  }
  if (!isOpen) return after
  return {
    ...after,
    question: questionOf([...open, ...alike, ...untried], input?.tensor ?? after.inputs[0]?.tensor ?? ''),
  }
}

/** The strength of the filters' responses alone doesn't override what such networks usually expect. */
function usualFirst(tried: Tried[]): Tried[] {
  const [best] = tried
  const usual = tried.find(({ prior }) => prior === 0)
  const rest = ({ score, said }: Tried) => score - (said.answers ?? 0)
  if (!best || !usual || usual === best || rest(usual) < rest(best)) return tried
  return [usual, ...tried.filter((one) => one !== usual)]
}

/** Judges that some networks fool. They help to order the trials, but prove nothing. */
const WEAK: ReadonlySet<string> = new Set(['answers', 'alive', 'certain', 'same'])

/** Whether the outputs themselves support the best interpretation, rather than only the prior odds. */
function isShown(best: Tried, other: Tried | undefined): boolean {
  return (
    other === undefined ||
    Object.entries(best.said).some(([name, value]) => !WEAK.has(name) && value - (other.said[name] ?? 0) > 0.7)
  )
}

/** Says of the numbers in a range why they are the right ones. */
type Evidence = (range: string) => string

/** The evidence for the best interpretation against another one. */
function evidenceFor(best: Tried, other: Tried | undefined): Evidence | undefined {
  if (!other) return undefined
  const [name, by] = Object.entries(best.said)
    .map(([judge, value]): [string, number] => [judge, value - (other.said[judge] ?? 0)])
    .sort((a, b) => b[1] - a[1])[0] ?? ['', 0]
  return by > 0.7 ? EVIDENCE[name] : undefined
}

const bySuit: Evidence = (range) => reason`numbers ${range} suit it best`

const EVIDENCE: Record<string, Evidence> = {
  learnt: (range) => reason`numbers ${range} are like those in its training data, whose mean it contains`,
  answers: (range) => reason`numbers ${range} suit its filters best`,
  alive: (range) => reason`numbers ${range} give different results for different pictures`,
  certain: (range) => reason`numbers ${range} give results that are neither all the same nor all certain`,
  known: (range) => reason`numbers ${range} make it recognise the samples`,
  things: (range) => reason`numbers ${range} make it find what the samples show`,
  placed: (range) => reason`numbers ${range} make it find things where they are`,
  labelled: (range) => reason`numbers ${range} make it show where the person and the cat are`,
  masked: (range) => reason`numbers ${range} make it separate a person from the background`,
  alike: (range) => reason`numbers ${range} give pictures that are neither too bright nor too dark`,
  colored: (range) => reason`numbers ${range} give colours without a cast`,
  read: (range) => reason`numbers ${range} make it read a line of text`,
}

function sharesOf(scores: number[]): number[] {
  const most = Math.max(...scores)
  const shares = scores.map((score) => Math.exp(score - most))
  const all = shares.reduce((a, b) => a + b, 0)
  return shares.map((share) => share / all)
}
