import type { Judgement } from './judgement'
import type { PortType } from './port-type'

/** Judges whether what an output gives fits what an input wants. */
export function checkWire(from: PortType, to: PortType): Judgement {
  return { verdict: from.type === to.type ? 'match' : 'unknown', message: `gives ${from.type}`, converter: null }
}
