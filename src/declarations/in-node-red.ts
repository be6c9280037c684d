import type { Declarations } from '../flow'
import { allDeclarations, declaredBeside } from './all'
import { onlyRecords } from './package-json'

/** Other packages' plugins of this type carry `declarations`: node type → what it wants and gives. */
const DECLARING = 'daisychain-declarations'

/** What of Node-RED's API tells which packages are there; its published types lack plugins. */
interface Host {
  settings: { userDir?: string }
  plugins?: { getByType(type: string): readonly { declarations?: unknown }[] }
}

/** In a running Node-RED: of this package, of well-known others, and of all that is installed there and says so. Reads files. */
export function declarationsIn(RED: object): Declarations {
  const { settings, plugins } = RED as Host
  const installed = settings.userDir ? declaredBeside(settings.userDir) : {}
  const registered = (plugins?.getByType(DECLARING) ?? []).map(({ declarations }) => onlyRecords(declarations))
  return allDeclarations(installed, ...registered)
}
