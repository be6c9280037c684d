import { current } from '../../../src/editor/checks/checks'

/** A number that a following node accepts in addition to its payload. */
export interface WantedOption {
  option: string
  from: number | ''
  to: number | ''
  /** Distance between two values. */
  step?: number
}

/** The options of the nodes after this one, nearest first. */
export function wantedOptions(nodeId: string): WantedOption[] {
  const found = new Map<string, WantedOption>()
  for (const { want, sent } of current()?.demands(nodeId, { trusting: true }) ?? []) {
    const number = want.types.find(({ type }) => type === 'number') as
      | { min?: number; max?: number; step?: number }
      | undefined
    if (!number || sent === 'payload' || found.has(sent)) continue
    const { min = '', max = '', step } = number
    const isBounded = min !== '' && max !== ''
    found.set(sent, { option: sent, from: isBounded ? min : '', to: isBounded ? max : '', ...(step && { step }) })
  }
  return [...found.values()]
}
