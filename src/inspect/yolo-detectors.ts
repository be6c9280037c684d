import type { OnnxFile } from '../onnx/contents'
import type { Detector, DetectorChoice, Found, Recogniser, Seen, Table } from './detector'
import { cells } from './detector-tables'
import { comesFrom, makerOf, uses } from './graph'
import { readLabels } from './labels'
import { BODY, CORNERS } from './landmarks'
import { reason } from './reason'

/**
 * The facts that all versions of YOLO need: one table, in which each object may have extra columns after its
 * classes.
 */
interface Yolo extends Table {
  isUltralytics: boolean
  /** The number of classes that the file names. */
  known: number
  /** The number of values after the classes. */
  extra: number
  /** The number of cells in the usual grids. */
  total: number
  found: Omit<Detector, 'size' | 'choice' | 'kind' | 'classes' | 'sure'>
  behind: Partial<DetectorChoice>
}

/** The one table of YOLO, YOLOX and their like, if there is one. */
function yoloOf({ tables, outputs, file, size, called }: Seen): Yolo | null {
  const { metadata } = file
  const [table] = tables
  if (!table || tables.length > 1) return null
  const { name: output } = table
  const isUltralytics = metadata.names !== undefined && metadata.stride !== undefined
  const points = pointsOf(table, metadata, `${file.graphName} ${called}`)
  const prototypes = prototypesOf(outputs, size, isUltralytics)
  const isTurned = metadata.task === 'obb'
  return {
    ...table,
    isUltralytics,
    known: isUltralytics ? readLabels(metadata.names ?? '').length : 0,
    extra: isTurned ? 1 : points ? points.count * points.size : (prototypes?.planes ?? 0),
    total: cells(size, [8, 16, 32]),
    found: {
      output,
      with: outputs.flatMap(({ name }) => (name === output ? [] : [name])),
      range: '0..1',
      order: 'RGB',
      ...(points?.names && { pointNames: points.names }),
      ...(isTurned && { pointNames: CORNERS }),
      ...(points && !isUltralytics && { names: points.of ?? ['person'] }),
    },
    behind: {
      ...(isTurned && { turned: true as const }),
      ...(points && { points: points.size, ...(points.isFirst && { pointsFirst: true as const }) }),
      ...(prototypes && { prototypes: prototypes.name }),
    },
  }
}

const ofOneTable =
  (recognise: (yolo: Yolo, seen: Seen) => Found): Recogniser =>
  (seen) => {
    const yolo = yoloOf(seen)
    return yolo && recognise(yolo, seen)
  }

/**
 * YOLO version 8 and later: a column for each candidate, with a box, classes, and anything else that belongs
 * to it.
 */
const fromVersion8 = ofOneTable(({ name, rows, columns, isUltralytics, known, extra, total, found, behind }) => {
  if (typeof rows !== 'number' || rows <= 4 + extra) return null
  const upright = columns === total || (isUltralytics && rows < 1000 && columns > rows)
  const isOpen = columns === 0 && (isUltralytics || rows === 84 + extra)
  if (!upright && !isOpen) return null
  const choice: DetectorChoice = { decode: 'yolo', output: name, ...behind }
  return { ...found, kind: reason`YOLO, from version 8`, choice, classes: known || rows - 4 - extra, sure: 0.95 }
})

/** Version 8 with unusual strides: many more columns than rows, all of them scores in the end. */
const fromVersion8Else = ofOneTable(({ name, rows, columns, extra, found, behind }, { file }) => {
  if (typeof rows !== 'number' || rows <= 4 + extra || rows > 300 || columns < 8 * rows || columns % 21 !== 0)
    return null
  if (!comesFrom(file, name, ['Sigmoid'], 6) || !comesFrom(file, name, ['Softmax'], 14)) return null
  const choice: DetectorChoice = { decode: 'yolo', output: name, ...behind }
  return { ...found, kind: reason`YOLO, from version 8`, choice, classes: rows - 4 - extra, sure: 0.8 }
})

/** YOLO version 10 and later: finished detections, with a box, a score and a class in each row. */
const fromVersion10 = ofOneTable(({ name, rows, columns, known, extra, total, found, behind }) =>
  columns === 6 + extra && (typeof rows === 'string' || rows <= 300) && rows !== total
    ? {
        ...found,
        kind: reason`YOLO, from version 10`,
        choice: { decode: 'rows', output: name, ...behind },
        classes: known || undefined,
        sure: 0.9,
      }
    : null,
)

/** YOLO with suppression in the file: each row has the picture's number, a box, a class and a score. */
const withSuppression = ofOneTable(({ name, rows, columns, known, found }) =>
  columns === 7 && (typeof rows === 'string' || rows <= 300)
    ? {
        ...found,
        kind: 'YOLO',
        choice: { decode: 'rows', output: name, columns: 'ixyxycs' },
        classes: known || undefined,
        sure: 0.8,
      }
    : null,
)

/** RT-DETR, as Ultralytics exports it: three hundred rows of a middle, a size and the scores of all classes. */
const rtdetr = ofOneTable(({ name, rows, columns, known, total, found, isUltralytics }, { file }) => {
  const areQueries = rows === 300 || rows === 100
  if (!areQueries || rows === total || columns < 5 || columns === 6) return null
  if (!isUltralytics && !uses(file, 'GridSample') && !uses(file, 'LayerNormalization') && !uses(file, 'TopK'))
    return null
  return {
    ...found,
    kind: 'RT-DETR',
    choice: { decode: 'yolo', output: name, plain: true, unit: 'share' },
    classes: known || columns - 4,
    stretches: true,
    sure: 0.9,
  }
})

const LEVELS = [[8, 16, 32], [8, 16, 32, 64], [16, 32], [16], [32], [4, 8, 16, 32]]

/** YOLO up to version 7: three anchors in each cell, with a box, its confidence, and classes. */
const toVersion7 = ofOneTable(({ name, rows, columns, isUltralytics, known, extra, found, behind }, { size }) => {
  if (columns <= 5 + extra) return null
  const fits = LEVELS.some((strides) => rows === 3 * cells(size, strides))
  if (!fits && !(isUltralytics && typeof rows === 'string')) return null
  const choice: DetectorChoice = { decode: 'yolo', output: name, ...behind }
  return { ...found, kind: reason`YOLO, up to version 7`, choice, classes: known || columns - 5 - extra, sure: 0.95 }
})

/** YOLOX: one box in each cell, whose place and size are still relative to the cell. */
const yoloxInCells = ofOneTable(({ name, rows, columns, total, found }, { file }) =>
  columns > 5 && rows === total && !uses(file, 'Exp')
    ? {
        ...found,
        kind: 'YOLOX',
        choice: { decode: 'yolox', output: name },
        classes: columns - 5,
        range: '0..255',
        order: 'BGR',
        sure: 0.9,
      }
    : null,
)

/** One box in each cell, in pixels. */
const boxesOfCells = ofOneTable(({ name, rows, columns, total, found }, { file, size }) => {
  const isDecoded = comesFrom(file, name, ['Exp', 'Sigmoid'], 14)
  const isOfLevels = LEVELS.some((strides) => strides.length !== 2 && rows === cells(size, strides))
  if (columns <= 5 || !isDecoded || !isOfLevels) return null
  return {
    ...found,
    kind: rows === total ? 'YOLOX' : 'FastestDet',
    choice: { decode: 'yolo', output: name },
    classes: columns - 5,
    range: rows === total ? '0..255' : '0..1',
    order: 'BGR',
    sure: 0.85,
  }
})

/** MoveNet for several people: 17 points with their scores, then a box and its score, always with top before left. */
const movenet = ofOneTable(({ name, rows, columns }, { file }) => {
  if (columns !== 56 || !(rows === 6 || (typeof rows === 'string' && /movenet|multipose/i.test(file.graphName))))
    return null
  return {
    kind: 'MoveNet',
    choice: { decode: 'rows', output: name, columns: '*yxyxs', points: 3, pointsFrom: 'top', unit: 'share' },
    output: name,
    with: [],
    classes: 1,
    names: ['person'],
    pointNames: BODY,
    side: 256,
    range: '0..255',
    order: 'RGB',
    sure: 0.97,
  }
})

/** Anchors of Yolo-FastestV2, for COCO. */
const FASTEST = [
  [12.64, 19.39, 37.88, 51.48, 55.71, 138.31],
  [126.91, 78.23, 131.57, 214.55, 279.92, 258.87],
]

/** Yolo-FastestV2: two grids [1, rows, columns, 3 × 4 + 3 + classes]. */
const fastestv2: Recogniser = ({ outputs, size }) => {
  const heads = [16, 32].flatMap(
    (stride) =>
      outputs.find(
        ({ shape }) =>
          shape.length === 4 &&
          shape[1] === size.height / stride &&
          shape[2] === size.width / stride &&
          shape[3] !== 255,
      ) ?? [],
  )
  const [first, second] = heads
  const fields = Number(first?.shape[3])
  if (!first || !second || outputs.length !== 2 || !(fields > 15) || second.shape[3] !== fields) return null
  const names = heads.map(({ name }) => name)
  return {
    kind: 'Yolo-FastestV2',
    choice: { decode: 'yolo-fastestv2', heads: names, strides: [16, 32], anchors: FASTEST },
    output: first.name,
    with: [second.name],
    classes: fields - 15,
    range: '0..1',
    order: 'BGR',
    stretches: true,
    // With a multiple of three, it may be an older version with three anchors.
    sure: fields % 3 === 0 ? 0.7 : 0.9,
  }
}

/** Yolo-FastestV2 with the cells of both grids in one table. */
const fastestv2Joined = ofOneTable(({ name, rows, columns, found }, { size, outputs }) =>
  columns > 15 && rows === cells(size, [16, 32]) && outputs.length === 1
    ? {
        ...found,
        kind: 'Yolo-FastestV2',
        choice: { decode: 'yolo-fastestv2', output: name, strides: [16, 32], anchors: FASTEST },
        classes: columns - 15,
        order: 'BGR',
        stretches: true,
        sure: 0.9,
      }
    : null,
)

/**
 * YOLO version 8 and later without its last steps: 64 distances and the classes for each grid, together or
 * apart.
 */
const rawVersion8: Recogniser = ({ outputs, size, file }) => {
  const grid = (stride: number, planes: (count: number) => boolean) =>
    outputs.find(
      ({ shape }) =>
        shape.length === 4 &&
        shape[2] === size.height / stride &&
        shape[3] === size.width / stride &&
        typeof shape[1] === 'number' &&
        planes(shape[1]),
    )
  const strides = [8, 16, 32]
  const all = (planes: (count: number) => boolean) => strides.flatMap((stride) => grid(stride, planes)?.name ?? [])
  const distances = all((count) => count === 64)
  const classes = all((count) => count !== 64 && count !== 1)
  const together = outputs.length === 3 ? all((count) => count > 64) : []
  const order = { range: '0..1', order: 'RGB', kind: reason`YOLO, from version 8, without its last steps` } as const
  const countOf = (name: string | undefined) => Number(outputs.find((output) => output.name === name)?.shape[1])
  const isShare = (name: string | undefined) => name !== undefined && comesFrom(file, name, ['Sigmoid'], 1)
  if (distances.length === 3 && classes.length === 3) {
    const [output = '', ...others] = [...distances, ...classes]
    const raw = isShare(classes[0]) ? {} : { activation: 'sigmoid' as const }
    const summed = outputs.flatMap(({ name, shape }) => (shape[1] === 1 ? [name] : []))
    return {
      ...order,
      choice: { decode: 'dfl', strides, distances, classes, ...raw },
      output,
      with: [...others, ...summed],
      classes: countOf(classes[0]),
      sure: 0.9,
    }
  }
  const [output, ...others] = together
  if (output === undefined || together.length !== 3 || new Set(together.map(countOf)).size !== 1) return null
  const count = countOf(output) - 64
  // Three anchors with as many numbers: an older version.
  if (countOf(output) === 255) return null
  // A round number of planes usually means features, unless they are joined from two parts.
  if (Number.isInteger(Math.log2(countOf(output))) && makerOf(file, output)?.op !== 'Concat') return null
  return {
    ...order,
    choice: { decode: 'dfl', strides, heads: together, activation: 'sigmoid' },
    output,
    with: others,
    classes: count,
    sure: 0.85,
  }
}

export const YOLO: Recogniser[] = [
  fromVersion8,
  fromVersion8Else,
  fromVersion10,
  withSuppression,
  rtdetr,
  toVersion7,
  yoloxInCells,
  boxesOfCells,
  movenet,
  fastestv2,
  fastestv2Joined,
  rawVersion8,
]

interface Points {
  count: number
  size: 2 | 3
  names?: string[]
  /** The class names, and whether the points come before the classes. */
  of?: string[]
  isFirst?: true
}

/**
 * The number of points of each thing, and of numbers per point, in Ultralytics' notation: `[17, 3]`. If it isn't given,
 * a table of 56 numbers for each thing is one of bodies: a box, a score, and 17 points.
 */
function pointsOf(
  { rows, columns }: Table,
  { task, names = '', kpt_shape = '', kpt_names = '' }: OnnxFile['metadata'],
  called: string,
): Points | undefined {
  if (task !== 'pose') {
    if (task !== undefined || names !== '') return undefined
    if (rows === 56) return { count: 17, size: 3, names: BODY }
    // In version 5, a face has a box, its confidence, five points and its class; from version 8 on, points with three
    // numbers.
    if (columns === 16) return { count: 5, size: 2, of: ['face'], isFirst: true }
    return rows === 20 && /face/i.test(called) ? { count: 5, size: 3, of: ['face'] } : undefined
  }
  const [count = 17, size = 3] = [...kpt_shape.matchAll(/\d+/g)].map(Number)
  const own = Array.from(kpt_names.matchAll(/'([^']+)'/g), ([, name = '']) => name.replaceAll('_', ' '))
  const isBody = count === BODY.length && /^\W*0\W+person\W*$/.test(names)
  const known = own.length === count ? own : isBody ? BODY : undefined
  return { count, size: size === 2 ? 2 : 3, ...(known && { names: known }) }
}

/** Prototypes of masks, each a quarter as wide and high as the picture. */
function prototypesOf(outputs: Seen['outputs'], size: Detector['size'], isUltralytics: boolean) {
  for (const { name, shape } of outputs) {
    const [, planes, height, width] = shape
    const isQuarter = height === size.height / 4 && width === size.width / 4
    if (shape.length === 4 && typeof planes === 'number' && (isQuarter || isUltralytics)) return { name, planes }
  }
  return undefined
}
