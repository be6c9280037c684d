import type { PortType } from '../types/index'
import type { Answer, CallOptions } from './calls'
import type { Field, Fields } from './field'
import { asRequestError, RequestError } from './request-error'
import { type Schema, schemaOf } from './schema'
import { type Encoder, fromWire, type PictureForm, toWire } from './wire-forms'

/** A flow that is published as a model, as seen by the protocols. */
export interface PublishedModel {
  readonly name: string
  readonly description: string
  /** The name of its only function for the SDK's clients. */
  readonly command: string
  /** A complete address, or a path if it shares a server. */
  readonly address?: string
  /** The models in the flow, with their variants. */
  models?(): string[]
  /** Other models that have their own ports. */
  others?(): PublishedModel[]
  /** Its inputs and outputs, according to the wires. */
  fields(): Fields
  /** Call this before reading a large body. @throws RequestError 503 if all places are taken */
  admit(): void
  /**
   * Runs the flow once.
   * @param read returns the values by input name. It is called once there is a place, because pictures cost
   * time and memory
   * @throws RequestError
   */
  query(read: () => Promise<Record<string, unknown>>, options: CallOptions): Promise<Answer>
  /**
   * The last result and error, including those of messages without a query. Null unless everyone may see
   * them.
   */
  readonly last: LastResult | null
  /**
   * Calls the listener with each result and error that everyone may see.
   * @returns a function that ends this
   */
  listen(listener: ResultListener): () => void
  /** From `performance.now`, which isn't affected by clock changes. */
  readonly startedAt: number
  readonly lastQueryAt: number | null
}

export interface LastResult {
  /** Values by output name. */
  outputs: Record<string, unknown> | null
  error: string | null
}

export interface ResultListener {
  data(outputs: Record<string, unknown>): void
  error(sentence: string): void
}

/** Whether the flow itself failed, which everyone may know. Otherwise something was wrong with one query. */
export function isOfFlow(error: unknown): boolean {
  const { status } = asRequestError(error)
  return status === 500 || status === 504
}

/** The JSON of a response. */
export type WireAnswer = Record<string, unknown>

/** The app's response to `/info`. */
export function infoOf(model: PublishedModel): { inputs: Schema[]; outputs: Schema[] } {
  const { inputs, outputs } = model.fields()
  return {
    inputs: inputs.map(schemaOf),
    outputs: outputs.map(({ name, type, help }) => schemaOf({ name, type, help })),
  }
}

/** The SDK's description of a command. */
export function commandOf(model: PublishedModel) {
  return { name: model.command, description: model.description || null, ...infoOf(model) }
}

/**
 * Reads the body of a query: values by input name, or by an input's message property.
 * @throws RequestError 400
 */
export async function readInputs(inputs: readonly Field[], body: unknown): Promise<Record<string, unknown>> {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    throw new RequestError(
      400,
      `The body must be a JSON object${inputs.length > 0 ? ` such as {"${inputs[0]?.name}": …}` : ''}`,
    )
  }
  const given = body as Record<string, unknown>
  checkNames(
    inputs,
    Object.keys(given).filter((key) => given[key] !== null),
  )
  const values: Record<string, unknown> = {}
  for (const field of inputs) {
    const { name, property, required } = field
    const key = [name, property].find((key) => Object.hasOwn(given, key) && given[key] !== null)
    if (key !== undefined) values[name] = await readAsFirst(field, (type) => fromWire(type, given[key], name))
    else if (required) throw new RequestError(400, `Missing input: ${name}`)
  }
  return values
}

/** Checks that everything sent is an input, so that no value is silently ignored. @throws RequestError 400 */
export function checkNames(inputs: readonly Field[], sent: readonly string[]): void {
  const unknown = sent.find((key) => !inputs.some(({ name, property }) => name === key || property === key))
  if (unknown === undefined) return
  const names = inputs.map(({ name }) => name)
  const known = names.length > 1 ? `${names.slice(0, -1).join(', ')} and ${names.at(-1)}` : names[0]
  throw new RequestError(400, `There is no input "${unknown.slice(0, 60)}" here: this model has ${known}`)
}

/**
 * Reads a value as the first of the input's types that fits. If none does, the error is about the first type.
 */
export async function readAsFirst(
  { type, others = [] }: Field,
  read: (type: PortType) => Promise<unknown>,
): Promise<unknown> {
  let fault: RequestError | undefined
  for (const one of [type, ...others]) {
    try {
      return await read(one)
    } catch (error) {
      const known = asRequestError(error)
      if (known.status === 503) throw known
      fault ??= new RequestError(400, known.message)
    }
  }
  throw fault
}

/** A response in JSON, with the outputs in between under `links` if requested. */
export async function writeAnswer(
  model: PublishedModel,
  { outputs, links }: Answer,
  options: { forms?: ReadonlyMap<string, PictureForm>; links?: boolean } = {},
): Promise<WireAnswer> {
  const answer = options.forms?.size
    ? await writeOutputs(model.fields().outputs, outputs, options.forms)
    : await writeResult(model, outputs)
  if (!options.links) return answer
  const between = links.map(async ({ id, node, outputs }) => ({
    id,
    node,
    outputs: await writeOutputs([], outputs, options.forms),
  }))
  return { ...answer, links: await Promise.all(between) }
}

const written = new WeakMap<Record<string, unknown>, Promise<WireAnswer>>()

/**
 * The last result as sent to all viewers. Clients request it for every frame, but its pictures are encoded
 * once.
 */
export function writeResult(model: PublishedModel, outputs: Record<string, unknown>): Promise<WireAnswer> {
  const answer = written.get(outputs) ?? writeOutputs(model.fields().outputs, outputs)
  written.set(outputs, answer)
  return answer
}

export async function writeOutputs(
  outputs: readonly Field[],
  values: Record<string, unknown>,
  forms?: ReadonlyMap<string, PictureForm>,
  encoder?: Encoder,
): Promise<WireAnswer> {
  const entries = Object.entries(values).map(async ([name, value]): Promise<[string, unknown]> => {
    try {
      const type = outputs.find((field) => field.name === name)?.type
      return [name, await toWire(value, type, forms?.get(name), encoder)]
    } catch (error) {
      throw new RequestError(500, `The output ${name} cannot be sent: ${(error as Error).message}`)
    }
  })
  const answer = Object.fromEntries(await Promise.all(entries))
  for (const { name, aliases = [] } of outputs)
    for (const alias of Object.hasOwn(answer, name) ? aliases : []) addAlias(answer, alias, answer[name])
  return answer
}

/**
 * Also puts a value where some clients look for it, unless something is there: `text`, or
 * `results[0].caption`.
 */
function addAlias(answer: WireAnswer, alias: string, value: unknown): void {
  const [, first, inner] = /^(\w+)(?:\[0\]\.(\w+))?$/.exec(alias) ?? []
  if (first === undefined || Object.hasOwn(answer, first)) return
  answer[first] = inner === undefined ? value : [{ [inner]: value }]
}
