import { quoteValue, ValueError } from '../../src/types'

/** A control and the option that it sets. */
export interface Knob {
  /** The control's name, as returned by `controlsOf`. */
  control: string
  /** A message property. */
  option: string
  /** The option's values for 0 and 1. Null: the option gets the control's own value. */
  between: readonly [from: number, to: number] | null
  /** Distance between two values; 0: any value. */
  step: number
}

/** Reads the knobs from the settings. @throws ValueError */
export function readKnobs(stored: unknown): Knob[] {
  if (!Array.isArray(stored)) throw new ValueError('knobs must be a list of {control, option, from, to}')
  return stored.map((one: unknown) => {
    const { control, option, from = '', to = '', step } = (one ?? {}) as Record<string, unknown>
    if (typeof control !== 'string' || !control.trim())
      throw new ValueError('each row must name a control, such as cc/1/7')
    if (typeof option !== 'string' || !/^[A-Za-z_$][\w$.]*$/.test(option))
      throw new ValueError(`the option of "${control}" must be a name such as truncation (got ${quoteValue(option)})`)
    const ends = [from, to].map((end) => (end === '' || end === null ? null : Number(end)))
    const [first = null, last = null] = ends
    if (ends.some((end) => Number.isNaN(end)) || (first === null) !== (last === null))
      throw new ValueError(`the range of "${control}" must be two numbers, or empty`)
    const between = first === null || last === null ? null : ([first, last] as const)
    return { control: control.trim(), option, between, step: Math.max(0, Number(step) || 0) }
  })
}

/**
 * The option's value.
 * @throws ValueError if the option has a range and the control didn't send a number from 0 to 1
 */
export function optionValue({ control, option, between, step }: Knob, sent: unknown): unknown {
  if (!between) return sent
  const way = typeof sent === 'boolean' ? Number(sent) : sent
  if (typeof way !== 'number' || !(way >= 0 && way <= 1)) {
    throw new ValueError(
      `"${control}" sends ${quoteValue(sent)}, but a knob goes from 0 to 1: leave from and to of ${option} empty to use the value as it is`,
    )
  }
  const [from, to] = between
  const [least, most] = [Math.min(from, to), Math.max(from, to)]
  const value = from + (to - from) * way
  const stepped = step > 0 ? least + Math.round((value - least) / step) * step : value
  // Nobody means 0.30000000000000004.
  return Number(Math.min(stepped, most).toPrecision(12))
}
