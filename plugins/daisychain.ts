import { tmpdir } from 'node:os'
import type { RequestHandler } from 'express'
import type { NodeAPI } from 'node-red'
import { adminRoutes } from '../nodes/shared/admin-routes'
import { addControlRoutes } from '../nodes/shared/control-routes'
import { healthOf } from '../nodes/shared/health'
import { addProvenanceRoute } from '../nodes/shared/made-by'
import { addResultRoutes, type Sender } from '../nodes/shared/result-routes'
import { speakPlainly } from '../nodes/shared/speak-plainly'
import { watchersOf } from '../nodes/shared/watchers'
import { removeLeft } from '../src/apart/left-behind'
import { declarationsIn, declaredWrongly } from '../src/declarations'
import { checkFlow, FlowError, type Problem, readFlow } from '../src/flow'
import { loadSharp } from '../src/images'
import { announce, withdraw } from './announce'
import { answerRequests } from './answer-requests'
import { addCompileRoutes } from './compile-routes'
import { encodeOnTheWay } from './encode'
import { addGrpcRoutes } from './grpc-routes'
import { addRuntimeRoutes } from './onnxruntime-routes'
import { giveOwnPixels } from './own-pixels'
import type { PluginAPI } from './plugin-api'

/** The state belongs to the module, not to the plugin call: routes cannot be removed. */
let current: PluginAPI | null = null
let hasRoutes = false
let isStarted = false
let stopHooks: (() => void)[] = []

/** Milliseconds after the flows have started. */
const LOAD_AFTER = 1000

/** Checks the wires of the flows that were just started, and reports those that don't fit. */
export = (RED: NodeAPI): void => {
  const red = RED as unknown as PluginAPI
  speakPlainly(RED)
  watchersOf(RED) // Editors may report that they are visible before there are any nodes.
  const stopped = () => {
    isStarted = false
  }
  const check = (event: { config?: { flows?: unknown } } | undefined) => announceProblems(red, event?.config?.flows)
  const started = (event: Parameters<typeof check>[0]) => {
    isStarted = true
    check(event)
  }

  red.plugins.registerPlugin('daisychain', {
    type: 'daisychain',
    onadd() {
      current = red
      red.events.on('flows:started', started)
      red.events.on('flows:stopping', stopped)
      red.events.on('flows:started', loadSoon)
      void removeLeft(tmpdir(), (name) => name.startsWith('daisychain-'))
      stopHooks = [giveOwnPixels(RED), encodeOnTheWay(RED), answerRequests(RED)]
      addEditorRoutes(red)
      const running: unknown[] = []
      try {
        red.nodes.eachNode((node) => running.push(node))
      } catch {
        // While Node-RED starts, there are no flows yet, and asking for them throws.
      }
      isStarted = running.length > 0
      if (isStarted) announceProblems(red, running) // installed while flows run: they started long ago
    },
    onremove() {
      red.events.removeListener('flows:started', started)
      red.events.removeListener('flows:stopping', stopped)
      red.events.removeListener('flows:started', loadSoon)
      for (const stop of stopHooks.splice(0)) stop()
      withdraw(red)
      saidWrong = ''
      current = null
    },
  })
}

/** Neither the first picture nor Node-RED's start should wait for the library that decodes pictures. */
function loadSoon(): void {
  setTimeout(() => {
    try {
      loadSharp()
    } catch (error) {
      current?.log.error(`[daisychain] ${(error as Error).message}`)
    }
  }, LOAD_AFTER).unref()
}

/**
 * Once the package is removed, its routes pass requests on, to those of a later installation if there is one.
 */
const whileHere: RequestHandler = (_request, _response, next) => next(current ? undefined : 'route')

/**
 * What was reported about other packages' declarations: it is reported again only if something else is wrong.
 */
let saidWrong = ''

function logMistakes(red: PluginAPI): void {
  const mistakes = declaredWrongly(red)
  if (saidWrong !== mistakes.join('\n')) for (const mistake of mistakes) red.log.warn(`[daisychain] ${mistake}`)
  saidWrong = mistakes.join('\n')
}

function announceProblems(red: PluginAPI, flows: unknown): void {
  logMistakes(red)
  let problems: Problem[]
  try {
    problems = checkFlow(readFlow(flows), declarationsIn(red)).problems
  } catch (error) {
    if (!(error instanceof FlowError)) red.log.error(`[daisychain] The wires could not be checked: ${error}`)
    problems = []
  }
  announce(red, problems)
}

function addEditorRoutes(red: PluginAPI): void {
  if (hasRoutes || !red.httpAdmin) return
  hasRoutes = true
  const routes = adminRoutes(red, whileHere)
  const RED = red as unknown as NodeAPI
  addResultRoutes(routes, RED, (id) => (current?.nodes.getNode(id) ?? null) as Sender | null)
  addProvenanceRoute(RED, routes)
  addControlRoutes(routes, (id) => current?.nodes.getNode(id) ?? null)
  routes.get('/daisychain/declarations', 'daisychain.read', (_request, response) => {
    response.json(Object.fromEntries(declarationsIn(red)))
  })
  routes.get('/daisychain/declarations/mistakes', 'daisychain.read', (_request, response) => {
    response.json(declaredWrongly(red))
  })
  addRuntimeRoutes(red, routes)
  addGrpcRoutes(red, routes)
  addCompileRoutes(red, routes)
  // If the editor is switched off, as in a kiosk, the flows' own address answers.
  const open =
    red.settings.httpAdminRoot === false ? adminRoutes({ ...red, httpAdmin: red.httpNode }, whileHere) : routes
  open.get('/daisychain/health', null, async (_request, response) => {
    const health = await healthOf(RED, isStarted)
    response.status(health.ok ? 200 : 503).json(health)
  })
}
