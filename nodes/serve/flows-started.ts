import type { NodeAPI } from 'node-red'

/** All nodes share one listener, because Node.js warns about more than ten. */
const heard = new WeakMap<NodeAPI['events'], Set<() => void>>()

/** Calls `act` whenever the flows have started. @returns a function that ends this */
export function onFlowsStarted({ events }: NodeAPI, act: () => void): () => void {
  const acts = heard.get(events) ?? new Set<() => void>()
  if (!heard.has(events)) {
    heard.set(events, acts)
    events.on('flows:started', () => {
      for (const one of [...acts]) one()
    })
  }
  acts.add(act)
  return () => acts.delete(act)
}
