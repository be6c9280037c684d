import type { Finding } from './judge'
import type { Place, Scope } from './network'
import type { WireEnd } from './report'

/** What is found out about one wire where its target runs. */
export interface Judged {
  from: WireEnd
  /** Never empty; the worst first. */
  findings: readonly Finding[]
}

/**
 * The wires that end at a node, each once: of a wire inside a subflow, what is worst in any instance. `instance` says
 * where, if it is not as bad everywhere.
 */
export function worstOfInstances(
  places: Iterable<Place>,
  judged: ReadonlyMap<Place, readonly Judged[]>,
): (Judged & { instance: Scope | null })[] {
  const all = [...places]
  const [only] = all
  if (all.length === 1 && only) return (judged.get(only) ?? []).map((wire) => ({ ...wire, instance: null }))
  const byWire = new Map<string, (Judged & { scope: Scope })[]>()
  for (const place of all)
    for (const wire of judged.get(place) ?? []) {
      // exits of one instance are different ends
      const key = `${wire.from.port} ${place.port} ${wire.from.id}`
      const same = byWire.get(key)
      if (same) same.push({ ...wire, scope: place.scope })
      else byWire.set(key, [{ ...wire, scope: place.scope }])
    }
  return [...byWire.values()].map((wires) => {
    const sorted = wires.sort((a, b) => badness(b) - badness(a) || (a.scope.prefix < b.scope.prefix ? -1 : 1))
    const [worst, ...others] = sorted as [(typeof sorted)[0]]
    const isEverywhere = others.every((other) => badness(other) === badness(worst))
    return { from: worst.from, findings: worst.findings, instance: isEverywhere ? null : worst.scope }
  })
}

const ORDER = ['match', 'adapts', 'unknown', 'convertible', 'mismatch']

function badness({ findings }: Judged): number {
  return ORDER.indexOf(findings[0]?.verdict ?? 'unknown')
}
