import { basename } from 'node:path'
import { EngineError } from '../error'
import type { Feed, Fetch, ModelInfo, PixelFeed, TensorInfo } from '../types'
import { pixelDims } from './pixel-dims'

export const refuse = (message: string): never => {
  throw new EngineError('feed', message)
}

/**
 * Checks feeds and fetches against the model, to report clear sentences instead of the native library's
 * errors.
 */
export function checkRun(
  path: string,
  model: ModelInfo,
  feeds: Record<string, Feed>,
  fetches: Record<string, Fetch>,
  carried: Readonly<Record<string, unknown>> = {},
  onCard: Readonly<Record<string, unknown>> = {},
): void {
  const name = basename(path)
  for (const fed of Object.keys(feeds))
    if (!model.inputs.some((input) => input.name === fed))
      refuse(`${name} has no input "${fed}"; its inputs are ${list(model.inputs)}.`)
  if (Object.keys(fetches).length === 0)
    refuse(`No output of ${name} was asked for; its outputs are ${list(model.outputs)}.`)
  for (const fetched of Object.keys(fetches))
    if (!model.outputs.some((output) => output.name === fetched))
      refuse(`${name} has no output "${fetched}"; its outputs are ${list(model.outputs)}.`)
  for (const input of model.inputs) {
    if (Object.hasOwn(carried, input.name)) continue
    const feed = Object.hasOwn(feeds, input.name) ? feeds[input.name] : undefined
    if (!feed) refuse(`${name} needs the input "${input.name}", which is missing.`)
    else checkFeed(`The input "${input.name}" of ${name}`, feed, input, Object.hasOwn(onCard, input.name))
  }
}

/** @param isOnCard whether its numbers are on the graphics card in the right shape, and needn't be sent */
function checkFeed(what: string, feed: Feed, input: TensorInfo, isOnCard: boolean): void {
  const dtype = feed.dtype ?? input.dtype
  if (dtype !== input.dtype) refuse(`${what} takes ${input.dtype} numbers, not ${dtype}.`)
  const dims = feed.kind === 'tensor' ? feed.dims : pixelDims(feed)
  if (!dims.every((size) => Number.isInteger(size) && size >= 0))
    refuse(`${what} was given the shape ${shape(dims)}, which contains values that aren't whole numbers.`)
  const fits =
    dims.length === input.shape.length &&
    input.shape.every((wanted, i) => typeof wanted === 'string' || wanted === dims[i])
  if (!fits) refuse(`${what} takes the shape ${shape(input.shape)}, not ${shape(dims)}.`)
  const count = feed.kind === 'pixels' ? feed.width * feed.height * feed.channels : dims.reduce((a, b) => a * b, 1)
  if (feed.kind === 'pixels' && feed.dims) {
    const planes = feed.width * feed.height * (feed.luma ? 1 : feed.channels)
    const wanted = dims.reduce((a, b) => a * b, 1)
    if (wanted === 0 || wanted % planes !== 0)
      refuse(`${what} was given a picture of ${planes} values, which don't fill the shape ${shape(dims)}.`)
  }
  if (!isOnCard && feed.data.length !== count)
    refuse(`${what} was given ${feed.data.length} values, but the shape ${shape(dims)} holds ${count}.`)
  if (feed.kind === 'pixels') checkLines(what, feed.luma ? { ...feed, channels: 1 } : feed)
}

/** Checks scale and offset of each channel, also for outputs requested as pixels. */
export function checkLines(
  what: string,
  { channels, scale, offset }: Pick<PixelFeed, 'channels' | 'scale' | 'offset'>,
): void {
  for (const [word, value] of Object.entries({ scale, offset })) {
    if (Array.isArray(value) && value.length !== channels)
      refuse(`${what} was given ${value.length} values of ${word} for ${channels} channels.`)
    if (![value].flat().every(Number.isFinite)) refuse(`${what} was given a ${word} that isn't a number.`)
  }
}

const shape = (dims: (number | string)[]) => dims.map((size) => (size === '' ? '?' : size)).join('×') || '(one number)'
const list = (tensors: TensorInfo[]) => tensors.map(({ name }) => `"${name}"`).join(', ')
