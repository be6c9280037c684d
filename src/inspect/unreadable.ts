import type { TensorInfo } from '../engine'
import type { Looks } from './looks'
import { areMixed } from './mixed-planes'
import { inWords } from './names'
import type { OutputPart } from './output-part'
import { reason } from './reason'

/** A kind of output whose numbers only mean something after steps outside the file. */
interface Kind {
  is(output: TensorInfo, looks: Looks, hasPicture: boolean): boolean
  why: string
}

const KINDS: Kind[] = [
  {
    is: isSpatial,
    why: reason`It is one grid of a detector that looks for things in space (lidar), whose last steps aren't in the file; its numbers are sent unchanged.`,
  },
  {
    is: (output, looks, hasPicture) => hasPicture && isHead(output, looks),
    why: reason`It is one grid of a detector without its last steps, of a kind that Daisychain doesn't know; its numbers are sent unchanged. Look for a version of the model that outputs boxes.`,
  },
  {
    is: isTagged,
    why: reason`It outputs heat maps of points with tags that separate several people (HigherHRNet), which Daisychain cannot turn into bodies; its numbers are sent unchanged. Look for a version of the model that outputs points, or a network for one person.`,
  },
  {
    is: mayBeTagged,
    why: reason`Its planes are scores of as many labels, or heat maps of half as many points with tags that separate several people; the file doesn't say which. Its numbers are sent unchanged. If they are labels, choose that.`,
  },
  {
    is: ({ name, shape }, { file }, hasPicture) => hasPicture && shape.length === 4 && areMixed(file, name),
    why: reason`Its planes are made by different last steps, such as scores beside distances, so they aren't colours or labels; its numbers are sent unchanged. Steps outside the file make something of them.`,
  },
  {
    is: areColorBins,
    why: reason`It gives scores of 313 colours for each place, but which colours these are is not in the file; its numbers are sent unchanged. Look for a version of the model that gives the colours themselves.`,
  },
]

/**
 * Recognises an output that can't be read although its kind is known: proposes plain numbers, with a note on
 * what is missing.
 */
export function proposeUnreadable(output: TensorInfo, looks: Looks, hasPicture: boolean): OutputPart | null {
  const found = KINDS.find(({ is }) => is(output, looks, hasPicture))
  return found ? { as: 'numbers', why: found.why, confidence: 'guess' } : null
}

/**
 * Whether an output is one of the grids of a detector without its last steps: at least two kinds of planes, each on the
 * same three grids or more. Masks of inner steps and feature pyramids have only one kind.
 */
export function isHead({ name }: TensorInfo, { outputs, grids = outputs }: Looks): boolean {
  const shape = grids.find((output) => output.name === name)?.shape ?? []
  if (!isGrid(shape)) return false
  const sorts = new Map<number, string[]>()
  for (const { shape } of grids) {
    if (!isGrid(shape)) continue
    const [, planes, rows, columns] = shape
    sorts.set(planes, [...(sorts.get(planes) ?? []), `${rows} × ${columns}`])
  }
  const own = sorts.get(shape[1])
  const all = (list: string[]) => [...new Set(list)].sort().join()
  if (!own || own.length < 3 || new Set(own).size !== own.length) return false
  return [...sorts].some(
    ([planes, list]) => planes !== shape[1] && list.length === own.length && all(list) === all(own),
  )
}

/** The number of a body's points in networks for several people: CrowdPose, COCO and whole bodies. */
const BODIES = new Set([14, 17, 133])

/**
 * Whether an output is heat maps of points with as many planes that tell people apart: stacked, next to the same heat
 * maps on a grid twice as fine (HigherHRNet), or named as such.
 */
function isTagged({ shape }: TensorInfo, { outputs }: Looks, hasPicture: boolean): boolean {
  const [first, second] = outputs
  if (!hasPicture || outputs.length !== 2 || !first || !second || shape.length !== 4) return false
  const [coarse, fine] = Number(first.shape[1]) >= Number(second.shape[1]) ? [first, second] : [second, first]
  const count = Number(fine.shape[1])
  if (first.shape.join() === second.shape.join())
    return BODIES.has(count) && outputs.some(({ name }) => /\btags?\b|assoc/.test(inWords(name)))
  if (coarse.shape[1] !== 2 * count) return false
  if (isGrid(coarse.shape) && isGrid(fine.shape))
    return fine.shape[2] === 2 * coarse.shape[2] && fine.shape[3] === 2 * coarse.shape[3]
  return BODIES.has(count) && coarse.shape.slice(2).join() !== fine.shape.slice(2).join()
}

/**
 * Whether an output alone, coarser than the picture and not called labels, has twice as many planes as a body has
 * points: stacked heat maps and tags, unless it is a map with that many labels.
 */
function mayBeTagged(
  { name, shape }: TensorInfo,
  { inputs, outputs, file, called = '' }: Looks,
  hasPicture: boolean,
): boolean {
  const [, planes, rows, columns] = shape
  const picture = inputs.find((input) => input.shape.length === 4)
  const isWhole = picture?.shape[2] === rows && picture?.shape[3] === columns
  const words = [name, file.graphName, called].map(inWords).join(' ')
  return (
    hasPicture &&
    outputs.length === 1 &&
    shape.length === 4 &&
    BODIES.has(Number(planes) / 2) &&
    !isWhole &&
    !/\bseg|label|class|parsing|semantic|cityscape/.test(words)
  )
}

/** The number of colours from which Zhang's colouring network chooses. */
const BINS = 313

function areColorBins({ shape }: TensorInfo, { inputs }: Looks): boolean {
  const isGrey = inputs.some((input) => input.shape.length === 4 && (input.shape[1] === 1 || input.shape[3] === 1))
  return isGrey && shape.length === 4 && (shape[1] === BINS || shape[3] === BINS)
}

/** Words in the input names of networks for 3D data. */
const SPACE = /\b(voxels?|pillars?|lidar|point clouds?|coors|spatial features?|bev)\b/

/** Whether a network's input is a lidar scan seen from above. */
export const seesSpace = (inputs: readonly TensorInfo[]): boolean =>
  inputs.some(({ name }) => SPACE.test(inWords(name)))

function isSpatial({ shape, name }: TensorInfo, { inputs }: Looks): boolean {
  return seesSpace(inputs) && shape.length === 4 && !/seg|label|\bmap\b/.test(inWords(name))
}

type Grid = [batch: number | string, planes: number, rows: number, columns: number]

const isGrid = (shape: TensorInfo['shape']): shape is Grid =>
  shape.length === 4 && shape.slice(1).every((size) => typeof size === 'number')
