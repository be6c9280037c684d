import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { VersionedSettings } from '../settings'

let known: Record<string, VersionedSettings> | undefined

/**
 * The settings of this package's nodes, without the options of models, which the build has written to
 * dist/settings.json.
 */
export function builtInSettings(): Record<string, VersionedSettings> {
  known ??= JSON.parse(readFileSync(join(__dirname, '../../settings.json'), 'utf8'), (name, value) =>
    name === 'pattern' ? new RegExp(value.source, value.flags) : value,
  ) as Record<string, VersionedSettings>
  return known
}
