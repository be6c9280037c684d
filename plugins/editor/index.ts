import '../../src/editor/editor.css'

import { holdDropped } from '../../nodes/images/editor/dropped'
import { addCharacteristics } from '../../nodes/models/editor/characteristics'
import { offerLargerModels } from '../../nodes/models/editor/unfamiliar'
import { adoptClasses } from '../../nodes/teach/editor/adopt'
import { colorRules } from '../../src/editor/canvas/colors'
import { guideDrags } from '../../src/editor/canvas/drag'
import { watchDrawnWires } from '../../src/editor/canvas/drawn'
import { addWireNotices } from '../../src/editor/canvas/notice'
import { colorPorts } from '../../src/editor/canvas/ports'
import { showPreviews } from '../../src/editor/canvas/preview'
import { pressRunButton, showRunButtons } from '../../src/editor/canvas/run-button'
import { keepStatusesApart } from '../../src/editor/canvas/status-room'
import { showWireTips } from '../../src/editor/canvas/tip'
import { paintWires } from '../../src/editor/canvas/wires'
import {
  checkAll,
  current,
  followChanges,
  isReady,
  isSettled,
  onCheck,
  problemsAt,
} from '../../src/editor/checks/checks'
import { followDeclarations } from '../../src/editor/checks/declarations'
import { offerWords } from '../../src/editor/checks/offered-words'
import { addProblemsTab } from '../../src/editor/checks/problems'
import { suggestNodes } from '../../src/editor/checks/suggest'
import { prepareDefinitions } from '../../src/editor/checks/typed-nodes'
import { offerCompiling } from '../../src/editor/compile'
import { askInLanguage } from '../../src/editor/shell/ask-in-language'
import { takeDroppedPictures } from '../../src/editor/shell/dropped-picture'
import { offerRuntime } from '../../src/editor/shell/missing-runtime'
import { addMissingSettings } from '../../src/editor/shell/missing-settings'
import { addOwnNodes } from '../../src/editor/shell/own-nodes'
import { addSettingsPage } from '../../src/editor/shell/settings'
import { dialogs } from './dialogs'

const stops: (() => void)[] = []

RED.plugins.registerPlugin('daisychain', { type: 'daisychain', onadd: start, onremove: stop })
RED.plugins.registerPlugin('daisychain-suggestions', {
  type: 'node-red-flow-suggestion-source',
  getSuggestions: suggestNodes,
})

RED.daisychain = {
  get ready() {
    return isReady()
  },
  settled: isSettled,
  report: () => current()?.report ?? { wires: [], problems: [] },
  errorsFor: ({ id }) => problemsAt(id).map(({ message }) => message),
  pressRunButton,
  dialogs,
}

function start(): void {
  const colors = document.createElement('style')
  colors.textContent = colorRules()
  document.head.append(colors)
  const prepare = () => prepareDefinitions()
  RED.events.on('registry:node-type-added', prepare)
  prepareDefinitions()
  addSettingsPage(redrawAll)
  colorPorts()
  onCheck(({ nodes }) => validate(nodes))
  const larger = offerLargerModels()
  stops.push(
    () => colors.remove(),
    () => RED.events.off('registry:node-type-added', prepare),
    () => RED.hooks.remove('*.daisychain'),
    askInLanguage(),
    addOwnNodes(),
    showPreviews(larger.offerFor),
    showRunButtons(),
    keepStatusesApart(),
    addMissingSettings(),
    addCharacteristics(),
    paintWires(),
    guideDrags(),
    showWireTips(),
    addWireNotices(),
    watchDrawnWires(),
    addProblemsTab(),
    offerCompiling(),
    larger.stop,
    adoptClasses(),
    offerWords(),
    takeDroppedPictures(holdDropped),
    followChanges(),
    followDeclarations(() => {
      prepareDefinitions()
      checkAll()
    }),
  )
  offerRuntime().catch(() => {
    // Whether the runtime is missing is unknown then; the nodes report it when they run.
  })
  // If the package is installed while the editor is open, the flows are already loaded.
  if (RED.workspaces.active()) {
    checkAll()
    redrawAll()
  }
}

function stop(): void {
  for (const undo of stops.splice(0)) undo()
}

/** Makes the editor validate the nodes again, and draws their triangles. */
function validate(ids: string[]): void {
  if (ids.length === 0) return
  for (const id of ids) {
    const node = RED.nodes.node(id)
    if (!node) continue
    RED.editor.validateNode(node)
    node.dirty = true
  }
  RED.view.redraw()
}

function redrawAll(): void {
  RED.nodes.eachNode((node) => {
    node.dirty = true
    node.resize = true
    return undefined
  })
  RED.view.redraw()
}
