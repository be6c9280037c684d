import type { ModelInfo, TensorInfo } from '../engine'

const POSITION = /^#(\d+)$/

/**
 * Whether tensors are identified by their position, such as `#0`. Manifests use this when a file's tensor
 * names are unknown.
 */
export function hasPositions(...records: Record<string, unknown>[]): boolean {
  return records.some((record) => Object.keys(record).some((name) => POSITION.test(name)))
}

/** Tensor name in the manifest → name in the file. */
export function namesOf(record: Record<string, unknown>, tensors: ModelInfo['inputs']): Map<string, string> {
  return new Map(Object.keys(record).map((name) => [name, nameAt(name, tensors)]))
}

function nameAt(name: string, tensors: TensorInfo[]): string {
  const position = POSITION.exec(name)?.[1]
  return position === undefined ? name : (tensors[Number(position)]?.name ?? name)
}

/** The same values, keyed by the names in the file. */
export function renamed<T>(record: Record<string, T>, names: Map<string, string>): Record<string, T> {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [names.get(name) ?? name, value]))
}
