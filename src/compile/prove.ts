import type { Engine, Feed, FetchedTensor } from '../engine'
import { isImage, isSegmentation } from '../types'
import type { Chain } from './chain'
import type { CompiledChain, FilePort } from './compile'
import { CompileError } from './compile-error'
import { type Message, runChain } from './flow-side'
import { sampleOf } from './samples'
import type { Said } from './taught/run'
import { tensorOf, type Value } from './value'

/** How far a flow and its file may differ. They round pictures to bytes at different points. */
export const TOLERANCE = {
  /** Grey levels out of 255: for any single byte, and on average. */
  picture: { most: 16, mean: 0.5 },
  /** Fractions of the range from black to white. */
  floats: { most: 0.05, mean: 0.002 },
  /** The share of pixels with a different label. */
  labels: 0.02,
  /** Relative to the largest number. */
  numbers: 0.001,
  /**
   * For taught nodes: class probabilities, and fractions of the numbers' range. Pictures are resized in
   * different steps.
   */
  taught: 0.02,
} as const

/** How far an output of the file was from the flow's, over all samples. */
export interface Difference {
  output: string
  /** A sentence. */
  words: string
}

/** Runs the written file: input tensors → output tensors, by name. */
export type RunWritten = (feeds: Record<string, Feed>) => Promise<Record<string, FetchedTensor>>

/**
 * Runs the flow and the written file on the same generated inputs.
 * @param samples how many
 * @throws CompileError if they aren't equal within the tolerance
 */
export async function prove(
  { links }: Chain,
  { inputs, outputs }: CompiledChain,
  run: RunWritten,
  engine: Engine,
  samples = 3,
): Promise<Difference[]> {
  const seen = new Map<FilePort, Measured>()
  for (let sample = 0; sample < samples; sample++) {
    const message: Message = new Map()
    const feeds: Record<string, Feed> = {}
    inputs.forEach(({ name, property, value, usual }, i) => {
      const given = sampleOf(value, 100 + 10 * sample + i, usual)
      message.set(property, given)
      feeds[name] = feedOf(value, given)
    })
    const flow = await runChain(links, message, engine)
    const file = await run(feeds)
    for (const port of outputs) {
      const measured = measure(port, flow[port.port], file[port.name] as FetchedTensor)
      seen.set(port, worse(seen.get(port), measured))
    }
  }
  return Array.from(seen, ([port, measured]) => judge(port, measured, links.at(-1)?.called ?? ''))
}

/** @throws CompileError if ONNX Runtime cannot run the file */
export function runFile(path: string, outputs: readonly { name: string }[], engine: Engine): RunWritten {
  const fetches = Object.fromEntries(outputs.map(({ name }) => [name, { kind: 'tensor' as const }]))
  return async (feeds) => {
    try {
      return (await engine.run(path, feeds, fetches)).outputs
    } catch (error) {
      throw new CompileError(`ONNX Runtime cannot run the file that was written: ${(error as Error).message}`)
    }
  }
}

/** A value of the flow as the tensor that the file expects. */
export function feedOf(value: FilePort['value'], given: unknown): Feed {
  const { element, shape } = tensorOf(value)
  const data = isImage(given) || isSegmentation(given) ? given.data : given
  const numbers = typeof data === 'number' ? Float32Array.of(data) : (data as Float32Array)
  return { kind: 'tensor', dtype: element, dims: shape, data: numbers }
}

interface Measured {
  most: number
  mean: number
}

function worse(one: Measured | undefined, other: Measured): Measured {
  return one ? { most: Math.max(one.most, other.most), mean: Math.max(one.mean, other.mean) } : other
}

function measure({ name, value }: FilePort, expected: unknown, { dims, data }: FetchedTensor): Measured {
  if (value.kind === 'category') {
    const { apart } = expected as Said
    const most = apart[Number(data[0])] ?? 1
    return { most, mean: most }
  }
  const own =
    isImage(expected) || isSegmentation(expected) ? expected.data : typeof expected === 'number' ? [expected] : expected
  const numbers = own as ArrayLike<number>
  if (!numbers || numbers.length !== data.length)
    throw new CompileError(`The file outputs ${dims.join('×')} numbers for “${name}”, but the flow ${numbers?.length}.`)
  let [most, sum] = [0, 0]
  for (let i = 0; i < numbers.length; i++) {
    const apart = Math.abs((numbers[i] as number) - Number(data[i]))
    const counted = value.kind === 'labels' ? Number(apart > 0) : apart
    if (!(counted <= most)) most = counted // true for NaN too
    sum += counted
  }
  const span =
    'range' in value && value.range
      ? value.range[1] - value.range[0] || 1
      : value.kind === 'vector'
        ? largest(numbers)
        : 1
  return { most: most / span, mean: sum / numbers.length / span }
}

function largest(numbers: ArrayLike<number>): number {
  let most = 1e-6
  for (let i = 0; i < numbers.length; i++) most = Math.max(most, Math.abs(numbers[i] as number))
  return most
}

function judge({ name, value }: FilePort, { most, mean }: Measured, called: string): Difference {
  const { picture, floats, labels } = TOLERANCE
  const percent = (share: number) => `${(100 * share).toFixed(2)} %`
  const [isEqual, words] =
    value.kind === 'picture'
      ? [
          most <= picture.most && mean <= picture.mean,
          `at most ${most} of 255 grey levels apart, ${mean.toFixed(3)} on average (allowed: ${picture.most} and ${picture.mean})`,
        ]
      : value.kind === 'floats'
        ? [
            most <= floats.most && mean <= floats.mean,
            `at most ${percent(most)} of the range apart, ${percent(mean)} on average (allowed: ${percent(floats.most)} and ${percent(floats.mean)})`,
          ]
        : value.kind === 'labels'
          ? [mean <= labels, `${percent(mean)} of the pixels have another label (allowed: ${percent(labels)})`]
          : [most <= numbersOf(value), `at most ${percent(most)} apart (allowed: ${percent(numbersOf(value))})`]
  if (!isEqual)
    throw new CompileError(`The file doesn't match the flow in “${name}” of ${called}: ${words}. Nothing was written.`)
  return { output: name, words: `“${name}”: ${words}.` }
}

function numbersOf(value: Value): number {
  const isTaught = ['category', 'share', 'shares'].includes(value.kind) || 'range' in value
  return isTaught ? TOLERANCE.taught : TOLERANCE.numbers
}
