import type { Model } from '../../src/models'

/** Returns the model that a node with these settings runs. */
type Finder = (settings: Record<string, unknown>) => Model

const finders = new Map<string, Finder>()

/** Registers which model the nodes of a type run, for the other nodes of this package. */
export function tellModel(type: string, find: Finder): void {
  finders.set(type, find)
}

/** The model of a node with these settings, deployed or not. Null if nodes of that type don't run one. */
export function modelOf(type: string, settings: Record<string, unknown>): Model | null {
  return finders.get(type)?.(settings) ?? null
}
