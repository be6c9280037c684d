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
  /** What is made of its tensors. */
  manifest?: unknown
  /** Further inputs: name → value. */
  options?: Record<string, unknown>
}

/**
 * Registers `daisychain-onnx`: any ONNX file, with the ports chosen by its user.
 * @param html of the nodes that users' manifests make. The editor gets it among the settings: a node's html
 * file is read before any code of ours runs.
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

/** A node that cannot run says so at once, and to every message. */
function refuse(node: Node, reason: Error): void {
  node.status(failure(reason))
  node.on('input', (_msg, _send, done) => done(reason))
}
