import bundled from 'daisychain-declarations'
import type { Declarations, NodeDeclaration } from '../../flow'

/**
 * What the node types output and accept: this package's, built in, and others' once the runtime has sent them.
 */
export const declarations: Declarations & Map<string, NodeDeclaration> = new Map(Object.entries(bundled))

let mistakes: string[] = []

/** What is wrong with other packages' declarations, one sentence each. */
export const declaredWrongly = (): readonly string[] => mistakes

/** Fetches the declarations of the other packages that are installed; calls back if they are not what they were. */
async function fetchDeclarations(changed: () => void): Promise<void> {
  const all = (await $.getJSON('daisychain/declarations')) as Record<string, NodeDeclaration>
  const before = JSON.stringify([...declarations, mistakes])
  mistakes = (await $.getJSON('daisychain/declarations/mistakes')) as string[]
  declarations.clear()
  for (const [type, declaration] of Object.entries({ ...all, ...bundled })) declarations.set(type, declaration)
  if (JSON.stringify([...declarations, mistakes]) !== before) changed()
}

/** A package brings several types, one after the other. */
const DELAY = 200

/** Fetches them now, and whenever a package was installed or removed. Returns how to stop. */
export function followDeclarations(changed: () => void): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined
  const fetchNow = () => {
    fetchDeclarations(changed).catch(() => {
      // Without the other packages' declarations their ports are unknown, which is never wrong.
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
