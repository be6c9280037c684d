import { sentenceOfRefusal } from '../../../src/editor/shell/refusal'
import { language } from '../../../src/editor/shell/words'

/** A download's progress, from the runtime. */
export interface Progress {
  step: 'downloading' | 'checking' | 'pausing' | 'elsewhere'
  /** Bytes. */
  received: number
  total: number
  /** While pausing: the reason, and the seconds until the next attempt. */
  reason?: string
  seconds?: number
}

export interface VariantState {
  id: string
  label: string
  about: string
  /** Examples of what it recognises or makes, as data URIs. */
  pictures: string[]
  licence: string
  licenceUrl?: string
  nonCommercial: boolean
  bytes: number
  /**
   * The folder for its files on the computer that runs Node-RED, and the command that downloads them on
   * another computer.
   */
  folder: string
  command: string
  bundled: boolean
  present: boolean
  progress: Progress | null
  /** The values it uses for numbers left empty in the node, as far as they are known before a run. */
  usual: Record<string, number>
  /** Why the last download in this dialog failed. */
  error?: string
}

export interface ModelState {
  variants: VariantState[]
  /** Which questions a user's own file requires. */
  own: { range: boolean; outputRange: boolean; labels: boolean }
}

/** Sent while a variant is downloaded. If `progress` is null, the download has ended. */
export type DownloadMessage = Pick<VariantState, 'progress' | 'present' | 'error'>

/** The message as sent, the same for all editors: it contains the words in each language. */
interface Published extends Pick<VariantState, 'present'> {
  [language: string]: Omit<DownloadMessage, 'present'> | boolean
}

/** A message on `daisychain/download/…`, reduced to the user's language. */
export function heard(data: unknown): DownloadMessage {
  const { present, ...all } = data as Published
  return { present, ...((all[language().slice(0, 2)] ?? all.en) as Omit<DownloadMessage, 'present'>) }
}

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

/** The node's ports when it runs a user's own file. */
export function readOwn(model: string, own: object): Promise<{ inputs: KeptPort[]; outputs: KeptPort[][] }> {
  return send('POST', path(model, 'own'), own) as Promise<{ inputs: KeptPort[]; outputs: KeptPort[][] }>
}

/** The runtime's sentence about a failed request. */
export function reasonOf(request: unknown): string {
  return request instanceof Error ? request.message : sentenceOfRefusal(request)
}

function path(...parts: string[]): string {
  return ['daisychain-models', ...parts.map(encodeURIComponent)].join('/')
}

function send(type: string, url: string, body?: object): Promise<unknown> {
  return $.ajax({ type, url, ...(body && { contentType: 'application/json', data: JSON.stringify(body) }) })
}
