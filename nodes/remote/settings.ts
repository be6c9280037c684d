import type { NodeDef } from 'node-red'
import {
  type QueryOptions,
  REMOTE_KINDS,
  type RemoteField,
  type RemoteKind,
  type RemoteModel,
} from '../../src/serving/index'
import type { Values } from '../../src/settings'
import { ValueError } from '../../src/types'
import type { node } from './node'

/** The node's settings as stored in the flow file. */
export interface RemoteConfig extends NodeDef {
  url?: string
  /** The server's protocol; empty until the server has been asked. */
  kind?: string
  /** The command or model. */
  model?: string
  /** The server's description, so that wires can be checked without asking it again. */
  ports?: { inputs?: StoredPort[]; outputs?: StoredPort[][]; exact?: boolean; lists?: boolean }
  [setting: string]: unknown
}

/** A field as stored for the checker. */
type StoredPort = Omit<RemoteField, 'required'> & { optional?: boolean }

/** A model's ports as stored in the node. */
export function portsOf({ inputs, outputs, exact, lists }: RemoteModel) {
  const stored = ({ required, ...field }: RemoteField): StoredPort => ({
    ...field,
    ...(!required && { optional: true }),
  })
  const more = { ...(exact && { exact }), ...(lists && { lists }) }
  return { inputs: inputs.map(stored), outputs: [outputs.map(stored)], ...more }
}

/** The model described by the settings. @throws ValueError if the server hasn't been asked yet */
export function modelOf({ kind, model, ports }: RemoteConfig): RemoteModel {
  if (!isKind(kind) || !model || !ports?.inputs || !ports.outputs) {
    throw new ValueError(
      'this node doesn\'t know the server\'s inputs and outputs yet: open the node and press "Connect"',
      'flow',
    )
  }
  const read = ({ optional, ...field }: StoredPort): RemoteField => ({ ...field, required: !optional })
  return {
    kind,
    name: model,
    description: '',
    inputs: ports.inputs.map(read),
    outputs: ports.outputs.flat().map(read),
    ...(ports.exact && { exact: true }),
    ...(ports.lists && { lists: true }),
  }
}

/** The settings that a query needs. */
type Asked = Pick<Values<typeof node.settings>, 'pictures' | 'timeout' | 'retries'>

export function queryOptions({ pictures, timeout, retries }: Asked): Omit<QueryOptions, 'token' | 'signal'> {
  return { pictures, timeout: Math.min(timeout * 1000, 2 ** 31 - 1), retries: Math.floor(retries) }
}

export function isKind(kind: unknown): kind is RemoteKind {
  return REMOTE_KINDS.includes(kind as RemoteKind)
}
