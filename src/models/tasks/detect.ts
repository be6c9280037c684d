import sharp from 'sharp'
import type { FetchedTensor } from '../../engine'
import { Image } from '../../types'
import type { Original } from '../fetch'
import { crop, unplace } from '../fit'
import { prepareFeeds } from './feeds'
import type { Job } from './task'

/**
 * Things in a picture, each with its box and mask. The variant's settings name the tensors and the limits; port `category`
 * limits the things to one kind; output `instances` lists them, best first, output `output` shows them on black.
 */
export interface DetectSettings {
  /** Float32 [1, n, 4]: left, top, right, bottom in pixels of the model's canvas. */
  boxes: string
  /** Whole numbers [1, n]: places in `names`. */
  labels: string
  /** Float32 [1, n], 0 to 1. */
  scores: string
  /** Float32 [1, n, H, W], 0 to 1, of the whole canvas. */
  masks: string
  names: string[]
  /** Things below this score are left out. */
  minScore: number
}

export interface Instance {
  category: string
  score: number
  /** Left, top, right, bottom, 0 to 1. */
  box: [number, number, number, number]
  /** White where the thing is, in the size of the picture. */
  mask: Image
}

export async function detect(job: Job): Promise<Record<string, unknown>> {
  const image = job.inputs.image as Image
  const { boxes, labels, scores, masks, names, minScore } = job.variant.settings as unknown as DetectSettings
  const wanted = job.inputs.category as string | undefined
  const { feeds, originals } = await prepareFeeds(job)
  const original = originals.get('image')
  if (!original) throw new Error('A detector needs a feed of kind "image".')
  const tensor = { kind: 'tensor' } as const
  const found = await job.run(feeds, { [boxes]: tensor, [labels]: tensor, [scores]: tensor, [masks]: tensor })
  const [box, label, score, mask] = [boxes, labels, scores, masks].map((name) => found[name]) as [
    FetchedTensor,
    FetchedTensor,
    FetchedTensor,
    FetchedTensor,
  ]
  const category = (index: number) => names[Number(label.data[index])] ?? 'unknown'
  const chosen = Array.from(score.data as Float32Array, (value, index) => ({ index, score: value }))
    .filter((each) => each.score >= minScore && (!wanted || wanted === 'any' || category(each.index) === wanted))
    .sort((a, b) => b.score - a.score)
  const [width, height] = [mask.dims.at(-1) as number, mask.dims.at(-2) as number]
  const planes = chosen.map(({ index }) =>
    (mask.data as Float32Array).subarray(index * width * height, (index + 1) * width * height),
  )
  const instances: Instance[] = []
  for (const [i, { index, score }] of chosen.entries()) {
    const corners = (box.data as Float32Array).subarray(index * 4, index * 4 + 4)
    instances.push({
      category: category(index),
      score: Math.min(1, Math.max(0, score)),
      box: onPicture(corners, original),
      mask: await fullMask(planes[i] as Float32Array, width, height, original),
    })
  }
  return {
    output: await onBlack(image, await fullMask(union(planes, width * height), width, height, original)),
    instances,
  }
}

/** Pixels of the canvas as parts of the picture. */
function onPicture(corners: Float32Array, { placement: { box } }: Original): Instance['box'] {
  const part = (value: number, start: number, size: number) => Math.min(1, Math.max(0, (value - start) / size))
  const [left = 0, top = 0, right = 0, bottom = 0] = corners
  return [
    part(left, box.left, box.width),
    part(top, box.top, box.height),
    part(right, box.left, box.width),
    part(bottom, box.top, box.height),
  ]
}

/** A soft mask of the canvas as a hard one of the picture: enlarged first, so that its edge is smooth. */
async function fullMask(soft: Float32Array, width: number, height: number, original: Original): Promise<Image> {
  const bytes = Uint8Array.from(soft, (value) => Math.round(Math.min(1, Math.max(0, value)) * 255))
  const part = unplace(original.placement, width, height)
  const data = await sharp(crop(bytes, width, 1, part), {
    raw: { width: part.width, height: part.height, channels: 1 },
  })
    .resize(original.width, original.height, { fit: 'fill', kernel: 'linear' })
    .threshold(128)
    .toColourspace('b-w')
    .raw()
    .toBuffer()
  return new Image({ width: original.width, height: original.height, channels: 1, data })
}

function union(planes: Float32Array[], length: number): Float32Array {
  const all = new Float32Array(length)
  for (const plane of planes) for (let i = 0; i < length; i++) all[i] = Math.max(all[i] as number, plane[i] as number)
  return all
}

/** The picture where the mask is white, else black. */
async function onBlack(image: Image, mask: Image): Promise<Image> {
  const { width, height } = image
  const data = await sharp(image.data, { raw: { width, height, channels: 3 } })
    .composite([
      { input: Buffer.from(mask.data as Uint8Array), raw: { width, height, channels: 1 }, blend: 'multiply' },
    ])
    .removeAlpha()
    .raw()
    .toBuffer()
  return new Image({ width, height, channels: 3, data })
}
