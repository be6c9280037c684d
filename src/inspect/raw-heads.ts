import type { TensorInfo } from '../engine'
import type { OnnxFile } from '../onnx/contents'
import type { Detector, DetectorChoice, Found, Recogniser } from './detector'
import { boundsOf, uses } from './graph'
import { reason } from './reason'

/** Versions of YOLO by what their missing last steps would do. Anchors are in pixels, one list for each grid. */
interface Version {
  kind: string
  anchors: number[][]
  reach?: number[]
  sizes?: 'squared'
  softmax?: true
}

const OF_THREE = [
  [10, 13, 16, 30, 33, 23],
  [30, 61, 62, 45, 59, 119],
  [116, 90, 156, 198, 373, 326],
]
const OF_FOUR = [
  [12, 16, 19, 36, 40, 28],
  [36, 75, 76, 55, 72, 146],
  [142, 110, 192, 243, 459, 401],
]
const LAST = [81, 82, 135, 169, 344, 319]
const DOUBLE = { reach: [2, 2, 2], sizes: 'squared' as const }

const V3: Version = { kind: 'YOLOv3', anchors: OF_THREE }
const V4: Version = { kind: 'YOLOv4', anchors: OF_FOUR, reach: [1.2, 1.1, 1.05] }
const V5: Version = { kind: 'YOLOv5', anchors: OF_THREE, ...DOUBLE }
const V7: Version = { kind: 'YOLOv7', anchors: OF_FOUR, ...DOUBLE }
const V3_TINY: Version = { kind: 'YOLOv3-tiny', anchors: [[10, 14, 23, 27, 37, 58], LAST] }
const V4_TINY: Version = { kind: 'YOLOv4-tiny', anchors: [[23, 27, 37, 58, 81, 82], LAST], reach: [1.05, 1.05] }
/** Anchor sizes in cells of 32 pixels, for COCO and for Pascal VOC. */
const V2_COCO = [0.57273, 0.677385, 1.87446, 2.06253, 3.33843, 5.47434, 7.88282, 3.52778, 9.77052, 9.16828]
const V2_VOC = [1.08, 1.19, 3.42, 4.41, 6.63, 11.38, 9.42, 5.11, 16.62, 10.52]

const STRIDES = [[8, 16, 32], [16, 32], [32]]

/** YOLO without its last steps: a grid for each stride, all with the same number of values per cell. */
export const rawHeads: Recogniser = ({ outputs, file, size }) => {
  for (const strides of STRIDES) {
    const count = strides.length === 1 ? 5 : 3
    const heads = strides.flatMap((stride) => headOf(outputs, stride, count, size) ?? [])
    const [first] = heads
    if (!first || heads.length < strides.length || heads.some(({ fields }) => fields !== first.fields)) continue
    // Anything else on the same grids belongs to another kind of detector.
    const isOfGrid = (shape: TensorInfo['shape']) =>
      strides.some((stride) => shape[2] === size.height / stride && shape[3] === size.width / stride)
    if (outputs.some(({ name, shape }) => isOfGrid(shape) && !heads.some((head) => head.name === name))) continue
    const version = versionOf(strides.length, first.fields - 5, file)
    if (version) return found(version, strides, heads, file)
  }
  return null
}

function found(version: Version, strides: number[], heads: Head[], file: OnnxFile): Found {
  const { kind, anchors, reach, sizes, softmax } = version
  const names = heads.map(({ name }) => name)
  const [output = '', ...others] = names
  const areShares = names.every((name) => boundsOf(file, name)?.by === 'Sigmoid')
  const choice: DetectorChoice = {
    decode: 'anchors',
    heads: names,
    strides,
    anchors,
    ...(reach && { reach }),
    ...(sizes && { sizes }),
    ...(!areShares && { activation: softmax ? 'softmax' : 'sigmoid' }),
  }
  return {
    kind: reason`${kind} without its last steps`,
    choice,
    output,
    with: others,
    classes: (heads[0]?.fields ?? 6) - 5,
    note: `${reason`the file doesn't contain the sizes of its anchors, so those of ${kind} are used`}; ${reason`a manifest can set others`}`,
    range: '0..1',
    order: 'RGB',
    sure: 0.8,
  }
}

interface Head {
  name: string
  /** The number of values per anchor. */
  fields: number
}

function headOf(outputs: readonly TensorInfo[], stride: number, count: number, size: Detector['size']): Head | null {
  const [rows, columns] = [size.height / stride, size.width / stride]
  for (const { name, shape } of outputs) {
    const [one, two, three, four] = shape.slice(1)
    const isLast = one === rows && two === columns
    const fields =
      shape.length === 4 && (isLast || (two === rows && three === columns))
        ? Number(isLast ? three : one) / count
        : shape.length === 5 && (isLast ? three === count : one === count && two === rows && three === columns)
          ? Number(four)
          : Number.NaN
    // A multiple of 32 planes suggests features rather than boxes.
    const areFeatures = shape.length === 4 && (fields * count) % 32 === 0
    if (Number.isInteger(fields) && fields >= 6 && !areFeatures) return { name, fields }
  }
  return null
}

/** Recognises the version by steps that only some have; null if it is probably not YOLO. */
function versionOf(heads: number, classes: number, file: OnnxFile): Version | null {
  if (heads === 1) {
    if (classes !== 80 && classes !== 20 && !/yolo/i.test(file.graphName)) return null
    const anchors = [(classes === 20 ? V2_VOC : V2_COCO).map((cells) => cells * 32)]
    return { kind: 'YOLOv2', anchors, softmax: true }
  }
  if (heads === 2) return file.nodes.filter(({ op }) => op === 'MaxPool').length > 3 ? V3_TINY : V4_TINY
  if (/yolo_?v?7/i.test(file.graphName)) return V7
  if (uses(file, 'Softplus') || uses(file, 'Mish')) return V4
  return uses(file, 'LeakyRelu') || file.nodes.every(({ op }) => op !== 'Sigmoid' && op !== 'HardSwish') ? V3 : V5
}
