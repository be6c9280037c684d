import { countPriors } from '../models/detection/priors'
import type { Priors } from '../models/detection/settings'
import type { DetectorChoice, Recogniser, Table } from './detector'
import { boundsOf, comesFrom } from './graph'
import type { RangeName } from './ranges'
import { reason } from './reason'

/**
 * A common set of anchor boxes for a given picture size, and how detectors that use it count their classes.
 */
interface Arrangement {
  kind: string
  priors(side: number): Priors
  /** Whether the first class means "nothing". */
  hasNothing: boolean
  activation: 'sigmoid' | 'softmax'
  range: RangeName
  /** How many classes such a network usually has, including "nothing". */
  usually: number
  names?: RegExp
}

type Size = [width: number, height: number]

const STRIDES = [8, 16, 32, 64, 128]
const THIRDS = [1, 2 ** (1 / 3), 2 ** (2 / 3)]

/** A box whose height is `ratio` times its width, with the area of a square of this side. */
const shaped = (side: number, ratio: number): Size => [side / Math.sqrt(ratio), side * Math.sqrt(ratio)]

/** Three shapes in three sizes each, on five grids. */
const inShapes = (sizes: (side: number) => number[], round: (side: number) => number): Priors['sizes'] =>
  STRIDES.map((stride) =>
    [0.5, 1, 2].flatMap((ratio) => sizes(4 * stride).map((side) => shaped(side, ratio).map(round) as Size)),
  )

/** For each grid: a square, one between that and the next grid's, and oblong boxes. */
function ofSsd(sides: number[], ratios: number[][], strides: number[]): Priors {
  const sizes = ratios.map((each, level): Priors['sizes'][number] => {
    const [side, next] = [sides[level], sides[level + 1]] as Size
    return [side, Math.sqrt(side * next), ...each.flatMap((ratio) => [shaped(side, 1 / ratio), shaped(side, ratio)])]
  })
  return { sizes, strides, round: 'up' }
}

const SSD_RATIOS = [[2], [2, 3], [2, 3], [2, 3], [2], [2]]
const SSD_STRIDES = [8, 16, 32, 64, 100, 300]

/**
 * TensorFlow's set: for each grid one box in each of five shapes and a square between it and the next grid's;
 * the finest grid has only three boxes.
 */
function ofTensorFlow(side: number): Priors {
  const scales = [0.2, 0.35, 0.5, 0.65, 0.8, 0.95, 1]
  const first: Priors['sizes'][number] = [0.1 * side, shaped(0.2 * side, 0.5), shaped(0.2 * side, 2)]
  const others = [1, 2, 3, 4, 5].map((level): Priors['sizes'][number] => {
    const [own, next] = [scales[level], scales[level + 1]] as Size
    return [...[1, 0.5, 2, 1 / 3, 3].map((ratio) => shaped(own * side, ratio)), Math.sqrt(own * next) * side]
  })
  const cells = [19, 10, 5, 3, 2, 1]
  return {
    sizes: [first, ...others],
    strides: cells.map((count) => side / count),
    round: 'up',
    from: 'top',
  }
}

const ARRANGEMENTS: Arrangement[] = [
  {
    kind: 'EfficientDet',
    priors: () => ({
      sizes: STRIDES.map((stride) =>
        THIRDS.flatMap((times) =>
          [
            [1, 1],
            [1.4, 0.7],
            [0.7, 1.4],
          ].map(([w = 1, h = 1]): Size => [4 * stride * times * w, 4 * stride * times * h]),
        ),
      ),
      strides: STRIDES,
      round: 'up',
      reach: [1, 1],
      from: 'top',
    }),
    hasNothing: false,
    activation: 'sigmoid',
    range: 'imagenet',
    usually: 90,
    names: /^regression|efficientdet|bifpn/i,
  },
  {
    kind: 'RetinaNet',
    priors: () => ({
      sizes: inShapes(
        (side) => THIRDS.map((times) => Math.floor(side * times)),
        (side) => 2 * Math.round(side / 2),
      ),
      strides: STRIDES,
      round: 'up',
      middle: 0,
      reach: [1, 1],
    }),
    hasNothing: true,
    activation: 'sigmoid',
    range: 'imagenet',
    usually: 91,
    names: /bbox_regression|cls_logits/i,
  },
  {
    kind: reason`RetinaNet of early PyTorch`,
    priors: () => ({
      sizes: inShapes(
        (side) => THIRDS.map((times) => side * times),
        (side) => side,
      ),
      strides: STRIDES,
      round: 'up',
    }),
    hasNothing: false,
    activation: 'sigmoid',
    range: 'imagenet',
    usually: 80,
  },
  {
    kind: 'SSD300',
    priors: () => ofSsd([21, 45, 99, 153, 207, 261, 315], SSD_RATIOS, SSD_STRIDES),
    hasNothing: true,
    activation: 'softmax',
    range: 'caffe',
    usually: 91,
  },
  {
    kind: reason`SSD300 for Pascal VOC`,
    priors: () => ofSsd([30, 60, 111, 162, 213, 264, 315], SSD_RATIOS, SSD_STRIDES),
    hasNothing: true,
    activation: 'softmax',
    range: 'caffe',
    usually: 21,
  },
  {
    kind: 'SSDlite',
    priors: (side) =>
      ofSsd(
        [0.2, 0.35, 0.5, 0.65, 0.8, 0.95, 1].map((share) => share * side),
        Array.from({ length: 6 }, () => [2, 3]),
        [20, 10, 5, 3, 2, 1].map((count) => side / count),
      ),
    hasNothing: true,
    activation: 'softmax',
    range: '-1..1',
    usually: 91,
  },
  {
    kind: reason`TensorFlow's SSD`,
    priors: ofTensorFlow,
    hasNothing: true,
    activation: 'sigmoid',
    range: '-1..1',
    usually: 91,
  },
]

/** Named sets of anchor boxes with this many rows of corrections, for a picture of this size. */
export const anchorsFor = (rows: number | string, { width, height }: { width: number; height: number }) =>
  ARRANGEMENTS.flatMap((arrangement) => {
    const priors = arrangement.priors(Math.min(width, height))
    return countPriors(priors, width, height) === rows ? [{ ...arrangement, priors }] : []
  })

/**
 * RetinaNet, EfficientDet and SSD without their last steps: a table of corrections and a table of scores with
 * as many rows.
 */
export const anchored: Recogniser = ({ tables, file, size }) => {
  const boxes = tables.find(({ columns, name }) => columns === 4 && !/score|class|logit/i.test(name))
  const scores = tables.find(
    (table) => table !== boxes && table.rows === boxes?.rows && table.columns > 0 && !/iou|quality/i.test(table.name),
  )
  if (!boxes || !scores || comesFrom(file, boxes.name, ['Exp', 'NonMaxSuppression', 'Loop', 'Scan'])) return null
  const words = [file.graphName, boxes.name, scores.name]
  const likeliness = ({ usually, names }: Pick<Arrangement, 'usually' | 'names'>) =>
    Number(scores.columns === usually) + 2 * Number(words.some((word) => names?.test(word)))
  const [best] = anchorsFor(boxes.rows, size).sort((a, b) => likeliness(b) - likeliness(a))
  if (!best) return null
  const { kind, priors, hasNothing, range } = best
  const firstLabel = hasNothing ? 1 : 0
  const made = boundsOf(file, scores.name)
  const activation: DetectorChoice['activation'] = made ? undefined : best.activation
  return {
    kind: reason`${kind} without its last steps`,
    choice: {
      decode: 'priors',
      boxes: boxes.name,
      scores: scores.name,
      priors,
      firstLabel,
      ...(activation && { activation }),
    },
    output: boxes.name,
    with: tables.flatMap(({ name }: Table) => (name === boxes.name ? [] : [name])),
    classes: scores.columns - firstLabel,
    note: `${reason`the file doesn't contain its anchor boxes, so those of ${kind} are used`}; ${reason`a manifest can set others`}`,
    range,
    order: 'RGB',
    stretches: true,
    sure: 0.9,
  }
}
