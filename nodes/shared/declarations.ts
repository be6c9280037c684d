import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Declarations, NodeDeclaration } from '../../src/flow'

let own: Declarations | undefined

/** What this package's nodes want and give, as the build wrote it. */
export function ownDeclarations(): Declarations {
  own ??= new Map(
    Object.entries(
      JSON.parse(readFileSync(join(__dirname, '../../declarations.json'), 'utf8')) as Record<string, NodeDeclaration>,
    ),
  )
  return own
}
