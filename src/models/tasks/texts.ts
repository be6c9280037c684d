import { ValueError } from '../../types'
import { inputPorts, named } from '../ports'
import { kept } from '../steps/keep'
import { TEXT } from '../steps/names'
import type { ReadText } from './match'
import type { Job, State } from './task'
import { transform } from './transform'

/** Settings of a step with the task `texts`. */
export interface TextsSettings {
  /** The name of the input with the list of words. */
  of: string
  /** The name of the input with the sentence in which each word replaces `{word}`. */
  within?: string
  /** An additional text without a word. Whatever matches it best matches none of the words. */
  beside?: string
}

/** The maximum number of cached texts. */
const KEPT = 5000

interface Read extends Record<string, unknown> {
  made: Record<string, unknown>
  isCut: boolean
}

/**
 * Runs the file once for each word, and returns a list of the results, under the name `to`. Results are
 * cached.
 */
export async function texts(job: Job): Promise<Record<string, unknown>> {
  const { model, variant, inputs, to = 'texts' } = job
  const { of, within, beside } = variant.settings as unknown as TextsSettings
  const words = [...new Set(((inputs[of] ?? []) as string[]).map((word) => word.trim()))].filter((word) => word !== '')
  if (words.length === 0) {
    const { property } = named(inputPorts(model, variant), of)
    throw new ValueError(
      `${model.label} has no ${of}: enter some in the node, or send a list of them as msg.${property}`,
    )
  }
  const sentence = ((within && inputs[within]) || '{word}') as string
  const read: ReadText[] = []
  for (const word of words) read.push({ word, ...(await readOnce(job, filled(sentence, word))) })
  if (beside !== undefined) read.push(await readOnce(job, beside))
  return { [to]: read }
}

/** Replaces `{word}` in the sentence, or appends the word if there is no placeholder. */
function filled(sentence: string, word: string): string {
  return sentence.includes('{word}') ? sentence.replaceAll('{word}', () => word) : `${sentence} ${word}`
}

async function readOnce(job: Job, text: string): Promise<Record<string, unknown>> {
  const { made, isCut } = (await kept(ownResults(job, text), text, () => readText(job, text))) as Read
  if (isCut) job.textCut?.()
  return made
}

/** The cache entry of a text. The map is ordered by last use. */
function ownResults({ results }: Job, text: string): State {
  const own = (results.get(text) as State | undefined) ?? new Map()
  results.delete(text)
  results.set(text, own)
  for (const oldest of results.keys()) if (results.size > KEPT) results.delete(oldest)
  return own
}

async function readText(job: Job, text: string): Promise<Read> {
  await job.goOn?.()
  let isCut = false
  const textCut = () => {
    isCut = true
  }
  const inputs = Object.assign(Object.create(null), job.inputs, { [TEXT]: text })
  const made = await transform({ ...job, inputs, textCut })
  return { made, isCut }
}
