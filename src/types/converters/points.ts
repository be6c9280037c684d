import type { PortType } from '../port-type'
import { ValueError } from '../value-error'
import type { ConverterEntry } from './entry'
import { numberOf, textOf } from './settings'

type Point = readonly [x: number, y: number]

/**
 * A number of one point: how far from the left, from the top or from the bottom it is, or from a second point.
 *
 * Settings: `index`, which thing of a list; `point`, which of its landmarks, and `other`, both from 0; `measure`, which
 * is `left`, `top`, `bottom` or `distance`; `low` and `high`, the numbers for 0 and 1. Never proposed: a person decides
 * which point means what. Undefined if nothing was found, so no message goes on.
 */
export const pointNumber: ConverterEntry = {
  id: 'point-number',
  label: "Turn a point's position into a number",
  wants: { type: 'any' },
  help: 'Landmarks, or a list of things that have some.',
  accepts: (from) => landmarksIn(from),
  settingsFor: () => null,
  gives: (_, settings) => {
    const [low, high] = rangeOf(settings)
    return { type: 'number', min: Math.min(low, high), max: Math.max(low, high) }
  },
  convert: (value, settings) => {
    const points = pointsOf(value, numberOf(settings.index, 0))
    if (points === undefined) return undefined
    const [x, y] = pointAt(points, numberOf(settings.point, 0))
    const [low, high] = rangeOf(settings)
    const share = measured(textOf(settings.measure, 'bottom'), x, y, points, numberOf(settings.other, 0))
    return low + (high - low) * Math.min(1, Math.max(0, share))
  },
}

function rangeOf({ low, high }: { readonly [setting: string]: unknown }): [number, number] {
  return [numberOf(low, 0), numberOf(high, 1)]
}

function measured(measure: string, x: number, y: number, points: readonly Point[], other: number): number {
  if (measure === 'left') return x
  if (measure === 'top') return y
  if (measure === 'bottom') return 1 - y
  const [x2, y2] = pointAt(points, other)
  return Math.hypot(x2 - x, y2 - y)
}

/** The points of a thing; undefined if there is none of that number. @throws ValueError */
function pointsOf(value: unknown, index: number): Point[] | undefined {
  if (isPoints(value)) return value
  const thing = Array.isArray(value) ? (value.at(index) as unknown) : value
  if (Array.isArray(value) && thing === undefined) return undefined
  const { landmarks } = (thing ?? {}) as { landmarks?: unknown }
  if (isPoints(landmarks)) return landmarks
  throw new ValueError('the value has no points: wire a list of hands or faces, or landmarks, to this converter')
}

function isPoints(value: unknown): value is Point[] {
  return (
    Array.isArray(value) &&
    value.length > 0 &&
    value.every((point) => Array.isArray(point) && point.length === 2 && point.every(Number.isFinite))
  )
}

function pointAt(points: readonly Point[], at: number): Point {
  const point = points.at(at)
  if (point) return point
  throw new ValueError(`there are only ${points.length} points, counted from 0, so there is no point ${at}`)
}

function landmarksIn(type: PortType): boolean {
  if (type.type === 'array') return landmarksIn(type.itemType)
  if (type.type === 'record') return type.fields.landmarks?.type === 'image_landmarks'
  return type.type === 'image_landmarks' || type.type === 'any'
}
