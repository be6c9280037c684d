import { sentenceOfRefusal } from '../shell/refusal'
import type { Travelling } from '../shell/travels'
import { say } from '../shell/words'
import type { Clicks } from './clicking'

/** What the runtime keeps of a node's last run. */
export interface Result {
  outputs: ResultOutput[]
  ms?: number
  device?: string
  /** The seed that was drawn for it. */
  seed?: number
  /** Why it is only a guess. */
  doubt?: string
  /** Whether clicks on its picture tell the node what to do. */
  clicks?: true
  /** Milliseconds since 1970. */
  at: number
  /** When this and earlier results arrived, newest first. */
  times: number[]
  /** Whether the input is kept, too, so that it can be used again. */
  canRepeat: boolean
  /** Whether what was sent is kept. */
  canSend: boolean
  /** Whether it was a picture. */
  came: boolean
}

export interface ResultOutput {
  name: string
  kind: 'image' | 'audio' | 'segmentation' | 'shapes' | 'text' | null
  /** In words. */
  type: string
  width?: number
  height?: number
  /** Of a sound. */
  seconds?: number
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

export type PictureFormat = 'png' | 'jpeg' | 'ids' | 'wav'

/** @throws Error with a sentence */
export async function fetchResult(id: string, at: number | null): Promise<Result> {
  return (await ask({ url: `${addressOf(id)}${at === null ? '' : `?at=${at}`}` })) as Result
}

/** What a saved picture would say about how it was made. @throws Error with a sentence */
export async function fetchTravels(id: string, at: number | null): Promise<Travelling> {
  return (await ask({ url: `${addressOf(id)}/provenance${at === null ? '' : `?at=${at}`}` })) as Travelling
}

/**
 * @param output its number, or what came in.
 * @param isTold whether it says how it was made.
 * @throws Error with a sentence
 */
export async function fetchPicture(
  id: string,
  output: number | 'came',
  format: PictureFormat,
  at: number | null,
  isTold = false,
): Promise<Blob> {
  const url = `${addressOf(id)}/${output}/picture?format=${format}${at === null ? '' : `&at=${at}`}${isTold ? '&told=1' : ''}`
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

/** The same inputs once more, or what was sent once more. @throws Error with a sentence */
export async function repeatResult(id: string, how: 'again' | 'send', at: number): Promise<void> {
  await ask({ method: 'POST', url: `${addressOf(id)}/${how}?at=${at}`, contentType: 'application/json', data: '{}' })
}

const addressOf = (id: string): string => `daisychain/results/${encodeURIComponent(id)}`

/** Uses jQuery, because the editor adds the user's token to its calls. */
async function ask(options: Record<string, unknown>): Promise<unknown> {
  try {
    return await $.ajax(options)
  } catch (failed) {
    if ((failed as { status?: number }).status === 404) throw new Error(say('nothingToShow'))
    throw new Error(sentenceOfRefusal(failed))
  }
}
