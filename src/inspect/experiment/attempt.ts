import { dirname } from 'node:path'
import type { Engine, Feed, Fetch, FetchedTensor, RunOptions, RunResult } from '../../engine'
import { findVariant, inputPorts, type Model, runModel } from '../../models'
import type { ImageType, PortType } from '../../types'
import type { Proposal } from '../choice'
import { type FileFacts, manifestOf } from '../manifest-of'
import { markedOf, type Sample, sampleValue } from './samples'
import type { Counted, Tapped } from './taps'

/** The results of one run on a sample. */
export interface Outcome {
  sample: Sample
  /** The outputs by port name. */
  outputs: Record<string, unknown>
  /** The numbers of outputs that are passed on unchanged, by tensor name. */
  raw: Record<string, FetchedTensor>
  /** The recorded values of inner tensors, by tensor name. */
  inside: Record<string, FetchedTensor>
  ms: number
}

/** An interpretation of a file, run on some samples. */
export interface Attempt {
  proposal: Proposal
  outcomes: Outcome[]
  counted: Counted[]
}

/** The network to run, and the engine. */
export interface Bench {
  path: string
  facts: FileFacts
  engine: Engine
  tapped: Tapped | null
  /** The time limit of one run, in milliseconds. */
  timeLimit: number
}

/** Runs a proposal on a sample. @throws EngineError or ValueError if the run fails */
export async function attempt(proposal: Proposal, sample: Sample, bench: Bench): Promise<Outcome> {
  const model: Model = { ...manifestOf(proposal, bench.facts), folder: dirname(bench.path) }
  const variant = findVariant(model)
  // Without a prototype, as a tensor may be called like a built-in property of JavaScript objects.
  const raw: Outcome['raw'] = Object.create(null)
  const inside: Outcome['inside'] = Object.create(null)
  const started = performance.now()
  const values = given(proposal, model, sample)
  const { outputs } = await runModel(model, variant, values, listening(bench, raw, inside))
  return { sample, outputs, raw, inside, ms: performance.now() - started }
}

/** The values for all ports: the sample's picture, and made-up values for everything else. */
export function given(proposal: Proposal, model: Model, sample: Sample): Record<string, unknown> {
  const values: Record<string, unknown> = {}
  let image = sample.image
  const ports = inputPorts(model, findVariant(model))
  const isColored = ports.some(({ type }) => type.type === 'image' && channelsOf(type) !== 1)
  for (const { name, type } of ports) {
    const shape = proposal.inputs.find((input) => input.name === name)?.shape ?? []
    if (type.type !== 'image') values[name] = sampleValue(type, shape, sample)
    // Next to a colour picture, a grey one is a mask.
    else if (channelsOf(type) === 1 && isColored) values[name] = markedOf(image)
    else {
      values[name] = image
      image = sample.beside ?? image
    }
  }
  return values
}

const channelsOf = (type: PortType) => (type as ImageType).channels

/** An engine that runs the copy that reports what happens inside, and records those reports. */
export function listening(
  { engine, tapped, timeLimit }: Bench,
  raw: Outcome['raw'],
  inside: Outcome['inside'],
): Engine {
  return {
    ...engine,
    get state() {
      return engine.state
    },
    prepare: () => engine.prepare(),
    load: (path, options) => engine.load(tapped?.path ?? path, options),
    async run<F extends Record<string, Fetch>>(
      path: string,
      feeds: Record<string, Feed>,
      fetches: F,
      options?: RunOptions,
    ) {
      const more = Object.fromEntries((tapped?.outputs ?? []).map((name) => [name, { kind: 'tensor' } as const]))
      // Keeps ranges out of the graph so that all interpretations share one session instead of each loading
      // the network again.
      const limited = { ...options, timeLimit, inGraph: false }
      const result = (await engine.run(tapped?.path ?? path, feeds, { ...fetches, ...more }, limited)) as RunResult<
        Record<string, Fetch>
      >
      for (const [name, value] of Object.entries(result.outputs)) {
        if (!('dims' in value)) continue
        if (name in more) inside[name] = value
        else raw[name] = value
      }
      return result as RunResult<F>
    },
  }
}
