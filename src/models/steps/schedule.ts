import { ValueError } from '../../types'
import type { DiffusionSpec, ScheduleSpec } from '../manifest'

/** A diffusion schedule: how the network's predictions turn noise into a result, in this many turns. */
export interface Schedule {
  /**
   * The index of the first turn. With a strength below 1, the first turns, which change the most, are
   * skipped.
   */
  readonly first: number
  /** The number of turns, including skipped ones. */
  readonly turns: number
  /** The time step of a turn, as the network's input. */
  time(turn: number): number
  /** The value before the first turn, made from standard normal noise and, if given, an initial value. */
  begin(noise: Float32Array, from?: Float32Array): Float32Array
  /** Scales a value to the range that the network expects. */
  scaled(turn: number, value: Float32Array): Float32Array
  /** The predicted final result in this turn. @param guess the network's output for the value */
  clean(turn: number, value: Float32Array, guess: Float32Array): Float32Array
  /** The value after a turn. @param noise draws new noise, for schedules that add some */
  next(turn: number, value: Float32Array, clean: Float32Array, noise: () => Float32Array): Float32Array
}

/**
 * The schedules that diffusers calls EulerDiscrete, DDIM, LCM and FlowMatchEulerDiscrete.
 *
 * @param strength 0 to 1: how much of the initial value is changed; 1 if there is none
 * @throws ValueError for more turns than the schedule has
 */
export function createSchedule(spec: ScheduleSpec, turns: number, strength: number): Schedule {
  switch (spec.kind) {
    case 'euler':
      return euler(spec, turns, strength)
    case 'ddim':
      return ddim(spec, turns, strength)
    case 'lcm':
      return lcm(spec, turns, strength)
    case 'flow':
      return flow(spec, turns, strength)
  }
}

type Of<Kind> = Extract<ScheduleSpec, { kind: Kind }>

/**
 * Lowers sigma, the standard deviation of the noise, step by step to 0. The value itself has standard
 * deviation 1.
 */
function euler(spec: Of<'euler'>, turns: number, strength: number): Schedule {
  const { predicts = 'noise', spacing = 'leading' } = spec
  const first = firstOf(turns, strength)
  const sigmas = keptParts(spec).map((part) => Math.sqrt((1 - part) / part))
  const times = timesOf(spec, turns)
  const levels = [...times.map((time) => between(sigmas, time)), 0]
  const sigma = (turn: number) => levels[turn] as number
  const most = spacing === 'leading' ? Math.hypot(sigma(0), 1) : sigma(0)
  return {
    first,
    turns,
    time: (turn) => times[turn] as number,
    begin: (noise, from) => noise.map((x, i) => (from ? (from[i] as number) + x * sigma(first) : x * most)),
    scaled: (turn, value) => value.map((x) => x / Math.hypot(sigma(turn), 1)),
    clean(turn, value, guess) {
      const now = sigma(turn)
      const square = now * now + 1
      return value.map((x, i) => {
        const g = guess[i] as number
        return { noise: x - now * g, velocity: x / square - (g * now) / Math.sqrt(square), sample: g }[predicts]
      })
    },
    next(turn, value, clean) {
      const [now, then] = [sigma(turn), sigma(turn + 1)]
      return value.map((x, i) => x + ((x - (clean[i] as number)) / now) * (then - now))
    },
  }
}

/** Value and noise are weighted so that the squares of the weights sum to 1. */
function ddim(spec: Of<'ddim'>, turns: number, strength: number): Schedule {
  const { predicts = 'noise', trained = 1000 } = spec
  const first = firstOf(turns, strength)
  const kept = keptParts(spec)
  const times = timesOf(spec, turns).map(roundEven)
  const timeOf = (turn: number) => times[turn] as number
  const part = (time: number) => kept[Math.max(0, time)] as number
  const apart = Math.floor(trained / turns)
  return {
    first,
    turns,
    time: timeOf,
    begin: (noise, from) => (from ? mixed(from, noise, part(timeOf(first))) : noise),
    scaled: (_, value) => value,
    clean: (turn, value, guess) => unmixed(value, guess, part(timeOf(turn)), predicts),
    next(turn, value, clean) {
      const [now, then] = [part(timeOf(turn)), part(timeOf(turn) - apart)]
      const noise = value.map((x, i) => (x - Math.sqrt(now) * (clean[i] as number)) / Math.sqrt(1 - now))
      return mixed(clean, noise, then)
    },
  }
}

/** Each turn predicts the final result; all but the last add new noise to it. */
function lcm(spec: Of<'lcm'>, turns: number, strength: number): Schedule {
  const { predicts = 'noise', trained = 1000, original = 50 } = spec
  const kept = keptParts(spec)
  const known = Math.floor(original * strength)
  if (turns > known)
    throw new ValueError(
      known === original
        ? `This model works in at most ${original} steps (got ${turns})`
        : `With a strength of ${strength} this model works in at most ${known} steps (got ${turns}): raise the strength`,
    )
  const apart = Math.floor(trained / original)
  const times = Array.from({ length: turns }, (_, turn) => (known - Math.floor(turn * (known / turns))) * apart - 1)
  const timeOf = (turn: number) => times[turn] as number
  const part = (turn: number) => kept[timeOf(turn)] as number
  return {
    first: 0,
    turns,
    time: timeOf,
    begin: (noise, from) => (from ? mixed(from, noise, part(0)) : noise),
    scaled: (_, value) => value,
    clean(turn, value, guess) {
      const far = (timeOf(turn) * 10) / 0.5
      const [skip, out] = [1 / (far * far + 1), far / Math.hypot(far, 1)]
      return unmixed(value, guess, part(turn), predicts).map((x, i) => out * x + skip * (value[i] as number))
    },
    next: (turn, _, clean, noise) => (turn + 1 < turns ? mixed(clean, noise(), part(turn + 1)) : clean),
  }
}

/** Follows a straight line from the noise (1) to the value (0). The network predicts its direction. */
function flow({ trained = 1000, shift = 1 }: Of<'flow'>, turns: number, strength: number): Schedule {
  const first = firstOf(turns, strength)
  const shifted = (share: number) => (shift * share) / (1 + (shift - 1) * share)
  const levels = [...evenly(shifted(1), shifted(1 / trained), turns).map(shifted), 0]
  const level = (turn: number) => levels[turn] as number
  return {
    first,
    turns,
    time: (turn) => level(turn) * trained,
    begin: (noise, from) =>
      from ? noise.map((x, i) => level(first) * x + (1 - level(first)) * (from[i] as number)) : noise,
    scaled: (_, value) => value,
    clean: (turn, value, guess) => value.map((x, i) => x - level(turn) * (guess[i] as number)),
    next: (turn, value, clean) =>
      value.map((x, i) => x + ((level(turn + 1) - level(turn)) * (x - (clean[i] as number))) / level(turn)),
  }
}

/**
 * A weighted sum of value and noise, where the squares of the weights sum to 1.
 * @param part the square of the value's weight
 */
function mixed(value: Float32Array, noise: Float32Array, part: number): Float32Array {
  const [a, b] = [Math.sqrt(part), Math.sqrt(1 - part)]
  return value.map((x, i) => a * x + b * (noise[i] as number))
}

/** The value contained in such a mixture, according to the network's prediction. */
function unmixed(
  mixture: Float32Array,
  guess: Float32Array,
  part: number,
  predicts: NonNullable<DiffusionSpec['predicts']>,
): Float32Array {
  const [a, b] = [Math.sqrt(part), Math.sqrt(1 - part)]
  return mixture.map((x, i) => {
    const g = guess[i] as number
    return { noise: (x - b * g) / a, velocity: a * x - b * g, sample: g }[predicts]
  })
}

const firstOf = (turns: number, strength: number) => turns - Math.floor(turns * strength)

/** For each training time step, the square of the value's weight (the cumulative product of 1 − beta). */
function keptParts({ trained = 1000, betas = [0.00085, 0.012], curve = 'scaled' }: DiffusionSpec): number[] {
  const [from, to] = betas
  const bent = curve === 'scaled'
  let kept = 1
  return evenly(bent ? Math.sqrt(from) : from, bent ? Math.sqrt(to) : to, trained).map((beta) => {
    kept *= 1 - (bent ? beta * beta : beta)
    return kept
  })
}

/** The training time steps that the turns use, noisiest first. */
function timesOf(
  { trained = 1000, spacing = 'leading', offset = 0 }: Of<'euler'> | Of<'ddim'>,
  turns: number,
): number[] {
  const all = Array.from({ length: turns }, (_, turn) => turn)
  if (spacing === 'trailing') return all.map((turn) => roundEven(trained - (turn * trained) / turns) - 1)
  if (spacing === 'linspace') return evenly(0, trained - 1, turns).reverse()
  return all.map((turn) => (turns - 1 - turn) * Math.floor(trained / turns) + offset)
}

/** Rounds like NumPy: halves to the even number. */
function roundEven(number: number): number {
  const low = Math.floor(number)
  return number - low === 0.5 ? low + (low % 2) : Math.round(number)
}

function evenly(from: number, to: number, count: number): number[] {
  return Array.from({ length: count }, (_, i) => (count === 1 ? from : from + ((to - from) * i) / (count - 1)))
}

/** Interpolates linearly in a list. */
function between(list: readonly number[], at: number): number {
  const low = Math.floor(at)
  const [a, b] = [list[low] as number, (list[low + 1] ?? list[low]) as number]
  return a + (b - a) * (at - low)
}
