import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Declarations, NodeDeclaration } from '../flow'
import { others } from './others'
import { declaredByDependencies } from './package-json'
import { declaredByManifests } from './user-nodes'

let own: Record<string, NodeDeclaration> | undefined

/** This package's nodes, as the build wrote them into dist/declarations.json. */
export function builtInNodes(): Record<string, NodeDeclaration> {
  own ??= JSON.parse(readFileSync(join(__dirname, '../../declarations.json'), 'utf8')) as Record<
    string,
    NodeDeclaration
  >
  return own
}

/**
 * All declarations; if several declare the same node type, this package's takes precedence, then that of the type's own
 * package.
 */
export function allDeclarations(...installed: Record<string, NodeDeclaration>[]): Declarations {
  return new Map(Object.entries({ ...others, ...Object.assign({}, ...installed), ...builtInNodes() }))
}

/** What is declared in a user directory: by its packages, and by the manifests that become nodes. */
export function declaredBeside(folder: string): Record<string, NodeDeclaration> {
  return { ...declaredByManifests(folder, Object.keys(builtInNodes())), ...declaredByDependencies(folder).nodes }
}

/** What is wrong with the declarations of a user directory's packages, one sentence each. */
export function mistakesBeside(folder: string): string[] {
  return declaredByDependencies(folder).mistakes
}
