import { existsSync, readFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import type { NodeDeclaration } from '../flow'

type DeclaredNodes = Record<string, NodeDeclaration>

/**
 * What a package declares in its package.json: `"daisychain": {"nodes": {…}}`, or the path of a JSON file there.
 * A package without it, or with something else there, declares nothing.
 */
export function declaredInPackage(folder: string): DeclaredNodes {
  const { daisychain } = readJson(join(folder, 'package.json'))
  const nodes = isRecord(daisychain) ? daisychain.nodes : undefined
  const found = typeof nodes === 'string' ? readJson(resolve(folder, nodes)) : nodes
  return onlyRecords(found)
}

/** What the packages declare that a folder's package.json depends on, looked for there and in the folders above. */
export function declaredByDependencies(folder: string): DeclaredNodes {
  const { dependencies } = readJson(join(folder, 'package.json'))
  const found: DeclaredNodes = {}
  for (const name of Object.keys(isRecord(dependencies) ? dependencies : {})) {
    const installed = findPackage(name, resolve(folder))
    if (installed) Object.assign(found, declaredInPackage(installed))
  }
  return found
}

/** Leaves out what is no declaration, so that one package's mistake does not hide the others. */
export function onlyRecords(value: unknown): DeclaredNodes {
  const entries = isRecord(value) ? Object.entries(value) : []
  return Object.fromEntries(entries.filter(([, declaration]) => isRecord(declaration))) as DeclaredNodes
}

function findPackage(name: string, folder: string): string | null {
  for (let at = folder; ; at = dirname(at)) {
    const candidate = join(at, 'node_modules', name)
    if (existsSync(join(candidate, 'package.json'))) return candidate
    if (at === dirname(at)) return null
  }
}

function readJson(file: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(readFileSync(file, 'utf8'))
    return isRecord(value) ? value : {}
  } catch {
    return {}
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
