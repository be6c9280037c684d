import type { NodeAPI } from 'node-red'
import { loadManifests } from '../../src/models'
import { registerModel } from './model-node'

export = (RED: NodeAPI): void => {
  for (const model of loadManifests()) registerModel(RED, model)
}
