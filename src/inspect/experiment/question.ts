import type { Question } from '../choice'
import { reason } from '../reason'
import type { Alternative } from './alternatives'

/** The question for the user: which of these interpretations is right. */
export function questionOf(open: readonly Alternative[], about: string): Question {
  const taken = new Set(open.map(({ inputs }) => JSON.stringify(inputs))).size
  return {
    about,
    ask:
      taken < open.length
        ? reason`The file doesn't state what its output is. Which result is right?`
        : reason`The file doesn't say which range of numbers it expects for its picture. Which result is right?`,
    options: open.map((option) => ({
      label: labelOf(option, open, taken),
      inputs: option.inputs,
      outputs: option.outputs,
    })),
  }
}

/** An option is named by its input, and by its output if the options differ in that. */
function labelOf({ label, gives }: Alternative, all: readonly Alternative[], taken: number): string {
  const given = gives ?? all.find(({ instead }) => instead !== undefined)?.instead
  if (given === undefined || new Set(all.map((each) => each.gives)).size === 1) return label
  return taken === 1 ? given : `${label}, ${given}`
}
