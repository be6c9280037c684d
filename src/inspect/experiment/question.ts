import type { Question } from '../choice'
import type { Alternative } from './alternatives'

/** What is asked of a person: which of these ways is right. */
export function questionOf(open: readonly Alternative[], about: string): Question {
  const key = ({ inputs }: Alternative) => JSON.stringify(inputs)
  const areAlike = new Set(open.map(key)).size < open.length
  return {
    about,
    ask: areAlike
      ? "The file doesn't state what its output is. Which result is right?"
      : "The file doesn't say which range of numbers it expects for its picture. Which result is right?",
    options: open.map((option) => ({
      label: labelOf(
        option,
        open.filter((other) => key(other) === key(option)),
        open,
      ),
      inputs: option.inputs,
      outputs: option.outputs,
    })),
  }
}

/** Beside ways that take the same and give something else, a way is called by what it gives too. */
function labelOf({ label, instead }: Alternative, same: readonly Alternative[], all: readonly Alternative[]): string {
  const given = instead === undefined ? same.find((other) => other.instead !== undefined)?.instead : undefined
  if (given === undefined) return label
  return same.length === all.length ? given : `${label}, ${given}`
}
