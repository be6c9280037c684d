import type { TensorInfo } from '../engine'
import type { OnnxFile } from '../onnx/onnx-file'
import { cells, type Table } from './detector-tables'
import type { Detector, DetectorChoice, Found } from './detectors'
import { comesFrom, uses } from './graph'
import { BODY, CORNERS } from './landmarks'

/** The one table of YOLO, YOLOX and their like. */
export function oneTable(
  tables: Table[],
  outputs: readonly TensorInfo[],
  file: OnnxFile,
  size: Detector['size'],
): Found {
  const { metadata } = file
  const [table] = tables
  if (!table || tables.length > 1) return null
  const { name: output, rows, columns } = table
  const others = outputs.flatMap(({ name }) => (name === output ? [] : [name]))
  const isUltralytics = metadata.names !== undefined && metadata.stride !== undefined
  const known = isUltralytics ? [...(metadata.names ?? '').matchAll(/\d+\s*:/g)].length : 0
  const points = pointsOf(table, metadata)
  const prototypes = prototypesOf(outputs, size, isUltralytics)
  const isTurned = metadata.task === 'obb'
  const behind = {
    ...(isTurned && { turned: true as const }),
    ...(points && { points: points.size }),
    ...(prototypes && { prototypes: prototypes.name }),
  }
  const yolo = {
    output,
    with: others,
    range: '0..1',
    order: 'RGB',
    ...(points?.names && { pointNames: points.names }),
    ...(isTurned && { pointNames: CORNERS }),
    ...(points && !isUltralytics && { names: ['person'] }),
  } as const
  const extra = isTurned ? 1 : points ? points.count * points.size : (prototypes?.planes ?? 0)
  const total = cells(size, [8, 16, 32])
  const choice: DetectorChoice = { decode: 'yolo', output, ...behind }
  const upright = columns === total || (isUltralytics && typeof rows === 'number' && rows < 1000 && columns > rows)
  const isOpen = columns === 0 && (isUltralytics || rows === 84 + extra)
  if (typeof rows === 'number' && rows > 4 + extra && (upright || isOpen))
    return { ...yolo, kind: 'YOLO, from version 8', choice, classes: known || rows - 4 - extra }
  if (columns === 6 + extra && (typeof rows === 'string' || rows <= 300) && rows !== total)
    return {
      ...yolo,
      kind: 'YOLO, from version 10',
      choice: { decode: 'rows', output, ...behind },
      classes: known || undefined,
    }
  const multi = movenet(table, file)
  if (multi) return multi
  if (columns === 7 && (typeof rows === 'string' || rows <= 300))
    return {
      ...yolo,
      kind: 'YOLO',
      choice: { decode: 'rows', output, columns: 'ixyxycs' },
      classes: known || undefined,
    }
  if (columns <= 5 + extra) return null
  const levels = [[8, 16, 32], [8, 16, 32, 64], [16, 32], [16], [32], [4, 8, 16, 32]]
  const isDecoded = comesFrom(file, output, ['Exp', 'Sigmoid'], 14)
  if (levels.some((strides) => rows === 3 * cells(size, strides)) || (isUltralytics && typeof rows === 'string'))
    return { ...yolo, kind: 'YOLO, up to version 7', choice, classes: known || columns - 5 - extra }
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

interface Points {
  count: number
  size: 2 | 3
  names?: string[]
}

/**
 * How many points each thing has, and how many numbers each of them, as Ultralytics writes it: `[17, 3]`. Without a word about
 * it, a table of 56 numbers for each thing is one of bodies: a box, a score, and 17 points.
 */
function pointsOf(
  { rows }: Table,
  { task, names = '', kpt_shape = '', kpt_names = '' }: OnnxFile['metadata'],
): Points | undefined {
  if (task !== 'pose')
    return task === undefined && names === '' && rows === 56 ? { count: 17, size: 3, names: BODY } : undefined
  const [count = 17, size = 3] = [...kpt_shape.matchAll(/\d+/g)].map(Number)
  const own = Array.from(kpt_names.matchAll(/'([^']+)'/g), ([, name = '']) => name.replaceAll('_', ' '))
  const isBody = count === BODY.length && /^\W*0\W+person\W*$/.test(names)
  const known = own.length === count ? own : isBody ? BODY : undefined
  return { count, size: size === 2 ? 2 : 3, ...(known && { names: known }) }
}

/** Prototypes of masks, each a quarter as wide and high as the picture. */
function prototypesOf(outputs: readonly TensorInfo[], size: Detector['size'], isUltralytics: boolean) {
  for (const { name, shape } of outputs) {
    const [, planes, height, width] = shape
    const isQuarter = height === size.height / 4 && width === size.width / 4
    if (shape.length === 4 && typeof planes === 'number' && (isQuarter || isUltralytics)) return { name, planes }
  }
  return undefined
}

/** MoveNet for several people: 17 points with their scores, then a box and its score, the top always before the left. */
function movenet({ name, rows, columns }: Table, file: OnnxFile): Found {
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
  }
}
