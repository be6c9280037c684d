import type { NodeAPI } from 'node-red'
import { ownNodes } from '../../src/declarations'
import { loadManifests, loadOwnNodes, setUserDirectory } from '../../src/models'
import { ownNode } from '../../src/node-html/own-node'
import { registerOnnx } from '../onnx/onnx-node'
import { obeyFileRules } from '../shared/file-rules'
import { speakPlainly } from '../shared/speak-plainly'
import { registerModel } from './model-node'
import { serveCharacteristics } from './serve-characteristics'

export = (RED: NodeAPI): void => {
  speakPlainly(RED)
  obeyFileRules(RED)
  const { userDir } = RED.settings as { userDir?: string }
  if (userDir) setUserDirectory(userDir)
  const bundled = loadManifests()
  const { models: own, problems } = loadOwnNodes(userDir ?? '.', [...Object.keys(ownNodes()), 'daisychain-engine'])
  for (const problem of problems) RED.log.warn(`[daisychain] ${problem}`)
  const models = [...bundled, ...own]
  for (const model of models) registerModel(RED, model)
  serveCharacteristics(RED, new Map(models.map((model) => [model.node, model])))
  registerOnnx(RED, own.map(ownNode))
}
