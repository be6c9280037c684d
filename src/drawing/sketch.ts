import { blank, type Ids } from './drawing'
import { drawEllipse, drawLine, drawPolygon, drawRectangle, type Point } from './strokes'

/** Draws by label name, in pixels from the top left. */
export interface Sketch<Thing extends string> {
  ids: Ids
  line(thing: Thing, x1: number, y1: number, x2: number, y2: number, size: number): void
  box(thing: Thing, left: number, top: number, right: number, bottom: number): void
  oval(thing: Thing, left: number, top: number, right: number, bottom: number): void
  shape(thing: Thing, ...corners: [x: number, y: number][]): void
}

/** @param labels names by id; the drawing is filled with the first one */
export function sketch<Thing extends string>(labels: readonly Thing[], width: number, height: number): Sketch<Thing> {
  const ids = blank(width, height)
  const id = (thing: Thing) => labels.indexOf(thing)
  const point = ([x, y]: [number, number]): Point => ({ x, y })
  return {
    ids,
    line: (thing, x1, y1, x2, y2, size) => drawLine(ids, point([x1, y1]), point([x2, y2]), size, id(thing)),
    box: (thing, left, top, right, bottom) =>
      drawRectangle(ids, point([left, top]), point([right - 1, bottom - 1]), id(thing)),
    oval: (thing, left, top, right, bottom) => drawEllipse(ids, point([left, top]), point([right, bottom]), id(thing)),
    shape: (thing, ...corners) => drawPolygon(ids, corners.map(point), id(thing)),
  }
}
