import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { pipeline } from 'node:stream/promises'
import type { NodeAPI } from 'node-red'
import { FlowError, type FlowNode, type Graph, readFlow } from '../../src/flow'
import { filesOf, findVariant, inputPorts, isOption, type Model, USER_FILE } from '../../src/models'
import { chainTo, leftBehind, type Provenance, provenanceOf, type UsedModel } from '../../src/provenance'
import { ValueError } from '../../src/types'
import type { AdminRoutes } from './admin-routes'
import { deployedFlow } from './deployed-flow'
import type { FileSettings } from './file-rules'
import { modelOf } from './known-models'
import { modelFile } from './model-files'
import { settingPath } from './setting-path'

const { version } = require('../../../package.json') as { version: string }

/** A record of how a deployed node makes a file from a message. @param id in the flow */
export function provenanceAt(RED: NodeAPI, id: string, message: object): Promise<Provenance> {
  return describe(RED, deployedFlow(RED).graph, id, message)
}

/** What the record leaves out about the deployed nodes. */
export function leftBehindAt(RED: NodeAPI, record: Provenance): ReturnType<typeof leftBehind> {
  return leftBehind(deployedFlow(RED).graph, record)
}

/** For dialogs, which show what the record would contain before anything is deployed. */
export function addProvenanceRoute(RED: NodeAPI, routes: AdminRoutes): void {
  routes.post('/daisychain/provenance', 'daisychain.write', async (request, response) => {
    const { flow, id } = (request.body ?? {}) as { flow?: unknown; id?: unknown }
    const graph = read(flow)
    const record = await describe(RED, graph, String(id), {})
    response.json({ record, left: leftBehind(graph, record) })
  })
}

function read(flow: unknown): Graph {
  try {
    return readFlow(flow)
  } catch (error) {
    throw error instanceof FlowError ? new ValueError(error.message) : error
  }
}

async function describe(RED: NodeAPI, graph: Graph, id: string, message: object): Promise<Provenance> {
  const hashes = new Map<string, string>()
  for (const node of chainTo(graph, id)) {
    const file = ownFile(node)
    const hash = file ? await hashOf(RED, file) : undefined
    if (hash) hashes.set(node.id, hash)
  }
  return provenanceOf(graph, id, {
    version,
    message: message as Record<string, unknown>,
    modelOf: (node) => usedModel(node, hashes.get(node.id)),
    optionsOf: ({ type, config }) =>
      type === 'daisychain-latent' ? ['seed'] : optionsOf(modelOf(type, config), config),
    secrets: [...Object.values(process.env), ...variablesOf(graph)].flatMap((value) =>
      typeof value === 'string' && value.length >= LEAST_SECRET ? [value] : [],
    ),
  })
}

/** Shorter values occur in too many ordinary words to be treated as secrets. */
const LEAST_SECRET = 6

/** The values of environment variables that a flow, a group or a subflow sets. */
function variablesOf(graph: Graph): unknown[] {
  return [...graph.ids()].flatMap((id) => {
    const { env } = graph.node(id)?.config ?? {}
    return Array.isArray(env) ? env.map((variable: { value?: unknown } | null) => variable?.value) : []
  })
}

function usedModel({ id, type, config }: FlowNode, hash: string | undefined): UsedModel | null {
  const model = modelOf(type, config)
  if (!model && type !== 'daisychain-onnx') return null
  const sha256 = hash ? [hash] : []
  if (!model || config.variant === USER_FILE)
    return { node: id, label: model ? model.label : 'ONNX', licence: 'unknown', sha256 }
  const variant = variantOf(model, config)
  if (!variant) return null
  const { label, licence, licenceUrl, nonCommercial } = variant
  return {
    node: id,
    label: `${model.label}: ${label}`,
    licence,
    ...(licenceUrl && { licenceUrl }),
    ...(nonCommercial && { nonCommercial }),
    sha256: filesOf(variant).flatMap((file) => file.sha256 || []),
  }
}

function optionsOf(model: Model | null, config: FlowNode['config']): string[] {
  const variant = model && variantOf(model, config)
  return variant
    ? inputPorts(model, variant)
        .filter(isOption)
        .map(({ property }) => property)
    : []
}

function variantOf(model: Model, { variant }: FlowNode['config']) {
  try {
    return findVariant(model, typeof variant === 'string' && variant !== USER_FILE ? variant : undefined)
  } catch {
    return null
  }
}

/** The file that a user chose for a node. */
function ownFile({ type, config }: FlowNode): string | undefined {
  const own = config.variant === USER_FILE ? (config.own as { file?: unknown } | null)?.file : undefined
  const file = type === 'daisychain-onnx' ? config.file : own
  return typeof file === 'string' ? file : undefined
}

/** Hashes of files that were read before, valid while the stamp is unchanged. */
const known = new Map<string, { stamp: string; hash: string }>()

/** Undefined if there is no such file; then the model can't have run either. */
async function hashOf(RED: NodeAPI, file: string): Promise<string | undefined> {
  try {
    const path = modelFile(settingPath(RED, null, file), RED.settings as FileSettings)
    const { size, mtimeMs } = await stat(path)
    const stamp = `${size} ${mtimeMs}`
    const found = known.get(path)
    if (found?.stamp === stamp) return found.hash
    const hash = createHash('sha256')
    await pipeline(createReadStream(path), hash)
    const hex = hash.digest('hex')
    known.set(path, { stamp, hash: hex })
    return hex
  } catch {
    return undefined
  }
}
