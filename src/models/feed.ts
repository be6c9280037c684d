import type { DataType, Feed, TensorData } from '../engine'
import { resizeLabels } from '../images'
import { freshSeed, normals } from '../random'
import { type Image, type Segmentation, toBytes, type VectorType } from '../types'
import { type Placement, place, placement } from './fit'
import type { FeedSpec, Port } from './manifest'
import type { Tokenizer } from './tokenizer'

export interface Prepared {
  feed: Feed
  /** Of pictures: where the picture lies on the model's canvas. */
  placement?: Placement
}

/**
 * Makes the tensor of one input.
 *
 * @param value of the port, as `readValue` gives it; undefined for an optional one that is missing
 * @param tokenizer reads one of the model's files
 */
export async function prepare(
  spec: FeedSpec,
  port: Port,
  value: unknown,
  tokenizer: (file: string) => Tokenizer,
): Promise<Prepared> {
  switch (spec.kind) {
    case 'vector': {
      const data = value === undefined ? middle(port.type as VectorType) : Float32Array.from(value as ArrayLike<number>)
      return { feed: { kind: 'tensor', dtype: 'float32', dims: [1, data.length], data } }
    }
    case 'number': {
      const { dtype = 'float32', dims = [1] } = spec
      return { feed: { kind: 'tensor', dtype, dims, data: tensorData(dtype, [value as number]) } }
    }
    case 'noise': {
      const data = Float32Array.from(normals((value as number | undefined) ?? freshSeed(), spec.length))
      return { feed: { kind: 'tensor', dtype: 'float32', dims: [1, spec.length], data } }
    }
    case 'text': {
      const { length, pad } = spec
      const ids = tokenizer(spec.tokenizer)
        .encode(value as string)
        .slice(0, length)
      const data = BigInt64Array.from({ length }, (_, i) => BigInt(ids[i] ?? pad))
      return { feed: { kind: 'tensor', dtype: 'int64', dims: [1, length], data } }
    }
    case 'image':
      return prepareImage(spec, value as Image)
    case 'labels':
      return prepareLabels(spec, value as Segmentation)
  }
}

function middle({ length = 1, samplingMean = 0 }: VectorType): Float32Array {
  return new Float32Array(length).fill(samplingMean)
}

async function prepareImage(spec: Extract<FeedSpec, { kind: 'image' }>, image: Image): Promise<Prepared> {
  const { layout, order, scale, offset, dtype, size } = spec
  const where = placement(size, image.width, image.height)
  const fill = size.fit === 'letterbox' ? size.fill : 0
  const { width, height, channels, data } = toBytes(await place(image, where, fill))
  return {
    feed: {
      kind: 'pixels',
      data: data as Uint8Array,
      width,
      height,
      channels,
      layout,
      scale,
      offset,
      ...(order && { order }),
      ...(dtype && { dtype }),
    },
    placement: where,
  }
}

async function prepareLabels(spec: Extract<FeedSpec, { kind: 'labels' }>, map: Segmentation): Promise<Prepared> {
  // A label map has no "nothing" to fill a border with, so a letterbox is a stretch.
  const size: typeof spec.size = spec.size.fit === 'letterbox' ? { ...spec.size, fit: 'stretch' } : spec.size
  const where = placement(size, map.width, map.height)
  const { width, height } = where
  const { data: ids, labels } = await resizeLabels(map, width, height)
  if (spec.as === 'ids') {
    const dtype = spec.dtype ?? 'int64'
    return { feed: { kind: 'tensor', dtype, dims: [1, height, width], data: tensorData(dtype, ids) }, placement: where }
  }
  const planes = new Float32Array(labels.length * ids.length)
  for (let i = 0; i < ids.length; i++) planes[(ids[i] as number) * ids.length + i] = 1
  return {
    feed: { kind: 'tensor', dtype: 'float32', dims: [1, labels.length, height, width], data: planes },
    placement: where,
  }
}

function tensorData(dtype: DataType, numbers: ArrayLike<number>): TensorData {
  if (dtype === 'int64')
    return BigInt64Array.from(numbers as unknown as number[], (number) => BigInt(Math.round(number)))
  if (dtype === 'int32') return Int32Array.from(numbers)
  if (dtype === 'float32') return Float32Array.from(numbers)
  throw new Error(
    `A manifest asks for a tensor of ${dtype}, which is not made from numbers: use float32, int32 or int64.`,
  )
}
