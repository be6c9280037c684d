import type { NumberSetting } from './setting'

/** Describes the allowed numbers: "a whole number from 1 to 4", "a number above 0". */
export function inWords({ min, max, above, below, whole }: NumberSetting): string {
  const what = whole ? 'a whole number' : 'a number'
  if (min !== undefined && max !== undefined) return `${what} from ${min} to ${max}`
  const ends = [
    min === undefined ? '' : `of at least ${min}`,
    above === undefined ? '' : `above ${above}`,
    max === undefined ? '' : `of at most ${max}`,
    below === undefined ? '' : `below ${below}`,
  ]
  return [what, ends.filter(Boolean).join(' and ')].filter(Boolean).join(' ')
}

/** The same as a JavaScript expression about `number`, with which the editor checks a field. */
export function inJavaScript({ min, max, above, below, whole }: NumberSetting): string {
  const tests = [
    ...(min === undefined ? [] : [`number >= ${min}`]),
    ...(above === undefined ? [] : [`number > ${above}`]),
    ...(max === undefined ? [] : [`number <= ${max}`]),
    ...(below === undefined ? [] : [`number < ${below}`]),
    ...(whole ? ['Number.isInteger(number)'] : []),
  ]
  return tests.length > 0 ? tests.join(' && ') : 'Number.isFinite(number)'
}
