import type { Converter } from './judgement'
import type { PortType } from './port-type'

/** One thing a converter node can do. `settings` are flat node settings, as in `Converter.config`. */
export interface ConverterEntry {
  id: string
  /** What it does, as an order: "Colour the labels". */
  label: string
  /** Whether it can work on values of this type. */
  accepts(from: PortType): boolean
  /** The settings that make `to` of `from`; null where only a person can choose it, or none would do. */
  settingsFor(from: PortType, to: PortType): Record<string, unknown> | null
  /** What it makes of a value of type `from`. */
  gives(from: PortType, settings: Record<string, unknown>): PortType
}

export const converters: readonly ConverterEntry[] = []

export function findConverter(_from: PortType, _to: PortType): Converter | null {
  return null
}

/** What a converter node with these settings gives when `from` comes in; `any` where that depends on the value. */
export function convertedType(from: PortType, config: { converter?: unknown; [setting: string]: unknown }): PortType {
  return converters.find(({ id }) => id === config.converter)?.gives(from, config) ?? { type: 'any' }
}
