import type { Port } from '../models/manifest'
import type { PortType } from '../types'
import type { OutputChoice, Proposal } from './choice'
import { reason } from './reason'
import { textInput } from './text-input'

/** The input ports of the task `generate`. */
export const WRITER_INPUTS: Port[] = [
  option('seed', { type: 'number' }, reason`The same seed continues the same way.`),
  {
    ...option('sequence_length', { type: 'number', min: 1, max: 4096, step: 1, default: 64 }, ''),
    help: reason`The largest number of tokens (short words and parts of words) to add.`,
  },
  option(
    'temperature',
    { type: 'number', min: 0, max: 2, step: 0.05 },
    reason`0 always picks the most likely continuation; higher is more daring.`,
  ),
  option(
    'top_k',
    { type: 'number', min: 0, max: 1000, step: 1 },
    reason`Chooses from this many of the most likely tokens.`,
  ),
  option(
    'top_p',
    { type: 'number', min: 0, max: 1, step: 0.01 },
    reason`Chooses from the most likely tokens that together reach this probability.`,
  ),
]

function option(name: string, type: PortType, help: string): Port {
  return { name, property: name, type, ...(!('default' in type) && { optional: true }), help }
}

/** The settings of the task `generate`. */
export function writerSettings({ tensor, writer }: OutputChoice, { inputs }: Proposal): Record<string, unknown> {
  const { context = 256, end = [], start } = writer ?? {}
  const named = (part: string) => inputs.find((input) => input.part === part)?.tensor
  const called = { ids: named('ids'), mask: named('mask'), positions: named('positions'), logits: tensor }
  return {
    tokenizer: textInput(inputs)?.tokenizer ?? 'tokenizer.json',
    context,
    end,
    ...(start !== undefined && { start }),
    temperature: 0.8,
    topK: 40,
    called: Object.fromEntries(Object.entries(called).filter(([, name]) => name !== undefined)),
  }
}
