import type { InputChoice, OutputChoice } from './choice'

/** Groups neighbours that look the same to a person, because a network's memory may have a hundred parts. */
export function fold<C extends InputChoice | OutputChoice>(choices: readonly C[]): C[][] {
  const groups: C[][] = []
  for (const choice of choices) {
    const group = groups.at(-1)
    const [first] = group ?? []
    const isHidden = choice.as === 'state' || choice.as === 'unused'
    if (group && isHidden && first?.as === choice.as && first.why === choice.why) group.push(choice)
    else groups.push([choice])
  }
  return groups
}
