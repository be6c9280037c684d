import type { TensorInfo } from '../engine'
import { countPriors } from '../models/detection/priors'
import type { Priors } from '../models/detection/settings'
import type { Detector, DetectorChoice, Recogniser } from './detector'
import { boundsOf } from './graph'
import type { RangeName } from './ranges'
import { reason } from './reason'

/** The boxes corrected by detectors that output a map of scores and one of corrections for each grid. */
interface Arrangement {
  kind: string
  /** The number of boxes in each cell. */
  each: number
  /** Box sizes for cells of one pixel, in the order of the maps' planes. */
  sizes: [width: number, height: number][]
  rest: Pick<Priors, 'middle' | 'reach' | 'from'>
  range: RangeName
  order: 'RGB' | 'BGR'
}

const THIRDS = [1, 2 ** (1 / 3), 2 ** (2 / 3)]
const RATIOS = [0.5, 1, 2]

/** A box whose height is `ratio` times its width, with the area of a square of this side. */
const shaped = (side: number, ratio: number): [number, number] => [side / Math.sqrt(ratio), side * Math.sqrt(ratio)]

const ARRANGEMENTS: Arrangement[] = [
  {
    kind: reason`MMDetection's RetinaNet`,
    each: 9,
    sizes: RATIOS.flatMap((ratio) => THIRDS.map((times) => shaped(4 * times, ratio))),
    rest: { middle: 0, reach: [1, 1] },
    range: 'imagenet',
    order: 'RGB',
  },
  {
    kind: reason`NVIDIA's RetinaNet`,
    each: 9,
    sizes: THIRDS.flatMap((times) => [1, 2, 0.5].map((ratio) => shaped(4 * times, ratio))),
    rest: { reach: [1, 1] },
    range: 'imagenet',
    order: 'RGB',
  },
  {
    kind: reason`Detectron2's RetinaNet`,
    each: 9,
    sizes: THIRDS.flatMap((times) => RATIOS.map((ratio) => shaped(4 * times, ratio))),
    rest: { middle: 0, reach: [1, 1] },
    range: 'caffe',
    order: 'BGR',
  },
  {
    kind: 'EfficientDet',
    each: 9,
    sizes: THIRDS.flatMap((times): [number, number][] => [
      [4 * times, 4 * times],
      [5.6 * times, 2.8 * times],
      [2.8 * times, 5.6 * times],
    ]),
    rest: { reach: [1, 1], from: 'top' },
    range: 'imagenet',
    order: 'RGB',
  },
  {
    kind: 'ATSS',
    each: 1,
    sizes: [[8, 8]],
    rest: { middle: 0, reach: [0.1, 0.2] },
    range: 'imagenet',
    order: 'RGB',
  },
]

/** The maps on one grid. */
interface Level {
  stride: number
  scores: TensorInfo
  boxes: TensorInfo
  middle: TensorInfo | undefined
}

const planes = ({ shape }: TensorInfo) => Number(shape[1])

/**
 * RetinaNet and EfficientDet without their last steps: for each grid planes of scores, and of four corrections, for
 * nine boxes a cell; or for one box, with planes of how near a thing's centre is (ATSS). Detectors that output
 * distances to the sides look the same, but are never negative.
 */
export const retinaGrids: Recogniser = ({ outputs, file, size }) => {
  const levels = levelsOf(outputs, size)
  const [first] = levels ?? []
  if (!levels || !first) return null
  const each = planes(first.boxes) / 4
  const areShares = boundsOf(file, first.scores.name)?.by === 'Sigmoid'
  const fitting = ARRANGEMENTS.filter((arrangement) => arrangement.each === each)
  // Those that output probabilities are mostly NVIDIA's, which include the sigmoid in the file.
  const arrangement = (areShares && fitting.find(({ kind }) => /NVIDIA/.test(kind))) || fitting[0]
  const isDistance = each === 1 && (boundsOf(file, first.boxes.name) !== null || !first.middle)
  if (!arrangement || isDistance) return null
  const { kind, range, order } = arrangement
  const names = (part: 'scores' | 'boxes' | 'middle') => levels.flatMap((level) => level[part]?.name ?? [])
  const middles = names('middle')
  const output = first.scores.name
  return {
    kind: reason`${kind} without its last steps`,
    choice: {
      decode: 'priors',
      classes: names('scores'),
      distances: names('boxes'),
      ...(middles.length > 0 && { middles }),
      priors: priorsOf(
        arrangement,
        levels.map(({ stride }) => stride),
      ),
      ...(!areShares && { activation: 'sigmoid' as const }),
    },
    output,
    with: outputs.flatMap(({ name }) => (name === output ? [] : [name])),
    classes: planes(first.scores) / each,
    note: `${reason`the file doesn't contain its anchor boxes, so those of ${kind} are used`}; ${reason`a manifest can set others`}`,
    range,
    order,
    stretches: true,
    sure: 0.9,
  }
}

/** Named sets of boxes with the same number per cell on the same grids. */
export function gridAnchors({ priors }: DetectorChoice): { kind: string; priors: Priors }[] {
  const each = priors?.sizes[0]?.length
  return ARRANGEMENTS.filter((arrangement) => priors && arrangement.each === each).map((arrangement) => ({
    kind: arrangement.kind,
    priors: priorsOf(arrangement, priors?.strides ?? []),
  }))
}

function priorsOf({ sizes, rest }: Arrangement, strides: number[]): Priors {
  return {
    sizes: strides.map((stride) => sizes.map(([width, height]): [number, number] => [width * stride, height * stride])),
    strides,
    round: 'up',
    ...rest,
  }
}

/** All outputs, grid by grid, the finest first; null if they aren't two or three maps for each. */
function levelsOf(outputs: readonly TensorInfo[], size: Detector['size']): Level[] | null {
  const byGrid = new Map<string, TensorInfo[]>()
  for (const output of outputs) {
    if (output.shape.length !== 4 || output.shape.slice(1).some((side) => typeof side !== 'number')) return null
    const grid = output.shape.slice(2).join()
    byGrid.set(grid, [...(byGrid.get(grid) ?? []), output])
  }
  const levels = [...byGrid.values()].flatMap((maps): Level[] => {
    const stride = STRIDES.find((each) => onGrid(maps[0], each, size))
    const found = partsOf(maps)
    return stride && found ? [{ stride, ...found }] : []
  })
  const areAlike = new Set(levels.map(({ scores, boxes }) => `${planes(scores)} ${planes(boxes)}`)).size === 1
  if (levels.length < 3 || levels.length !== byGrid.size || !areAlike) return null
  return levels.sort((a, b) => a.stride - b.stride)
}

const STRIDES = [4, 8, 16, 32, 64, 128]

/** Whether a map has one cell for this many pixels of the picture; its last cells may extend beyond the picture. */
const onGrid = (map: TensorInfo | undefined, stride: number, { width, height }: Detector['size']) =>
  countPriors({ sizes: [[1]], strides: [stride], round: 'up' }, width, height) ===
    Number(map?.shape[2]) * Number(map?.shape[3]) && Number(map?.shape[3]) === Math.ceil(width / stride)

/**
 * Which of two or three maps on a grid holds the corrections, which the scores, and which the distance from the centre.
 */
function partsOf(maps: TensorInfo[]): Omit<Level, 'stride'> | null {
  for (const boxes of maps) {
    const each = planes(boxes) / 4
    if (each !== 1 && each !== 9) continue
    const others = maps.filter((map) => map !== boxes)
    const middle =
      maps.length === 3
        ? (others.find((map) => planes(map) === each && /cent|ctr|iou/i.test(map.name)) ??
          others.find((map) => planes(map) === each))
        : undefined
    const [scores, ...rest] = others.filter((map) => map !== middle)
    if (scores && rest.length === 0 && planes(scores) % each === 0 && (middle || maps.length === 2))
      return { boxes, scores, middle }
  }
  return null
}
