import type { TensorInfo } from '../engine'
import type { DetectSettings, Priors } from '../models/detection/settings'
import type { OnnxFile } from '../onnx/onnx-file'
import { boundsOf, comesFrom, uses } from './graph'
import type { RangeName } from './ranges'
import type { PictureShape } from './shapes'

/** How a detector's tables are read: what the task `detect` has to know, but for names and limits. */
export type DetectorChoice = Omit<DetectSettings, 'names' | 'minScore' | 'maxOverlap' | 'limit' | 'shows'>

/** A detector that is arranged as one of the usual kinds. */
export interface Detector {
  /** What people call such a one. */
  kind: string
  choice: DetectorChoice
  /** The tensor that stands for all, and those that are read with it. */
  output: string
  with: string[]
  /** How many kinds of things it knows; undefined where the file does not tell. */
  classes: number | undefined
  /** Their names, where all such detectors find the same. */
  names?: string[]
  /** In which numbers and order it wants its picture, mostly. */
  range: RangeName
  order: 'RGB' | 'BGR'
  /** Whether its boxes belong to a picture that is filled up to the model's size, rather than stretched. */
  size: { width: number; height: number }
}

/** `columns` is 0 where there may be any number. */
type Table = TensorInfo & { rows: number | string; columns: number }

/** The side of the square that detectors of any size are mostly trained on. */
const USUAL_SIDE = 640

/** What kind of detector gives such tables for such a picture; null where it is none of the usual ones. */
export function findDetector(shape: PictureShape, outputs: readonly TensorInfo[], file: OnnxFile): Detector | null {
  const size = sizeFor(shape, file)
  const tables = outputs.flatMap((output) => tableOf(output, file) ?? [])
  const found =
    yunet(outputs) ??
    nanodet(tables, size) ??
    blaze(tables, size) ??
    scrfd(tables, size) ??
    boxesAndScores(tables, outputs, file, size) ??
    oneGrid(outputs, file, size) ??
    oneTable(tables, outputs, file, size)
  return found && { ...found, size }
}

type Found = Omit<Detector, 'size'> | null

function sizeFor({ width, height }: PictureShape, { metadata }: OnnxFile): Detector['size'] {
  if (width !== undefined && height !== undefined) return { width, height }
  const [rows, columns] = [...(metadata.imgsz ?? '').matchAll(/\d+/g)].map(Number)
  return { width: columns ?? rows ?? USUAL_SIDE, height: rows ?? USUAL_SIDE }
}

/** [1, rows, columns], or [rows, columns] where the rows are not those of the batch. */
function tableOf(output: TensorInfo, file: OnnxFile): Table | null {
  const { shape } = output
  const [rows, columns] = shape.length === 3 ? shape.slice(1) : shape.length === 2 ? shape : []
  if (rows === undefined || columns === undefined) return null
  if (
    shape.length === 2 &&
    (typeof rows === 'number' ? rows <= 1 : !uses(file, 'NonMaxSuppression') && !/box/i.test(output.name))
  )
    return null
  return { ...output, rows, columns: typeof columns === 'number' && columns > 0 ? columns : 0 }
}

const cells = ({ width, height }: Detector['size'], strides: readonly number[], round = Math.floor) =>
  strides.reduce((sum, stride) => sum + round(width / stride) * round(height / stride), 0)

function yunet(outputs: readonly TensorInfo[]): Found {
  const strides = outputs.flatMap(({ name }) => /^cls_(\d+)$/.exec(name)?.[1] ?? []).map(Number)
  const names = strides.flatMap((stride) => ['cls', 'obj', 'bbox', 'kps'].map((part) => `${part}_${stride}`))
  if (strides.length === 0 || !names.every((name) => outputs.some((output) => output.name === name))) return null
  const [output = '', ...others] = names
  return {
    kind: 'YuNet',
    choice: { decode: 'yunet', strides },
    output,
    with: others,
    classes: 1,
    names: ['face'],
    range: '0..255',
    order: 'BGR',
  }
}

/** For each grid a table of scores and one of distances, or one table with both for all grids. */
function nanodet(tables: Table[], size: Detector['size']): Found {
  const found = { kind: 'NanoDet', range: 'imagenet', order: 'BGR' } as const
  const [only] = tables
  if (tables.length === 1 && only && only.columns > BINS) {
    const strides = [8, 16, 32, 64]
    if (only.rows !== cells(size, strides, Math.ceil)) return null
    const choice: DetectorChoice = { decode: 'nanodet', strides, output: only.name }
    return { ...found, choice, output: only.name, with: [], classes: only.columns - BINS }
  }
  const strides = [8, 16, 32, 64].slice(0, tables.length / 2)
  if (tables.length < 4 || strides.length * 2 !== tables.length) return null
  const of = (isDistance: boolean) =>
    strides.flatMap((stride) => {
      const rows = cells(size, [stride], Math.ceil)
      return tables.find((table) => table.rows === rows && (table.columns === BINS) === isDistance) ?? []
    })
  const [classes, distances] = [of(false), of(true)]
  const [first] = classes
  if (!first || classes.length < strides.length || distances.length < strides.length) return null
  const names = (list: Table[]) => list.map(({ name }) => name)
  return {
    ...found,
    choice: { decode: 'nanodet', strides, classes: names(classes), distances: names(distances) },
    output: first.name,
    with: [...names(classes), ...names(distances)].slice(1),
    classes: first.columns,
  }
}

/** Four sides, each with eight distances that may be. */
const BINS = 32

/** Anchors of MediaPipe's detectors: pixels from cell to cell, and how many each cell has. */
const ANCHORS: [number, number][][] = [
  [
    [8, 2],
    [16, 6],
  ],
  [
    [16, 2],
    [32, 6],
  ],
  [
    [8, 2],
    [16, 2],
    [32, 6],
  ],
  [[4, 1]],
]

function blaze(tables: Table[], size: Detector['size']): Found {
  const confidences = tables.filter(({ columns }) => columns === 1).sort(byRows)
  const regressors = tables.filter(({ columns }) => columns >= 12 && columns <= 18).sort(byRows)
  const [first] = regressors
  if (!first || confidences.length !== regressors.length) return null
  if (!regressors.every(({ rows, columns }, i) => columns === first.columns && confidences[i]?.rows === rows))
    return null
  const rows = regressors.reduce((sum, table) => sum + Number(table.rows), 0)
  const count = (grids: [number, number][]) =>
    grids.reduce((sum, [stride, each]) => sum + cells(size, [stride], Math.ceil) * each, 0)
  const grids = ANCHORS.find((each) => count(each) === rows)
  if (!grids) return null
  const names = (list: Table[]) => list.map(({ name }) => name)
  const what = first.columns === 16 ? 'face' : first.columns === 18 ? 'palm' : 'person'
  return {
    kind: 'MediaPipe',
    choice: { decode: 'blaze', grids, regressors: names(regressors), confidences: names(confidences) },
    output: first.name,
    with: [...names(regressors).slice(1), ...names(confidences)],
    classes: 1,
    names: [what],
    range: what === 'palm' && size.width > 128 ? '0..1' : '-1..1',
    order: 'RGB',
  }
}

/** Two anchors in each cell of three grids: scores, distances to the four sides, and mostly points. */
function scrfd(tables: Table[], size: Detector['size']): Found {
  const strides = [8, 16, 32]
  const of = (columns: number) =>
    strides.flatMap(
      (stride) =>
        tables.find((table) => table.columns === columns && table.rows === 2 * cells(size, [stride], Math.ceil)) ?? [],
    )
  const [scores, sides, points] = [of(1), of(4), of(10)].map((list) => list.map(({ name }) => name))
  if (scores?.length !== 3 || sides?.length !== 3) return null
  const landmarks = points?.length === 3 ? points : []
  return {
    kind: 'SCRFD',
    choice: {
      decode: 'scrfd',
      strides,
      classes: scores,
      distances: sides,
      ...(landmarks.length > 0 && { places: landmarks }),
    },
    output: sides[0] as string,
    with: [...scores, ...sides.slice(1), ...landmarks],
    classes: 1,
    names: ['face'],
    range: '-1..1',
    order: 'RGB',
  }
}

const byRows = (a: Table, b: Table) => Number(b.rows) - Number(a.rows)

const SIZES = [
  [10, 16, 24],
  [32, 48],
  [64, 96],
  [128, 192, 256],
]
/** Boxes that face detectors correct. */
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

/** A table of boxes and one of scores with as many rows, also with classes, points, or how good the boxes are. */
function boxesAndScores(
  tables: Table[],
  outputs: readonly TensorInfo[],
  file: OnnxFile,
  size: Detector['size'],
): Found {
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
  // Scores that add up to one have one for "nothing" among them, the first.
  const isShared = activation === 'softmax' || boundsOf(file, scores.name)?.by === 'Softmax'
  const firstLabel = isShared && scores.columns > 1 ? 1 : 0
  const found = { output: boxes.name, classes: scores.columns - firstLabel, order: 'RGB' as const }
  const shared = { boxes: boxes.name, scores: scores.name, firstLabel, ...(activation && { activation }) }
  const isDecoded = boxes.columns === 4 && comesFrom(file, boxes.name, ['Exp', 'NonMaxSuppression', 'Loop', 'Scan'])
  const prior = isDecoded ? undefined : PRIORS.find((each) => countOf(each, size) === boxes.rows)
  if (prior) {
    const points = same.find(({ columns }) => columns === 10)
    const others = { ...(quality && { quality: quality.name }), ...(points && { landmarks: points.name }) }
    const isRetina = prior.strides.length === 3 || points !== undefined
    return {
      ...found,
      kind: quality ? 'YuNet' : isRetina ? 'RetinaFace' : 'SSD',
      choice: { decode: 'priors', ...shared, ...others, priors: prior },
      with: [scores.name, ...Object.values(others)],
      ...(found.classes === 1 && { names: ['face'] }),
      range: quality ? '0..255' : isRetina ? 'caffe' : '-1..1',
      order: isRetina ? 'BGR' : 'RGB',
    }
  }
  if (/pred_boxes|cxcywh/i.test(boxes.name)) return detr(boxes, scores, activation)
  return {
    ...found,
    kind: 'SSD',
    choice: { decode: 'boxes', ...shared, unit: 'share' },
    with: [scores.name],
    range: '-1..1',
  }
}

/** Middles and sizes; the older ones have COCO's 91 classes and one for "nothing", the last. */
function detr(boxes: Table, scores: Table, activation: DetectorChoice['activation']): Found {
  const firstLabel = scores.columns > 90 ? 1 : 0
  const made = activation && (firstLabel === 1 ? ('softmax' as const) : ('sigmoid' as const))
  return {
    kind: 'DETR',
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
    classes: firstLabel === 1 ? 90 : scores.columns,
    range: 'imagenet',
    order: 'RGB',
  }
}

function countOf(priors: Priors, size: Detector['size']): number {
  const round = priors.round === 'up' ? Math.ceil : Math.floor
  return priors.strides.reduce(
    (sum, stride, level) => sum + cells(size, [stride], round) * (priors.sizes[level]?.length ?? 0),
    0,
  )
}

/** Boxes, the score and the class of each: the network has chosen already. */
function chosenBoxes(boxes: Table, scores: TensorInfo, labels: TensorInfo, outputs: readonly TensorInfo[]): Found {
  // As TensorFlow's detection networks call them: top before left, in shares, counted from 1.
  const isTensorFlow = /detection_/.test(boxes.name)
  const count = outputs.find(({ name }) => /num_?detections/i.test(name))
  return {
    kind: isTensorFlow ? "TensorFlow's" : 'Faster R-CNN',
    choice: {
      decode: 'boxes',
      boxes: boxes.name,
      scores: scores.name,
      labels: labels.name,
      ...(isTensorFlow ? { corners: 'yxyx' as const, unit: 'share' as const, firstLabel: 1 } : { firstLabel: 1 }),
    },
    output: boxes.name,
    with: [scores.name, labels.name, ...(count ? [count.name] : [])],
    classes: undefined,
    range: '0..1',
    order: 'RGB',
  }
}

/** One coarse grid [1, 1 + 4 + classes, rows, columns] whose parts are joined at the end. */
function oneGrid(outputs: readonly TensorInfo[], file: OnnxFile, { width, height }: Detector['size']): Found {
  const [only] = outputs
  const [, planes, rows, columns] = only?.shape ?? []
  if (outputs.length !== 1 || !only || typeof planes !== 'number' || planes < 6) return null
  if (typeof rows !== 'number' || typeof columns !== 'number' || rows * 8 >= height || columns * 8 >= width) return null
  const last = file.nodes.find((node) => node.outputs.includes(only.name))
  if (last?.op !== 'Concat' || last.inputs.length !== 3) return null
  return {
    kind: 'FastestDet',
    choice: { decode: 'cells', output: only.name },
    output: only.name,
    with: [],
    classes: planes - 5,
    range: '0..1',
    order: 'BGR',
  }
}

function oneTable(tables: Table[], outputs: readonly TensorInfo[], file: OnnxFile, size: Detector['size']): Found {
  const { metadata } = file
  const [table] = tables
  if (!table || tables.length > 1) return null
  const { name: output, rows, columns } = table
  const others = outputs.flatMap(({ name }) => (name === output ? [] : [name]))
  const yolo = { output, with: others, range: '0..1', order: 'RGB' } as const
  const isUltralytics = metadata.names !== undefined && metadata.stride !== undefined
  const known = isUltralytics ? [...(metadata.names ?? '').matchAll(/\d+\s*:/g)].length : 0
  const points = metadata.task === 'pose' ? (/3\s*\]$/.test(metadata.kpt_shape ?? '') ? 3 : 2) : undefined
  const extra = metadata.task === 'segment'
  const behind = {
    ...(points !== undefined && { points: points as 2 | 3 }),
    ...(extra && { extra: true as const }),
  }
  const total = cells(size, [8, 16, 32])
  const choice: DetectorChoice = { decode: 'yolo', output, ...behind }
  const upright = columns === total || (isUltralytics && typeof rows === 'number' && rows < 1000 && columns > rows)
  const isOpen = columns === 0 && (isUltralytics || rows === 84)
  if (typeof rows === 'number' && rows > 4 && (upright || isOpen))
    return { ...yolo, kind: 'YOLO, from version 8', choice, classes: known || rows - 4 }
  if (columns === 6 && (typeof rows === 'string' || rows <= 300) && rows !== total)
    return { ...yolo, kind: 'YOLO, from version 10', choice: { decode: 'rows', output }, classes: known || undefined }
  if (columns === 7 && (typeof rows === 'string' || rows <= 300))
    return {
      ...yolo,
      kind: 'YOLO',
      choice: { decode: 'rows', output, columns: 'ixyxycs' },
      classes: known || undefined,
    }
  if (columns <= 5) return null
  const levels = [[8, 16, 32], [8, 16, 32, 64], [16, 32], [16], [32], [4, 8, 16, 32]]
  const isDecoded = comesFrom(file, output, ['Exp', 'Sigmoid'], 14)
  if (levels.some((strides) => rows === 3 * cells(size, strides)) || (isUltralytics && typeof rows === 'string'))
    return { ...yolo, kind: 'YOLO, up to version 7', choice, classes: known || columns - 5 }
  if (rows === total && !uses(file, 'Exp'))
    return {
      ...yolo,
      kind: 'YOLOX',
      choice: { decode: 'yolox', output },
      classes: columns - 5,
      range: '0..255',
      order: 'BGR',
    }
  if (isDecoded && levels.some((strides) => rows === cells(size, strides)))
    return {
      ...yolo,
      kind: rows === total ? 'YOLOX' : 'FastestDet',
      choice,
      classes: columns - 5,
      range: rows === total ? '0..255' : '0..1',
      order: 'BGR',
    }
  return null
}

function agree(one: number | string, other: number | string): boolean {
  return one === other || (typeof one === 'string' && typeof other === 'string')
}
