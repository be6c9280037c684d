import type { Model } from '../../src/models'

/** Finds the model that a node of some type runs, by the node's settings. */
type Finder = (settings: Record<string, unknown>) => Model

const finders = new Map<string, Finder>()

/** Tells the other nodes of this package which model the nodes of a type run. */
export function tellModel(type: string, find: Finder): void {
  finders.set(type, find)
}

/** The model of a node with these settings, deployed or not; null if no node of that type runs one. */
export function modelOf(type: string, settings: Record<string, unknown>): Model | null {
  return finders.get(type)?.(settings) ?? null
}
