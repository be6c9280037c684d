import bundled from 'daisychain-declarations'
import type { Declarations, NodeDeclaration } from '../../flow'

/**
 * What each node type accepts and outputs: this package's types are built in; the runtime sends those of
 * other packages.
 */
export const declarations: Declarations & Map<string, NodeDeclaration> = new Map(Object.entries(bundled))

let mistakes: string[] = []

/** The errors in other packages' declarations, one sentence each. */
export const declaredWrongly = (): readonly string[] => mistakes

/** Fetches the declarations of the other installed packages, and calls back if they have changed. */
async function fetchDeclarations(changed: () => void): Promise<void> {
  const all = (await $.getJSON('daisychain/declarations')) as Record<string, NodeDeclaration>
  const before = JSON.stringify([...declarations, mistakes])
  mistakes = (await $.getJSON('daisychain/declarations/mistakes')) as string[]
  declarations.clear()
  for (const [type, declaration] of Object.entries({ ...all, ...bundled })) declarations.set(type, declaration)
  if (JSON.stringify([...declarations, mistakes]) !== before) changed()
}

/** Milliseconds to wait for more types: an installed package announces its types one after the other. */
const DELAY = 200

/**
 * Fetches the declarations now and whenever a package is installed or removed. Returns a function that stops
 * this.
 */
export function followDeclarations(changed: () => void): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined
  const fetchNow = () => {
    fetchDeclarations(changed).catch(() => {
      // Without these declarations, the other packages' ports are unknown, and unknown ports are never
      // reported as wrong.
    })
  }
  const fetchSoon = () => {
    clearTimeout(timer)
    timer = setTimeout(fetchNow, DELAY)
  }
  const events = ['registry:node-type-added', 'registry:node-type-removed', 'registry:plugin-added']
  for (const event of events) RED.events.on(event, fetchSoon)
  fetchNow()
  return () => {
    for (const event of events) RED.events.off(event, fetchSoon)
    clearTimeout(timer)
  }
}
