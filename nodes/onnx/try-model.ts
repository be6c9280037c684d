import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Engine } from '../../src/engine'
import { thumbnail } from '../../src/images'
import { findVariant, inputPorts, type Model, outputPorts, runModel } from '../../src/models'
import { normals } from '../../src/random'
import { type PortType, Segmentation, type SegmentationType, type VectorType } from '../../src/types'

/** Side of the shown results, in pixels. */
const SIDE = 320

/** What a trial came to, for the dialog. */
export interface Trial {
  /** Milliseconds of the run, without the loading. */
  ms: number
  device: string
  outputs: { name: string; image?: string; text?: string }[]
}

/**
 * Runs a model on samples.
 *
 * @param given input port name → value, as far as somebody has chosen one
 * @throws ValueError or EngineError, in a sentence
 */
export async function tryModel(model: Model, given: Record<string, unknown>, engine: Engine): Promise<Trial> {
  const variant = findVariant(model)
  const inputs: Record<string, unknown> = {}
  for (const { name, type } of inputPorts(model, variant)) {
    const chosen = Object.hasOwn(given, name) ? given[name] : undefined
    inputs[name] = chosen !== undefined && chosen !== '' ? chosen : sampleOf(type)
  }
  const { outputs, device, ms } = await runModel(model, variant, inputs, engine)
  const shown = outputPorts(model, variant)
    .flat()
    .map(async ({ name }) => ({ name, ...(await show(outputs[name])) }))
  return { ms: ms.pre + ms.run + ms.post, device, outputs: await Promise.all(shown) }
}

/** The built-in picture. */
export function samplePicture(): Buffer {
  return readFileSync(join(__dirname, 'sample.jpg'))
}

function sampleOf(type: PortType): unknown {
  switch (type.type) {
    case 'image':
      return samplePicture()
    case 'vector':
      return normals(1, (type as VectorType).length ?? 16)
    case 'segmentation':
      return stripes(type)
    case 'text':
      return 'A red boat on a blue lake'
    case 'number':
    case 'boolean':
    case 'category':
    case 'array':
    case 'record':
    case 'file':
    case 'directory':
    case 'image_point':
    case 'image_bounding_box':
    case 'image_landmarks':
    case 'any':
      return undefined
    default:
      return type satisfies never
  }
}

/** A map of stripes, one for each of the first labels. */
function stripes({ labels = ['0', '1'] }: SegmentationType): Segmentation {
  const [width, height] = [256, 256]
  const bands = Math.min(labels.length, 6)
  const data = Uint16Array.from({ length: width * height }, (_, i) =>
    Math.floor((Math.floor(i / width) * bands) / height),
  )
  return new Segmentation({ width, height, data, labels })
}

async function show(value: unknown): Promise<{ image?: string; text?: string }> {
  const image = await thumbnail(value, SIDE)
  if (image) return { image }
  if (Array.isArray(value) || ArrayBuffer.isView(value)) return { text: describeList(value as ArrayLike<unknown>) }
  return { text: typeof value === 'number' ? String(Number(value.toPrecision(4))) : String(value) }
}

function describeList(list: ArrayLike<unknown>): string {
  const [first] = Array.from({ length: 1 }, () => list[0])
  if (isRanked(first))
    return Array.from(
      list as ArrayLike<{ category: string; score: number }>,
      ({ category, score }) => `${category} ${score.toPrecision(3)}`,
    ).join(', ')
  if (Array.isArray(first)) return `${list.length} × ${first.length} numbers`
  const numbers = Array.from(list as ArrayLike<number>).slice(0, 8)
  return `${numbers.map((number) => Number(number.toPrecision(3))).join(', ')}${list.length > 8 ? `, … (${list.length} numbers)` : ''}`
}

function isRanked(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'category' in value && 'score' in value
}
