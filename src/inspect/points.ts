import type { TensorInfo } from '../engine'
import { boundsOf } from './graph'
import { inWords } from './names'
import type { Looks } from './propose-range'
import { fixedCount } from './shapes'

/** Numbers of points, with two or three numbers each, that networks for faces, hands and bodies find. */
const POINTS = new Map([
  [10, 2],
  [15, 3],
  [34, 2],
  [42, 2],
  [51, 3],
  [63, 3],
  [136, 2],
  [195, 3],
  [196, 2],
  [212, 2],
  [213, 3],
  [1404, 3],
  [1434, 3],
])

/** Whether an output holds points in the picture, and how many numbers each point has; 0 where it does not. */
export function pointSize({ shape, name }: TensorInfo, { file, outputs }: Looks): 0 | 2 | 3 {
  const count = fixedCount(shape)
  if (count === undefined || count < 4) return 0
  const last = shape.filter((size) => size !== 1).at(-1)
  const isSaid = /landmark|key_?point|kpt|joints?\b|iris|contour|lips|coord/i.test(
    `${inWords(name)} ${inWords(file.graphName)}`,
  )
  const isOne = shape.filter((size) => typeof size === 'number' && size > 1).length <= 1
  if (!isOne) {
    const isPair =
      (last === 2 || last === 3) && shape.filter((size) => typeof size === 'number' && size > 1).length === 2
    return isPair && (isSaid || count <= 200) ? (last as 2 | 3) : 0
  }
  const known = POINTS.get(count)
  if (isSaid) return (known ?? (count % 2 === 0 ? 2 : count % 3 === 0 ? 3 : 0)) as 0 | 2 | 3
  if (known === undefined || boundsOf(file, name)?.by === 'Softmax') return 0
  return (count > 60 && count !== 196) || (outputs.length > 1 && /tflite/i.test(file.producer)) ? (known as 2 | 3) : 0
}
