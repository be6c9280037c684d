import { asFlowFault, blameFlow, quoteValue, ValueError } from '../types'
import { inWords } from './bounds'
import type { ChoiceSetting, NumberSetting, Setting, Settings, Value, Values } from './setting'

/**
 * Reads a node's settings from a flow file. Missing and empty ones get their defaults.
 *
 * @param refuse called with the error for each invalid setting, which then gets its default; without it, the
 * first error is thrown
 * @throws ValueError that names the setting, its allowed values and its value
 */
export function readSettings<S extends Settings>(
  settings: S,
  stored: Readonly<Record<string, unknown>>,
  refuse: (error: ValueError, name: keyof S & string) => void = blameFlow,
): Values<S> {
  const read = Object.entries(settings).map(([name, setting]) => {
    try {
      return [name, readSetting(setting, name, stored[name])] as const
    } catch (error) {
      if (!(error instanceof ValueError)) throw error
      refuse(error, name)
      return [name, readSetting(setting, name, '')] as const
    }
  })
  return Object.fromEntries(read) as Values<S>
}

/**
 * The same for settings that messages may override. Errors in overridden values are the message's fault.
 *
 * @throws ValueError
 */
export function readSettingsAsked<S extends Settings>(
  settings: S,
  stored: Readonly<Record<string, unknown>>,
  asked: Readonly<Record<string, unknown>>,
): Values<S> {
  return readSettings(settings, { ...stored, ...asked }, (error, name) => {
    throw Object.hasOwn(asked, name) ? error : asFlowFault(error)
  })
}

/** @throws ValueError */
export function readSetting<S extends Setting>(setting: S, name: string, value: unknown): Value<S> {
  return read(setting, setting.called ?? name, value) as Value<S>
}

function read(setting: Setting, name: string, value: unknown): unknown {
  if (setting.kind === 'flag') return setting.default ? value !== false : value === true
  if (setting.kind === 'stored') return value ?? setting.default
  if (isEmpty(value)) return setting.default === '' && setting.kind === 'number' ? null : setting.default
  switch (setting.kind) {
    case 'number':
      return readNumber(setting, name, value)
    case 'choice':
      return readChoice(setting, name, value)
    case 'color':
      if (COLOR.test(String(value))) return value
      throw wrong(name, 'a colour such as #ff8800', value)
    case 'text':
      if (!setting.pattern || setting.pattern.test(String(value))) return String(value)
      throw new ValueError(`${name} is ${quoteValue(value)}, but must ${setting.rule ?? 'be written differently'}`)
    default:
      return String(value)
  }
}

function readNumber(setting: NumberSetting, name: string, value: unknown): number {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value
  if (typeof number === 'number' && isWithin(setting, number)) return number
  throw wrong(name, inWords(setting), value)
}

function readChoice({ choices }: ChoiceSetting, name: string, value: unknown): string {
  if (choices.includes(value as string)) return value as string
  throw wrong(name, `one of ${choices.filter(Boolean).join(', ')}`, value)
}

/** Whether a number is within its bounds. */
function isWithin({ min, max, above, below, whole }: NumberSetting, number: number): boolean {
  return (
    Number.isFinite(number) &&
    !(min !== undefined && number < min) &&
    !(max !== undefined && number > max) &&
    !(above !== undefined && number <= above) &&
    !(below !== undefined && number >= below) &&
    !(whole && !Number.isInteger(number))
  )
}

const COLOR = /^#([0-9a-f]{3}|[0-9a-f]{6})$/i

export function isEmpty(value: unknown): value is undefined | null | '' {
  return value === undefined || value === null || value === ''
}

function wrong(name: string, wanted: string, value: unknown): ValueError {
  return new ValueError(`${name} is ${quoteValue(value)}, but must be ${wanted}`)
}
