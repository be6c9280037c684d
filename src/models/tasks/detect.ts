import type { FetchedTensor } from '../../engine'
import { onBlack } from '../../images'
import type { Image } from '../../types'
import { drawnOn, drawShapes } from '../../types/converters/draw-shapes'
import { activate } from '../detection/activation'
import { type Candidate, suppress } from '../detection/candidates'
import { decoders } from '../detection/decode'
import { boxMasks, canvasMasks, foundMasks, type Masks, mixedMasks } from '../detection/masks'
import type { DetectSettings } from '../detection/settings'
import type { Corners } from '../detection/turned'
import type { Port } from '../manifest'
import { named, outputPorts } from '../ports'
import type { Original } from '../tensor-outputs'
import { prepareFeeds } from './feeds'
import { fetchesOf, outputsOf } from './outputs'
import type { Job } from './task'

/** A detected thing. All coordinates are from 0 to 1. */
export interface Instance {
  category: string
  score: number
  /** Left, top, right, bottom. */
  box: Corners
  /** White inside the thing, in the size of the picture. */
  mask?: Image
  landmarks?: [number, number][]
  /** The confidence of each landmark. */
  landmark_scores?: number[]
}

/**
 * Detects things in the picture of the port `image`. The port `category` limits them to one class,
 * `min_score` to a minimum score. The output `instances` lists them, best first; `output` shows them. The
 * variant's fetches may make further outputs, for additional maps.
 */
export async function detect(job: Job): Promise<Record<string, unknown>> {
  const image = job.inputs.image as Image
  const settings = job.variant.settings as unknown as DetectSettings
  const { found, original, tensors, others } = await findThings(job)
  const masks = masksOf(settings, tensors, original)
  const things: { thing: Candidate; instance: Instance }[] = []
  for (const { thing, place } of found) {
    const instance: Instance = {
      category: place.category,
      score: place.score,
      box: place.box.map(within) as Corners,
    }
    if (masks) instance.mask = await masks.one(thing, instance.box)
    if (place.landmarks) instance.landmarks = place.landmarks.map(([x, y]) => [within(x), within(y)])
    if (thing.landmarkScores) instance.landmark_scores = thing.landmarkScores
    things.push({ thing, instance })
  }
  const instances = things.map(({ instance }) => instance)
  if (masks && settings.shows !== 'drawn') {
    const all = await masks.all(things.map(({ thing, instance: { mask } }) => ({ thing, mask: mask as Image })))
    return { ...others, output: await onBlack(image, all), instances }
  }
  return {
    ...others,
    output: await drawOn(image, instances, named(outputPorts(job.model, job.variant).flat(), 'instances')),
    instances,
  }
}

/** The list that a step passes on under the name `to`. Its coordinates may be outside the picture. */
export async function find(job: Job): Promise<Record<string, unknown>> {
  const { found } = await findThings(job)
  return { [job.to ?? 'instances']: found.map(({ place }) => place) }
}

const MANY_POINTS = 60

/** A picture with the box, mask or landmarks of each thing drawn on it. */
export function drawOn(image: Image, things: unknown[], list: Port): Promise<Image> {
  // Lines must be visible in the small preview inside a node, but thick ones would hide many points close
  // together.
  const isMany = things.some((thing) => ((thing as Partial<Instance>).landmarks?.length ?? 0) > MANY_POINTS)
  const lineWidth = Math.max(isMany ? 1 : 2, Math.round(Math.max(image.width, image.height) / (isMany ? 500 : 100)))
  const drawing = { ...drawShapes.settingsFor(list.type, { type: 'image' }), lineWidth }
  return drawnOn(image, things, drawing)
}

/** The things in the picture, best first, and the network's other outputs. */
async function findThings(job: Job) {
  const settings = job.variant.settings as unknown as DetectSettings
  const { limit = 100 } = settings
  const decoder = decoders[settings.decode ?? 'boxes']
  const { feeds, originals, tokens } = await prepareFeeds(job)
  const [original] = originals.values()
  if (!original) throw new Error('A detector needs a feed of kind "image".')
  const wanted = [...decoder.tensors(settings), ...[settings.masks, settings.prototypes].flatMap((name) => name ?? [])]
  const tables = Object.fromEntries(wanted.map((name) => [name, { kind: 'tensor' } as const]))
  const fetched = await job.run(feeds, { ...fetchesOf(job, originals), ...tables })
  const tensors = fetched as Record<string, FetchedTensor>
  const others = await outputsOf(job, fetched, { originals, tokens })
  const { width, height } = original.placement
  const minScore = (job.inputs.min_score as number | undefined) ?? settings.minScore
  const candidates = decoder.decode({ tensors, width, height }, settings, minScore)
  const chosen = choose(candidates, settings, job.inputs.category as string | undefined).slice(0, limit)
  const onThis = (point: readonly number[]) => onPicture(point, original, settings)
  const found = chosen.map((thing) => {
    const { score, label, corners, outline, landmarks = outline } = thing
    const place = {
      category: nameOf(label, settings),
      score: within(score),
      box: [...onThis(corners.slice(0, 2)), ...onThis(corners.slice(2))] as Corners,
      ...(landmarks && { landmarks: landmarks.map(onThis) }),
    }
    return { thing, place }
  })
  return { found, original, tensors, others }
}

/** How masks are made from the network's outputs; undefined if there are none. */
function masksOf(
  { masks, masksOf = 'canvas', rawMasks, prototypes, kernels }: DetectSettings,
  tensors: Record<string, FetchedTensor>,
  original: Original,
): Masks | undefined {
  if (kernels && !tensors[prototypes ?? '']) return undefined
  const made = kernels
    ? foundMasks
    : prototypes === undefined
      ? masksOf === 'box'
        ? boxMasks
        : canvasMasks
      : mixedMasks
  const tensor = tensors[prototypes ?? masks ?? '']
  if (!tensor || !rawMasks) return tensor && made(tensor, original)
  const shares = (tensor.data as Float32Array).map((value) => activate(value, 'sigmoid'))
  return made({ ...tensor, data: shares }, original)
}

function choose(candidates: Candidate[], settings: DetectSettings, category = 'any'): Candidate[] {
  const things = candidates.filter(({ label }) => {
    const name = nameOf(label, settings)
    return name !== '' && (category === 'any' || name === category)
  })
  const { maxOverlap } = settings
  return maxOverlap === undefined ? things.sort((a, b) => b.score - a.score) : suppress(things, maxOverlap)
}

/** Empty for the background. */
function nameOf(label: number, { names, firstLabel = 0 }: DetectSettings): string {
  return names[label - firstLabel] ?? ''
}

const within = (share: number) => Math.min(1, Math.max(0, share))

/** A point of the canvas, as fractions of the picture. */
function onPicture(
  point: readonly number[],
  original: Original,
  { unit = 'canvas' }: DetectSettings,
): [number, number] {
  const [x = 0, y = 0] = point
  const { width, height, box } = original.placement
  if (unit === 'picture') return [x / original.width, y / original.height]
  const [left, top] = unit === 'share' ? [x * width, y * height] : [x, y]
  return [(left - box.left) / box.width, (top - box.top) / box.height]
}
