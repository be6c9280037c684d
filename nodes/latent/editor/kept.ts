import { freeName, type Point, type StoredPoint, storePoints, type Vector } from '../../../src/latent'
import { createHistory } from '../../shared/editor/history'

/** A kept point in the dialog. Its `id` never changes, whatever its name and position. */
export interface Kept extends Point {
  id: number
}

/** The kept points, in the order of the walk. All changes except names can be undone. */
export interface KeptPoints {
  readonly points: readonly Kept[]
  readonly canUndo: boolean
  readonly canRedo: boolean
  find(id: number): Kept | undefined
  /** @returns the id of the new point */
  add(vector: Vector): number
  rename(id: number, name: string): void
  move(id: number, to: number): void
  duplicate(id: number): void
  remove(id: number): void
  undo(): void
  redo(): void
  /** The points to store in the node; undefined if unchanged. */
  changed(): StoredPoint[] | undefined
}

const STEPS = 100

/**
 * @param names the names for a new point and for an unnamed one
 * @param show called after each change except of a name, with the point to focus
 */
export function createKept(
  stored: readonly Point[],
  names: { fresh(number: number): string; none: string },
  show: (focus?: number) => void,
): KeptPoints {
  let ids = 0
  let points: Kept[] = stored.map((point) => ({ ...point, id: ids++ }))
  const history = createHistory<Kept[]>(STEPS)
  const asOpened = JSON.stringify(storePoints(points))

  function change(next: Kept[], focus?: number): void {
    history.remember(points)
    points = next
    show(focus)
  }

  function restore(state: Kept[] | null): void {
    if (!state) return
    points = state
    show()
  }

  const indexOf = (id: number) => points.findIndex((point) => point.id === id)
  const without = (id: number) => points.filter((point) => point.id !== id)

  return {
    get points() {
      return points
    },
    get canUndo() {
      return history.canUndo
    },
    get canRedo() {
      return history.canRedo
    },
    find: (id) => points[indexOf(id)],
    add(vector) {
      const name = freeName(points, names.fresh(points.length + 1))
      const id = ids++
      change([...points, { id, name, vector: Float32Array.from(vector) }])
      return id
    },
    rename(id, name) {
      points = points.map((point) => (point.id === id ? { ...point, name } : point))
    },
    move(id, to) {
      const others = without(id)
      const moved = points.filter((point) => point.id === id)
      change([...others.slice(0, to), ...moved, ...others.slice(to)], id)
    },
    duplicate(id) {
      const at = indexOf(id)
      const point = points[at]
      if (!point) return
      const copy = { ...point, id: ids++, name: freeName(points, point.name || names.none) }
      change([...points.slice(0, at + 1), copy, ...points.slice(at + 1)], copy.id)
    },
    remove(id) {
      const at = indexOf(id)
      const rest = without(id)
      change(rest, (rest[at] ?? rest[at - 1])?.id)
    },
    undo: () => restore(history.undo(points)),
    redo: () => restore(history.redo(points)),
    changed() {
      const now = storePoints(points)
      return JSON.stringify(now) === asOpened ? undefined : now
    },
  }
}
