import type { TensorInfo } from '../engine'
import { kernelLength } from '../models/detection/rtmdet'
import type { OnnxFile } from '../onnx/contents'
import type { DetectorChoice, Found, Recogniser, Table } from './detector'
import { cells } from './detector-tables'
import { boundsOf, makerOf } from './graph'
import { CORNERS, LINE_ENDS, OPENPOSE, OPENPOSE_25 } from './landmarks'

/** YuNet as of 2023, which names its tables. */
const yunet: Recogniser = ({ outputs }) => {
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
    sure: 1,
  }
}

/** NanoDet: for each grid a table of scores and one of distances, or one table with both for all grids. */
const nanodet: Recogniser = ({ tables, size }) => {
  const found = { kind: 'NanoDet', range: 'imagenet', order: 'BGR', sure: 0.95 } as const
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

/** Numbers per cell: eight possible distances for each of four sides. */
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
const blaze: Recogniser = ({ tables, size }) => {
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
    sure: 0.97,
  }
}

/**
 * SCRFD: two anchors in each cell of three grids, with scores, distances to the four sides, and usually
 * points.
 */
const scrfd: Recogniser = ({ tables, size }) => {
  const strides = [8, 16, 32]
  const of = (columns: number) => {
    const all = tables.filter((table) => table.columns === columns)
    const bySize = strides.flatMap(
      (stride) => all.find(({ rows }) => rows === 2 * cells(size, [stride], Math.ceil)) ?? [],
    )
    if (bySize.length === 3) return bySize
    // If the size is free, the finest grid comes first, unless their names contain the strides.
    const isOpen = all.length === 3 && all.every(({ rows }) => typeof rows === 'string')
    const named = strides.flatMap((stride) => all.find(({ name }) => new RegExp(`(^|\\D)${stride}$`).test(name)) ?? [])
    return isOpen ? (named.length === 3 ? named : all) : []
  }
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
    sure: 0.95,
  }
}

const byRows = (a: Table, b: Table) => Number(b.rows) - Number(a.rows)

/** A detector with one coarse grid [1, 1 + 4 + classes, rows, columns], whose parts are joined at the end. */
const oneGrid: Recogniser = ({ outputs, file, size: { width, height } }) => {
  const [only] = outputs
  const [, planes, rows, columns] = only?.shape ?? []
  if (outputs.length !== 1 || !only || typeof planes !== 'number' || planes < 6) return null
  if (typeof rows !== 'number' || typeof columns !== 'number' || rows * 8 >= height || columns * 8 >= width) return null
  const last = makerOf(file, only.name)
  if (last?.op !== 'Concat' || last.inputs.length !== 3) return null
  return {
    kind: 'FastestDet',
    choice: { decode: 'cells', output: only.name },
    output: only.name,
    with: [],
    classes: planes - 5,
    range: '0..1',
    order: 'BGR',
    sure: 0.85,
  }
}

/** M-LSD: the places of lines, their scores, and a map of where they begin and end. */
const mlsd: Recogniser = ({ outputs }) => {
  const map = lineMaps(outputs)
  if (map) return { ...LINES, ...map }
  const places = outputs.find(({ shape }) => shape.length === 3 && shape[2] === 2 && typeof shape[1] === 'number')
  const scores = outputs.find(
    ({ shape, dtype }) => shape.length === 2 && shape[1] === places?.shape[1] && !dtype.includes('int'),
  )
  const ends = outputs.find(({ shape }) => shape.length === 4 && shape[3] === 4)
  if (!places || !scores || !ends || outputs.length !== 3) return null
  return {
    ...LINES,
    choice: { decode: 'mlsd', output: places.name, scores: scores.name, ends: ends.name },
    output: places.name,
    with: [scores.name, ends.name],
  }
}

const LINES = {
  kind: 'M-LSD',
  classes: 1,
  names: ['line'],
  pointNames: LINE_ENDS,
  range: '0..255',
  order: 'RGB',
  stretches: true,
  minScore: 0.1,
  sure: 0.97,
} as const satisfies Partial<Exclude<Found, null>>

/**
 * M-LSD without the list of the best lines: only a map of scores and one of displacements, half the size of
 * the picture.
 */
function lineMaps(outputs: readonly TensorInfo[]): Pick<Exclude<Found, null>, 'choice' | 'output' | 'with'> | null {
  const planes = (count: number) => outputs.find(({ shape }) => shape.length === 4 && shape[3] === count)
  const [scores, ends] = [planes(1), planes(4)]
  if (!scores || !ends || outputs.length !== 2 || scores.shape.slice(1, 3).join() !== ends.shape.slice(1, 3).join())
    return null
  if (!/offset|disp/i.test(ends.name)) return null
  return { choice: { decode: 'mlsd', scores: scores.name, ends: ends.name }, output: ends.name, with: [scores.name] }
}

/**
 * The number of heat maps including the background, the number of field planes, and the names of the points.
 */
const SKELETONS: [heat: number, fields: number, points: string[]][] = [
  [19, 38, OPENPOSE],
  [26, 52, OPENPOSE_25],
]

/**
 * OpenPose for several people: heat maps of 18 or 25 points, and two planes for each limb. The last stage is
 * the result.
 */
const openpose: Recogniser = ({ outputs }) => {
  const maps = (planes: number) => outputs.filter(({ shape }) => shape.length === 4 && shape[1] === planes)
  for (const [heats, fields, pointNames] of SKELETONS) {
    const [joined] = outputs.length === 1 ? maps(heats + fields) : []
    const [heat, field] = joined ? [joined, joined] : [maps(heats).at(-1), maps(fields).at(-1)]
    const isOther = ({ shape }: TensorInfo) => ![heats, fields, heats + fields].includes(Number(shape[1]))
    if (!heat || !field || outputs.some(isOther)) continue
    return {
      kind: 'OpenPose',
      choice: { decode: 'openpose', output: heat.name, ends: field.name },
      output: heat.name,
      with: outputs.flatMap(({ name }) => (name === heat.name ? [] : [name])),
      classes: 1,
      names: ['person'],
      pointNames,
      range: 'custom',
      scale: 1 / 256,
      offset: -0.5,
      order: 'BGR',
      side: 256,
      minScore: 0.2,
      sure: 0.98,
    }
  }
  return null
}

/** EAST, which detects text: a score for each cell, with four distances and an angle. */
const east: Recogniser = ({ outputs, file }) => {
  const planes = (count: number) =>
    outputs.find(({ shape }) => shape.length === 4 && (shape[1] === count || shape[3] === count))
  const [scores, boxes] = [planes(1), planes(5)]
  if (!scores || !boxes || outputs.length !== 2 || boundsOf(file, scores.name)?.by !== 'Sigmoid') return null
  const areSame = [1, 2, 3].every((at) => sameSide(scores.shape[at], boxes.shape[at]))
  if (!areSame) return null
  return {
    kind: 'EAST',
    choice: { decode: 'east', output: scores.name, boxes: boxes.name },
    output: scores.name,
    with: [boxes.name],
    classes: 1,
    names: ['text'],
    pointNames: CORNERS,
    range: 'caffe',
    order: 'RGB',
    side: 512,
    stretches: true,
    minScore: 0.5,
    sure: 0.95,
  }
}

/** Whether two sides are equally long, as far as known. */
const sameSide = (one: number | string | undefined, other: number | string | undefined) =>
  one === other || typeof one === 'string' || typeof other === 'string' || (one === 1 && other === 5)

/** CenterNet and CenterFace: a heat map of centres, with maps of sizes and offsets, and perhaps of points. */
const centers: Recogniser = ({ outputs, file, size }) => {
  if (outputs.length < 3 || outputs.length > 4 || outputs.some(({ shape }) => shape.length !== 4)) return null
  const of = (planes: number) => outputs.filter(({ shape }) => shape[1] === planes)
  const pairs = of(2)
  const sizes = pairs.find(({ name }) => /wh|size|scale/i.test(name)) ?? pairs[0]
  const shifts = pairs.find((pair) => pair !== sizes)
  const points = of(10)[0]
  const heat = outputs.find((output) => !pairs.includes(output) && output !== points)
  const classes = Number(heat?.shape[1])
  const columns = heat?.shape[3]
  if (!heat || !sizes || !shifts || pairs.length !== 2 || !(classes >= 1)) return null
  if (outputs.length !== (points ? 4 : 3) || (typeof columns === 'number' && columns * 4 !== size.width)) return null
  const isFace = points !== undefined && classes === 1
  const areRaw = boundsOf(file, heat.name)?.by !== 'Sigmoid' && !/sigmoid/i.test(heat.name)
  return {
    kind: isFace ? 'CenterFace' : 'CenterNet',
    choice: {
      decode: 'centers',
      output: heat.name,
      heads: [sizes, shifts, ...(points ? [points] : [])].map(({ name }) => name),
      ...(isFace ? { sizes: 'exponential' as const } : areRaw && { activation: 'sigmoid' as const }),
    },
    output: heat.name,
    with: outputs.flatMap(({ name }) => (name === heat.name ? [] : [name])),
    classes,
    ...(isFace && { names: ['face'] }),
    range: isFace ? '0..255' : 'imagenet',
    order: isFace ? 'RGB' : 'BGR',
    sure: 0.9,
  }
}

/**
 * RTMDet without its last steps: planes of scores and of four distances for each grid; with masks also of
 * weights, and one more map.
 */
const rtmdet: Recogniser = ({ outputs, file, size }) => {
  const strides = [8, 16, 32]
  if (outputs.length !== 6 && outputs.length !== 10) return null
  const onGrid = (stride: number) =>
    outputs.filter(
      ({ shape }) => shape.length === 4 && shape[2] === size.height / stride && shape[3] === size.width / stride,
    )
  const planes = ({ shape }: TensorInfo) => Number(shape[1])
  const prototypes = outputs.length === 10 ? onGrid(8).find((output) => output === outputs.at(-1)) : undefined
  const length = prototypes && kernelLength(planes(prototypes))
  const levels = strides.map((stride) => {
    const all = onGrid(stride).filter((output) => output !== prototypes)
    const sides = all.find((output) => planes(output) === 4)
    const kernel = all.find((output) => planes(output) === length)
    const scores = all.find((output) => output !== sides && output !== kernel)
    return all.length === (prototypes ? 3 : 2) && scores && sides && (kernel || !prototypes)
      ? { scores, sides, kernel }
      : null
  })
  const [first] = levels
  if (!first || levels.some((level) => !level || planes(level.scores) !== planes(first.scores))) return null
  const names = (part: 'scores' | 'sides' | 'kernel') => levels.flatMap((level) => level?.[part]?.name ?? [])
  const last = makerOf(file, first.sides.name)
  const step = last?.op === 'Mul' ? file.constants.get(last.inputs[1] ?? '')?.values : undefined
  return {
    kind: prototypes ? 'RTMDet-Ins' : 'RTMDet',
    choice: {
      decode: 'rtmdet',
      strides,
      classes: names('scores'),
      distances: names('sides'),
      ...(prototypes && { kernels: names('kernel'), prototypes: prototypes.name }),
      ...(step?.length === 1 && step[0] === strides[0] && { inPixels: true as const }),
      ...(boundsOf(file, first.scores.name)?.by !== 'Sigmoid' && { activation: 'sigmoid' as const }),
    },
    output: first.scores.name,
    with: outputs.flatMap(({ name }) => (name === first.scores.name ? [] : [name])),
    classes: planes(first.scores),
    range: 'imagenet',
    order: 'BGR',
    sure: 0.9,
  }
}

/**
 * FCOS without its last steps: for each grid planes of scores, of four distances, and one of how near a thing's centre
 * is. Boxes that correct anchors look the same but for their numbers, which may be below 0 (ATSS): those are a
 * different kind.
 */
const fcos: Recogniser = ({ outputs, file, size }) => {
  if (outputs.length < 9 || outputs.length % 3 !== 0 || outputs.some(({ shape }) => shape.length !== 4)) return null
  const planes = ({ shape }: TensorInfo) => Number(shape[1])
  const sides = outputs.filter((output) => planes(output) === 4)
  const levels = sides.map((side) => {
    const same = outputs.filter((output) => output !== side && output.shape[3] === side.shape[3])
    const middle =
      same.find((output) => planes(output) === 1 && /cent|ctr/i.test(output.name)) ??
      same.find((output) => planes(output) === 1)
    const scores = same.find((output) => output !== middle)
    return { stride: size.width / Number(side.shape[3]), side, middle, scores, isWhole: same.length === 2 }
  })
  const strides = levels.map(({ stride }) => stride)
  if (levels.length * 3 !== outputs.length || new Set(strides).size !== strides.length) return null
  if (!levels.every(({ isWhole, stride }) => isWhole && Number.isInteger(stride))) return null
  const classes = new Set(levels.map(({ scores }) => scores && planes(scores)))
  const [count] = classes
  if (classes.size !== 1 || count === undefined) return null
  const [first] = levels
  const last = first && distanceSteps(file, first.side.name)
  if (!first || !last) return null
  const names = (part: 'scores' | 'side' | 'middle') => levels.flatMap((level) => level[part]?.name ?? [])
  const output = first.scores?.name ?? ''
  return {
    kind: 'FCOS',
    choice: {
      decode: 'rtmdet',
      strides,
      classes: names('scores'),
      distances: names('side'),
      middles: names('middle'),
      ...(last.inPixels && { inPixels: true as const }),
      ...(boundsOf(file, output)?.by !== 'Sigmoid' && { activation: 'sigmoid' as const }),
    },
    output,
    with: outputs.flatMap(({ name }) => (name === output ? [] : [name])),
    classes: count,
    range: 'caffe',
    order: 'BGR',
    sure: 0.92,
  }
}

/**
 * How the network makes the distances to the sides, which are never negative; null if they may be negative.
 */
function distanceSteps(file: OnnxFile, tensor: string): { inPixels: boolean } | null {
  let isScaled = false
  let made = makerOf(file, tensor)
  if (made?.op === 'Mul') {
    isScaled = true
    const [one = '', other = ''] = made.inputs
    made = makerOf(file, file.constants.has(one) ? other : one)
  }
  if (made?.op === 'Exp') return { inPixels: true }
  return made?.op === 'Relu' ? { inPixels: isScaled } : null
}

export const GRIDS: Recogniser[] = [rtmdet, fcos, yunet, nanodet, blaze, scrfd, oneGrid, mlsd, openpose, east, centers]
