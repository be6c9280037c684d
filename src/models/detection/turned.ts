/** Left, top, right, bottom. */
export type Corners = [number, number, number, number]

type Point = readonly [x: number, y: number]

/** The four corners, in order, of a box around a centre, rotated clockwise by `angle` (radians). */
export function turnedBox(x: number, y: number, width: number, height: number, angle: number): [number, number][] {
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)]
  const sides = [
    [-1, -1],
    [1, -1],
    [1, 1],
    [-1, 1],
  ] as const
  return sides.map(([right, down]) => {
    const [across, along] = [(right * width) / 2, (down * height) / 2]
    return [x + across * cos - along * sin, y + across * sin + along * cos]
  })
}

/** The upright box around points. */
export function boxAround(points: readonly Point[]): Corners {
  const [x, y] = [points.map((point) => point[0]), points.map((point) => point[1])]
  return [Math.min(...x), Math.min(...y), Math.max(...x), Math.max(...y)]
}

/** Intersection over union of two convex shapes with clockwise corners. */
export function outlineOverlap(one: readonly Point[], other: readonly Point[]): number {
  const shared = areaOf(one.reduce((rest, from, i) => cutOff(rest, from, one[(i + 1) % one.length] as Point), other))
  const union = areaOf(one) + areaOf(other) - shared
  return union > 0 ? shared / union : 0
}

/** The part of a shape to the right of the line between two points. */
function cutOff(shape: readonly Point[], from: Point, to: Point): readonly Point[] {
  const inside = ([x, y]: Point) => (to[0] - from[0]) * (y - from[1]) - (to[1] - from[1]) * (x - from[0])
  return shape.flatMap((point, i) => {
    const next = shape[(i + 1) % shape.length] as Point
    const [here, there] = [inside(point), inside(next)]
    const crossing: Point[] =
      here * there < 0
        ? [
            [
              point[0] + ((next[0] - point[0]) * here) / (here - there),
              point[1] + ((next[1] - point[1]) * here) / (here - there),
            ],
          ]
        : []
    return here >= 0 ? [point, ...crossing] : crossing
  })
}

function areaOf(shape: readonly Point[]): number {
  const twice = shape.reduce((sum, [x, y], i) => {
    const [nextX, nextY] = shape[(i + 1) % shape.length] as Point
    return sum + x * nextY - nextX * y
  }, 0)
  return Math.abs(twice) / 2
}
