import type { FetchedTensor, GivenFeed } from '../../engine'
import { freshSeed, normals } from '../../random'
import { ValueError } from '../../types'
import type { FeedSpec, RepeatSpec } from '../manifest'
import { numbersFeed } from '../numbers-feed'
import { sideOf } from '../side'
import { prepareFeeds } from '../tasks/feeds'
import type { Job, Task } from '../tasks/task'
import { roughPicture } from './rough'
import { createSchedule } from './schedule'

type RepeatFeed = Extract<FeedSpec, { kind: 'repeat' }>

/** More turns would take practically forever. */
const MOST = 10_000

/**
 * Runs a file repeatedly. Each output is the next value or, with a schedule, the prediction from which the
 * schedule computes the next value.
 */
export function repeated(spec: RepeatSpec): Task {
  return async (job) => {
    const { to, scale = 1 } = spec
    const given = spec.from === undefined ? undefined : (job.inputs[spec.from] as FetchedTensor | undefined)
    const dims = given?.dims ?? dimsOf(job, spec)
    const from = given && Float32Array.from(given.data as Float32Array, (number) => Number(number) * scale)
    const turns = turnsOf(job, spec)
    const strength = from ? strengthOf(job, spec) : 1
    const value = from && strength === 0 ? from : await walk(job, spec, { dims, from, turns, strength })
    return { [to]: { dtype: 'float32', dims, data: value.map((x) => x / scale) } satisfies FetchedTensor }
  }
}

interface Walk {
  dims: number[]
  from: Float32Array | undefined
  turns: number
  strength: number
}

/** The value after the last turn. */
async function walk(job: Job, spec: RepeatSpec, { dims, from, turns, strength }: Walk): Promise<Float32Array> {
  const { output, rough } = spec
  const schedule = spec.schedule && createSchedule(spec.schedule, turns, strength)
  // The strength is so low that no turn is left to run.
  if (from && schedule?.first === turns) return from
  const noise = noiseSource(job, spec, dims)
  const run = await runner(job, spec, dims)
  const first = schedule?.first ?? 0
  let value = schedule ? schedule.begin(noise(), from) : (from ?? noise())
  for (let turn = first; turn < turns; turn++) {
    await job.goOn?.()
    job.progress?.(turn - first, turns - first)
    const guess = await run(schedule?.scaled(turn, value) ?? value, schedule?.time(turn) ?? turn)
    if (guess.length !== value.length)
      throw new Error(`"${output}" has ${guess.length} numbers, but the repeated value has ${value.length}.`)
    const clean = schedule?.clean(turn, value, guess) ?? guess
    value = schedule?.next(turn, value, clean, noise) ?? guess
    if (rough && turn + 1 < turns) job.partial?.({ [rough.to]: roughPicture(rough.colors, dims, clean) })
  }
  return value
}

/** @throws ValueError unless it is a whole number of turns */
function turnsOf(job: Job, { times }: RepeatSpec): number {
  const turns = numberOf(job, times)
  if (Number.isInteger(turns) && turns >= 1 && turns <= MOST) return turns
  const range = turns >= 1 && turns <= MOST ? '' : ` from 1 to ${MOST}` // only mentioned if the port has no bounds of its own
  throw new ValueError(`${job.model.label}'s ${times} must be a whole number${range} (got ${turns})`)
}

/** @throws ValueError unless it is from 0 to 1 */
function strengthOf(job: Job, { strength = 1 }: RepeatSpec): number {
  const share = numberOf(job, strength)
  if (share >= 0 && share <= 1) return share
  throw new ValueError(`${job.model.label}'s ${strength} must be a number from 0 to 1 (got ${share})`)
}

function dimsOf(job: Job, { noise }: RepeatSpec): number[] {
  const { dims = [], per = 1, multipleOf = per } = noise ?? {}
  return dims.map((side) => (typeof side === 'number' ? side : sideOf(job, side, multipleOf) / per))
}

/** Returns new N(0, 1) noise with each call. The same seed gives the same sequence. */
function noiseSource({ inputs }: Job, { noise }: RepeatSpec, dims: number[]): () => Float32Array {
  const seed = (inputs[noise?.seed ?? ''] as number | string | undefined) ?? freshSeed()
  const count = dims.reduce((product, side) => product * side, 1)
  let drawn = 0
  return () => Float32Array.from(normals(drawn++ === 0 ? seed : `${seed} ${drawn}`, count))
}

/**
 * Runs one turn. With guidance, the result is plain + scale × (guided − plain), where `plain` is the result
 * without the guide.
 */
async function runner(job: Job, { output, guidance }: RepeatSpec, dims: number[]) {
  const { feeds } = await prepareFeeds(job)
  const scale = guidance ? numberOf(job, guidance.scale) : 1
  const without = guidance && scale !== 1 ? (await prepareFeeds(instead(job, guidance.instead))).feeds : undefined
  const changing = Object.entries(job.variant.feeds).filter((entry): entry is [string, RepeatFeed] =>
    isRepeat(entry[1]),
  )
  return async (value: Float32Array, time: number): Promise<Float32Array> => {
    const own = changing.map(([tensor, { as, dtype = 'float32', dims: shape = [1] }]) => [
      tensor,
      as === 'value' ? numbersFeed(dtype, dims, value) : numbersFeed(dtype, shape, [time]),
    ])
    const ask = async (same: Record<string, GivenFeed>) => {
      const made = await job.run({ ...same, ...Object.fromEntries(own) }, { [output]: { kind: 'tensor' } })
      return Float32Array.from((made[output] as FetchedTensor).data as Float32Array, Number)
    }
    const guess = await ask(feeds)
    if (!without) return guess
    const plain = await ask(without)
    return plain.map((number, i) => number + scale * ((guess[i] as number) - number))
  }
}

/** The same job with some inputs replaced by others. */
function instead(job: Job, names: Record<string, string>): Job {
  const others = Object.entries(names).map(([name, other]) => [name, job.inputs[other]])
  return { ...job, inputs: Object.assign(Object.create(null), job.inputs, Object.fromEntries(others)) }
}

const isRepeat = (spec: FeedSpec): boolean => spec.kind === 'repeat'
const numberOf = ({ inputs }: Job, given: number | string) => Number(typeof given === 'string' ? inputs[given] : given)
