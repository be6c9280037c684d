import type { OutputChoice, Proposal } from '../choice'
import { reason } from '../reason'

/** The number of boxes examined, which is enough to recognise their units. */
const MOST = 2000

/**
 * The units of a detector's boxes, judged by their numbers: corners or centres and sizes, in pixels or fractions. Boxes
 * that are neither are corrections of others that aren't in the file: then its tables are sent unchanged.
 */
export function boxNumbers(
  { tensor, detector }: OutputChoice,
  numbers: ArrayLike<number>,
  { outputs }: Proposal,
): Record<string, Partial<OutputChoice>> {
  const count = Math.floor(numbers.length / 4)
  const step = Math.max(1, Math.floor(count / MOST))
  const all = Array.from({ length: Math.floor(count / step) }, (_, i) =>
    [0, 1, 2, 3].map((k) => Number(numbers[4 * i * step + k])),
  ) as [number, number, number, number][]
  // A network that selects detections itself may output few, followed by zeros.
  const rows = all.filter((row) => row.some((value) => value !== 0))
  if (!detector || rows.length < 20) return {}
  const part = (isSo: (row: [number, number, number, number]) => boolean) => rows.filter(isSo).length / rows.length
  const asCorners = part(([a, b, c, d]) => c >= a && d >= b)
  const asSizes = part(([a, b, c, d]) => c >= 0 && d >= 0 && a > -0.2 * (1 + c) && b > -0.2 * (1 + d))
  if (asCorners < 0.9 && asSizes < 0.9) return asTheyAre(tensor, detector, outputs)
  const isPixels = part((row) => row.some((value) => Math.abs(value) > 3)) > 0.5
  const { corners: now = 'xyxy', unit: _, ...rest } = detector
  const corners = asCorners >= 0.9 ? (now === 'cxcywh' && asCorners < 0.98 ? now : cornersOr(now)) : 'cxcywh'
  const unit = isPixels ? 'canvas' : 'share'
  if (corners === now && unit === (detector.unit ?? 'canvas')) return {}
  return { [tensor]: { detector: { ...rest, corners, unit } } }
}

const cornersOr = (now: 'xyxy' | 'yxyx' | 'cxcywh' | 'xywh') => (now === 'yxyx' ? now : 'xyxy')

function asTheyAre(
  tensor: string,
  detector: NonNullable<OutputChoice['detector']>,
  outputs: readonly OutputChoice[],
): Record<string, Partial<OutputChoice>> {
  const names = new Set([tensor, ...Object.values(detector).filter((value) => typeof value === 'string')])
  const why = reason`It is the table of a detector whose anchor boxes aren't in the file: its numbers are sent unchanged.`
  return Object.fromEntries(
    outputs
      .filter((output) => names.has(output.tensor))
      .map((output) => [output.tensor, { as: 'numbers', why, confidence: 'guess' }]),
  )
}
