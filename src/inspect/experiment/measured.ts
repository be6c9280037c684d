import { dirname } from 'node:path'
import type { Engine, TensorInfo } from '../../engine'
import { findVariant, runModel } from '../../models'
import type { OnnxFile } from '../../onnx/contents'
import type { InputChoice, OutputChoice, PictureChoice, Proposal } from '../choice'
import { uses } from '../graph'
import type { Inspection } from '../inspect'
import { manifestOf, proposalOf } from '../manifest-of'
import { inWords } from '../names'
import { fixedCount } from '../shapes'
import { type Bench, given, listening, type Outcome } from './attempt'
import { samplePicture } from './samples'

/**
 * Two picture sizes that hardly any network refuses and that differ in both sides, with lengths for lists and
 * sounds.
 */
const SIZES = [
  { width: 256, height: 192, length: 16, samples: 16_000 },
  { width: 320, height: 448, length: 256, samples: 48_000 },
]
type Size = (typeof SIZES)[number]

/**
 * The real outputs of a network whose file doesn't say how long they are: its exporter named their dimensions, but no
 * input has those (`Concat_dim_1`). Dimensions that differ between two picture sizes stay open. Null if all is known,
 * or nothing comes out.
 */
export async function measuredOutputs(
  { path, manifest, outputs, inputs, file: name, bytes, sha256, label }: Inspection,
  file: OnnxFile,
  engine: Engine,
  timeLimit: number,
): Promise<TensorInfo[] | null> {
  const proposal = proposalOf(manifest)
  const unknown = outputs.filter((output) => isUnknown(output, inputs))
  if (!proposal || unknown.length === 0) return null
  const bench: Bench = { path, facts: { file: name, bytes, sha256, label }, engine, tapped: null, timeLimit }
  const isOpen = proposal.inputs.some((input) =>
    input.as === 'picture' ? sidesOf(input).includes(undefined) : input.as === 'numbers' && isLong(input),
  )
  const seen: Outcome['raw'][] = []
  for (const size of isOpen ? SIZES : SIZES.slice(0, 1)) {
    const raw = await runPlain(proposal, size, bench).catch(() => null)
    if (!raw) return null
    seen.push(raw)
  }
  // The number of detections depends on the picture, not only on its size.
  const mayChoose = ['NonMaxSuppression', 'NonZero', 'Unique', 'Loop', 'Scan'].some((op) => uses(file, op))
  return outputs.map((output) => {
    const sizes = seen.flatMap((raw) => (raw[output.name] ? [[...(raw[output.name]?.dims ?? [])]] : []))
    return unknown.includes(output) && sizes.length === seen.length ? withSizes(output, sizes, mayChoose) : output
  })
}

/** The side of a square that detectors of any size are mostly trained on. */
const USUAL = 640
/** A detector without its last steps has at least two maps for each of its grids. */
const FEWEST_HEADS = 4

/**
 * For a network that takes pictures of any size and outputs many maps, which may be a detector's grids: its outputs for
 * a picture of the usual size. Null for other networks, or if nothing comes out.
 */
export async function measuredGrids(
  { path, manifest, outputs, file, bytes, sha256, label }: Inspection,
  engine: Engine,
  timeLimit: number,
): Promise<TensorInfo[] | null> {
  const proposal = proposalOf(manifest)
  const pictures = proposal?.inputs.filter(({ as }) => as === 'picture') ?? []
  const maps = outputs.filter(
    ({ shape }) => shape.length === 4 && shape.slice(2).some((side) => typeof side === 'string'),
  )
  const isOpen = pictures.length === 1 && pictures.every((input) => sidesOf(input).every((side) => side === undefined))
  const isFound = proposal?.outputs.some(({ as }) => as === 'things')
  if (!proposal || !isOpen || isFound || maps.length < FEWEST_HEADS) return null
  const bench: Bench = { path, facts: { file, bytes, sha256, label }, engine, tapped: null, timeLimit }
  const raw = await runPlain(proposal, { ...SIZES[0], width: USUAL, height: USUAL } as Size, bench).catch(() => null)
  return raw && outputs.map((output) => ({ ...output, shape: [...(raw[output.name]?.dims ?? output.shape)] }))
}

/**
 * Whether an output has a dimension after the first that no input has. A picture with known planes needs no
 * measuring.
 */
function isUnknown({ shape }: TensorInfo, inputs: readonly TensorInfo[]): boolean {
  const known = new Set(inputs.flatMap((input) => input.shape))
  const isOpen = (size: number | string) => typeof size === 'string' && !known.has(size)
  if (shape.length === 4 && [1, 3].some((at) => typeof shape[at] === 'number')) return false
  return shape.length === 1 ? shape.some(isOpen) : shape.slice(1).some(isOpen)
}

function withSizes(output: TensorInfo, sizes: number[][], mayChoose: boolean): TensorInfo {
  const [first = []] = sizes
  const { shape } = output
  if (first.length !== shape.length) return output
  return {
    ...output,
    shape: shape.map((side, at) => {
      const found = first[at] ?? 0
      // The first dimension is the batch, unless it is the only one.
      if (typeof side === 'number' || (at === 0 && shape.length > 1)) return side
      const isFixed = found > 0 && sizes.every((each) => each[at] === found)
      return isFixed && (!mayChoose || at === shape.length - 1) ? found : side
    }),
  }
}

/** Whether a list may have any length, other than by the batch. */
const isLong = ({ shape }: InputChoice) => fixedCount(shape) === undefined

/** Whether a list of single numbers is a sound, by its name or that of its side. */
const isHeard = (input: InputChoice) =>
  input.as === 'numbers' &&
  isLong(input) &&
  input.shape.every((side) => typeof side === 'string' || side === 1) &&
  [input.tensor, ...input.shape].some((word) => HEARD.test(inWords(String(word))))

const HEARD = /audio|wave|samples?\b|sound|speech|\bpcm\b|\bwav\b|input values/

/** Height and width of a picture, where the file fixes them. */
function sidesOf({ shape, picture }: InputChoice): (number | undefined)[] {
  const sides = picture?.layout.endsWith('HWC') ? shape.slice(-3, -1) : shape.slice(-2)
  return sides.map((side) => (typeof side === 'number' && side > 0 ? side : undefined))
}

/** Runs the network and returns its outputs unchanged. */
async function runPlain(proposal: Proposal, size: Size, bench: Bench) {
  const sized = (input: InputChoice): InputChoice => {
    const [height = size.height, width = size.width] = sidesOf(input)
    return { ...input, picture: { ...(input.picture as PictureChoice), fit: 'stretch', width, height } }
  }
  const plain: Proposal = {
    ...proposal,
    inputs: proposal.inputs.map((input) => (input.as === 'picture' && input.picture ? sized(input) : input)),
    outputs: proposal.outputs.map((output) => (output.as === 'state' ? output : asNumbers(output))),
  }
  const model = { ...manifestOf(plain, bench.facts), folder: dirname(bench.path) }
  const variant = findVariant(model)
  const raw: Outcome['raw'] = Object.create(null)
  const length = proposal.inputs.some(isHeard) ? size.samples : size.length
  await runModel(
    model,
    variant,
    given(plain, model, { ...(await samplePicture('cat')), length }),
    listening(bench, raw, {}),
  )
  return raw
}

function asNumbers({ writer: _, ...output }: OutputChoice): OutputChoice {
  return { ...output, as: 'numbers' }
}
