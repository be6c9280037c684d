import type { NodeAPI } from 'node-red'
import { loadManifests, setUserDirectory } from '../../src/models'
import { registerOnnx } from '../onnx/onnx-node'
import { registerModel } from './model-node'
import { serveCharacteristics } from './serve-characteristics'

export = (RED: NodeAPI): void => {
  const { userDir } = RED.settings as { userDir?: string }
  if (userDir) setUserDirectory(userDir)
  const models = loadManifests()
  for (const model of models) registerModel(RED, model)
  serveCharacteristics(RED, new Map(models.map((model) => [model.node, model])))
  registerOnnx(RED)
}
