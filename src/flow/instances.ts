import { severity } from '../types'
import type { WireFinding } from './judge'
import type { FlowPlace, Scope } from './place'
import type { WireEnd } from './report'

/** The findings about a wire at one of the places where its target runs. */
export interface Judged {
  from: WireEnd
  /** At least one, worst first. */
  findings: readonly WireFinding[]
  /** The instance with the worst finding; null if it is the same in all of them. */
  instance: Scope | null
}

/**
 * The wires that end at a node, each listed once. A wire inside a subflow has the worst finding of all
 * instances.
 */
export function worstOfInstances(
  places: readonly FlowPlace[],
  judge: (place: FlowPlace) => readonly Judged[],
): readonly Judged[] {
  const only = places[0]
  if (!only) return []
  if (places.length === 1) return inOrder(judge(only))
  const byWire = new Map<string, (Judged & { scope: Scope })[]>()
  for (const place of places)
    for (const wire of judge(place)) {
      // the exits of an instance count as separate ends
      const key = `${wire.from.port} ${place.port} ${wire.from.id}`
      const same = byWire.get(key)
      if (same) same.push({ ...wire, scope: place.scope })
      else byWire.set(key, [{ ...wire, scope: place.scope }])
    }
  const worst = Array.from(byWire.values(), (wires) => {
    const sorted = wires.sort((a, b) => badness(b) - badness(a) || (a.scope.prefix < b.scope.prefix ? -1 : 1))
    const [worst, ...others] = sorted as [(typeof sorted)[0]]
    const isEverywhere = others.every((other) => badness(other) === badness(worst))
    return { from: worst.from, findings: worst.findings, instance: isEverywhere ? null : worst.scope }
  })
  return inOrder(worst)
}

/** Sorted by source, so that the report doesn't depend on the order of edits. */
function inOrder(wires: readonly Judged[]): readonly Judged[] {
  const isInOrder = wires.every((one, i) => i === 0 || bySource(wires[i - 1] ?? one, one) <= 0)
  return isInOrder ? wires : [...wires].sort(bySource)
}

function bySource({ from: a }: Judged, { from: b }: Judged): number {
  return a.id === b.id ? a.port - b.port : a.id < b.id ? -1 : 1
}

function badness({ findings }: Judged): number {
  return severity[findings[0]?.verdict ?? 'unknown']
}
