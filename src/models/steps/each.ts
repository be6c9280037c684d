import { type Image, isImage } from '../../types'
import { overlap } from '../detection/candidates'
import { boxAround } from '../detection/turned'
import { isSized } from '../feed'
import { placement } from '../fit'
import type { EachSpec, FetchSpec } from '../manifest'
import type { Job, Task } from '../tasks/task'
import { type Crop, cropOf, cut, pictureBack, pointBack, type Thing } from './crop'
import { createFollower } from './follow'

/** Objects that are preprocessed and postprocessed while the network runs another one. */
const AT_ONCE = 2

/**
 * Runs a step for each object in a list, on its crop of the picture.
 *
 * @param list detects objects; called only if following the previous ones isn't enough
 * @returns the objects with the step's results, in fractions of the whole picture, best first
 */
export async function runEach(job: Job, each: EachSpec, list: () => Promise<Thing[]>, task: Task): Promise<Thing[]> {
  const feed = Object.values(job.variant.feeds).find(isSized)
  if (!feed) throw new Error('A step for each thing needs a feed of kind "image".')
  const picture = job.inputs[feed.from] as Image
  const most = Number(typeof each.most === 'string' ? (job.inputs[each.most] ?? 10) : (each.most ?? 10))
  const see = async (thing: Thing, crop: Crop): Promise<Thing> => {
    const { box } = placement(feed.size, Math.max(1, Math.round(crop.width)), Math.max(1, Math.round(crop.height)))
    const part = await cut(picture, crop, box.width, box.height)
    const made = await task({ ...job, inputs: { ...job.inputs, [feed.from]: part } })
    return { ...thing, ...(await back(made, job.variant.fetches, crop, picture, each.guides)) }
  }
  const seeAll = async (things: { thing: Thing; crop: Crop }[]): Promise<Thing[]> => {
    const seen = await atOnce(things, AT_ONCE, ({ thing, crop }) => see(thing, crop))
    return seen.filter((thing) => isOne(thing, each))
  }
  const follower = each.follow ? createFollower(job.state, picture) : undefined
  const followed = (follower?.last ?? []).slice(0, most)
  const mayBeMore = followed.length < most && (follower?.mayBeMore ?? true)
  // Detection runs in parallel with the followed objects. Losing some of those only leaves room for more.
  const listed = mayBeMore ? list() : undefined
  listed?.catch(() => {}) // It is awaited below.
  const crops = followed.map((thing) => ({ thing, crop: cropOf(thing, each.follow, picture) }))
  let seen = distinct(await seeAll(crops), each)
  const looks = seen.length < most && (mayBeMore || seen.length < followed.length)
  if (looks) {
    const found = (await (listed ?? list())).filter((thing) => !seen.some((other) => isAround(other, thing)))
    const fresh = found.slice(0, most - seen.length)
    seen = distinct(
      [...seen, ...(await seeAll(fresh.map((thing) => ({ thing, crop: cropOf(thing, each.crop, picture) }))))],
      each,
    )
  }
  follower?.keep(seen, looks)
  return seen.map((thing) => onPicture(withoutGuides(thing, each, job.variant.fetches)))
}

/** The object without the landmarks that only guide the search in the next picture. */
function withoutGuides(thing: Thing, { guides }: EachSpec, fetches: Record<string, FetchSpec>): Thing {
  if (!guides || !thing.landmarks) return thing
  const kept: Thing = { ...thing, landmarks: thing.landmarks.slice(0, -guides) }
  for (const spec of Object.values(fetches))
    if ((spec.kind === 'points' || spec.kind === 'peaks') && spec.to === 'landmarks' && spec.scores)
      kept[spec.scores] = (thing[spec.scores] as Float32Array).slice(0, -guides)
  return kept
}

function isOne(thing: Thing, { least = {} }: EachSpec): boolean {
  return Object.entries(least).every(([field, value]) => Number(thing[field]) >= value)
}

function distinct(things: Thing[], { maxOverlap }: EachSpec): Thing[] {
  if (maxOverlap === undefined) return things
  const score = ({ score }: Thing) => Number(score ?? 0)
  const kept: Thing[] = []
  for (const thing of [...things].sort((a, b) => score(b) - score(a)))
    if (kept.every(({ box }) => !box || !thing.box || overlap(box, thing.box) <= maxOverlap)) kept.push(thing)
  // In the original order, so that followed objects keep their index.
  return things.filter((thing) => kept.includes(thing))
}

/** Whether the centre of a detection is inside an object that is already followed. */
function isAround({ box }: Thing, { box: other }: Thing): boolean {
  if (!box || !other) return false
  const [x, y] = [(other[0] + other[2]) / 2, (other[1] + other[3]) / 2]
  return x >= box[0] && x <= box[2] && y >= box[1] && y <= box[3]
}

/**
 * Converts the network's result for a crop to fractions of the picture. If there are landmarks, the object's
 * box is computed from them.
 */
async function back(
  made: Record<string, unknown>,
  fetches: Record<string, FetchSpec>,
  crop: Crop,
  picture: Image,
  guides = 0,
): Promise<Partial<Thing>> {
  const thing: Partial<Thing> = { ...made }
  for (const { kind, to } of Object.values(fetches)) {
    const value = made[to]
    if (kind === 'points' || kind === 'peaks')
      thing[to] = (value as [number, number][]).map((point) => pointBack(crop, point))
    else if (isImage(value)) thing[to] = await pictureBack(crop, value, picture)
  }
  if ('landmarks' in made && thing.landmarks)
    thing.box = boxAround(thing.landmarks.slice(0, thing.landmarks.length - guides))
  return thing
}

/** Clips the box to the picture. */
function onPicture(thing: Thing): Thing {
  const within = (share: number) => Math.min(1, Math.max(0, share))
  return thing.box ? { ...thing, box: thing.box.map(within) as [number, number, number, number] } : thing
}

/** Calls `work` for all items, at most `count` at a time, and returns the results in order. */
async function atOnce<A, B>(all: readonly A[], count: number, work: (one: A) => Promise<B>): Promise<B[]> {
  const results: B[] = new Array(all.length)
  let next = 0
  const take = async () => {
    for (let i = next++; i < all.length; i = next++) results[i] = await work(all[i] as A)
  }
  await Promise.all(Array.from({ length: Math.min(count, all.length) }, take))
  return results
}
