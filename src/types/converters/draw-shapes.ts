import { withChannels, withChannelsInPieces } from '../adapt'
import { describeValue } from '../describe-value'
import { Image, isImage } from '../image'
import { othersTurn } from '../in-pieces'
import { judgeTypes } from '../judge'
import {
  boxFault,
  isPointInside,
  refuseBoxInPixels,
  refuseBoxOutOfOrder,
  refusePointInPixels,
  refuseUnseen,
} from '../on-picture'
import { Pixels } from '../pixels'
import type { PortType, TypeName } from '../port-type'
import { toBytes, toBytesInPieces } from '../to-bytes'
import { isNumberArray } from '../typed-array'
import { ValueError } from '../value-error'
import { quoteValue } from '../words'
import type { Canvas } from './canvas'
import { drawing, LEAST_SCORE, type Shape, type Style } from './drawing'
import type { ConverterEntry, Settings } from './entry'
import { numberOf } from './settings'

const shapeTypes: ReadonlySet<TypeName> = new Set<TypeName>(['image_bounding_box', 'image_landmarks', 'image_point'])

/**
 * Draws boxes, masks, landmarks and points: a single one, a list, or a detector's list of records with the
 * fields `box`, `mask`, `landmarks` or `point`, and `category` for the colour. Landmarks with low
 * `landmark_scores` are skipped.
 *
 * Settings: `on`, the message property with the picture to draw on; if it has none, `width` and `height` of a
 * black one; `lineWidth` in pixels, or 0 for automatic; `connections`, pairs of landmarks to join.
 */
export const drawShapes: ConverterEntry = {
  id: 'draw',
  label: 'Draw as a picture',
  wants: { type: 'any' },
  help: 'What was found: boxes, masks, landmarks or points.',
  draws: true,
  accepts: (from) => isShape(from) || (from.type === 'array' && isShape(from.itemType)),
  settingsFor: (from, to) => {
    if (to.type !== 'image' || !drawShapes.accepts(from)) return null
    const connections = connectionsOf(from.type === 'array' ? from.itemType : from)
    return { on: 'image', width: 512, height: 512, lineWidth: 0, ...(connections.length > 0 && { connections }) }
  },
  gives: () => ({ type: 'image', channels: 3 }),
  convert: async (value, settings, { canvas: picture }) => {
    const shapes = seenShapes(value)
    const canvas = picture ? await copyOf(picture) : blank(shapes, settings)
    return drawnInPieces(canvas, shapes, styleOf(settings, canvas, picture ? 0.5 : 1))
  },
}

/** Larger pictures, and masks, are drawn in pieces, because they would block other work. */
const IN_ONE_GO = 4_000_000

/**
 * Draws shapes on a picture, like the converter. If drawing is quick, it is deferred until the result is
 * read, which never happens for most frames of a video.
 *
 * @throws ValueError as the converter does, immediately
 */
export async function drawnOn(picture: Image, value: unknown, settings: Settings): Promise<Image> {
  const { width, height } = picture
  const shapes = seenShapes(value)
  const style = styleOf(settings, picture, 0.5)
  if (width * height > IN_ONE_GO || shapes.some(({ mask }) => mask))
    return drawnInPieces(await copyOf(picture), shapes, style)
  let below: Image | undefined = picture
  const read = (): Uint8Array => {
    const data = Uint8Array.from(withChannels(toBytes(below as Image), 3).data)
    below = undefined
    for (const _ of drawing({ width, height, data }, shapes, style));
    return data
  }
  const length = width * height * 3
  return new Image({ width, height, channels: 3, pixels: new Pixels({ kind: 'bytes', length, read }) })
}

async function drawnInPieces(canvas: Canvas, shapes: readonly Shape[], style: Style): Promise<Image> {
  for (const _ of drawing(canvas, shapes, style)) await othersTurn()
  return new Image({ ...canvas, channels: 3 })
}

function styleOf(
  { lineWidth, connections }: Settings,
  canvas: { width: number; height: number },
  opacity: number,
): Style {
  const suiting = Math.max(1, Math.round(Math.max(canvas.width, canvas.height) / 200))
  return { lineWidth: numberOf(lineWidth, 0) || suiting, opacity, connections: pairs(connections) }
}

/** @throws ValueError if the value can't be drawn, or nothing of it would be visible */
function seenShapes(value: unknown): Shape[] {
  const shapes = shapesOf(value)
  requireSeen(shapes)
  return shapes
}

/** @throws ValueError if shapes are in pixels, or if all of them are outside the picture */
function requireSeen(shapes: readonly Shape[]): void {
  for (const { box, points = [], scores = [] } of shapes) {
    if (box) {
      refuseBoxInPixels(box)
      refuseBoxOutOfOrder(box)
    }
    for (const [i, point] of points.entries()) if ((scores[i] ?? 1) >= LEAST_SCORE) refusePointInPixels(point)
  }
  const isSeen = ({ box, mask, points = [] }: Shape) =>
    mask || (box && !boxFault(box)) || points.some((point) => isPointInside(point))
  const [first] = shapes
  if (first && !shapes.some(isSeen)) refuseUnseen(first)
}

async function copyOf(picture: Image): Promise<Canvas> {
  const { width, height, data } = await withChannelsInPieces(await toBytesInPieces(picture), 3)
  return { width, height, data: Uint8Array.from(data) }
}

/** A black canvas with the size of the first mask, or else with the size in the settings. */
function blank(shapes: readonly Shape[], settings: Settings): Canvas {
  const mask = shapes.find(({ mask }) => mask)?.mask
  const size = (setting: unknown) => Math.min(16384, Math.max(1, Math.round(numberOf(setting, 512))))
  const width = mask?.width ?? size(settings.width)
  const height = mask?.height ?? size(settings.height)
  return { width, height, data: new Uint8Array(width * height * 3) }
}

/**
 * Reads any value that can be drawn. A list of pairs may be landmarks or points, which are drawn the same
 * way.
 */
function shapesOf(value: unknown): Shape[] {
  const shape = shapeOf(value)
  if (shape) return [shape]
  if (!Array.isArray(value)) throw new ValueError(`${describeValue(value)} cannot be drawn`)
  return value.map((item, i) => {
    const part = shapeOf(item)
    if (!part) throw new ValueError(`item ${i} of the list is ${describeValue(item)}, which cannot be drawn`)
    return part
  })
}

function shapeOf(value: unknown): Shape | null {
  const own = pointsOf(value)
  if (own) return { points: own }
  const box = boxOf(value)
  if (box) return { box }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return null
  const record = value as Record<string, unknown>
  const points =
    field(record, 'landmarks', 'points [x, y] from 0 to 1', pointsOf) ?? pointsOf(record.points ?? record.point)
  const shape: Shape = {
    box: field(record, 'box', 'a box [left, top, right, bottom] from 0 to 1', boxOf),
    mask: field(record, 'mask', 'an image', (given) => (isImage(given) ? given : null)),
    points: points ?? undefined,
    scores: numbersOf(record.landmark_scores, points?.length) ?? undefined,
    name: [record.category, record.label, record.name].find((name) => typeof name === 'string') as string | undefined,
  }
  return shape.box || shape.mask || shape.points ? shape : null
}

/** A field of a record, or undefined. @throws ValueError if it doesn't have the type */
function field<T>(
  record: Record<string, unknown>,
  name: string,
  wanted: string,
  read: (given: unknown) => T | null,
): T | undefined {
  const given = record[name]
  if (given === undefined || given === null || (Array.isArray(given) && given.length === 0)) return undefined
  const found = read(given)
  if (found === null) throw new ValueError(`${name} is ${quoteValue(given)}, but must be ${wanted}`)
  return found
}

const boxOf = (value: unknown) => (hasLength(value, 4) ? numbersOf(value) : null)
const pointOf = (value: unknown) => (hasLength(value, 2) ? numbersOf(value) : null)

function pointsOf(value: unknown): number[][] | null {
  const point = pointOf(value)
  if (point) return [point]
  if (!Array.isArray(value) || value.length === 0) return null
  const points: number[][] = []
  for (const item of value) {
    const pair = pointOf(item)
    if (!pair) return null
    points.push(pair)
  }
  return points
}

/** Checked before the numbers are read, because there may be millions. */
function hasLength(value: unknown, length: number): boolean {
  return (value as ArrayLike<unknown> | null | undefined)?.length === length
}

/** @param most reads at most this many numbers */
function numbersOf(value: unknown, most?: number): number[] | null {
  if (!(Array.isArray(value) || isNumberArray(value)) || value.length === 0) return null
  const numbers = Array.prototype.slice.call(value, 0, most) as unknown[]
  return numbers.every(Number.isFinite) ? (numbers as number[]) : null
}

/** The fields of a record that are drawn, and their types. */
const shapeFields: Record<string, PortType> = {
  box: { type: 'image_bounding_box' },
  mask: { type: 'image' },
  landmarks: { type: 'image_landmarks' },
  points: { type: 'array', itemType: { type: 'image_point' } },
  point: { type: 'image_point' },
}

function isShape(type: PortType): boolean {
  if (type.type !== 'record') return shapeTypes.has(type.type)
  return Object.entries(shapeFields).some(([name, wanted]) => {
    const field = Object.hasOwn(type.fields, name) ? type.fields[name] : undefined
    return field && field.type !== 'any' && judgeTypes(field, wanted).verdict !== 'mismatch'
  })
}

/** The pairs of landmarks that the type connects, as indexes. */
function connectionsOf(type: PortType): [number, number][] {
  const landmarks =
    type.type === 'record' ? Object.values(type.fields).find((field) => field.type === 'image_landmarks') : type
  if (landmarks?.type !== 'image_landmarks') return []
  const { labels = [], connections = [] } = landmarks
  return pairs(connections.map(([from, to]) => [labels.indexOf(from), labels.indexOf(to)]))
}

function pairs(setting: unknown): [number, number][] {
  if (!Array.isArray(setting)) return []
  return setting.filter(
    (pair) => Array.isArray(pair) && pair.length === 2 && pair.every((place) => Number.isInteger(place) && place >= 0),
  )
}
