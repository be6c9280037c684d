import { type BlendMode, type Box, blendModes, type ColorChange, type Fit } from '../../src/images'
import { boxFault, quoteValue, refuseBoxInPixels, refuseBoxOutOfOrder, refuseUnseen, ValueError } from '../../src/types'

/** The largest side a picture is enlarged to, in pixels. */
const LARGEST = 16384

export interface Adjustment extends ColorChange {
  /** The part that is kept. */
  crop: Box
  /** Degrees, clockwise. */
  rotate: number
  flipLeftRight: boolean
  flipTopBottom: boolean
  /** Pixels; null: follows from the other, or stays. */
  width: number | null
  height: number | null
  /** `inside`: as large as fits into the size, without borders. */
  fit: Fit | 'inside'
  greyscale: boolean
  /** Pixels. */
  blur: number
  composite: Composite
  /** Labels or categories to keep; empty: all but the background. */
  labels: string[]
  invertMask: boolean
  /** What lies behind where the message brings no picture: `#rrggbb`. */
  color: string
  blend: BlendMode
  /** 0 to 1. */
  amount: number
}

export type Composite = 'none' | 'cutout' | 'replace' | 'blend'

/**
 * Reads the settings of a node, which the editor stores as typed (texts), with the ones of a message laid over them.
 *
 * @throws ValueError naming the setting, what it is and what it may be
 */
export function readAdjustment(settings: Record<string, unknown>): Adjustment {
  const number = (name: string, fallback: number, min: number, max: number) =>
    readNumber(settings[name], name, fallback, min, max)
  const size = (name: string) => (isEmpty(settings[name]) ? null : Math.round(number(name, 1, 1, LARGEST)))
  const choice = <T extends string>(name: string, choices: readonly T[]) => readChoice(settings[name], name, choices)
  return {
    crop: readCrop(settings),
    rotate: number('rotate', 0, -3600, 3600),
    flipLeftRight: settings.flipLeftRight === true,
    flipTopBottom: settings.flipTopBottom === true,
    width: size('width'),
    height: size('height'),
    fit: choice('fit', ['cover', 'contain', 'fill', 'inside']),
    hue: number('hue', 0, -3600, 3600),
    saturation: number('saturation', 100, 0, 1000) / 100,
    brightness: number('brightness', 100, 0, 1000) / 100,
    greyscale: settings.greyscale === true,
    invert: settings.invert === true,
    blur: number('blur', 0, 0, 1000),
    composite: choice('composite', ['none', 'cutout', 'replace', 'blend']),
    labels: readLabels(settings.labels),
    invertMask: settings.invertMask === true,
    color: readColor(settings.color),
    blend: choice('blend', blendModes),
    amount: number('amount', 100, 0, 100) / 100,
  }
}

function isEmpty(value: unknown): boolean {
  return value === undefined || value === null || value === ''
}

function readNumber(value: unknown, name: string, fallback: number, min: number, max: number): number {
  if (isEmpty(value)) return fallback
  const number = typeof value === 'string' ? Number(value) : value
  if (typeof number === 'number' && number >= min && number <= max) return number
  throw new ValueError(`${name} is ${quoteValue(value)}, but must be a number from ${min} to ${max}`)
}

function readChoice<T extends string>(value: unknown, name: string, choices: readonly T[]): T {
  if (isEmpty(value)) return choices[0] as T
  if (choices.includes(value as T)) return value as T
  throw new ValueError(`${name} is ${quoteValue(value)}, but must be one of ${choices.join(', ')}`)
}

/** A message gives the box that stays (as detectors do), the form what is cut off each side, in percent. */
function readCrop(settings: Record<string, unknown>): Box {
  const { crop } = settings
  if (!isEmpty(crop)) {
    return readBox(crop)
  }
  const part = (name: string) => readNumber(settings[name], name, 0, 0, 100) / 100
  const box: Box = [part('cropLeft'), part('cropTop'), 1 - part('cropRight'), 1 - part('cropBottom')]
  if (box[0] < box[2] && box[1] < box[3]) return box
  throw new ValueError(
    'the crop takes away the whole picture: left and right, or top and bottom, add up to 100 percent',
  )
}

/** @throws ValueError where it is no box, or shows nothing of the picture */
function readBox(crop: unknown): Box {
  const box = ArrayBuffer.isView(crop) ? Array.from(crop as unknown as ArrayLike<number>) : crop
  if (!Array.isArray(box) || box.length !== 4 || !box.every(Number.isFinite)) {
    throw new ValueError(`crop is ${quoteValue(crop)}, but must be a box [left, top, right, bottom] from 0 to 1`)
  }
  refuseBoxInPixels(box)
  refuseBoxOutOfOrder(box)
  if (boxFault(box)) refuseUnseen({ box })
  return box as unknown as Box
}

function readLabels(value: unknown): string[] {
  const names = Array.isArray(value) ? value.map(String) : typeof value === 'string' ? value.split(',') : []
  return names.map((name) => name.trim()).filter(Boolean)
}

function readColor(value: unknown): string {
  if (isEmpty(value)) return '#000000'
  if (typeof value === 'string' && /^#([0-9a-f]{3}|[0-9a-f]{6})$/i.test(value)) return value
  throw new ValueError(`color is ${quoteValue(value)}, but must be a colour such as #ff8800`)
}
