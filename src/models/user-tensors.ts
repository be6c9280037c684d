import type { Layout, TensorInfo } from '../engine'
import { type PortType, type SegmentationType, ValueError } from '../types'
import type { AroundSize, ChosenSize, FeedSpec, FetchSpec, Port, Scaling, SizeSpec } from './manifest'

/**
 * The range of the file's colour values: 0 to 1 (`unit`), −1 to 1, 0 to 255, or normalised with ImageNet's
 * mean. `model`: the same as in the model's first variant.
 */
export type ColorRange = 'model' | 'unit' | 'signed' | 'bytes' | 'imagenet'

/**
 * A user's own file that replaces a variant: the value of a node's setting `own`, which also contains the
 * resulting ports.
 */
export interface UserFile {
  /** A path on the computer that runs Node-RED, relative to its user directory. */
  file: string
  /** Applies to input and output colours. */
  range?: ColorRange
  outputRange?: ColorRange
  /**
   * The label names in the order of the file's planes. If missing, they are read from `labels.txt` next to
   * the file, or are the model's.
   */
  labels?: string[]
}

interface Fitted<Spec> {
  spec: Spec
  /** Parameters of the port's type that differ from the model's. */
  changes: Record<string, unknown>
}

type Side = number | string | undefined

const SCALINGS: Record<Exclude<ColorRange, 'model'>, Scaling> = {
  unit: { range: [0, 1] },
  signed: { range: [-1, 1] },
  bytes: { range: [0, 255] },
  imagenet: { range: [0, 1], mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225] },
}

/** The spec with another scaling. */
function scaled<Spec extends Scaling>(spec: Spec, range: ColorRange = 'model'): Spec {
  if (range === 'model') return spec
  const { range: _, mean, std, scale, offset, ...rest } = spec
  return { ...rest, ...SCALINGS[range] } as Spec
}

/** How to make another file's tensor, based on the model's spec. @throws ValueError */
export function fitFeed(spec: FeedSpec, port: Port, tensor: TensorInfo, own: UserFile): Fitted<FeedSpec> {
  const { shape } = tensor
  switch (spec.kind) {
    case 'image': {
      const { layout, channels, width, height } = planes(tensor, spec.layout)
      const wanted = port.type.type === 'image' ? (port.type.channels ?? 3) : 3
      requireCount(channels, wanted, tensor, 'colour channels')
      const dtype = pixelType(tensor)
      const range = dtype === 'uint8' ? 'bytes' : own.range
      return { spec: scaled({ ...spec, layout, size: sized(spec.size, width, height), dtype }, range), changes: {} }
    }
    case 'mask': {
      const { layout, channels, width, height } = planes(tensor, spec.layout)
      requireCount(channels, 1, tensor, 'channels of a mask')
      return { spec: { ...spec, layout, size: sized(spec.size, width, height), dtype: pixelType(tensor) }, changes: {} }
    }
    case 'labels': {
      const { channels, width, height } =
        spec.as === 'ids' ? { channels: undefined, width: shape[2], height: shape[1] } : planes(tensor, 'NCHW')
      const size = sized(spec.size, width, height)
      const fixed = size.fit === 'keep' ? {} : { width: size.width, height: size.height }
      return { spec: { ...spec, size }, changes: { ...labelChanges(port.type, channels, tensor, own), ...fixed } }
    }
    case 'vector':
      return { spec, changes: typeof shape[1] === 'number' ? { length: shape[1] } : {} }
    case 'noise':
    case 'text':
      return { spec: typeof shape[1] === 'number' ? { ...spec, length: shape[1] } : spec, changes: {} }
    default:
      return { spec, changes: {} }
  }
}

/** How to read another file's tensor, based on the model's spec. @throws ValueError */
export function fitFetch(spec: FetchSpec, port: Port, tensor: TensorInfo, own: UserFile): Fitted<FetchSpec> {
  switch (spec.kind) {
    case 'image': {
      const { layout, channels, width, height } = planes(tensor, spec.layout)
      const wanted = port.type.type === 'image' ? (port.type.channels ?? 3) : 3
      requireCount(channels, wanted, tensor, 'colour channels')
      const changes = spec.sizeOf ? {} : { width: fixedSide(width), height: fixedSide(height) }
      return { spec: scaled({ ...spec, layout }, own.outputRange), changes }
    }
    case 'values': {
      const { layout, channels } = planes(tensor, spec.layout ?? 'NCHW')
      requireCount(channels, 1, tensor, 'channels')
      return { spec: { ...spec, layout }, changes: {} }
    }
    case 'labels': {
      const count = tensor.shape.at(spec.axis)
      return { spec, changes: labelChanges(port.type, count, tensor, own) }
    }
    default:
      return { spec, changes: {} }
  }
}

/**
 * The layout of a tensor, and its number of channels, height and width. Those of free dimensions aren't
 * numbers.
 */
function planes({ name, shape }: TensorInfo, usual: Layout) {
  const hasBatch = shape.length === 4
  const sides: Side[] = hasBatch ? shape.slice(1) : shape
  if (sides.length !== 3) throw new ValueError(`its “${name}” has ${shape.length} dimensions, but a picture has 3 or 4`)
  const isPlanes = (side: Side) => typeof side === 'number' && side <= 4
  const isUndecided = isPlanes(sides[0]) === isPlanes(sides[2])
  const planesFirst = isUndecided ? usual.endsWith('CHW') : isPlanes(sides[0])
  const layout: Layout = planesFirst ? (hasBatch ? 'NCHW' : 'CHW') : hasBatch ? 'NHWC' : 'HWC'
  const [channels, height, width] = planesFirst ? sides : [sides[2], sides[0], sides[1]]
  return { layout, channels, width, height }
}

function sized<S extends SizeSpec | ChosenSize | AroundSize>(usual: S, width: Side, height: Side): S | SizeSpec {
  if (typeof width !== 'number' || typeof height !== 'number') return usual
  return usual.fit === 'keep' || usual.fit === 'chosen'
    ? { fit: 'stretch', width, height }
    : { ...usual, width, height }
}

/** Null removes a fixed size that the model's own variant has. */
function fixedSide(side: Side): number | null {
  return typeof side === 'number' ? side : null
}

function labelChanges(type: PortType, count: Side, tensor: TensorInfo, own: UserFile): Record<string, unknown> {
  const labels = own.labels?.length ? own.labels : ((type as SegmentationType).labels ?? [])
  requireCount(count, labels.length, tensor, 'labels')
  if (!own.labels?.length) return {}
  const isKnown = own.labels.includes((type as SegmentationType).defaultLabel ?? '')
  return { labels, labelToId: null, labelToColor: null, ...(!isKnown && { defaultLabel: null }) }
}

function requireCount(count: Side, wanted: number, { name }: TensorInfo, what: string): void {
  if (typeof count !== 'number' || count === wanted) return
  const advice = what === 'labels' ? `: list the names of its ${count} labels` : ''
  throw new ValueError(`its “${name}” has ${count} ${what} instead of ${wanted}${advice}`)
}

function pixelType({ name, dtype }: TensorInfo): 'float32' | 'float16' | 'uint8' {
  if (dtype === 'float32' || dtype === 'float16' || dtype === 'uint8') return dtype
  throw new ValueError(`its “${name}” takes numbers of the type ${dtype}, which pictures cannot be converted to`)
}
