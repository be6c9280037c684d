import { describeType } from './describe'
import type { TypeFinding } from './judgement'
import type { PortType } from './port-type'
import { listed } from './words'

/**
 * The functions here create a rule's finding about two types. They word the messages, so that all messages
 * are consistent.
 */
export function match(from: PortType): TypeFinding {
  return { verdict: 'match', given: describeType(from), note: 'which fits' }
}

/** @param changes what the input does with the value, such as "is decoded" */
export function adapts(from: PortType, ...changes: string[]): TypeFinding {
  return { verdict: 'adapts', given: describeType(from), note: `which ${listed(changes, 'and')}` }
}

export function mismatch(from: PortType, to: PortType): TypeFinding {
  return { verdict: 'mismatch', given: describeType(from), note: `but ${describeType(to)} is needed` }
}

/** For types that only the value itself can decide. */
export function depends(from: PortType, to: PortType): TypeFinding {
  const note = `where ${describeType(to)} is needed: each value is checked when it arrives`
  return { verdict: 'unknown', given: describeType(from), note }
}

export function isFit({ verdict }: { verdict: string }): boolean {
  return verdict === 'match' || verdict === 'adapts'
}

/** "text, but an image is needed" */
export function phrase({ given, note }: TypeFinding): string {
  return `${given}, ${note}`
}
