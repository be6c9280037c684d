import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Engine } from '../../src/engine'
import { thumbnail } from '../../src/images'
import { pathOfSample, sampleValue } from '../../src/inspect'
import { findVariant, inputPorts, type Model, outputPorts, runModel } from '../../src/models'
import type { PortType } from '../../src/types'

/** Maximum side of the results shown, in pixels. */
const MAX_SIDE_PIXELS = 640
/** Less probable classes aren't shown. */
const LEAST_SHARE = 0.001

/** A trial's result, for the dialog. */
export interface Trial {
  /** Milliseconds of the run, without loading the model. */
  ms: number
  device: string
  outputs: Shown[]
}

/** One result. `found` is the number of detections. */
export interface Shown {
  name: string
  image?: string
  text?: string
  found?: number
}

/**
 * Runs a model on samples.
 * @param given input port name → value, as far as the user has set one
 * @throws ValueError or EngineError whose message is a sentence
 */
export async function tryModel(model: Model, given: Record<string, unknown>, engine: Engine): Promise<Trial> {
  const variant = findVariant(model)
  const inputs: Record<string, unknown> = {}
  for (const { name, type, optional } of inputPorts(model, variant)) {
    const chosen = Object.hasOwn(given, name) ? given[name] : undefined
    inputs[name] = chosen !== undefined && chosen !== '' ? chosen : optional ? undefined : sampleOf(type)
  }
  const { outputs, device, ms } = await runModel(model, variant, inputs, engine)
  const shown = outputPorts(model, variant)
    .flat()
    .map(async ({ name }) => ({ name, ...(await show(outputs[name])) }))
  return { ms: ms.pre + ms.run + ms.post, device, outputs: await Promise.all(shown) }
}

/** The built-in sample pictures. There are two, as a network's result for one alone says little. */
export function samplePictures(): [Buffer, Buffer] {
  return [readFileSync(join(__dirname, 'sample.jpg')), readFileSync(pathOfSample('cat'))]
}

function sampleOf(type: PortType): unknown {
  return type.type === 'image' ? samplePictures()[0] : sampleValue(type)
}

async function show(value: unknown): Promise<Omit<Shown, 'name'>> {
  const image = await thumbnail(value, MAX_SIDE_PIXELS)
  if (image) return { image }
  if (Array.isArray(value) && (value.length === 0 || isThing(value[0])))
    return {
      found: value.length,
      text: value
        .slice(0, 5)
        .map(({ category, score }) => `${category} ${score.toPrecision(2)}`)
        .join(', '),
    }
  if (Array.isArray(value) || ArrayBuffer.isView(value)) return { text: describeList(value as ArrayLike<unknown>) }
  return { text: typeof value === 'number' ? String(Number(value.toPrecision(4))) : String(value) }
}

function describeList(list: ArrayLike<unknown>): string {
  const [first] = Array.from({ length: 1 }, () => list[0])
  if (isRanked(first)) return describeRanked(Array.from(list as ArrayLike<{ category: string; score: number }>))
  if (Array.isArray(first)) return `${list.length} × ${first.length} numbers`
  const numbers = Array.from(list as ArrayLike<number>).slice(0, 8)
  return `${numbers.map((number) => Number(number.toPrecision(3))).join(', ')}${list.length > 8 ? `, … (${list.length} numbers)` : ''}`
}

/** One class per line, without negligible probabilities except for the first. */
function describeRanked(ranked: { category: string; score: number }[]): string {
  const areShares = ranked.every(({ score }) => score >= 0 && score <= 1)
  return ranked
    .filter(({ score }, i) => i === 0 || !areShares || score >= LEAST_SHARE)
    .map(({ category, score }) => `${category} ${Number(score.toPrecision(2))}`)
    .join('\n')
}

function isRanked(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'category' in value && 'score' in value
}

function isThing(value: unknown): value is { category: string; score: number } {
  return isRanked(value) && 'box' in (value as object)
}
