import type { TensorInfo } from '../engine'
import type { OnnxFile } from '../onnx/onnx-file'
import { cells, type Table } from './detector-tables'
import type { Detector, DetectorChoice, Found } from './detectors'
import { comesFrom, uses } from './graph'

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
