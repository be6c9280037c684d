import type { TensorInfo } from '../engine'
import type { OnnxFile } from '../onnx/contents'
import type { Detector, Table } from './detector'
import { uses } from './graph'

/** Reads [1, rows, columns] as a table, or [rows, columns] if the rows aren't the batch. */
export function tableOf(output: TensorInfo, file: OnnxFile): Table | null {
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

/** The number of cells in grids with these strides. */
export const cells = ({ width, height }: Detector['size'], strides: readonly number[], round = Math.floor) =>
  strides.reduce((sum, stride) => sum + round(width / stride) * round(height / stride), 0)

/** Whether two row counts may be equal: an exporter may have fixed the count in only some outputs. */
export function agree(one: number | string, other: number | string): boolean {
  return one === other || typeof one === 'string' || typeof other === 'string'
}
