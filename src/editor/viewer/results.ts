import { sentenceOfRefusal } from '../shell/refusal'
import { say } from '../shell/words'
import type { Clicks } from './clicking'

/** What the runtime keeps of a node's last run. */
export interface Result {
  outputs: ResultOutput[]
  ms?: number
  device?: string
  /** Why it is only a guess. */
  doubt?: string
  /** Whether clicks on its picture tell the node what to do. */
  clicks?: true
  /** Milliseconds since 1970. */
  at: number
}

export interface ResultOutput {
  name: string
  kind: 'image' | 'segmentation' | 'shapes' | 'text' | null
  /** In words. */
  type: string
  width?: number
  height?: number
  /** Of a float picture: what is shown black and white. */
  range?: [number, number]
  unit?: string
  labels?: { label: string; color: string; share: number }[]
  text?: string
  /** Characters of the whole text. */
  length?: number
  /** How many things were found. */
  count?: number
  isTooLarge?: true
}

export type PictureFormat = 'png' | 'jpeg' | 'ids'

/** @throws Error with a sentence */
export async function fetchResult(id: string): Promise<Result> {
  return (await ask({ url: `daisychain/results/${encodeURIComponent(id)}` })) as Result
}

/** @throws Error with a sentence */
export async function fetchPicture(id: string, output: number, format: PictureFormat): Promise<Blob> {
  const url = `daisychain/results/${encodeURIComponent(id)}/${output}/picture?format=${format}`
  return (await ask({ url, xhrFields: { responseType: 'blob' } })) as Blob
}

/** Runs a node again with what was clicked in its picture. @throws Error with a sentence */
export async function sendClicks(id: string, clicks: Clicks): Promise<void> {
  const data = JSON.stringify(clicks)
  await ask({
    url: `daisychain-models/clicks/${encodeURIComponent(id)}`,
    method: 'POST',
    data,
    contentType: 'application/json',
  })
}

/** By jQuery, as the editor adds the user's token to its calls. */
async function ask(options: Record<string, unknown>): Promise<unknown> {
  try {
    return await $.ajax(options)
  } catch (failed) {
    if ((failed as { status?: number }).status === 404) throw new Error(say('nothingToShow'))
    throw new Error(sentenceOfRefusal(failed))
  }
}
