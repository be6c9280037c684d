import { sentenceOfRefusal } from '../../../src/editor/shell/refusal'

/** A download's progress, from the runtime. */
export interface Progress {
  step: 'downloading' | 'checking' | 'pausing' | 'elsewhere'
  /** Bytes. */
  received: number
  total: number
  /** While pausing: why, and how long. */
  reason?: string
  seconds?: number
}

export interface VariantState {
  id: string
  label: string
  about: string
  /** Of what it knows or makes, as data URIs. */
  pictures: string[]
  licence: string
  licenceUrl?: string
  nonCommercial: boolean
  bytes: number
  /** Where its files belong, on the computer that runs Node-RED, and the command that downloads them elsewhere. */
  folder: string
  command: string
  bundled: boolean
  present: boolean
  progress: Progress | null
  /** Its values for the numbers that a node leaves open, if known before a run. */
  usual: Record<string, number>
  /** Why the last download of this dialog failed. */
  error?: string
}

export interface ModelState {
  variants: VariantState[]
  /** What is asked of a user's own file. */
  own: { range: boolean; outputRange: boolean; labels: boolean }
}

/** What travels while a variant is downloaded; `progress` null: it has ended. */
export type DownloadMessage = Pick<VariantState, 'progress' | 'present' | 'error'>

export function readModel(model: string): Promise<ModelState> {
  return $.getJSON(path(model)) as Promise<ModelState>
}

export function startDownload(model: string, variant: string, licence: string): Promise<unknown> {
  return send('POST', path(model, variant, 'download'), { licence })
}

/** Makes a node rerun the last message that its model didn't recognise. */
export function runAgain(model: string, variant: string, node: string): Promise<unknown> {
  return send('POST', path(model, variant, 'again', node))
}

export function cancelDownload(model: string, variant: string): Promise<unknown> {
  return send('DELETE', path(model, variant, 'download'))
}

/** A port as a node keeps it in its settings. */
export interface KeptPort {
  property: string
  type: import('../../../src/types').PortType
}

/** The ports with a user's own file. */
export function readOwn(model: string, own: object): Promise<{ inputs: KeptPort[]; outputs: KeptPort[][] }> {
  return send('POST', path(model, 'own'), own) as Promise<{ inputs: KeptPort[]; outputs: KeptPort[][] }>
}

/** The runtime's sentence of a request that failed. */
export function reasonOf(request: unknown): string {
  return request instanceof Error ? request.message : sentenceOfRefusal(request)
}

function path(...parts: string[]): string {
  return ['daisychain-models', ...parts.map(encodeURIComponent)].join('/')
}

function send(type: string, url: string, body?: object): Promise<unknown> {
  return $.ajax({ type, url, ...(body && { contentType: 'application/json', data: JSON.stringify(body) }) })
}
