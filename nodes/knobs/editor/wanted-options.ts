import { current } from '../../../src/editor/checks/checks'

/** A number that a node behind takes beside its payload. */
export interface WantedOption {
  option: string
  from: number | ''
  to: number | ''
  /** Its values are this far apart. */
  step?: number
}

/** Those that the nodes behind a node's wires take, the nearest first. */
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
