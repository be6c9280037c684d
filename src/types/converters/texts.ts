import type { PortType } from '../port-type'
import { findChoice } from '../rules/category'
import { isInRange, parseNumber } from '../rules/number'
import { ValueError } from '../value-error'
import { listed, quote } from '../words'
import type { ConverterEntry } from './entry'
import { numberOf, pairsOf, textOf, textsOf } from './settings'

/** Settings: `decimals`, the number of decimal places; all if it is missing. */
export const writeNumber: ConverterEntry = {
  id: 'write-number',
  label: 'Write the number as text',
  wants: { type: 'number' },
  help: 'The number.',
  accepts: ({ type }) => type === 'number',
  settingsFor: (from, to) => (from.type === 'number' && to.type === 'text' ? {} : null),
  gives: () => ({ type: 'text' }),
  convert: (value, settings) => {
    const decimals = numberOf(settings.decimals, -1)
    return decimals < 0 ? String(value) : (value as number).toFixed(Math.min(100, Math.round(decimals)))
  },
}

export const readNumber: ConverterEntry = {
  id: 'read-number',
  label: 'Read the number in the text',
  wants: { type: 'text' },
  help: 'Text that contains a number.',
  accepts: isWords,
  settingsFor: (from, to) => {
    if (!isWords(from) || to.type !== 'number') return null
    const isHopeless =
      from.type === 'category' && from.oneOf?.length && !from.oneOf.some((word) => isInRange(firstNumber(word), to))
    return isHopeless ? null : {}
  },
  gives: () => ({ type: 'number' }),
  convert: (value) => {
    const number = firstNumber(value as string)
    if (number === null) throw new ValueError(`there is no number in ${quote(value as string)}`)
    return number
  },
}

/**
 * Settings: `choices`, the possible results; `map`, rows of a word to search for and the choice that it
 * stands for; `otherwise`, the choice if no word is found.
 */
export const chooseWord: ConverterEntry = {
  id: 'choose',
  label: 'Find one of the choices in the text',
  wants: { type: 'text' },
  help: 'Text that mentions one of the choices.',
  accepts: isWords,
  settingsFor: (from, to) => {
    if (from.type !== 'text' || to.type !== 'category' || !to.oneOf?.length) return null
    return { choices: to.oneOf, map: [], otherwise: to.default ?? '' }
  },
  gives: (_, settings) => {
    const oneOf = textsOf(settings.choices)
    return { type: 'category', ...(oneOf.length > 0 && { oneOf }) }
  },
  convert: (value, settings) => {
    const text = value as string
    const choices = textsOf(settings.choices)
    const rows = pairsOf(settings.map).filter(({ to }) => choices.length === 0 || choices.includes(to))
    const words = [...rows, ...choices.map((choice) => ({ from: choice, to: choice }))]
    const chosen = findChoice(text, choices) ?? firstMentioned(text, words) ?? textOf(settings.otherwise, '')
    if (chosen) return chosen
    const looked = words.map(({ from }) => quote(from))
    if (looked.length === 0) throw new ValueError('the converter has no choices: open it and name them', 'flow')
    throw new ValueError(`none of ${listed(looked, 'and', 4)} is in ${quote(text)}`)
  },
}

/** The choice for the first word that occurs in the text, as a whole word and ignoring case. */
function firstMentioned(text: string, words: { from: string; to: string }[]): string | null {
  let first: { at: number; to: string } | null = null
  for (const { from, to } of words) {
    const pattern = from
      .trim()
      .replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
      .replace(/[\s_-]+/g, '[\\s_-]+')
    if (!pattern) continue
    const at = text.search(new RegExp(`(?<![\\p{L}\\p{N}])${pattern}(?![\\p{L}\\p{N}])`, 'iu'))
    if (at >= 0 && (!first || at < first.at)) first = { at, to }
  }
  return first?.to ?? null
}

/** The text as a number, or the first number in it: "about 3 cats" gives 3. */
function firstNumber(text: string): number | null {
  return parseNumber(text) ?? parseNumber(/[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?/i.exec(text)?.[0] ?? '')
}

function isWords({ type }: PortType): boolean {
  return type === 'text' || type === 'category'
}
