import { readFlow } from '../../src/flow'
import { loadManifests } from '../../src/models'

export const models = new Map(loadManifests().map((model) => [model.node, model]))

/** A flow of nodes in a row, `a`, `b`, `c` …, each given as its type and settings. */
export function flowOf(...nodes: [type: string, settings?: Record<string, unknown>][]) {
  const id = (i: number) => String.fromCharCode(97 + i)
  return readFlow([
    { id: 'tab', type: 'tab', label: 'made' },
    ...nodes.map(([type, settings], i) => ({
      id: id(i),
      type,
      z: 'tab',
      name: '',
      wires: [i + 1 < nodes.length ? [id(i + 1)] : []],
      ...settings,
    })),
  ])
}
