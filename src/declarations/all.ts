import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Declarations, NodeDeclaration } from '../flow'
import { others } from './others'
import { declaredByDependencies } from './package-json'
import { declaredByManifests } from './user-nodes'

let own: Record<string, NodeDeclaration> | undefined

/** The declarations of this package's nodes, which the build has written to dist/declarations.json. */
export function builtInNodes(): Record<string, NodeDeclaration> {
  own ??= JSON.parse(readFileSync(join(__dirname, '../../declarations.json'), 'utf8')) as Record<
    string,
    NodeDeclaration
  >
  return own
}

/**
 * All declarations. If several declare the same node type, this package's takes precedence, then that of the
 * package that contains the type.
 */
export function allDeclarations(...installed: Record<string, NodeDeclaration>[]): Declarations {
  return new Map(Object.entries({ ...others, ...Object.assign({}, ...installed), ...builtInNodes() }))
}

/** The declarations in a user directory: those of its packages, and of the manifests that become nodes. */
export function declaredBeside(folder: string): Record<string, NodeDeclaration> {
  return { ...declaredByManifests(folder, Object.keys(builtInNodes())), ...declaredByDependencies(folder).nodes }
}

/** The mistakes in the declarations of a user directory's packages, one sentence each. */
export function mistakesBeside(folder: string): string[] {
  return declaredByDependencies(folder).mistakes
}
