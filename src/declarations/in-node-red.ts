import type { Declarations } from '../flow'
import { mistakesInDeclarations } from '../flow/mistakes'
import { allDeclarations, declaredBeside, mistakesBeside } from './all'
import { onlyRecords } from './package-json'

/** The type of plugins of other packages with `declarations`: node type → what it accepts and outputs. */
const DECLARING = 'daisychain-declarations'

/** The part of Node-RED's API that lists packages. Its published types don't contain plugins. */
interface Host {
  settings: { userDir?: string }
  plugins?: { getByType(type: string): readonly { id?: string; declarations?: unknown }[] }
}

/**
 * The declarations in a running Node-RED: of this package, of well-known others, and of all installed
 * packages that declare their nodes. Reads files.
 */
export function declarationsIn(RED: object): Declarations {
  const { settings } = RED as Host
  const installed = settings.userDir ? declaredBeside(settings.userDir) : {}
  return allDeclarations(installed, ...registeredIn(RED).map(({ declarations }) => onlyRecords(declarations)))
}

/** The mistakes in the declarations of other installed packages, one sentence each. Reads files. */
export function declaredWrongly(RED: object): string[] {
  const { settings } = RED as Host
  const registered = registeredIn(RED).flatMap(({ id, declarations }) =>
    mistakesInDeclarations(declarations).map((sentence) => `${id ?? 'A plugin'}: ${sentence}`),
  )
  return [...(settings.userDir ? mistakesBeside(settings.userDir) : []), ...registered]
}

function registeredIn(RED: object) {
  return (RED as Host).plugins?.getByType(DECLARING) ?? []
}
