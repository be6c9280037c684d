import type { Port, RepeatSpec, Step } from '../manifest'
import { MOST_NUMBERS } from '../validate-tensors'

/** Even training a schedule takes only about a thousand time steps, so more turns are a mistake. */
const MOST_TIMES = 10_000

/** The errors in a step's `repeat` and its feeds of kind `repeat`, one sentence each. */
export function repeatFaults(step: Step, inputs: readonly Port[], outputs: readonly Port[]): string[] {
  const { task = 'transform', each, repeat, feeds = {}, fetches = {} } = step
  const changing = Object.values(feeds).filter((feed) => feed.kind === 'repeat')
  if (!repeat) return changing.length > 0 ? ['a feed of kind "repeat" is for steps with "repeat"'] : []
  const faults: string[] = []
  if (task !== 'transform') faults.push('"repeat" is for steps of the task transform')
  if (each) faults.push('a step has "each" or "repeat", not both')
  if (Object.keys(fetches).length > 0)
    faults.push('a step with "repeat" has no fetches: "output" and "to" name its result')
  if (!changing.some(({ as }) => as === 'value'))
    faults.push('"repeat" needs a feed of kind "repeat" as "value", for its previous output')
  return [
    ...faults,
    ...boundFaults(repeat),
    ...beginFaults(repeat),
    ...numberFaults(repeat, inputs),
    ...nameFaults(repeat, step, outputs),
  ]
}

/** There must be an initial value, and a schedule needs noise. */
function beginFaults({ from, noise, schedule, strength }: RepeatSpec): string[] {
  const faults: string[] = []
  if (from === undefined && !noise) faults.push('"repeat" needs "from" or "noise" to start from')
  if (schedule && !noise) faults.push('"schedule" needs "noise"')
  if (strength !== undefined && !(schedule && from !== undefined))
    faults.push('"strength" is for a "schedule" that starts from "from"')
  return faults
}

/** The initial value must fit into memory, and the turns must end in reasonable time. */
function boundFaults({ times, noise, schedule }: RepeatSpec): string[] {
  const faults: string[] = []
  if (typeof times === 'number' && times > MOST_TIMES)
    faults.push(`"times" of "repeat" must be at most ${MOST_TIMES} (got ${times})`)
  const count = (noise?.dims ?? []).reduce<number>((all, side) => (typeof side === 'number' ? all * side : all), 1)
  if (count > MOST_NUMBERS)
    faults.push(`"noise" has ${count.toLocaleString('en')} numbers, more than a computer could hold`)
  if (schedule?.kind === 'lcm') {
    const { original = 50, trained = 1000 } = schedule
    if (original > trained)
      faults.push(`"original" of the schedule must be at most its "trained" ${trained} (got ${original})`)
  }
  return faults
}

/** Every input named in `repeat` must be a number. */
function numberFaults({ times, strength, noise, guidance }: RepeatSpec, inputs: readonly Port[]): string[] {
  const faults: string[] = []
  const named = [times, strength, guidance?.scale, noise?.seed, ...(noise?.dims ?? [])]
  for (const name of named) {
    const port = inputs.find((one) => one.name === name)
    if (typeof name === 'string' && port?.type.type !== 'number')
      faults.push(`"repeat" names "${name}", which isn't an input of type number`)
    else if (port?.optional && !('default' in port.type) && name !== noise?.seed)
      faults.push(`"repeat" needs the number "${name}", so that input needs a default or must not be optional`)
  }
  return faults
}

function nameFaults({ guidance, rough, noise }: RepeatSpec, { feeds = {} }: Step, outputs: readonly Port[]): string[] {
  const faults: string[] = []
  const fed = Object.values(feeds).flatMap((feed) => ('from' in feed ? [feed.from] : []))
  for (const name of Object.keys(guidance?.instead ?? {}))
    if (!fed.includes(name)) faults.push(`"instead" replaces "${name}", which none of its feeds reads`)
  if (!rough) return faults
  if (outputs.find(({ name }) => name === rough.to)?.type.type !== 'image')
    faults.push(`"rough" makes "${rough.to}", which isn't an output of type image`)
  const channels = noise?.dims.at(-3)
  if (typeof channels === 'number' && channels !== rough.colors.length)
    faults.push(`"rough" has ${rough.colors.length} colours, but "noise" has ${channels} channels`)
  return faults
}
