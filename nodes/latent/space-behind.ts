import type { Node, NodeAPI } from 'node-red'
import { codec } from '../../src/images'
import { type Space, spaceOf } from '../../src/latent'
import { readSettings } from '../../src/settings'
import { type PortType, readValue, type VectorType } from '../../src/types'
import { wantedSinceDeploy } from '../shared/deployed-flow'
import { node as spec } from './node'
import type { LatentConfig } from './settings'

const { length, mean, deviation } = spec.settings

/**
 * The latent space of a node: from its settings, otherwise as required by the other end of its wire,
 * determined after each deploy.
 */
export function spaceBehind(RED: NodeAPI, node: Node, config: LatentConfig): () => Space {
  const behind = wantedSinceDeploy(RED, node, 'payload', isVectorType)
  return () => {
    const wanted = spaceOf(behind() ?? {})
    const own = readSettings({ length, mean, deviation }, config)
    return {
      length: own.length ?? wanted.length,
      mean: own.mean ?? wanted.mean,
      deviation: own.deviation ?? wanted.deviation,
    }
  }
}

export function isVector(payload: unknown): boolean {
  return Array.isArray(payload) || (ArrayBuffer.isView(payload) && !Buffer.isBuffer(payload))
}

/** A vector of this space's length. @throws ValueError */
export async function readVector(payload: unknown, { length }: Space): Promise<number[]> {
  return Array.from((await readValue({ type: 'vector', length }, payload, 'payload', codec)) as ArrayLike<number>)
}

function isVectorType(type: PortType): type is VectorType {
  return type.type === 'vector'
}
