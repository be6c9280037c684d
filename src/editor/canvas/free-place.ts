/** A rectangle in screen pixels. */
export interface Box {
  x: number
  y: number
  width: number
  height: number
}

/** A rectangle that should stay visible; a higher weight matters more. */
export interface Obstacle extends Box {
  weight: number
}

const step = 16

/**
 * The place nearest to a point where a card of this size covers no obstacles, or if there is none, the one
 * where it covers least.
 * @param area the visible part of the canvas, which the card doesn't leave
 */
export function freePlace(
  size: { width: number; height: number },
  area: Box,
  obstacles: readonly Obstacle[],
  near: { x: number; y: number },
): { x: number; y: number } {
  const seen = obstacles.filter((one) => overlap(one, area) > 0)
  let best = { x: area.x, y: area.y }
  let least = Number.POSITIVE_INFINITY
  for (const y of steps(area.y, area.height - size.height))
    for (const x of steps(area.x, area.width - size.width)) {
      const card = { x, y, ...size }
      const away = Math.hypot(x + size.width / 2 - near.x, y + size.height / 2 - near.y)
      let cost = away / 1e6
      for (const one of seen) cost += overlap(card, one) * one.weight
      if (cost >= least) continue
      least = cost
      best = { x, y }
    }
  return best
}

function* steps(start: number, room: number): Generator<number> {
  for (let at = 0; at < room; at += step) yield start + at
  yield start + Math.max(0, room)
}

/** The area that two boxes share. */
export function overlap(a: Box, b: Box): number {
  const width = Math.min(a.x + a.width, b.x + b.width) - Math.max(a.x, b.x)
  const height = Math.min(a.y + a.height, b.y + b.height) - Math.max(a.y, b.y)
  return width > 0 && height > 0 ? width * height : 0
}
