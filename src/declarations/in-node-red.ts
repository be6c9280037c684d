import type { Declarations } from '../flow'
import { allDeclarations, declaredBeside } from '.'
import { onlyRecords } from './package-json'

/** Other packages' plugins of this type carry `declarations`: node type → what it wants and gives. */
const DECLARING = 'daisychain-declarations'

/** What of Node-RED's API tells which packages are there. */
interface Host {
  settings: { userDir?: string }
  plugins?: { getByType(type: string): readonly { declarations?: unknown }[] }
  events: { on(event: string, listener: () => void): unknown }
}

/** When what is installed may have changed. */
const CHANGES = ['flows:starting', 'flows:started', 'type-registered', 'registry:plugin-added', 'runtime-event']

const known = new WeakMap<object, { declarations: Declarations | null }>()

/** In a running Node-RED: of this package, of well-known others, and of all that is installed there and says so. */
export function declarationsIn(RED: object): Declarations {
  const host = RED as Host
  const cache = known.get(host.events) ?? { declarations: null }
  if (!known.has(host.events)) {
    known.set(host.events, cache)
    const forget = () => {
      cache.declarations = null
    }
    for (const event of CHANGES) host.events.on(event, forget)
  }
  cache.declarations ??= lookUp(host)
  return cache.declarations
}

function lookUp({ settings, plugins }: Host): Declarations {
  const installed = settings.userDir ? declaredBeside(settings.userDir) : {}
  const registered = (plugins?.getByType(DECLARING) ?? []).map(({ declarations }) => onlyRecords(declarations))
  return allDeclarations(installed, ...registered)
}
