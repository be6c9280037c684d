import { existsSync, readFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import type { NodeDeclaration } from '../flow'
import { mistakesInDeclarations } from '../flow/mistakes'

type DeclaredNodes = Record<string, NodeDeclaration>

/** The declarations in a package, and the mistakes in them, one sentence each. */
interface Declared {
  nodes: DeclaredNodes
  mistakes: string[]
}

/**
 * The declarations in a package's package.json: `"daisychain": {"nodes": {…}}`, or the path of a JSON file in
 * the package. Without the field, there are none; any other value of it is a mistake.
 */
export function declaredInPackage(folder: string): Declared {
  const { name, daisychain } = readJson(join(folder, 'package.json')) ?? {}
  if (daisychain === undefined) return { nodes: {}, mistakes: [] }
  const nodes = isRecord(daisychain) ? daisychain.nodes : undefined
  const found = typeof nodes === 'string' ? readJson(resolve(folder, nodes)) : nodes
  const mistakes = isRecord(found) ? mistakesInDeclarations(found) : [whyNone(folder, nodes)]
  return { nodes: onlyRecords(found), mistakes: mistakes.map((sentence) => `${name ?? folder}: ${sentence}`) }
}

function whyNone(folder: string, nodes: unknown): string {
  if (typeof nodes !== 'string')
    return '"daisychain" in package.json must have "nodes": the declarations of its nodes, or the path of a JSON file with them.'
  return existsSync(resolve(folder, nodes))
    ? `${nodes}, named in package.json under "daisychain", doesn't contain a JSON object with node declarations.`
    : `There is no file ${nodes}, which package.json names under "daisychain" for the declarations of its nodes.`
}

/**
 * The declarations of all packages that a folder's package.json depends on. The packages are searched for in
 * that folder and its parents.
 */
export function declaredByDependencies(folder: string): Declared {
  const { dependencies } = readJson(join(folder, 'package.json')) ?? {}
  const found: Declared = { nodes: {}, mistakes: [] }
  for (const name of Object.keys(isRecord(dependencies) ? dependencies : {})) {
    const installed = findPackage(name, resolve(folder))
    if (!installed) continue
    const { nodes, mistakes } = declaredInPackage(installed)
    Object.assign(found.nodes, nodes)
    found.mistakes.push(...mistakes)
  }
  return found
}

/** Removes entries that aren't declarations, so that a mistake in one package doesn't affect the others. */
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

/** Null if the file is missing or isn't a JSON object. */
function readJson(file: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(readFileSync(file, 'utf8'))
    return isRecord(value) ? value : null
  } catch {
    return null
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
