import type { PortType } from '../port-type'
import { ValueError } from '../value-error'
import type { ConverterEntry } from './entry'
import { numberOf, textOf } from './settings'

type Point = readonly [x: number, y: number]

/**
 * Measures one point: its distance from the left, the top or the bottom of the picture, or from a second
 * point.
 *
 * Settings: `index`, the index of the thing in a list; `point` and `other`, the indexes of its landmarks,
 * from 0; `measure`: `left`, `top`, `bottom` or `distance`; `low` and `high`, the numbers that 0 and 1 are
 * mapped to. Never proposed, because only a person knows which point to use. Undefined if nothing was found,
 * so that no message is sent.
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

/** The points of the thing at an index; undefined if there is none. @throws ValueError */
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
