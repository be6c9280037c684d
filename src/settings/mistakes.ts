import { type Stored, versionOf } from './migrate'
import { readSettings } from './read'
import type { Condition, Setting, Settings } from './setting'

/** The declaration of a node's settings, and their version. */
export interface VersionedSettings {
  version: number
  settings: Settings
}

/**
 * The errors that a node would report about its settings in a flow file, one sentence each. Settings that its
 * form doesn't show are ignored.
 */
export function mistakesInSettings({ version, settings }: VersionedSettings, stored: Stored): string[] {
  if (versionOf(stored) !== version) return []
  const mistakes: string[] = []
  const given = (name: string) => stored[name] ?? settings[name]?.default
  readSettings(settings, stored, ({ message }, name) => {
    if (isShown(settings[name], given)) mistakes.push(message)
  })
  return mistakes
}

function isShown(setting: Setting | undefined, given: (name: string) => unknown): boolean {
  const holds = (condition: Condition) =>
    Object.entries(condition).every(([name, values]) => [values].flat().includes(given(name) as string))
  const conditions = setting?.when ? ([setting.when].flat() as Condition[]) : []
  return conditions.length === 0 || conditions.some(holds)
}
