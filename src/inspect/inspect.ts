import { createHash } from 'node:crypto'
import { createReadStream, statSync } from 'node:fs'
import { basename, resolve } from 'node:path'
import { pipeline } from 'node:stream/promises'
import type { Engine, ModelInfo } from '../engine'
import type { OnnxFile } from '../onnx/contents'
import { makerOf } from './graph'
import { InspectError } from './inspect-error'
import { findLabelFile, misfitBeside, readLabelFile } from './label-files'
import { labelFault, readLabels } from './labels'
import { explainLoadError } from './load-error'
import { type FileFacts, manifestOf, type UserManifest } from './manifest-of'
import { checkSizes, findObstacles } from './obstacles'
import { type Around, propose } from './propose'
import { PUT_BESIDE } from './propose-inputs'
import { readOnnxFile } from './read-file'
import { reason } from './reason'
import { readTextFacts, tokenizerFault } from './text-files'

/** The contents of a file and the proposed ports. */
export interface Inspection extends FileFacts {
  /** The absolute path. */
  path: string
  producer: string
  opset: number
  inputs: ModelInfo['inputs']
  outputs: ModelInfo['outputs']
  /** Proposed ports, with the reasons in `manifest.proposal`. */
  manifest: UserManifest
}

export interface InspectOptions {
  /**
   * A file with the names of classes or labels. By default, one next to the model with the right number of
   * names is used.
   */
  labels?: string | undefined
  /** Facts about outputs that read a line of text, as found by running the network. */
  lines?: Around['lines']
  /** For a detector of any size, its outputs for a picture of the usual size. */
  grids?: Around['grids']
}

/**
 * Reads a model's inputs and outputs and proposes typed ports.
 *
 * @throws InspectError or EngineError, in a sentence
 */
export async function inspectHere(
  path: string,
  engine: Pick<Engine, 'load'>,
  { labels, lines, grids }: InspectOptions = {},
): Promise<Inspection> {
  const absolute = resolve(path)
  const file = readOnnxFile(absolute)
  refuseMany(basename(absolute), file)
  findObstacles(absolute, file)
  const info = await engine.load(absolute).catch((error) => {
    throw explainLoadError(absolute, error)
  })
  const { inputs, outputs } = numbersOnly(basename(absolute), info)
  checkSizes(absolute, [...inputs, ...outputs])
  const text = readTextFacts(absolute)
  const proposal = propose(inputs, outputs, file, {
    called: basename(absolute),
    text,
    labels: labelsFor(absolute, file, labels),
    lines,
    grids,
  })
  if (labels !== undefined && !proposal.outputs.some((output) => output.labels))
    throw new InspectError(
      `${basename(absolute)} has no output that labels could name, so ${basename(labels)} cannot be used.`,
    )
  const fault = text ? null : tokenizerFault(absolute)
  if (fault) {
    proposal.notes.push(reason`The tokenizer.json beside it ${fault}: download it again.`)
    for (const input of proposal.inputs)
      input.why = input.why.replace(PUT_BESIDE, reason`the tokenizer.json beside it ${fault}.`)
  }
  const named = proposal.outputs.find(
    ({ as, confidence }) => (as === 'category' || as === 'labels') && confidence !== 'certain',
  )
  const misfit = named && labels === undefined ? misfitBeside(absolute, named.labels?.length ?? 0) : null
  if (misfit) proposal.notes.push(misfit)
  const isMade = (name: string) => {
    const maker = makerOf(file, name)
    return maker?.op === 'ZipMap' && outputs.some((output) => output.name === maker.inputs[0])
  }
  const unread = file.outputs.filter(({ name }) => !outputs.some((output) => output.name === name) && !isMade(name))
  for (const { name } of unread)
    proposal.notes.push(reason`Its output "${name}" isn't a tensor of numbers, and is left out.`)
  const facts: FileFacts = {
    file: basename(absolute),
    bytes: statSync(absolute).size,
    sha256: await hash(absolute),
    label: basename(absolute).replace(/\.onnx$/i, ''),
  }
  return {
    ...facts,
    path: absolute,
    producer: file.producer,
    opset: file.opsets.find(({ domain }) => domain === '' || domain === 'ai.onnx')?.version ?? 0,
    inputs,
    outputs,
    manifest: manifestOf(proposal, facts),
  }
}

/**
 * The largest language models have this many inputs and outputs, including the caches of all layers; anything with more
 * can't become a node.
 */
const MOST_PORTS = 1000
/**
 * The largest number of nodes in a network. Networks usually have some thousands, and the time to load them
 * grows faster than their number.
 */
const MAX_STEPS = 100_000

/** @throws InspectError if there are too many inputs and outputs for a node, or too many steps to load */
function refuseMany(name: string, { inputs, outputs, nodes }: OnnxFile): void {
  const count = inputs.length + outputs.length
  if (count > MOST_PORTS)
    throw new InspectError(
      `${name} has ${count.toLocaleString('en')} inputs and outputs, more than a node can have. Find a version of the model with fewer.`,
    )
  if (nodes.length > MAX_STEPS)
    throw new InspectError(
      `${name} has ${nodes.length.toLocaleString('en')} steps, so just loading it would take minutes. Simplify it where it is exported, or look for another version.`,
    )
}

/**
 * String tensors can't be sent: string outputs are left out. @throws InspectError if an input takes strings, or nothing
 * else comes out
 */
function numbersOnly(name: string, { inputs, outputs }: ModelInfo): Pick<ModelInfo, 'inputs' | 'outputs'> {
  const areWords = ({ dtype }: { dtype: string }) => dtype === 'string'
  const given = inputs.find(areWords)
  if (given)
    throw new InspectError(
      `${name} expects words in "${given.name}", but only numbers are possible here. Export it without the step that reads words, or find a version that takes numbers.`,
    )
  const kept = outputs.filter((output) => !areWords(output))
  if (kept.length === 0)
    throw new InspectError(`${name} outputs only words, which cannot be read here. Export it with its scores too.`)
  return { inputs, outputs: kept }
}

/** Names in the given file, in the model itself (where Ultralytics puts them), or next to it. */
function labelsFor(path: string, file: OnnxFile, chosen: string | undefined) {
  const inFile = ['names', 'labels', 'classes'].flatMap((key) => {
    const value = file.metadata[key]
    return value === undefined ? [] : [readLabels(value)]
  })
  return (count: number | undefined, mayDiffer = false) => {
    if (chosen !== undefined) {
      const labels = readLabelFile(chosen)
      if (mayDiffer && labels.length !== count) return null
      const fault = labelFault(basename(chosen), labels, count ?? labels.length)
      if (fault) throw new InspectError(fault)
      return { labels, where: basename(chosen) }
    }
    const own = inFile.find((labels) => labels.length > 0 && labels.length === (count ?? labels.length))
    if (own) return { labels: own, where: reason`the file itself` }
    const beside = count !== undefined && count >= 2 ? findLabelFile(path, count) : null
    return beside && { labels: beside.labels, where: basename(beside.path) }
  }
}

async function hash(path: string): Promise<string> {
  const sum = createHash('sha256')
  await pipeline(createReadStream(path), sum)
  return sum.digest('hex')
}
