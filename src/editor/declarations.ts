import bundled from 'daisychain-declarations'
import type { Declarations, NodeDeclaration } from '../flow'

/** What the node types give and want: this package's, built in, and others' once they have come from the runtime. */
export const declarations: Declarations & Map<string, NodeDeclaration> = new Map(Object.entries(bundled))

/** Fetches the declarations of the other packages that are installed; calls back if there are any. */
export async function fetchDeclarations(changed: () => void): Promise<void> {
  const all = (await $.getJSON('daisychain/declarations')) as Record<string, NodeDeclaration>
  const before = declarations.size
  for (const [type, declaration] of Object.entries(all)) declarations.set(type, declaration)
  if (declarations.size !== before) changed()
}
