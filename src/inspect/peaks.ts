import type { TensorInfo } from '../engine'
import { boundsOf } from './graph'
import { BODY } from './landmarks'
import type { Looks } from './looks'
import { inWords } from './names'
import { countOfPoints } from './points'
import type { PictureShape } from './shapes'

/** The numbers of points in heat-map networks: bodies (MPII, COCO, with feet, whole), hands, faces. */
const USUAL = new Set([14, 16, 17, 26, 68, 98, 106, 133])

/** Planes that are part of a larger computation, or not points at all. */
const OTHERS = /\bpafs?\b|offset|displace|flow|embed|\btags?\b|seg|label|logit|class|parsing/

/**
 * Whether an output is a heat map for each of several points that occur once each: coarse, and named as such or with a
 * usual number of planes.
 */
export function isHeat(
  { name }: TensorInfo,
  { channels, width }: Pick<PictureShape, 'channels' | 'width'>,
  pictureWidth: number | undefined,
  looks: Looks,
): boolean {
  const { file, outputs, called = '' } = looks
  if (channels < 5 || boundsOf(file, name)?.by === 'Softmax') return false
  if (outputs.some((output) => OTHERS.test(inWords(output.name)))) return false
  // With maps of sizes or offsets next to them, it is a detector that looks for centres.
  if (outputs.some(({ shape }) => shape.length === 4 && !shape.includes(channels))) return false
  // If a list gives the places of other points, these are features of an inner step.
  const listed = outputs.flatMap((output) => (output.shape.length < 4 ? (countOfPoints(output, looks) ?? []) : []))
  if (listed.length > 0 && !listed.includes(channels)) return false
  const isCoarse = width !== undefined && pictureWidth !== undefined && width * 4 <= pictureWidth
  const words = `${inWords(name)} ${inWords(file.graphName)} ${inWords(called.replace(/\.onnx$/i, ''))}`
  const isSaid = /(?<!part )heat ?map|key ?point|joint|\bpose\b|landmark|(?<!off )\bhands?\d*\b/.test(words)
  return isCoarse && (isSaid || (USUAL.has(channels) && width * 4 === pictureWidth))
}

/**
 * The maps of each point's offset from its cell, down and to the right: twice as many planes on the same grid
 * (PoseNet).
 */
export function offsetsOf({ shape }: TensorInfo, outputs: readonly TensorInfo[]): TensorInfo | undefined {
  const at = shape.length === 4 && (shape[3] ?? 0) === BODY.length ? 3 : 1
  const isTwice = (other: TensorInfo) =>
    other.shape.length === 4 && other.shape.every((side, i) => side === (i === at ? 2 * BODY.length : shape[i]))
  return shape.length === 4 && shape[at] === BODY.length ? outputs.find(isTwice) : undefined
}

/**
 * The rows of brightness from the top down that belong to those of `output` from left to right: the same number of
 * rows, each as long as the picture's side times the same factor (SimCC). Null if there are none.
 */
export function rowsDown(
  { name, shape }: TensorInfo,
  sides: { width?: number | undefined; height?: number | undefined },
  outputs: readonly TensorInfo[],
): { down: string; points: number } | null {
  const { width, height } = sides
  const place = outputs.findIndex((output) => output.name === name)
  const [points, length] = shape.slice(-2)
  if (shape.length !== 3 || typeof points !== 'number' || typeof length !== 'number' || !width || !height) return null
  const times = length / width
  // If both are equally long, the first one goes from left to right.
  const down = outputs.find(
    (other, i) =>
      (width === height ? i > place : i !== place) &&
      other.shape.length === 3 &&
      other.shape[1] === points &&
      other.shape[2] === height * times,
  )
  return Number.isInteger(times) && times >= 1 && points > 1 && down ? { down: down.name, points } : null
}
