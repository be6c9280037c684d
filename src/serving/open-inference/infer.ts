import type { CallOptions } from '../calls'
import { checkNames, type PublishedModel, readAsFirst } from '../published'
import { RequestError } from '../request-error'
import type { Tensor } from './tensor'
import { fromTensor, tensorInfo, toTensor } from './values'

/**
 * The platform name of this server. Our own client asks servers with this name for more than others can
 * provide.
 */
export const PLATFORM = 'daisychain'

/** The requested outputs by name. If there are none, all outputs unchanged. */
export type Wishes = ReadonlyMap<string, Record<string, unknown>>

/** A model's metadata. */
export function metadataOf(model: PublishedModel) {
  const { inputs, outputs } = model.fields()
  return {
    name: model.name,
    versions: ['1'],
    platform: PLATFORM,
    inputs: inputs.map(tensorInfo),
    outputs: outputs.map(tensorInfo),
  }
}

/** Runs a flow on tensors and returns the requested outputs. @throws RequestError */
export async function inferTensors(
  model: PublishedModel,
  tensors: () => Tensor[],
  wishes: Wishes,
  options: CallOptions,
): Promise<Tensor[]> {
  const { outputs, isAcknowledgement } = await model.query(() => readTensors(model, tensors()), options)
  // An acknowledgement contains no requested outputs.
  const names = wishes.size > 0 && !isAcknowledgement ? [...wishes.keys()] : Object.keys(outputs)
  const fields = model.fields().outputs
  const answers = names.map(async (name) => {
    if (!Object.hasOwn(outputs, name))
      throw new RequestError(400, `There is no output ${JSON.stringify(name.slice(0, 60))}`)
    const type = fields.find((field) => field.name === name)?.type ?? { type: 'any' as const }
    return toTensor(name, type, outputs[name], wishes.get(name)?.exact === true)
  })
  return Promise.all(answers)
}

async function readTensors(model: PublishedModel, tensors: Tensor[]): Promise<Record<string, unknown>> {
  const values: Record<string, unknown> = {}
  checkNames(
    model.fields().inputs,
    tensors.map(({ name }) => name),
  )
  for (const field of model.fields().inputs) {
    const { name, property, required } = field
    const tensor = tensors.find((one) => one.name === name) ?? tensors.find((one) => one.name === property)
    if (!tensor && required) throw new RequestError(400, `Missing input: ${name}`)
    if (tensor) values[name] = await readAsFirst(field, (type) => fromTensor(type, { ...tensor, name }))
  }
  return values
}
