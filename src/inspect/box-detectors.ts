import type { TensorInfo } from '../engine'
import { countPriors } from '../models/detection/priors'
import type { Priors } from '../models/detection/settings'
import type { OnnxFile } from '../onnx/contents'
import type { DetectorChoice, Found, Recogniser, Table } from './detector'
import { agree, cells } from './detector-tables'
import { boundsOf, comesFrom, uses } from './graph'
import { BODY } from './landmarks'
import { inWords } from './names'
import { reason } from './reason'

const SIZES = [
  [10, 16, 24],
  [32, 48],
  [64, 96],
  [128, 192, 256],
]
/** Anchor boxes of face detectors. */
const PRIORS: Priors[] = [
  { sizes: SIZES, strides: [8, 16, 32, 64], round: 'up' },
  { sizes: SIZES, strides: [8, 16, 32, 64], round: 'down' },
  {
    sizes: [
      [16, 32],
      [64, 128],
      [256, 512],
    ],
    strides: [8, 16, 32],
    round: 'up',
  },
]

/** A table of boxes and one of scores with the same number of rows, possibly with classes, points, or box quality. */
const boxesAndScores: Recogniser = ({ tables, outputs, file, size }) => {
  const boxes =
    tables.find(({ columns, name }) => columns === 4 && !/score|class|logit/i.test(name)) ??
    tables.find(({ columns }) => columns === 14)
  if (!boxes) return null
  const same = tables.filter((table) => table !== boxes && agree(table.rows, boxes.rows))
  const list = (names: RegExp) =>
    outputs.find(({ name, shape }) => names.test(name) && shape.length <= 2 && agree(shape.at(-1) ?? '', boxes.rows))
  const unnamed = (isWhole: boolean) =>
    outputs.find(
      ({ shape, dtype }) =>
        shape.length === 1 && agree(shape[0] ?? '', boxes.rows) && dtype.includes('int') === isWhole,
    )
  const chosen = list(/score|conf|prob/i) ?? unnamed(false)
  const classNumbers = list(/label|class/i) ?? unnamed(true)
  if (chosen && classNumbers) return chosenBoxes(boxes, chosen, classNumbers, outputs)
  const quality = same.find(({ columns, name }) => columns === 1 && /iou|quality/i.test(name))
  const scores =
    same.find(
      ({ columns, name }) => columns !== 10 && columns !== 4 && /score|conf|cls|class|prob|logit/i.test(name),
    ) ?? same.find((table) => table !== quality && table.columns !== 10 && table.columns !== 4)
  if (!scores) return null
  const raw = !boundsOf(file, scores.name)
  const activation = raw ? (scores.columns === 1 ? ('sigmoid' as const) : ('softmax' as const)) : undefined
  // If the scores add up to one, the first is for "nothing".
  const isShared = activation === 'softmax' || boundsOf(file, scores.name)?.by === 'Softmax'
  const firstLabel = isShared && scores.columns > 1 ? 1 : 0
  const found = { output: boxes.name, classes: scores.columns - firstLabel, order: 'RGB' as const }
  const shared = { boxes: boxes.name, scores: scores.name, firstLabel, ...(activation && { activation }) }
  const isDecoded = boxes.columns === 4 && comesFrom(file, boxes.name, ['Exp', 'NonMaxSuppression', 'Loop', 'Scan'])
  const prior = isDecoded ? undefined : PRIORS.find((each) => countPriors(each, size.width, size.height) === boxes.rows)
  if (prior) {
    const points = same.find(
      ({ columns, name }) =>
        columns === 10 || (columns > 4 && columns % 2 === 0 && /landm|ldmk|kps|points?\b/i.test(name)),
    )
    const others = { ...(quality && { quality: quality.name }), ...(points && { landmarks: points.name }) }
    const isRetina = prior.strides.length === 3 || points !== undefined
    return {
      ...found,
      kind: quality ? 'YuNet' : isRetina ? 'RetinaFace' : 'SSD',
      choice: { decode: 'priors', ...shared, ...others, priors: prior },
      with: [scores.name, ...Object.values(others)],
      ...(found.classes === 1 && { names: ['face'] }),
      range: quality ? '0..255' : isRetina ? 'caffe' : '-1..1',
      order: quality || isRetina ? 'BGR' : 'RGB',
      sure: 0.95,
    }
  }
  if (/pred_boxes|cxcywh/i.test(boxes.name)) return detr(boxes, scores, activation, file)
  if (boxes.name === 'dets' && scores.name === 'labels') return rfDetr(boxes, scores, activation, outputs, file)
  const isOfGrids = boxes.rows === cells(size, [8, 16, 32])
  return {
    ...found,
    kind: isOfGrids ? 'YOLO-NAS' : 'SSD',
    choice: { decode: 'boxes', ...shared, unit: isOfGrids ? 'canvas' : 'share' },
    with: [scores.name],
    range: isOfGrids ? '0..1' : '-1..1',
    sure: 0.75,
  }
}

/**
 * RF-DETR as Roboflow exports it: a DETR that expects the picture stretched, possibly with masks of the whole
 * picture.
 */
function rfDetr(
  boxes: Table,
  scores: Table,
  activation: DetectorChoice['activation'],
  outputs: readonly TensorInfo[],
  file: OnnxFile,
): Found {
  const found = detr(boxes, scores, activation, file)
  const masks = outputs.find(({ shape }) => shape.length === 4 && shape[1] === boxes.rows)
  if (!found || !masks) return found && { ...found, kind: 'RF-DETR', stretches: true }
  const areRaw = boundsOf(file, masks.name)?.by !== 'Sigmoid'
  return {
    ...found,
    kind: 'RF-DETR',
    stretches: true,
    choice: { ...found.choice, masks: masks.name, ...(areRaw && { rawMasks: true }) },
    with: [...found.with, masks.name],
  }
}

/**
 * One tensor with a box and a score in each row, and another with the classes: MMDeploy's export format,
 * possibly with masks.
 */
const rowsAndLabels: Recogniser = ({ tables, outputs, file }) => {
  const rows = tables.find(({ columns }) => columns === 5)
  const labels = outputs.find(
    ({ dtype, shape }) => rows && dtype.includes('int') && shape.length <= 2 && agree(shape.at(-1) ?? '', rows.rows),
  )
  if (!rows || !labels) return null
  const masks = outputs.find(({ shape, dtype }) => shape.length === 4 && dtype.startsWith('float'))
  return {
    kind: 'MMDetection',
    choice: {
      decode: 'rows',
      output: rows.name,
      columns: 'xyxys',
      labels: labels.name,
      ...(masks && masksIn(masks)),
    },
    output: rows.name,
    with: [labels.name, ...(masks ? [masks.name] : [])],
    classes: undefined,
    usually: 80,
    range: 'imagenet',
    // Two-stage detectors take red first, one-stage ones (RTMDet) blue.
    order: uses(file, 'RoiAlign') ? 'RGB' : 'BGR',
    sure: 0.95,
  }
}

/**
 * Boxes as centres and sizes. The oldest networks have COCO's 91 classes or others, and a last class for
 * "nothing". Those with sparse attention (Deformable DETR) and those with three hundred queries have no such
 * class.
 */
function detr(boxes: Table, scores: Table, activation: DetectorChoice['activation'], file: OnnxFile): Found {
  const firstLabel = scores.columns > 90 ? 1 : 0
  const isSparse = uses(file, 'GridSample') || boxes.rows === 300
  const hasNothing = scores.columns > 91 || (!isSparse && scores.columns < 90 && boxes.name === 'pred_boxes')
  const made = activation && (hasNothing ? ('softmax' as const) : ('sigmoid' as const))
  const isRtDetr = boxes.rows === 300 && scores.columns === 80
  return {
    kind: isRtDetr ? 'RT-DETR' : 'DETR',
    choice: {
      decode: 'boxes',
      boxes: boxes.name,
      scores: scores.name,
      corners: 'cxcywh',
      unit: 'share',
      firstLabel,
      ...(made && { activation: made }),
    },
    output: boxes.name,
    with: [scores.name],
    classes: firstLabel === 1 ? 90 : scores.columns - (hasNothing ? 1 : 0),
    range: isRtDetr ? '0..1' : 'imagenet',
    order: 'RGB',
    ...(isRtDetr && { stretches: true as const }),
    sure: 0.9,
  }
}

/** Boxes with a score and a class for each: the network has already selected them. */
function chosenBoxes(boxes: Table, scores: TensorInfo, labels: TensorInfo, outputs: readonly TensorInfo[]): Found {
  // In TensorFlow's detection networks, top comes before left, coordinates are fractions, and classes count
  // from 1.
  const isTensorFlow = /detection_/.test(boxes.name)
  const count = outputs.find(({ name }) => /num_?detections/i.test(name))
  const points = isTensorFlow ? undefined : pointsIn(outputs, boxes.rows)
  const masks = outputs.find(
    ({ name, shape, dtype }) => shape.length === 4 && dtype.startsWith('float') && name !== points?.name,
  )
  return {
    kind: isTensorFlow ? reason`TensorFlow's` : masks ? 'Mask R-CNN' : points ? 'Keypoint R-CNN' : 'Faster R-CNN',
    choice: {
      decode: 'boxes',
      boxes: boxes.name,
      scores: scores.name,
      labels: labels.name,
      ...(isTensorFlow ? { corners: 'yxyx' as const, unit: 'share' as const, firstLabel: 1 } : { firstLabel: 1 }),
      ...(masks && masksIn(masks)),
      ...(points && { landmarks: points.name }),
    },
    output: boxes.name,
    with: [scores.name, labels.name, ...[count, masks, points].flatMap((each) => each?.name ?? [])],
    classes: points ? 1 : undefined,
    ...bodyIn(points),
    range: '0..1',
    order: 'RGB',
    sure: 0.9,
  }
}

/** A list of points for each thing: two or three numbers each, in as many rows as there are boxes. */
function pointsIn(outputs: readonly TensorInfo[], rows: Table['rows']): TensorInfo | undefined {
  return outputs.find(
    ({ name, shape, dtype }) =>
      dtype.startsWith('float') &&
      (shape.length === 4 || shape.length === 3) &&
      (shape.at(-1) === 2 || shape.at(-1) === 3) &&
      (Number(shape.at(-2)) > 1 || (typeof shape.at(-2) === 'string' && /key ?point|landm|kps/.test(inWords(name)))) &&
      agree(shape.at(-3) ?? '', rows),
  )
}

/** Seventeen points are those of a body. An unknown number of points is treated as seventeen. */
const bodyIn = (points: TensorInfo | undefined) =>
  points?.shape.at(-2) === BODY.length || typeof points?.shape.at(-2) === 'string'
    ? { names: ['person'], pointNames: BODY }
    : {}

/**
 * A row with a box and its score for each body, and its points in another tensor, as MMPose exports networks (RTMO).
 */
const rowsAndPoints: Recogniser = ({ tables, outputs }) => {
  const rows = tables.find(({ columns }) => columns === 5)
  const points = rows && pointsIn(outputs, rows.rows)
  if (!points || outputs.length !== 2) return null
  return {
    kind: 'RTMO',
    choice: {
      decode: 'rows',
      output: rows.name,
      columns: 'xyxys',
      landmarks: points.name,
      ...(points.shape.at(-1) === 3 && { points: 3 }),
    },
    output: rows.name,
    with: [points.name],
    classes: 1,
    ...bodyIn(points),
    range: '0..255',
    order: 'BGR',
    sure: 0.97,
  }
}

/** Small masks cover one box each; larger ones cover the whole picture. */
function masksIn({ name, shape }: TensorInfo): Pick<DetectorChoice, 'masks' | 'masksOf'> {
  const [height, width] = shape.slice(-2)
  const isSmall = typeof height === 'number' && height === width && height <= MOST_OF_BOX
  return { masks: name, ...(isSmall && { masksOf: 'box' }) }
}

/** The largest side, in pixels, of a mask that covers a box: usually 15, 28 or 33. */
const MOST_OF_BOX = 56

/** A table of boxes, and one of scores with a row for each class: PP-YOLOE, whose boxes are in pixels. */
const scoresDown: Recogniser = ({ tables, file }) => {
  const boxes = tables.find(({ columns, rows }) => columns === 4 && typeof rows === 'number')
  const scores = tables.find(({ columns, rows }) => columns === boxes?.rows && columns !== rows)
  if (!boxes || typeof scores?.rows !== 'number') return null
  const isRaw = boundsOf(file, scores.name)?.by !== 'Sigmoid'
  return {
    kind: 'PP-YOLOE',
    choice: { decode: 'boxes', boxes: boxes.name, scores: scores.name, ...(isRaw && { activation: 'sigmoid' }) },
    output: boxes.name,
    with: [scores.name],
    classes: scores.rows,
    range: 'imagenet',
    order: 'RGB',
    stretches: true,
    sure: 0.9,
  }
}

/** MaskFormer: a class for each of some masks, and nothing else. */
const maskQueries: Recogniser = ({ tables, outputs, file }) => {
  const masks = outputs.find(({ shape, name }) => shape.length === 4 && /mask/i.test(name))
  const scores = tables.find(({ rows, columns }) => rows === masks?.shape[1] && columns > 4)
  if (!masks || !scores || outputs.some(({ name }) => name !== masks.name && name !== scores.name)) return null
  const areRaw = boundsOf(file, masks.name)?.by !== 'Sigmoid'
  const isRaw = boundsOf(file, scores.name)?.by !== 'Softmax'
  return {
    kind: 'MaskFormer',
    choice: {
      decode: 'queries',
      scores: scores.name,
      masks: masks.name,
      ...(areRaw && { rawMasks: true }),
      ...(isRaw && { activation: 'softmax' }),
    },
    output: masks.name,
    with: [scores.name],
    classes: scores.columns - 1,
    range: 'imagenet',
    order: 'RGB',
    stretches: true,
    sure: 0.95,
  }
}

/**
 * All boxes, their scores with a row for each class, and the selected ones: batch, class and box (YOLOv3 in ONNX's own
 * zoo).
 */
const chosenNumbers: Recogniser = ({ outputs }) => {
  const chosen = outputs.find(({ dtype, shape }) => dtype.includes('int') && shape.length <= 3 && shape.at(-1) === 3)
  const boxes = outputs.find(({ shape }) => shape.length === 3 && shape[2] === 4)
  const scores = outputs.find((output) => output !== chosen && output !== boxes)
  const classes = scores?.shape[1]
  if (!chosen || !boxes || outputs.length !== 3 || scores?.shape.length !== 3 || typeof classes !== 'number')
    return null
  return {
    kind: 'YOLOv3',
    choice: { decode: 'chosen', boxes: boxes.name, scores: scores.name, chosen: chosen.name, corners: 'yxyx' },
    output: boxes.name,
    with: [scores.name, chosen.name],
    classes,
    range: '0..1',
    order: 'RGB',
    side: 416,
    sure: 0.95,
  }
}

export const BOXES: Recogniser[] = [
  chosenNumbers,
  rowsAndLabels,
  rowsAndPoints,
  boxesAndScores,
  scoresDown,
  maskQueries,
]
