import { checkFlow, createChecker, readFlow, type WireJudgement } from '../../src/flow'
import type { PortType } from '../../src/types'
import { declarations } from './declarations'

export type Entry = { id: string; type: string; [setting: string]: unknown }

export function check(flow: unknown) {
  return checkFlow(readFlow(flow), declarations)
}

/** The verdict for every wire, such as "a:0 → b mismatch". */
export function verdicts(flow: unknown): string[] {
  return check(flow).wires.map(wireText)
}

export function wireText({ from, to, verdict }: WireJudgement): string {
  return `${from.id}:${from.port} → ${to.id} ${verdict}`
}

/**
 * What the first node with this id sends, by port: the types of each property. Properties of unknown type are
 * missing.
 */
export function sends(flow: Entry[], id: string, ports = 1): Record<string, PortType[]>[] {
  const checker = createChecker(readFlow(flow), declarations)
  return Array.from({ length: ports }, (_, port) =>
    Object.fromEntries(checker.outputs(id, port).map(({ property, types }) => [property, types])),
  )
}
