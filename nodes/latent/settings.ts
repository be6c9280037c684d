import type { NodeDef } from 'node-red'
import type { Easing, End, StoredPoint } from '../../src/latent'
import { quoteValue, ValueError } from '../../src/types'

/** All of them may be missing: then the node sends a fresh random vector for each message. */
export interface LatentConfig extends NodeDef {
  /** How many numbers; empty: as many as the wired model wants. */
  length?: string | number
  mean?: string | number
  deviation?: string | number
  /** Empty: another one for each message. */
  seed?: string | number
  sends?: string
  pace?: string
  /** Frames a second. */
  rate?: string | number
  /** From one point to the next. */
  seconds?: string | number
  end?: string
  easing?: string
  /** 0 to 1: of each stop of a random walk to the one before. The explorer samples by it too. */
  similarity?: string | number
  /** Of a random walk, where it has to end. */
  stops?: string | number
  points?: StoredPoint[]
}

const SENDS = ['random', 'points', 'walk', 'wander'] as const
const PACES = ['step', 'play', 'whole'] as const
const ENDS: readonly End[] = ['loop', 'once', 'bounce']
const EASINGS: readonly Easing[] = ['even', 'smooth']

/** What a node sends, and how fast. */
export interface Sending {
  /** Random vectors, the kept points, a walk between these, or a random walk. */
  sends: (typeof SENDS)[number]
  /** One vector for each message; by itself at a rate; or a whole walk, as fast as the flow takes it. */
  pace: (typeof PACES)[number]
  rate: number
  seconds: number
  end: End
  easing: Easing
  similarity: number
  stops: number
}

/**
 * @param asked what a message changes: `rate`, `seconds`
 * @throws ValueError naming the setting that cannot be
 */
export function readSending(config: LatentConfig, asked: { rate?: unknown; seconds?: unknown } = {}): Sending {
  return {
    sends: choice('what is sent', config.sends, SENDS),
    pace: choice('the pace', config.pace, PACES),
    rate: within('the rate', asked.rate ?? config.rate, 12, 0.01, 60),
    seconds: within('the time from point to point', asked.seconds ?? config.seconds, 2, 0.01, 86_400),
    end: choice('the end', config.end, ENDS),
    easing: choice('the movement', config.easing, EASINGS),
    similarity: within('the similarity', config.similarity, 0.8, 0, 1),
    stops: Math.round(within('the number of points', config.stops, 6, 1, 10_000)),
  }
}

/** A number that was set, or undefined where none was. @throws ValueError */
export function setting(name: string, value: string | number | undefined): number | undefined {
  if (value === undefined || value === '') return undefined
  if (!Number.isFinite(Number(value))) throw new ValueError(`the ${name} is set to "${value}", which is no number`)
  return Number(value)
}

function choice<T extends string>(name: string, value: string | undefined, choices: readonly T[]): T {
  if (value === undefined || value === '') return choices[0] as T
  if (choices.includes(value as T)) return value as T
  throw new ValueError(`${name} is set to "${value}", and has to be one of ${choices.join(', ')}`)
}

function within(name: string, value: unknown, fallback: number, min: number, max: number): number {
  if (value === undefined || value === null || value === '') return fallback
  const number = typeof value === 'string' || typeof value === 'number' ? Number(value) : Number.NaN
  if (number >= min && number <= max) return number
  throw new ValueError(`${name} is ${quoteValue(value)}, and has to be a number from ${min} to ${max}`)
}
