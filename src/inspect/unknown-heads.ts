import type { TensorInfo } from '../engine'

/**
 * Whether an output is one of the grids of a detector without its last steps: at least two sorts of planes, each on the same three
 * grids or more. Masks of inner steps and pyramids of features are of one sort.
 */
export function isHead({ shape }: TensorInfo, outputs: readonly TensorInfo[]): boolean {
  if (!isGrid(shape)) return false
  const sorts = new Map<number, string[]>()
  for (const { shape } of outputs) {
    if (!isGrid(shape)) continue
    const [, planes, rows, columns] = shape
    sorts.set(planes, [...(sorts.get(planes) ?? []), `${rows} × ${columns}`])
  }
  const own = sorts.get(shape[1])
  const grids = (list: string[]) => [...new Set(list)].sort().join()
  if (!own || own.length < 3 || new Set(own).size !== own.length) return false
  return [...sorts].some(
    ([planes, list]) => planes !== shape[1] && list.length === own.length && grids(list) === grids(own),
  )
}

/**
 * Whether an output is heat maps of points, with as many planes that tell people apart, or the same heat maps on a grid twice as fine
 * (HigherHRNet).
 */
export function isTagged({ shape }: TensorInfo, outputs: readonly TensorInfo[]): boolean {
  if (outputs.length !== 2 || !isGrid(shape)) return false
  const other = outputs.find((one) => one.shape !== shape)?.shape
  if (!other || !isGrid(other)) return false
  const [coarse, fine] = shape[1] > other[1] ? [shape, other] : [other, shape]
  return coarse[1] === 2 * fine[1] && fine[2] === 2 * coarse[2] && fine[3] === 2 * coarse[3]
}

type Grid = [batch: number | string, planes: number, rows: number, columns: number]

const isGrid = (shape: TensorInfo['shape']): shape is Grid =>
  shape.length === 4 && shape.slice(1).every((size) => typeof size === 'number')
