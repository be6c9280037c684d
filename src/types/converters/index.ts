import { judgeTypes } from '../judge'
import type { Converter } from '../judgement'
import type { PortType } from '../port-type'
import { drawShapes } from './draw-shapes'
import type { ConverterEntry, Settings } from './entry'
import { colorLabels, labelsFromColors, remapByName } from './label-maps'
import { join, pick } from './lists'
import { encode, falseColor, keepNumbers } from './pictures'
import { pointNumber } from './points'
import { cutSound, encodeSound, measureLoudness, mixDown, resampleSound, soundToVector } from './sounds'
import { chooseWord, readNumber, writeNumber } from './texts'
import { vectorLength } from './vectors'

export type { ConverterEntry, ConverterTools, Settings } from './entry'

/** All conversions that the converter node offers. If several are suitable, the first one is proposed. */
export const converters: readonly ConverterEntry[] = [
  colorLabels,
  labelsFromColors,
  remapByName,
  drawShapes,
  join,
  pick,
  pointNumber,
  writeNumber,
  readNumber,
  chooseWord,
  falseColor,
  keepNumbers,
  vectorLength,
  encode,
  mixDown,
  resampleSound,
  cutSound,
  measureLoudness,
  soundToVector,
  encodeSound,
]

/** The converter node that converts the given type to the required one; null if there is none. */
export function findConverter(from: PortType, to: PortType): Converter | null {
  for (const { id, label, settingsFor, gives } of converters) {
    const settings = settingsFor(from, to)
    if (!settings || judgeTypes(gives(from, settings), to).verdict === 'mismatch') continue
    return { type: 'daisychain-convert', config: { converter: id, ...settings }, label }
  }
  return null
}

/**
 * The type that a converter node with these settings outputs for inputs of type `from`; `any` if that depends
 * on the value.
 */
export function convertedType(from: PortType, config: Settings): PortType {
  return converters.find(({ id }) => id === config.converter)?.gives(from, config) ?? { type: 'any' }
}
