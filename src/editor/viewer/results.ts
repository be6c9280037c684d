import { sentenceOfRefusal } from '../shell/refusal'
import type { Travelling } from '../shell/travels'
import { say } from '../shell/words'
import type { Clicks } from './clicking'

/** The record that the runtime keeps of a node's last run. */
export interface Result {
  outputs: ResultOutput[]
  ms?: number
  device?: string
  /** The seed drawn for this run. */
  seed?: number
  /** Why the result is only a guess. */
  doubt?: string
  /** Whether the node accepts clicks on its picture. */
  clicks?: true
  /** Milliseconds since 1970. */
  at: number
  /** When this and earlier results arrived, newest first. */
  times: number[]
  /** Whether the input is kept, so that the node can run on it again. */
  canRepeat: boolean
  /** Whether the sent message is kept, so that it can be sent again. */
  canSend: boolean
  /** Whether the input was a picture. */
  came: boolean
}

export interface ResultOutput {
  name: string
  kind: 'image' | 'audio' | 'segmentation' | 'shapes' | 'text' | null
  /** The type in words. */
  type: string
  width?: number
  height?: number
  /** Length of a sound. */
  seconds?: number
  /** The values of a float picture that are shown as black and as white. */
  range?: [number, number]
  unit?: string
  labels?: { label: string; color: string; share: number }[]
  text?: string
  /** Characters in the whole text. */
  length?: number
  /** How many objects were found. */
  count?: number
  isTooLarge?: true
}

export type PictureFormat = 'png' | 'jpeg' | 'ids' | 'wav'

/** @throws Error with a sentence */
export async function fetchResult(id: string, at: number | null): Promise<Result> {
  return (await ask({ url: `${addressOf(id)}${at === null ? '' : `?at=${at}`}` })) as Result
}

/** What a saved picture would record about how it was made. @throws Error with a sentence */
export async function fetchTravels(id: string, at: number | null): Promise<Travelling> {
  return (await ask({ url: `${addressOf(id)}/provenance${at === null ? '' : `?at=${at}`}` })) as Travelling
}

/**
 * @param output the output's number, or the input.
 * @param isTold whether the file records how it was made.
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

/** Runs a node again with these clicks in its picture. @throws Error with a sentence */
export async function sendClicks(id: string, clicks: Clicks): Promise<void> {
  const data = JSON.stringify(clicks)
  await ask({
    url: `daisychain-models/clicks/${encodeURIComponent(id)}`,
    method: 'POST',
    data,
    contentType: 'application/json',
  })
}

/** Runs the node again on the same inputs, or sends its result again. @throws Error with a sentence */
export async function repeatResult(id: string, how: 'again' | 'send', at: number): Promise<void> {
  await ask({ method: 'POST', url: `${addressOf(id)}/${how}?at=${at}`, contentType: 'application/json', data: '{}' })
}

const addressOf = (id: string): string => `daisychain/results/${encodeURIComponent(id)}`

/** Uses jQuery, because the editor adds the user's token to jQuery's requests. */
async function ask(options: Record<string, unknown>): Promise<unknown> {
  try {
    return await $.ajax(options)
  } catch (failed) {
    if ((failed as { status?: number }).status === 404) throw new Error(say('nothingToShow'))
    throw new Error(sentenceOfRefusal(failed))
  }
}
