import type { NodeAPI } from 'node-red'
import { loadManifests, setUserDirectory } from '../../src/models'
import { registerModel } from './model-node'

export = (RED: NodeAPI): void => {
  const { userDir } = RED.settings as { userDir?: string }
  if (userDir) setUserDirectory(userDir)
  for (const model of loadManifests()) registerModel(RED, model)
}
