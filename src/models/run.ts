import { type ChosenDevice, type Engine, EngineError } from '../engine'
import { codec } from '../images'
import { readValue } from '../types'
import { isDownloadable, isPresent, modelPath } from './locate'
import type { Model, Variant } from './manifest'
import { defaultOf, inputPorts } from './ports'
import { tasks } from './tasks'

export interface ModelResult {
  /** Output port name → value. */
  outputs: Record<string, unknown>
  device: ChosenDevice
  /** Milliseconds: `wait` behind other runs and for the model to load, `run` for all else. */
  ms: { wait: number; run: number }
}

/**
 * Runs a model on what a message brought.
 *
 * @param given input port name → the raw value; missing or undefined where the message has none
 * @throws ValueError about an input, EngineError about the run; each message is for a person
 */
export async function runModel(
  model: Model,
  variant: Variant,
  given: Record<string, unknown>,
  engine: Engine,
): Promise<ModelResult> {
  requireWeights(model, variant)
  const inputs = await readInputs(model, variant, given)
  const started = performance.now()
  let waited = 0
  let device: ChosenDevice = 'cpu'
  const outputs = await tasks[variant.task ?? model.task ?? 'transform']({
    model,
    variant,
    inputs,
    async run(feeds, fetches, file = variant.file) {
      const result = await engine.run(modelPath(model, variant, file), feeds, fetches, variant.session)
      waited += result.ms.wait + result.ms.load
      device = result.device
      return result.outputs
    },
  })
  return { outputs, device, ms: { wait: waited, run: performance.now() - started - waited } }
}

/** What a downloadable variant is called on the command line. */
export function variantId(model: Model, variant: Variant): string {
  return `${model.id}/${variant.id}`
}

/** @throws EngineError where a variant has not been downloaded yet */
function requireWeights(model: Model, variant: Variant): void {
  if (!isDownloadable(variant) || isPresent(model, variant)) return
  throw new EngineError(
    'model-missing',
    `${model.label}'s ${variant.label} is not downloaded yet: open the node and press Download, or run “npx daisychain models fetch ${variantId(model, variant)}”.`,
  )
}

/** Reads every input as its type; an optional one that is missing stays undefined. @throws ValueError */
async function readInputs(
  model: Model,
  variant: Variant,
  given: Record<string, unknown>,
): Promise<Record<string, unknown>> {
  const inputs: Record<string, unknown> = {}
  for (const port of inputPorts(model, variant)) {
    const value = given[port.name] ?? defaultOf(port.type)
    if (value === undefined && port.optional) continue
    inputs[port.name] = await readValue(port.type, value, `${model.label}'s ${port.name}`, codec)
  }
  return inputs
}
