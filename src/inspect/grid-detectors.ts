import type { TensorInfo } from '../engine'
import type { OnnxFile } from '../onnx/onnx-file'
import { cells, type Table } from './detector-tables'
import type { Detector, DetectorChoice, Found } from './detectors'

/** YuNet of 2023, which names its tables. */
export function yunet(outputs: readonly TensorInfo[]): Found {
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
export function nanodet(tables: Table[], size: Detector['size']): Found {
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

/** MediaPipe: a row of raw numbers and one of scores for each anchor. */
export function blaze(tables: Table[], size: Detector['size']): Found {
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
export function scrfd(tables: Table[], size: Detector['size']): Found {
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

/** One coarse grid [1, 1 + 4 + classes, rows, columns] whose parts are joined at the end. */
export function oneGrid(outputs: readonly TensorInfo[], file: OnnxFile, { width, height }: Detector['size']): Found {
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
