import type { PortType } from '../types'
import type { Checker } from './checker'
import type { Following } from './hands-on'

/** A node after another one's wires, and the types that it needs in a given message property: any one will do. */
export interface Receiver {
  id: string
  types: PortType[]
}

/**
 * The typed inputs that receive what a node sends in a message property, nearest first.
 *
 * @param following with `looking`: those too that only refuse pixels
 *
 * @param checker of the node's flow, up to date
 */
export function* receiversBehind(
  checker: Pick<Checker, 'demands'>,
  start: string,
  property = 'payload',
  following: Following = {},
): Generator<Receiver> {
  for (const { id, want, sent } of checker.demands(start, following)) {
    const types = want.types.filter(({ type }) => type !== 'any')
    if (sent === property && types.length === want.types.length) yield { id, types }
  }
}

/** What the typed inputs after a node's wires need in a message property, nearest first. */
export function* wantedBehind(...where: Parameters<typeof receiversBehind>): Generator<PortType> {
  for (const { types } of receiversBehind(...where)) yield* types
}
