import type { TensorInfo } from '../engine'
import type { PointsChoice } from './choice'
import { boundsOf } from './graph'
import { BODY } from './landmarks'
import type { Looks } from './looks'
import { inWords } from './names'
import type { OutputPart } from './output-part'
import { reason } from './reason'
import { fixedCount } from './shapes'

/**
 * How points are arranged in the lists that networks for faces, hands and bodies output, by the list's
 * length.
 */
const POINTS = new Map<number, PointsChoice>([
  [10, { size: 2 }],
  [15, { size: 3 }],
  [34, { size: 2 }],
  [42, { size: 2 }],
  [51, { size: 3 }],
  [63, { size: 3 }],
  [136, { size: 2 }],
  // The values after 68 points say how the head is turned and whether eyes and mouth are open.
  [143, { size: 2, count: 68 }],
  // MediaPipe's bodies: for each point also its visibility and presence.
  [195, { size: 3, each: 5 }],
  [196, { size: 2 }],
  // InsightFace: from -1 to 1; of 1103 points in space the last are those of a face.
  [212, { size: 2, unit: 'centered' }],
  [3309, { size: 3, skip: 3105, unit: 'centered' }],
  [213, { size: 3 }],
  [1404, { size: 3 }],
  [1434, { size: 3 }],
])

/** Words in the names of lists that aren't positions in the picture. */
const NO_PLACES = /\bexp\b|express|delta|iou|score|conf|quality|prob|rotat|angle|euler|\bpose\b|gaze|matrix|class/

/** Whether an output holds points in the picture, and how they are arranged; null if it does not. */
export function pointsIn({ shape, name }: TensorInfo, { file, outputs }: Looks): PointsChoice | null {
  const count = fixedCount(shape)
  if (count === undefined || count < 4) return null
  const sides = shape.filter((size) => size !== 1)
  const last = sides.at(-1)
  const word = inWords(name)
  const isSaid = /landmark|landms|key ?point|kpt|joints?\b|iris|contour|lips|coord|corners?\b|vertices/i.test(
    `${word} ${inWords(file.graphName)}`,
  )
  const isOne = shape.filter((size) => typeof size === 'number' && size > 1).length <= 1
  if (!isOne) {
    const isPair =
      (last === 2 || last === 3) && shape.filter((size) => typeof size === 'number' && size > 1).length === 2
    // Three rows of three numbers are a rotation; fewer than four rows are hardly points.
    const areMany = isSaid || (count / Number(last) > 3 && !NO_PLACES.test(word))
    return isPair && areMany && (isSaid || count <= 200) ? { size: last as 2 | 3 } : null
  }
  const known = POINTS.get(count)
  if (isSaid) return known ?? (count % 2 === 0 ? { size: 2 } : count % 3 === 0 ? { size: 3 } : null)
  if (known === undefined || NO_PLACES.test(word) || boundsOf(file, name)?.by === 'Softmax') return null
  return (count > 60 && count !== 196) || (outputs.length > 1 && /tflite/i.test(file.producer)) ? known : null
}

/** How many points an output lists; null if it lists none. */
export function countOfPoints(output: TensorInfo, looks: Looks): number | null {
  const points = pointsIn(output, looks)
  return points && countIn(points, fixedCount(output.shape) ?? 0)
}

const countIn = ({ size, each = size, skip = 0, count }: PointsChoice, numbers: number) =>
  count ?? Math.floor((numbers - skip) / each)

/** Proposes an output with these points, with the reason in words. */
export function proposePoints({ shape }: TensorInfo, points: PointsChoice): OutputPart {
  const { size, each = size, skip = 0 } = points
  const all = fixedCount(shape) ?? 0
  const count = countIn(points, all)
  // Only MoveNet outputs [1, 1, 17, 3]: top, left and confidence.
  const isMoveNet = size === 3 && shape.length === 4 && count === BODY.length
  if (isMoveNet)
    return {
      as: 'points',
      points: { size, order: 'yx', scored: true },
      pointNames: BODY,
      why: reason`It outputs the ${count} points of a body (MoveNet), each with its confidence.`,
      confidence: 'likely',
    }
  const others = all - skip - count * each
  const among = [
    skip > 0 && reason`behind ${skip} other numbers`,
    each > size && reason`each with ${each - size} more`,
    others > 0 && reason`followed by ${others} other numbers`,
  ].filter(Boolean)
  return {
    as: 'points',
    points,
    why:
      among.length > 0
        ? reason`It gives ${size} numbers for each of ${count} points in the picture, ${among.join(', ')}.`
        : reason`It gives ${size} numbers for each of ${count} points in the picture.`,
    confidence: 'likely',
  }
}
