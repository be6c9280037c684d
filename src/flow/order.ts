import type { FlowPlace } from './place'
import type { PlaceGraph } from './place-graph'

/**
 * The places that `roots` influence, in groups. Places that influence each other (loops) form one group, and
 * each group comes after all groups that send to it. This is Tarjan's algorithm for strongly connected
 * components, without recursion, because a flow may be longer than the stack allows.
 */
export function inOrder(network: PlaceGraph, roots: Iterable<FlowPlace>): FlowPlace[][] {
  const groups: FlowPlace[][] = []
  const visits = new Map<FlowPlace, Visit>()
  const open: FlowPlace[] = []
  for (const root of roots) {
    if (visits.has(root)) continue
    const path = [enter(root)]
    for (let visit = path.at(-1); visit; visit = path.at(-1)) {
      const next = visit.following[visit.next++]
      if (!next) {
        path.pop()
        const outer = path.at(-1)
        if (outer) outer.low = Math.min(outer.low, visit.low)
        if (visit.low === visit.index) groups.push(close(visit.place))
        continue
      }
      const known = visits.get(next)
      if (!known) path.push(enter(next))
      else if (known.isOpen) visit.low = Math.min(visit.low, known.index)
    }
  }
  return groups.reverse()

  function enter(place: FlowPlace): Visit {
    const index = visits.size
    const visit = { place, index, low: index, isOpen: true, following: network.influenced(place), next: 0 }
    visits.set(place, visit)
    open.push(place)
    return visit
  }

  function close(first: FlowPlace): FlowPlace[] {
    const isAlone = open.at(-1) === first
    const group = isAlone ? [open.pop() as FlowPlace] : open.splice(open.lastIndexOf(first))
    for (const place of group) {
      const visit = visits.get(place)
      if (visit) visit.isOpen = false
    }
    return group
  }
}

interface Visit {
  place: FlowPlace
  index: number
  low: number
  isOpen: boolean
  following: readonly FlowPlace[]
  /** The index of the successor to visit next. */
  next: number
}
