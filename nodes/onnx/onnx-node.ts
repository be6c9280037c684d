import type { Node, NodeAPI } from 'node-red'
import { asFlowFault } from '../../src/types'
import { type ModelConfig, runNode } from '../models/model-node'
import { failure } from '../shared/controls'
import type { FileSettings } from '../shared/file-rules'
import { modelFile } from '../shared/model-files'
import { registerNode } from '../shared/register-node'
import { asSentence } from '../shared/sentence'
import { settingPath } from '../shared/setting-path'
import { addAdminRoutes } from './admin'
import { node as spec } from './node'
import { ownModel } from './own-model'

interface OnnxConfig extends ModelConfig {
  /** Path of the .onnx file; relative ones start in the user directory. */
  file?: string
  /** How its tensors are interpreted. */
  manifest?: unknown
  /** Values of further inputs by name. */
  options?: Record<string, unknown>
}

/**
 * Registers `daisychain-onnx`, which runs any ONNX file with the ports chosen by its user.
 * @param html the HTML of the nodes made from users' manifests. The editor gets it among the settings,
 * because a node's HTML file is read before any of our code runs.
 */
export function registerOnnx(RED: NodeAPI, html: string[]): void {
  const settings = { daisychainOnnxNodes: { value: html, exportable: true } }
  const create = (node: Node, config: OnnxConfig) => {
    try {
      const model = ownModel(
        modelFile(settingPath(RED, node, config.file ?? ''), RED.settings as FileSettings),
        config.manifest,
      )
      const { variant: _, ...rest } = config
      runNode(RED, node, model, { ...rest, ...config.options })
    } catch (error) {
      refuse(node, asSentence(asFlowFault(error)))
    }
  }
  registerNode(RED, spec, create, settings)
  addAdminRoutes(RED)
}

/** A node that cannot run reports why, at once and for every message. */
function refuse(node: Node, reason: Error): void {
  node.status(failure(reason))
  node.on('input', (_msg, _send, done) => done(reason))
}
