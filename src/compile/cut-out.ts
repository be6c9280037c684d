import { type Port, settingOf, type Variant } from '../models'
import type { DetectSettings } from '../models/detection/settings'
import { isSized } from '../models/feed'
import { placement, unplace } from '../models/fit'
import type { Link } from './chain'
import { CompileError } from './compile-error'
import { pictureFor } from './feeds'
import type { Glue } from './glue'
import { restored } from './sizes'
import type { Value } from './value'

/** The input for a detector's minimum score. */
export const SCORE = 'min_score'

/** A detector whose network has been run. */
interface Detector {
  glue: Glue
  link: Link
  ports: readonly Port[]
  taken: ReadonlyMap<string, Value>
  /** One of the network's outputs, by its name in the settings. */
  tensor(name: string): { name: string; dims: number[] }
}

/**
 * Why a detector's settings can't be expressed in ONNX, as the end of a sentence; undefined if they can.
 */
export function whyNotCutOut({ settings }: Variant, port: Port): string | undefined {
  const {
    decode = 'boxes',
    labels,
    masks,
    masksOf,
    rawMasks,
    prototypes,
    activation,
    maxOverlap,
    shows,
  } = settings as unknown as DetectSettings
  if (port.name !== 'output')
    return `outputs a list of things (“${port.name}”), which isn't a tensor. Compile up to a node that uses its picture.`
  const isPlain = decode === 'boxes' && labels !== undefined && maxOverlap === undefined && !activation
  const hasMasks =
    masks !== undefined && masksOf !== 'box' && !rawMasks && prototypes === undefined && shows !== 'drawn'
  return isPlain && hasMasks
    ? undefined
    : 'chooses its things, or makes their masks, in a way that cannot be expressed in ONNX yet.'
}

/**
 * A detector's picture: black except for the things that have at least the minimum score and the category in
 * the node's setting.
 */
export async function cutOut({ glue, link, ports, taken, tensor }: Detector): Promise<Value> {
  const { called, variant, node } = link
  const settings = variant.settings as unknown as DetectSettings
  const { names, firstLabel = 0, limit = 100 } = settings
  const port = (name: string) => ports.find((one) => one.name === name) as Port
  const masks = tensor(settings.masks as string)
  const [count, height, width] = masks.dims.slice(-3) as [number, number, number]
  if (count > limit)
    throw new CompileError(
      `${called} finds up to ${count} things and keeps the ${limit} most confident, which cannot be expressed in ONNX yet.`,
    )

  const category = ports.some(({ name }) => name === 'category')
    ? settingOf(port('category'), variant, node.config)
    : undefined
  const isWanted = (name: string) => name !== '' && (category === undefined || category === 'any' || name === category)
  // Labels before the first name or after the last aren't things.
  const table = [0, ...Array.from({ length: firstLabel }, () => 0), ...names.map((name) => Number(isWanted(name))), 0]
  const label = glue.cast(glue.reshape(tensor(settings.labels as string).name, [count]), 'float32')
  const place = glue.add('Add', [label, glue.constant([], [1])])
  const atLeast = glue.add('Max', [place, glue.constant([], [0])])
  const within = glue.add('Min', [atLeast, glue.constant([], [table.length - 1])])
  const wanted = glue.add('Gather', [glue.constant([table.length], table), glue.cast(within, 'int64')], { axis: 0 })

  const score = glue.reshape(tensor(settings.scores as string).name, [count])
  const least = taken.get(SCORE)?.name ?? glue.constant([1], [settings.minScore])
  const isSure = glue.cast(glue.add('Not', [glue.add('Less', [score, least])]), 'float32')
  const chosen = glue.reshape(glue.add('Mul', [wanted, isSure]), [count, 1, 1])
  const all = glue.add('Mul', [glue.reshape(masks.name, [count, height, width]), chosen])
  const union = glue.add('ReduceMax', [all], { axes: [0], keepdims: 0 })

  const picture = await pictureFor(glue, link, port('image'), taken.get('image'))
  const soft = glue.bytes(glue.add('Mul', [glue.reshape(union, [height, width, 1]), glue.constant([], [255])]))
  const spec = Object.values(variant.feeds).find(isSized)
  if (!spec) throw new Error('A detector needs a feed of kind "image".')
  const part = unplace(placement(spec.size, picture.width, picture.height), width, height)
  // The mask is enlarged before the threshold, so that its edge is smooth.
  const large = await restored(glue, { name: soft, width, height }, part, picture, 'linear')
  const isThing = glue.add('Not', [glue.add('Less', [glue.cast(large, 'float32'), glue.constant([], [128])])])
  const cut = glue.add('Mul', [glue.cast(picture.name, 'float32'), glue.cast(isThing, 'float32')])
  const { width: wide, height: high } = picture
  return { kind: 'picture', name: glue.cast(cut, 'uint8'), width: wide, height: high, channels: picture.channels as 3 }
}
