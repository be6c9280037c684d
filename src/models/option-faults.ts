import { codec } from '../images'
import { ValueError } from '../types'
import type { Manifest } from './manifest'
import { findVariant, inputPorts, isOption } from './ports'
import { readInput } from './read-input'
import { USER_FILE } from './user-file'
import { settingOf } from './usual-value'

/**
 * The errors that a model's node would report about the options in its settings when a message arrives, one
 * sentence each.
 */
export async function optionFaults(model: Manifest, settings: Readonly<Record<string, unknown>>): Promise<string[]> {
  if (settings.variant === USER_FILE) return []
  const faults: string[] = []
  const listen = (error: unknown) => {
    if (!(error instanceof ValueError)) throw error
    faults.push(error.message)
  }
  try {
    const variant = findVariant(model, settings.variant as string | undefined)
    for (const port of inputPorts(model, variant).filter(isOption)) {
      const value = settingOf(port, variant, settings)
      if (value !== undefined) await readInput(model, variant, port, value, codec).catch(listen)
    }
  } catch (error) {
    listen(error)
  }
  return faults
}
