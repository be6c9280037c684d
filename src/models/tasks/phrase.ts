import { ValueError } from '../../types'
import { inputPorts, named } from '../ports'
import type { Job } from './task'

/** Settings of a step with the task `phrase`. */
export interface PhraseSettings {
  /** The name of the input that selects a phrase. */
  by: string
  /** The name of the input whose text replaces `{text}`. */
  text: string
  phrases: Record<string, string>
  /** The phrase to use if there is no text. */
  without?: Record<string, string>
}

/** A model's prompt in the wording it was trained with, under the name `to`. */
export async function phrase({ model, variant, inputs, to = 'prompt' }: Job): Promise<Record<string, unknown>> {
  const { by, text, phrases, without = {} } = variant.settings as unknown as PhraseSettings
  const given = String(inputs[text] ?? '').trim()
  const asked = String(inputs[by])
  const found = phrases[(given === '' && without[asked]) || asked] ?? '{text}'
  if (given === '' && found.includes('{text}')) {
    const { property } = named(inputPorts(model, variant), text)
    throw new ValueError(
      `${model.label} has no ${text}, which “${asked}” needs: enter it in the node, or send it as msg.${property}`,
    )
  }
  return { [to]: found.replaceAll('{text}', () => given) }
}
