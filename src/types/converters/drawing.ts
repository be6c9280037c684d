import type { Image } from '../image'
import { labelColor } from '../label-colors'
import { boxFault } from '../on-picture'
import type { Color } from '../segmentation'
import { type Canvas, drawBox, drawDisc, drawLine, tint } from './canvas'

/** What is drawn in one colour: all from 0 to 1, from the top left. */
export interface Shape {
  box?: readonly number[]
  mask?: Image
  points?: readonly (readonly number[])[]
  /** How sure each point is, from 0 to 1. */
  scores?: readonly number[] | undefined
  /** What it shows: shapes of one name have one colour. */
  name?: string
}

/** How shapes are drawn. */
export interface Style {
  /** Pixels. */
  lineWidth: number
  /** Of masks, from 0 to 1. */
  opacity: number
  /** Pairs of points to join. */
  connections: readonly [number, number][]
}

/** A landmark less certain than this is most likely hidden, and could be anywhere. */
export const LEAST_SCORE = 0.3

/** Shapes and points after which other work gets a turn. */
const SHAPES_AT_ONCE = 200

/** Draws shapes, and stops wherever others may get a turn. */
export function* drawing(canvas: Canvas, shapes: readonly Shape[], style: Style): Generator<void> {
  const names = [...new Set(shapes.map(({ name }) => name))]
  let turn = 0
  for (const [i, shape] of shapes.entries()) {
    turn += 1 + (shape.points?.length ?? 0)
    if (turn > SHAPES_AT_ONCE) {
      turn = 0
      yield
    }
    const color = labelColor(shape.name === undefined ? i + 1 : names.indexOf(shape.name) + 1)
    yield* drawShape(canvas, shape, color, style)
  }
}

function* drawShape(
  canvas: Canvas,
  { box, mask, points = [], scores = [] }: Shape,
  color: Color,
  { lineWidth, opacity, connections }: Style,
): Generator<void> {
  const scaled = points.map(([x = 0, y = 0], i) =>
    (scores[i] ?? 1) < LEAST_SCORE ? undefined : ([x * canvas.width, y * canvas.height] as const),
  )
  if (mask) yield* tint(canvas, mask, color, opacity)
  if (box && !boxFault(box)) drawBox(canvas, box, color, lineWidth)
  for (const [a, b] of connections) {
    const [from, to] = [scaled[a], scaled[b]]
    if (from && to) drawLine(canvas, from, to, color, lineWidth)
  }
  for (const [i, point] of scaled.entries()) {
    if (i % SHAPES_AT_ONCE === SHAPES_AT_ONCE - 1) yield
    if (point) drawDisc(canvas, point, color, lineWidth * 1.5)
  }
}
