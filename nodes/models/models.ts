import type { NodeAPI } from 'node-red'
import { builtInNodes } from '../../src/declarations'
import { loadManifests, loadUserNodes, setUserDirectory } from '../../src/models'
import { userNode } from '../../src/node-html/user-node'
import { registerOnnx } from '../onnx/onnx-node'
import { applyFileSettings } from '../shared/file-rules'
import { speakPlainly } from '../shared/speak-plainly'
import { addCharacteristicsRoutes } from './characteristics-routes'
import { registerModel } from './model-node'

export = (RED: NodeAPI): void => {
  speakPlainly(RED)
  applyFileSettings(RED)
  const { userDir } = RED.settings as { userDir?: string }
  if (userDir) setUserDirectory(userDir)
  const bundled = loadManifests()
  const { models: own, problems } = loadUserNodes(userDir ?? '.', [...Object.keys(builtInNodes()), 'daisychain-engine'])
  for (const problem of problems) RED.log.warn(`[daisychain] ${problem}`)
  const models = [...bundled, ...own]
  for (const model of models) registerModel(RED, model)
  addCharacteristicsRoutes(RED, new Map(models.map((model) => [model.node, model])))
  registerOnnx(RED, own.map(userNode))
}
