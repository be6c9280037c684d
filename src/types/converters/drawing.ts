import type { Color } from '../hex'
import type { Image } from '../image'
import { labelColor } from '../label-colors'
import { boxFault } from '../on-picture'
import { type Canvas, drawBox, drawDisc, drawLine, tint } from './canvas'

/** Shapes of the same colour. All coordinates are from 0 to 1, with the origin at the top left. */
export interface Shape {
  box?: readonly number[]
  mask?: Image
  points?: readonly (readonly number[])[]
  /** The confidence of each point, from 0 to 1. */
  scores?: readonly number[] | undefined
  /** The name that determines the colour. */
  name?: string
}

/** The style in which shapes are drawn. */
export interface Style {
  /** Pixels. */
  lineWidth: number
  /** The opacity of masks, from 0 to 1. */
  opacity: number
  /** Pairs of points to connect by lines. */
  connections: readonly [number, number][]
}

/** A landmark with a lower score is most likely hidden, and its position is meaningless. */
export const LEAST_SCORE = 0.3

/** The number of shapes and points drawn before other work gets a turn. */
const SHAPES_AT_ONCE = 200

/** Draws shapes. Yields regularly, so that other work can run in between. */
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
