import type { NodeAPI } from 'node-red'
import { refuseForeignPages } from '../nodes/shared/foreign-pages'
import { serveControl } from '../nodes/shared/serve-control'
import { serveResults } from '../nodes/shared/serve-results'
import { watchersOf } from '../nodes/shared/watchers'
import { declarationsIn } from '../src/declarations'
import { checkFlow, FlowError, type Problem, readFlow } from '../src/flow'
import { announce, withdraw } from './announce'
import { encodeOnTheWay } from './encode'
import type { Handler, PluginAPI } from './runtime'
import { serveRuntime } from './serve-runtime'

/** The state is the module's, not the plugin call's: routes cannot be taken back. */
let current: PluginAPI | null = null
let hasRoutes = false
let stopEncoding: (() => void) | null = null

/** Checks the wires of the flows that were just started, and tells of the ones that do not fit. */
export = (RED: NodeAPI): void => {
  const red = RED as unknown as PluginAPI
  watchersOf(RED) // Editors say that they are seen before any node is there.
  const check = (event: { config?: { flows?: unknown } } | undefined) => announceProblems(red, event?.config?.flows)

  red.plugins.registerPlugin('daisychain', {
    type: 'daisychain',
    onadd() {
      current = red
      red.events.on('flows:started', check)
      stopEncoding = encodeOnTheWay(RED)
      serveEditor(RED, red)
      const running: unknown[] = []
      try {
        red.nodes.eachNode((node) => running.push(node))
      } catch {
        // While Node-RED starts there are no flows yet, and it throws when asked for them.
      }
      if (running.length > 0) announceProblems(red, running) // installed while flows run: they have started long ago
    },
    onremove() {
      red.events.removeListener('flows:started', check)
      stopEncoding?.()
      withdraw(red)
      current = null
    },
  })
}

/** Once the package is removed its routes lead on, to those of a later installation if there is one. */
const whileHere: Handler = (_request, _response, next) => next(current ? undefined : 'route')

function announceProblems(red: PluginAPI, flows: unknown): void {
  let problems: Problem[]
  try {
    problems = checkFlow(readFlow(flows), declarationsIn(red)).problems
  } catch (error) {
    if (!(error instanceof FlowError)) red.log.error(`[daisychain] The wires could not be checked: ${error}`)
    problems = []
  }
  announce(red, problems)
}

function serveEditor(RED: NodeAPI, red: PluginAPI): void {
  if (hasRoutes || !red.httpAdmin) return
  hasRoutes = true
  refuseForeignPages(RED)
  serveResults(RED)
  serveControl(RED, (id) => current?.nodes.getNode(id) ?? null)
  const mayRead = red.auth.needsPermission('daisychain.read')
  red.httpAdmin.get('/daisychain/declarations', whileHere, mayRead, (_request, response) => {
    response.json(Object.fromEntries(declarationsIn(red)))
  })
  serveRuntime(red, whileHere)
}
