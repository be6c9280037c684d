import { existsSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import type { Engine, TensorInfo } from '../engine'
import { readTextFile } from '../files'
import { ValueError } from '../types'
import { modelPath } from './locate'
import type { FeedSpec, FetchSpec, Model, Port, Variant } from './manifest'
import { defaultOf, inputPorts, isOption, named, outputPorts } from './ports'
import { fitFeed, fitFetch, type UserFile } from './user-tensors'
import { isPresent } from './weights'

export const USER_FILE = 'own'

/**
 * A variant that runs a user's own file like the model's first variant. Tensors are matched by name, or else
 * by position; sizes and the order of planes come from the file.
 *
 * @throws ValueError if the file doesn't fit, EngineError if it can't be loaded
 */
export async function userVariant(model: Model, own: UserFile, engine: Pick<Engine, 'load'>): Promise<Variant> {
  if (!own.file) {
    throw new ValueError(
      `${model.label} is set to run your own file, but none is chosen: open the node and choose one`,
      'flow',
    )
  }
  const first = model.variants[0] as Variant
  if (first.steps)
    throw new ValueError(
      `${model.label} is a model of several files, so it can't run one file of your own: choose a variant`,
    )
  const { inputs, outputs } = await engine.load(own.file, first.session)
  try {
    if ((first.task ?? model.task ?? 'transform') !== 'transform' && isPresent(model, first)) {
      const bundled = await engine.load(modelPath(model, first), first.session)
      requireNames(bundled.inputs, inputs, 'input')
      requireNames(bundled.outputs, outputs, 'output')
    }
    return fitUserFile(
      model,
      { ...own, labels: own.labels?.length ? own.labels : labelsBeside(own.file) },
      inputs,
      outputs,
    )
  } catch (error) {
    if (!(error instanceof ValueError)) throw error
    throw new ValueError(`${basename(own.file)} doesn't fit ${model.label}: ${error.message}`)
  }
}

/** The lines of `labels.txt` next to a file; empty if there is no such file. */
function labelsBeside(file: string): string[] {
  const list = join(dirname(file), 'labels.txt')
  const lines = existsSync(list) ? readTextFile(list).split(/\r?\n/) : []
  return lines.map((line) => line.trim()).filter(Boolean)
}

/**
 * The code of a task finds tensors by the names in the bundled model, so the file must have the same ones.
 */
function requireNames(wanted: TensorInfo[], has: TensorInfo[], what: string): void {
  const missing = wanted.find(({ name }) => !has.some((tensor) => tensor.name === name))
  if (missing)
    throw new ValueError(
      `it has no ${what} “${missing.name}”; export it with the names ${wanted.map(({ name }) => name).join(', ')}`,
    )
}

/** @throws ValueError that says what doesn't fit */
export function fitUserFile(model: Model, own: UserFile, inputs: TensorInfo[], outputs: TensorInfo[]): Variant {
  const first = model.variants[0] as Variant
  const ports = { inputs: { ...first.ports?.inputs }, outputs: { ...first.ports?.outputs } }
  const feeds: Record<string, FeedSpec> = {}
  const mayMiss = (spec: FeedSpec) => !('from' in spec) || isDispensable(named(inputPorts(model, first), spec.from))
  for (const [spec, tensor] of pair(first.feeds, inputs, mayMiss, 'input')) {
    feeds[tensor.name] = spec
    if (!('from' in spec)) continue
    const port = named(inputPorts(model, first), spec.from)
    const fitted = fitFeed(spec, port, tensor, own)
    feeds[tensor.name] = fitted.spec
    ports.inputs[port.name] = { ...ports.inputs[port.name], ...fitted.changes }
  }
  const rest = inputs.find(({ name }) => first.feeds[name] === undefined && feeds[name] === undefined)
  if (rest && Object.keys(first.feeds).length > 0) {
    throw new ValueError(`it also needs “${rest.name}”, which this node cannot provide`)
  }
  const fetches: Record<string, FetchSpec> = {}
  for (const [spec, tensor] of pair(first.fetches, outputs, () => false, 'output')) {
    const port = named(outputPorts(model, first).flat(), spec.to)
    const fitted = fitFetch(spec, port, tensor, own)
    fetches[tensor.name] = fitted.spec
    ports.outputs[port.name] = { ...ports.outputs[port.name], ...fitted.changes }
  }
  const { sha256: _, bytes: __, ...rules } = first
  const label = basename(own.file)
  return {
    ...rules,
    id: USER_FILE,
    label,
    file: own.file,
    licence: 'unknown',
    about: 'Your own file.',
    ports,
    feeds,
    fetches,
  }
}

/**
 * Finds a tensor for each spec: the one with its name, or else the next one with a suitable number of
 * dimensions.
 */
function pair<S extends FeedSpec | FetchSpec>(
  specs: Record<string, S>,
  tensors: TensorInfo[],
  mayMiss: (spec: S) => boolean,
  what: string,
): [S, TensorInfo][] {
  const left = tensors.filter(({ name }) => specs[name] === undefined)
  return Object.entries(specs).flatMap(([name, spec]): [S, TensorInfo][] => {
    const same = tensors.find((tensor) => tensor.name === name)
    if (same) return [[spec, same]]
    const at = left.findIndex(({ shape }) => ranksOf(spec).includes(shape.length))
    if (at >= 0) return [[spec, left.splice(at, 1)[0] as TensorInfo]]
    if (mayMiss(spec)) return []
    const has = tensors.map(describe).join(', ')
    const ranks = ranksOf(spec).join(' or ')
    throw new ValueError(
      `it has no ${what} “${name}”${ranks && `, nor another one with ${ranks} dimensions`}; it has ${has || 'none'}`,
    )
  })
}

/**
 * The possible numbers of dimensions for each kind of tensor. Kinds that aren't listed are only matched by
 * name.
 */
function ranksOf(spec: FeedSpec | FetchSpec): number[] {
  switch (spec.kind) {
    case 'number':
      return [0, 1, 2]
    case 'vector':
    case 'noise':
    case 'text':
      return [2]
    case 'labels':
      return 'as' in spec && spec.as === 'ids' ? [3] : [4, 3]
    case 'image':
    case 'values':
      return [4, 3]
    default:
      return []
  }
}

/** For example `input.1 [1, 3, 256, ?]`. */
function describe({ name, shape }: TensorInfo): string {
  return `${name} [${shape.map((side) => (typeof side === 'number' ? side : '?')).join(', ')}]`
}

/** Whether a model can run without this input. */
function isDispensable(port: Port): boolean {
  return port.optional === true || isOption(port) || defaultOf(port.type) !== undefined
}
