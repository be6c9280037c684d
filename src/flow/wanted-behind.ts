import type { PortType } from '../types'
import type { Checker } from './checker'
import type { Following } from './hands-on'

/** A node behind another one, and the types that it accepts in a message property. */
export interface Receiver {
  id: string
  types: PortType[]
}

/**
 * The typed inputs that receive the value that a node sends in a message property, nearest first.
 *
 * @param following with `looking`, includes inputs that only refuse pixels
 *
 * @param checker the checker of the node's flow, up to date
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

/** The types that inputs behind a node accept in a message property, nearest first. */
export function* wantedBehind(...where: Parameters<typeof receiversBehind>): Generator<PortType> {
  for (const { types } of receiversBehind(...where)) yield* types
}
