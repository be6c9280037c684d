import { isAudio, isImage, isSegmentation } from '../../types'
import type { State } from '../tasks/task'

type Made = Record<string, unknown>

interface Kept {
  of: string
  made: Promise<Made>
}

/** The result of `make`, reused as long as the input (or all inputs in a list) stays the same. */
export async function kept(results: State, input: unknown, make: () => Promise<Made>): Promise<Made> {
  const of = identityOf(input)
  const before = results.get('kept') as Kept | undefined
  // The stored run may have been cancelled by another message; then this message makes its own.
  const found = before?.of === of ? await before.made.catch(() => undefined) : undefined
  if (found) return found
  const made = make()
  results.set('kept', { of, made } satisfies Kept)
  made.catch(() => {
    if ((results.get('kept') as Kept | undefined)?.made === made) results.delete('kept')
  })
  return made
}

/** A string that is the same for equal values. */
function identityOf(input: unknown): string {
  if (Array.isArray(input)) return `[${input.map(identityOf).join('\n')}]`
  if (isAudio(input)) return [input.type, input.sampleRate, input.channels, input.samples.hash].join(' ')
  if (!isImage(input) && !isSegmentation(input)) return JSON.stringify(input) ?? ''
  const { type, width, height, pixels } = input
  return [type, width, height, pixels.hash].join(' ')
}
