import { aroundCenter, type Candidate } from './candidates'
import type { Found } from './decoder'
import type { DetectSettings } from './settings'
import { boxAround, turnedBox } from './turned'

type Behind = Pick<Candidate, 'landmarks' | 'landmarkScores' | 'mixture'>

/** The number of mask prototypes; 0 if the network has none. */
export function prototypeCount({ tensors }: Found, { prototypes }: DetectSettings): number {
  return prototypes === undefined ? 0 : (tensors[prototypes]?.dims.at(-3) ?? 0)
}

/**
 * Converts a centre and a size to corners. With an angle, also gives the rotated box as `outline`, and
 * `corners` is the upright box around it.
 */
export function boxOf(
  [x, y, width, height]: [number, number, number, number],
  angle: number | undefined,
): Pick<Candidate, 'corners' | 'outline'> {
  if (angle === undefined) return { corners: aroundCenter(x, y, width, height) }
  const outline = turnedBox(x, y, width, height, angle)
  return { corners: boxAround(outline), outline }
}

/** The points and mask weights of one object, from the columns `from` up to `to` of its row. */
export function extraColumns(
  value: (field: number) => number,
  [from, to]: [from: number, to: number],
  { points, pointsFrom = 'left' }: DetectSettings,
  prototypes: number,
): Behind {
  const read = <T>(count: number, item: (i: number) => T) =>
    Array.from({ length: Math.max(0, count) }, (_, i) => item(i))
  const count = points ? Math.floor((to - prototypes - from) / points) : 0
  const number = (i: number, k: number) => value(from + i * (points ?? 0) + k)
  const [x, y] = pointsFrom === 'top' ? [1, 0] : [0, 1]
  return {
    ...(points && { landmarks: read(count, (i): [number, number] => [number(i, x), number(i, y)]) }),
    ...(points === 3 && { landmarkScores: read(count, (i) => number(i, 2)) }),
    ...(prototypes > 0 && { mixture: read(prototypes, (i) => value(to - prototypes + i)) }),
  }
}

/**
 * Reads the object's row of the tensor `landmarks` [n, points, 2 or 3]. The third number of a point is a
 * score if the settings say so.
 */
export function pointsBeside({ tensors }: Found, settings: DetectSettings, index: number): Behind {
  const beside = settings.landmarks === undefined ? undefined : tensors[settings.landmarks]
  if (!beside) return {}
  const [count = 0, size = 2] = beside.dims.slice(-2)
  const value = (field: number) => Number(beside.data[index * count * size + field])
  const { landmarks, landmarkScores } = extraColumns(
    value,
    [0, count * size],
    { ...settings, points: size === 3 ? 3 : 2 },
    0,
  )
  return { ...(landmarks && { landmarks }), ...(settings.points === 3 && landmarkScores && { landmarkScores }) }
}
