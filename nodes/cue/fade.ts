import { quoteValue, ValueError } from '../../src/types'

/** Option → value. Numbers are faded; other values switch halfway. */
export type Values = Readonly<Record<string, unknown>>

export interface Cue {
  name: string
  /** `HH:MM`, when the cue starts each day. Empty: only on request. */
  at: string
  values: Values
}

/** A cross-fade between values. Its times are in ms since 1970, so that it continues after a power cut. */
export interface Fade {
  from: Values
  to: Values
  began: number
  lasts: number
}

/** Reads the cues from the settings. @throws ValueError */
export function readCues(stored: unknown): Cue[] {
  if (!Array.isArray(stored)) throw new ValueError('cues must be a list of {name, at, values}')
  return stored.map((one: unknown, i) => {
    const { name, at = '', values = {} } = (one ?? {}) as Record<string, unknown>
    const called = typeof name === 'string' && name.trim() ? name.trim() : `${i + 1}`
    if (at !== '' && !(typeof at === 'string' && /^([01]\d|2[0-3]):[0-5]\d$/.test(at)))
      throw new ValueError(`the time of the cue "${called}" must look like 18:30 (got ${quoteValue(at)})`)
    if (typeof values === 'string')
      throw new ValueError(
        `the values of the cue "${called}" must look like truncation = 0.5, mood = bright (got ${quoteValue(values)})`,
      )
    if (typeof values !== 'object' || values === null || Array.isArray(values))
      throw new ValueError(`the values of the cue "${called}" must be an object such as {"truncation": 0.5}`)
    return { name: called, at: at as string, values: values as Values }
  })
}

/** The index of a cue, given its name or its number starting at 1. @throws ValueError if there is none */
export function findCue(cues: readonly Cue[], asked: unknown): number {
  const named = cues.findIndex(({ name }) => name === asked)
  const number = typeof asked === 'number' || (typeof asked === 'string' && asked.trim()) ? Number(asked) - 1 : -1
  const found = named >= 0 ? named : number
  if (Number.isInteger(found) && cues[found]) return found
  const known = cues.map(({ name }, i) => `${i + 1} "${name}"`).join(', ')
  throw new ValueError(`there is no cue ${quoteValue(asked)}: this node has ${known || 'none, open it and add some'}`)
}

/** The values at a given time during the fade. */
export function valuesAt({ from, to, began, lasts }: Fade, now: number): Values {
  const way = wayOf({ began, lasts }, now)
  const names = [...new Set([...Object.keys(from), ...Object.keys(to)])]
  return Object.fromEntries(names.map((name) => [name, between(from[name], to[name], way)]))
}

/** The fade's progress from 0 to 1. If the clock was set back, the fade has ended. */
export function wayOf({ began, lasts }: Pick<Fade, 'began' | 'lasts'>, now: number): number {
  return lasts > 0 && now >= began ? Math.min(1, (now - began) / lasts) : 1
}

/** An option that the next cue doesn't set stays as it is. */
function between(from: unknown, to: unknown, way: number): unknown {
  if (to === undefined) return from
  if (from === undefined || way >= 1) return to
  if (isNumber(from) && isNumber(to)) return from + (to - from) * way
  if (isVector(from) && isVector(to) && from.length === to.length)
    return from.map((number, i) => number + ((to[i] as number) - number) * way)
  return way < 0.5 ? from : to
}

const isVector = (value: unknown): value is number[] => Array.isArray(value) && value.every(isNumber)

/** The index of the cue whose time of day came last, after `from` and up to `now`; -1 if there is none. */
export function lastDue(cues: readonly Cue[], from: number, now: number): number {
  const times = cues.map(({ at }) => (at ? lastTime(at, now) : Number.NEGATIVE_INFINITY))
  const latest = Math.max(...times, Number.NEGATIVE_INFINITY)
  return latest > from && latest <= now ? times.lastIndexOf(latest) : -1
}

/** The latest time at which the clock showed this time of day. */
function lastTime(at: string, now: number): number {
  const [hours = 0, minutes = 0] = at.split(':').map(Number)
  const day = new Date(now)
  day.setHours(hours, minutes, 0, 0)
  if (day.getTime() > now) day.setDate(day.getDate() - 1)
  return day.getTime()
}

function isNumber(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value)
}
