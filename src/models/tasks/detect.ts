import type { FetchedTensor } from '../../engine'
import { codec, encodeImage, onBlack } from '../../images'
import type { Image } from '../../types'
import { drawShapes } from '../../types/converters/draw-shapes'
import { activate } from '../detection/activation'
import { type Candidate, type Corners, suppress } from '../detection/candidates'
import { decoders } from '../detection/decode'
import { boxMasks, canvasMasks, type Masks, mixedMasks } from '../detection/masks'
import type { DetectSettings } from '../detection/settings'
import { named, outputPorts } from '../ports'
import type { Original } from '../tensor-outputs'
import { prepareFeeds } from './feeds'
import type { Job } from './task'

/** A thing in the picture; all places from 0 to 1. */
export interface Instance {
  category: string
  score: number
  /** Left, top, right, bottom. */
  box: Corners
  /** White where the thing is, in the size of the picture. */
  mask?: Image
  landmarks?: [number, number][]
  /** How sure each of them is. */
  landmark_scores?: number[]
}

/**
 * Finds things in the picture of port `image`. Port `category` limits them to one kind, `min_score` to the surer ones.
 * Output `instances` lists them, best first; `output` shows them.
 */
export async function detect(job: Job): Promise<Record<string, unknown>> {
  const image = job.inputs.image as Image
  const settings = job.variant.settings as unknown as DetectSettings
  const { limit = 100 } = settings
  const decoder = decoders[settings.decode ?? 'boxes']
  const { feeds, originals } = await prepareFeeds(job)
  const original = originals.get('image')
  if (!original) throw new Error('A detector needs a feed of kind "image".')
  const wanted = [...decoder.tensors(settings), ...[settings.masks, settings.prototypes].flatMap((name) => name ?? [])]
  const tensors = await job.run(feeds, Object.fromEntries(wanted.map((name) => [name, { kind: 'tensor' } as const])))
  const { width, height } = original.placement
  const minScore = (job.inputs.min_score as number | undefined) ?? settings.minScore
  const candidates = decoder.decode({ tensors, width, height }, settings, minScore)
  const chosen = choose(candidates, settings, job.inputs.category as string | undefined).slice(0, limit)

  const masks = masksOf(settings, tensors, original)
  const found: { thing: Candidate; instance: Instance }[] = []
  for (const thing of chosen) {
    const { score, label, corners, outline, landmarks = outline, landmarkScores } = thing
    const box = [
      ...onPicture(corners.slice(0, 2), original, settings),
      ...onPicture(corners.slice(2), original, settings),
    ]
    const instance: Instance = {
      category: nameOf(label, settings),
      score: Math.min(1, Math.max(0, score)),
      box: box as Corners,
    }
    if (masks) instance.mask = await masks.one(thing, instance.box)
    if (landmarks) instance.landmarks = landmarks.map((point) => onPicture(point, original, settings))
    if (landmarkScores) instance.landmark_scores = landmarkScores
    found.push({ thing, instance })
  }
  const instances = found.map(({ instance }) => instance)
  if (masks && settings.shows !== 'drawn') {
    const all = await masks.all(found.map(({ thing, instance: { mask } }) => ({ thing, mask: mask as Image })))
    return { output: await onBlack(image, all), instances }
  }
  // Wide enough to be seen in the small picture inside a node.
  const lineWidth = Math.max(2, Math.round(Math.max(image.width, image.height) / 100))
  const list = named(outputPorts(job.model, job.variant).flat(), 'instances')
  const drawing = { ...drawShapes.settingsFor(list.type, { type: 'image' }), lineWidth }
  return {
    output: await drawShapes.convert(instances, drawing, { ...codec, encode: encodeImage, canvas: image }),
    instances,
  }
}

/** How its masks are made; undefined where a network has none. */
function masksOf(
  { masks, masksOf = 'canvas', rawMasks, prototypes }: DetectSettings,
  tensors: Record<string, FetchedTensor>,
  original: Original,
): Masks | undefined {
  const made = prototypes === undefined ? (masksOf === 'box' ? boxMasks : canvasMasks) : mixedMasks
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

/** Empty for what is no thing. */
function nameOf(label: number, { names, firstLabel = 0 }: DetectSettings): string {
  return names[label - firstLabel] ?? ''
}

/** A point as shares of the picture. */
function onPicture(
  point: readonly number[],
  original: Original,
  { unit = 'canvas' }: DetectSettings,
): [number, number] {
  const [x = 0, y = 0] = point
  const { width, height, box } = original.placement
  const share = (value: number) => Math.min(1, Math.max(0, value))
  if (unit === 'picture') return [share(x / original.width), share(y / original.height)]
  const [left, top] = unit === 'share' ? [x * width, y * height] : [x, y]
  return [share((left - box.left) / box.width), share((top - box.top) / box.height)]
}
