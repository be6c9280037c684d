import type { InputChoice, InputKind, OutputChoice, OutputKind, PictureChoice, PointsChoice, Proposal } from './choice'
import { asLightness } from './coloring'
import { knownLabels, numberedLabels } from './labels'
import { fixedCount, flatSides, pictureShape, type Shape } from './shapes'

/** The types that an input of this shape can be changed to. */
export function inputKinds({ shape, dtype, as }: InputChoice, outputs: readonly OutputChoice[]): InputKind[] {
  const isSingle = fixedCount(shape) === 1 || ((fixedCount(shape) ?? 1) === 1 && shape.length <= 2)
  const kinds: [InputKind, boolean][] = [
    ['picture', mayBePicture(shape) || isFlat(shape)],
    ['labels', mayBePicture(shape)],
    ['numbers', !isSingle || shape.length > 0],
    ['number', isSingle],
    ['switch', isSingle],
    ['text', dtype.includes('int') && shape.length === 2],
    ['state', outputs.some((output) => matches(shape, output.shape))],
  ]
  return kinds.flatMap(([kind, fits]) => (fits || kind === as ? [kind] : []))
}

/** The types that an output of this shape can be changed to. */
export function outputKinds({ shape, as, detector, writer, rows }: OutputChoice, hasPicture = false): OutputKind[] {
  const isSingle = fixedCount(shape) === 1 || ((fixedCount(shape) ?? 1) === 1 && shape.length <= 2)
  const isRow = shape.filter((size) => size !== 1).length <= 2
  // Rows for text aren't a map, even with a map's number of values.
  const isMap = mayBePicture(shape) && rows === undefined && writer === undefined
  const kinds: [OutputKind, boolean][] = [
    ['text', writer !== undefined],
    ['picture', isMap || isFlat(shape)],
    ['values', isMap],
    ['labels', isMap],
    ['category', isRow && !isSingle && fixedCount(shape) !== undefined],
    ['colors', hasPicture && isMap && (shape.at(-3) === 2 || shape.at(-1) === 2)],
    ['things', detector !== undefined],
    ['points', hasPicture && (fixedCount(shape) ?? 0) >= 4],
    ['numbers', !isSingle],
    ['number', isSingle],
    ['state', false],
    ['unused', true],
  ]
  return kinds.flatMap(([kind, fits]) => (fits || kind === as ? [kind] : []))
}

function mayBePicture(shape: Shape): boolean {
  return (shape.length === 3 || shape.length === 4) && (fixedCount(shape) ?? 64) >= 64
}

/** Whether a tensor [1, n] may be a picture whose rows follow one another. */
function isFlat(shape: Shape): boolean {
  return shape.length === 2 && (fixedCount(shape) ?? 0) >= 64
}

function matches(one: Shape, other: Shape): boolean {
  return (
    one.length === other.length &&
    one.every((size, i) => typeof size === 'string' || typeof other[i] === 'string' || size === other[i])
  )
}

/** Returns the proposal with another type for an input. */
export function withInputKind(proposal: Proposal, tensor: string, as: InputKind): Proposal {
  const before = proposal.inputs.find((input) => input.tensor === tensor)
  if (!before || before.as === as) return proposal
  const of = proposal.outputs.find((output) => matches(before.shape, output.shape))?.tensor
  const inputs = proposal.inputs.map((input): InputChoice => {
    if (input !== before) return input
    const { of: _, ...rest } = input
    return {
      ...rest,
      ...chosen,
      as,
      ...((as === 'picture' || as === 'labels') && { picture: input.picture ?? pictureFor(input.shape, true) }),
      ...(as === 'number' && { value: input.value ?? 1 }),
      ...(as === 'switch' && { value: input.value ?? 0 }),
      ...(as === 'text' && { tokenizer: input.tokenizer ?? 'tokenizer.json', part: input.part ?? 'ids' }),
      ...(as === 'state' && of !== undefined && { of }),
    }
  })
  const outputs = proposal.outputs.map((output): OutputChoice => {
    if (as === 'state' && output.tensor === of) return { ...output, ...chosen, as: 'state' }
    if (before.as === 'state' && output.tensor === before.of) return { ...output, ...chosen, as: 'numbers' }
    return output
  })
  return { ...proposal, inputs: withPayload(inputs), outputs }
}

/** Returns the proposal with another type for an output. */
export function withOutputKind(proposal: Proposal, tensor: string, as: OutputKind): Proposal {
  const outputs = proposal.outputs.map((output): OutputChoice => {
    if (output.tensor !== tensor || output.as === as) return output
    const isMap = as === 'labels'
    const count = namedCount({ ...output, as })
    const labels = output.labels ?? knownLabels(isMap ? 'map' : 'one of', count)?.labels ?? numberedLabels(count)
    const picture = {
      ...(output.picture ?? pictureFor(output.shape, false)),
      ...(as !== 'picture' && { channels: 1 as const }),
    }
    return {
      ...output,
      ...chosen,
      as,
      ...((as === 'picture' || as === 'values' || as === 'colors' || isMap) && { picture }),
      ...((isMap || as === 'category') && { labels }),
      ...(as === 'category' && { softmax: output.softmax ?? false }),
      ...(as === 'points' && { points: output.points ?? pointsFor(output) }),
    }
  })
  const inputs = proposal.inputs.map((input) => lightened(input, outputs))
  return { ...proposal, inputs, outputs }
}

/** Returns the proposal with one option of its question chosen, and the question removed. */
export function withOption({ question, ...proposal }: Proposal, option: number): Proposal {
  const { inputs = {}, outputs = {} } = question?.options[option] ?? {}
  const changed = <C extends InputChoice | OutputChoice>(choice: C, changes: Partial<C> | undefined): C =>
    changes ? { ...choice, ...changes, ...(choice.tensor === question?.about && chosen) } : choice
  return {
    ...proposal,
    inputs: proposal.inputs.map((input) => changed(input, inputs[input.tensor])),
    outputs: proposal.outputs.map((output) => changed(output, outputs[output.tensor])),
  }
}

/** Changes an input to the picture's lightness if the outputs are colours, and back if they aren't. */
function lightened(input: InputChoice, outputs: readonly OutputChoice[]): InputChoice {
  const { picture } = input
  const isColored = outputs.some(({ as }) => as === 'colors')
  if (input.as !== 'picture' || !picture || (picture.lightness ?? false) === isColored) return input
  if (isColored) return { ...input, picture: asLightness(picture) }
  const { lightness: _, ...rest } = picture
  return { ...input, picture: rest }
}

/** The number of names that an output needs: one for each plane of a map, or for each score. */
export function namedCount({
  as,
  shape,
  picture,
  labels,
}: Pick<OutputChoice, 'as' | 'shape' | 'picture' | 'labels'>): number {
  if (as === 'things') return labels?.length ?? 0
  if (as !== 'labels') return fixedCount(shape) ?? 0
  const planes = picture?.layout.endsWith('HWC') ? shape.at(-1) : shape.at(-3)
  return typeof planes === 'number' && planes > 1 ? planes : 256
}

/** Reads several maps as heat maps, and anything else as coordinates. */
function pointsFor({ shape, picture }: OutputChoice): PointsChoice {
  const isMap = shape.length === 4 && (picture !== undefined || Number(shape.at(-1)) > 3)
  return isMap ? { size: 2, scored: true, heat: {} } : { size: pointSizeOf(shape) }
}

/** Two numbers per point, or three if the count is odd. */
function pointSizeOf(shape: Shape): 2 | 3 {
  const last = shape.filter((size) => size !== 1).at(-1)
  return last === 3 || (fixedCount(shape) ?? 0) % 2 !== 0 ? 3 : 2
}

const chosen = { why: '', confidence: 'certain' } as const

function pictureFor(shape: Shape, isInput: boolean): PictureChoice {
  if (isFlat(shape)) {
    const sides = sidesFor(fixedCount(shape) ?? 0, 1)
    const flat = {
      layout: 'NCHW',
      order: 'RGB',
      range: '0..1',
      flat: true,
      channels: 1,
      ...(flatSides(shape) ?? sides),
    } as const
    return { ...flat, ...(isInput && { fit: 'stretch' as const }) }
  }
  const found = pictureShape(shape)
  const layout = found?.layout ?? (shape.length === 4 ? 'NCHW' : 'CHW')
  const channels = found?.channels === 1 || found?.channels === 4 ? found.channels : 3
  const { width, height } = found ?? {}
  const size = width && height ? { fit: 'stretch' as const, width, height } : { fit: 'keep' as const }
  return { layout, channels, order: 'RGB', range: '0..1', ...(isInput ? size : { restore: true }) }
}

/**
 * Changes the sides or channels of a flat picture. If the numbers don't divide evenly, the other side is
 * adjusted.
 */
export function reshaped(count: number, picture: PictureChoice, changes: Partial<PictureChoice>): PictureChoice {
  const { channels, width, height } = { ...picture, ...changes }
  const planes = channels === 3 && count % 3 === 0 ? 3 : 1
  const side = changes.height ?? (changes.width ? count / planes / changes.width : undefined)
  const isWhole = side !== undefined && Number.isInteger(side) && Number.isInteger(count / planes / side)
  const kept = !changes.width && !changes.height && (width ?? 0) * (height ?? 0) * planes === count
  const sides = kept ? {} : isWhole ? { height: side, width: count / planes / side } : sidesFor(count, planes)
  return { ...picture, ...changes, channels: planes, ...sides }
}

/** The sides of the most nearly square picture. */
function sidesFor(count: number, channels: 1 | 3): { width: number; height: number } {
  const area = Math.floor(count / channels)
  let height = Math.max(1, Math.floor(Math.sqrt(area)))
  while (area % height !== 0) height--
  return { width: area / height, height }
}

/** Makes one of the inputs read `payload`, if there is an input. */
function withPayload(inputs: InputChoice[]): InputChoice[] {
  if (inputs.some(({ as, property }) => as !== 'state' && property === 'payload')) return inputs
  const first = inputs.find(({ as }) => as !== 'state')
  return inputs.map((input) => (input === first ? { ...input, property: 'payload' } : input))
}
