import './editor.css'
import { addCharacteristics } from './characteristics'
import { checkAll, current, followChanges, isReady, isSettled, onCheck, problemsAt } from './checks'
import { colorRules } from './colors'
import { followDeclarations } from './declarations'
import { guideDrags } from './drag'
import { watchDrawnWires } from './drawn'

import { explorer } from './latent'
import { offerRuntime } from './missing-runtime'
import { addMissingSettings } from './missing-settings'

import { onnx } from './onnx'
import { addOwnNodes } from './own-nodes'
import { painter } from './paint'
import { colorPorts } from './ports'
import { showPreviews } from './preview'
import { addProblemsTab } from './problems'
import { pressRunButton, showRunButtons } from './run-button'
import { addSettingsPage } from './settings'
import { pairSliders } from './sliders'
import { suggestNodes } from './suggest'
import { showWireTips } from './tip'
import { prepareDefinitions } from './typed-nodes'
import { weights } from './variants'
import { paintWires } from './wires'

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
  pairSliders,
  painter,
  onnx,
  explorer,
  weights,
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
  stops.push(
    () => colors.remove(),
    () => RED.events.off('registry:node-type-added', prepare),
    () => RED.hooks.remove('*.daisychain'),
    addOwnNodes(),
    showPreviews(),
    showRunButtons(),
    addMissingSettings(),
    addCharacteristics(),
    paintWires(),
    guideDrags(),
    showWireTips(),
    watchDrawnWires(),
    addProblemsTab(),
    followChanges(),
    followDeclarations(() => {
      prepareDefinitions()
      checkAll()
    }),
  )
  offerRuntime().catch(() => {
    // Nothing is known of it: the nodes say so when they run.
  })
  // Installed while the editor is open: the flows are there already.
  if (RED.workspaces.active()) {
    checkAll()
    redrawAll()
  }
}

function stop(): void {
  for (const undo of stops.splice(0)) undo()
}

/** Has the editor ask the nodes again whether they are right, and draws their triangles. */
function validate(ids: string[]): void {
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
