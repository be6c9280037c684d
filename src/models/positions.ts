import type { ModelInfo, TensorInfo } from '../engine'

const POSITION = /^#(\d+)$/

/** Whether tensors are named by their place, `#0`, which a manifest may do if a file's own names are unknown. */
export function hasPositions(...records: Record<string, unknown>[]): boolean {
  return records.some((record) => Object.keys(record).some((name) => POSITION.test(name)))
}

/** Name in the manifest → name in the file. */
export function namesOf(record: Record<string, unknown>, tensors: ModelInfo['inputs']): Map<string, string> {
  return new Map(Object.keys(record).map((name) => [name, nameAt(name, tensors)]))
}

function nameAt(name: string, tensors: TensorInfo[]): string {
  const position = POSITION.exec(name)?.[1]
  return position === undefined ? name : (tensors[Number(position)]?.name ?? name)
}

/** The same values under their names in the file. */
export function renamed<T>(record: Record<string, T>, names: Map<string, string>): Record<string, T> {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [names.get(name) ?? name, value]))
}
