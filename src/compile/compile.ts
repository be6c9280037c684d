import type { Engine } from '../engine'
import { type Port, usualValue, variantId } from '../models'
import type { AroundSize, ChosenSize, SizeSpec } from '../models/manifest'
import { stepsOf } from '../models/steps/names'
import { JoinError, type Joined, join, type Part } from '../onnx/join'
import { type NewNode, port as writePort } from '../onnx/write'
import { colorsOf, labelsOf, type PortType, type SegmentationType } from '../types'
import type { Chain, Link } from './chain'
import { CompileError } from './compile-error'
import { unsayable } from './fetches'
import type { Message } from './flow-side'
import { createGlue } from './glue'
import { compileRun } from './parts'
import { sampleOf } from './samples'
import { requireSayable } from './sayable'
import { type Draft, freeName, type Stage, stagesOf } from './stages'
import { compileSteps } from './steps'
import { compileTaught } from './taught/compile'
import { tensorOf, type Value } from './value'

/** An input or output of the compiled file. */
export interface FilePort {
  /** In the file. */
  name: string
  /** Its origin in the flow: the model's port, and the message property. */
  port: string
  property: string
  type: PortType
  value: Value
  help?: string
  /** For inputs: the node's own setting. */
  usual?: number
}

export interface CompiledChain {
  file: Joined
  /** Each node on its own, from first to last. */
  stages(): Stage[]
  inputs: FilePort[]
  outputs: FilePort[]
  metadata: Record<string, string>
  /** Whether one of its models may not be used commercially. */
  nonCommercial: boolean
}

export interface CompileOptions {
  name: string
  /** Size of the pictures and label maps that the file takes, if nothing else determines it. */
  size?: { width: number; height: number }
  /** Maximum bytes of a file. If it would be larger, its weights are in a separate file. */
  most?: number
}

/** The side of pictures if nothing determines it, in pixels. */
const SIDE = 256

/**
 * Compiles a chain of models to one ONNX file. Sizes are fixed.
 * @throws CompileError with a sentence that names the node, if a node cannot be expressed in ONNX
 */
export async function compileChain(
  { links, sources }: Chain,
  engine: Engine,
  options: CompileOptions,
): Promise<CompiledChain> {
  for (const link of links) requireSayable(link)
  const glue = createGlue()
  const inputs: FilePort[] = []
  const inGraph = new Map<string, Value>()
  const message: Message = new Map()
  const camera = sources.find(({ type }) => type === 'daisychain-camera')?.config
  const size = options.size ?? (camera && { width: Number(camera.width), height: Number(camera.height) })
  const drafts: Draft[] = []
  const outputs: FilePort[] = []
  for (const [index, link] of links.entries()) {
    const first = glue.nodes.length
    const taken = new Map<Port, Value>()
    const take = (port: Port) => {
      const value = valueFor(link, port)
      taken.set(port, value)
      return value
    }
    const compileLink = link.taught ? compileTaught : link.variant.steps ? compileSteps : compileRun
    const { parts, values, outputs: given } = await compileLink(link, `n${index + 1}`, take, message, glue, engine)
    drafts.push({ link, parts, nodes: glue.nodes.slice(first), taken, made: values })
    for (const [port, value] of values) {
      if (value.kind === 'tensor') throw unsayable(link, port)
      if (link.output === undefined) outputs.push(named(port, value))
      inGraph.set(port.property, value)
      message.set(port.property, given[port.name])
    }
  }
  for (const { name, value } of outputs) glue.name(value.name, name)
  const metadata = describe(links, inputs, outputs)
  const joined = (graph: Graph): Joined => joinGraph(links, graph, options)
  return {
    file: joined({ parts: drafts.flatMap(({ parts }) => parts), nodes: glue.nodes, inputs, outputs, metadata }),
    inputs,
    outputs,
    metadata,
    nonCommercial: links.some(({ variant }) => variant.nonCommercial === true),
    stages: () => stagesOf(drafts, { inputs, outputs }, (link) => aboutModels([link]), joined),
  }

  /** The value from the message, or otherwise an input of the file. */
  function valueFor(link: Link, port: Port): Value {
    const known = inGraph.get(port.property)
    if (known) return known
    const name = fresh(port.name)
    const value = inputValue(link, port, name, size)
    const set = Number(usualValue(link.model, link.node.config, port.property) ?? Number.NaN)
    const usual = value.kind === 'number' && Number.isFinite(set) ? { usual: set } : {}
    const { help } = port
    inputs.push({
      name,
      port: port.name,
      property: port.property,
      type: port.type,
      value,
      ...(help && { help }),
      ...usual,
    })
    inGraph.set(port.property, value)
    message.set(port.property, sampleOf(value, inputs.length, usual.usual))
    return value
  }

  function named(port: Port, value: Value): FilePort {
    const { help } = port
    return {
      name: fresh(port.name),
      port: port.name,
      property: port.property,
      type: port.type,
      value,
      ...(help && { help }),
    }
  }

  function fresh(name: string): string {
    return freeName(name, (one) => [...inputs, ...outputs].some((port) => port.name === one))
  }
}

interface Graph {
  parts: Part[]
  nodes: NewNode[]
  inputs: Named[]
  outputs: Named[]
  metadata: Record<string, string>
}

type Named = Pick<FilePort, 'name' | 'value'>

function joinGraph(links: Link[], { inputs, outputs, ...graph }: Graph, { name, most }: CompileOptions): Joined {
  const declared = ({ name, value }: Named) => {
    const { element, shape } = tensorOf(value)
    return writePort(name, element, shape)
  }
  try {
    const ends = { inputs: inputs.map(declared), outputs: outputs.map(declared) }
    return join({ ...graph, ...ends, name, ...(most !== undefined && { most }) })
  } catch (error) {
    if (error instanceof JoinError)
      throw new CompileError(`${links.map(({ called }) => called).join(' and ')} cannot be one file: ${error.message}.`)
    throw error
  }
}

function inputValue(
  { called, variant, taught }: Link,
  port: Port,
  name: string,
  asked?: { width: number; height: number },
): Value {
  const { type } = port
  const like = taught && { like: taught.book.examples.map(({ features }) => features) }
  if (type.type === 'number' || type.type === 'boolean') return { kind: 'number', name, ...like }
  if (type.type === 'vector' && type.length !== undefined) return { kind: 'vector', name, length: type.length, ...like }
  if (type.type === 'image')
    return { kind: 'picture', name, ...sizeFor(variant, port, asked), channels: type.channels ?? 3 }
  const labels = type.type === 'segmentation' ? labelsOf(type) : null
  if (labels) {
    const colors = colorsOf(type as SegmentationType)
    const element = labels.length > 256 ? 'uint16' : 'uint8'
    const named = colors.length > 0 && { colors }
    return { kind: 'labels', name, element, ...sizeFor(variant, port, asked), labels, ...named }
  }
  throw new CompileError(`${called} takes ${type.type} for “${port.name}”, which a compiled file cannot take.`)
}

function sizeFor(variant: Link['variant'], port: Port, asked?: { width: number; height: number }) {
  const { width, height } = port.type as { width?: number; height?: number }
  if (width && height) return { width, height }
  if (asked) return asked
  const feeds = stepsOf(variant).flatMap((step) => Object.values(step.feeds ?? {}))
  const spec = feeds.find((each) => 'from' in each && each.from === port.name)
  return naturalSize(spec && 'size' in spec ? spec.size : undefined)
}

/** The size at which a picture loses nothing on its way into a model. */
function naturalSize(spec: SizeSpec | ChosenSize | AroundSize | undefined) {
  const size = spec?.fit === 'chosen' ? undefined : spec
  if (size && size.fit !== 'keep') return { width: size.width, height: size.height }
  const side = size?.height ?? size?.shortSide ?? Math.min(SIDE, size?.longSide ?? SIDE)
  return { width: side, height: side }
}

/** The file's metadata. */
function describe(links: Link[], inputs: FilePort[], outputs: FilePort[]): Record<string, string> {
  const ports = (list: FilePort[]) =>
    JSON.stringify(
      list.map(({ name, type, value, help, usual }) => ({
        name,
        kind: value.kind,
        type,
        ...tensorOf(value),
        ...('labels' in value && { labels: value.labels }),
        ...('colors' in value && { colors: value.colors }),
        ...('range' in value && { range: value.range }),
        ...('unit' in value && { unit: value.unit }),
        ...(usual !== undefined && { usual }),
        ...(help && { help }),
      })),
    )
  return { 'daisychain.inputs': ports(inputs), 'daisychain.outputs': ports(outputs), ...aboutModels(links) }
}

const labelOf = ({ model, variant }: Pick<Link, 'model' | 'variant'>) => `${model.label}, ${variant.label}`

/** The models of a chain that are not for commercial use, as a list; empty: all are. */
export function nonCommercial(links: readonly Link[]): string {
  return links
    .filter(({ variant }) => variant.nonCommercial)
    .map(labelOf)
    .join('; ')
}

/** Metadata about the models' licences. */
function aboutModels(links: Link[]): Record<string, string> {
  const models = links.map(({ model, variant, node }) => ({
    node: node.id,
    model: variantId(model, variant),
    label: labelOf({ model, variant }),
    licence: variant.licence,
    ...(variant.licenceUrl && { licenceUrl: variant.licenceUrl }),
    ...(variant.nonCommercial && { nonCommercial: true }),
  }))
  const terms = nonCommercial(links)
  return {
    'daisychain.models': JSON.stringify(models),
    licence: [...new Set(models.map(({ licence }) => licence))].join('; '),
    ...(terms && { terms: `Not for commercial use: ${terms}.` }),
  }
}
