import type { FeedSpec, FetchSpec, Manifest, Port } from '../models/manifest'
import type { InputChoice, OutputChoice, Proposal } from './choice'
import { detectorInputs, detectorOutputs, detectorSettings } from './detector-ports'
import { feedOf, inputPort } from './input-parts'
import { fetchSpecOf, outputPortLists } from './output-parts'
import { WRITER_INPUTS, writerSettings } from './writer-ports'

/** Facts about the model file that a manifest is for. */
export interface FileFacts {
  /** The file name, without folders. */
  file: string
  bytes: number
  sha256: string
  /** The model's name for people. */
  label: string
  /** The network's own description. */
  about?: string
}

/** A manifest that remembers what it was made from, so that it can be corrected. */
export interface UserManifest extends Manifest {
  proposal: Proposal
}

/** Builds the manifest for a proposal. The editor and the command line both use this. */
export function manifestOf(proposal: Proposal, facts: FileFacts): UserManifest {
  const { file, bytes, sha256, label } = facts
  const id = idOf(label)
  const detector = proposal.outputs.find(({ as }) => as === 'things')
  const writer = proposal.outputs.find(({ as, writer: written }) => as === 'text' && written)
  const feeds: Record<string, FeedSpec> = {}
  for (const input of proposal.inputs) feeds[input.tensor] = feedOf(input, proposal)
  const fetches: Record<string, FetchSpec> = {}
  const sent = proposal.outputs.filter(({ as }) => as !== 'unused' && as !== 'state')
  const others = sent.filter((output) => output !== detector)
  for (const output of others) fetches[output.tensor] = fetchSpecOf(output, proposal)
  return {
    id,
    node: `daisychain-${id}`,
    label,
    summary: facts.about || `Runs ${file}.`,
    icon: 'daisychain-onnx.svg',
    ...(detector && { task: 'detect' as const }),
    ...(writer && { task: 'generate' as const }),
    inputs: [
      ...proposal.inputs.flatMap((input) => inputPort(input, proposal)),
      ...(detector ? detectorInputs(detector) : []),
      ...(writer ? WRITER_INPUTS : []),
    ],
    outputs: [...(detector ? detectorOutputs(detector) : []), ...others.flatMap(outputPortLists)],
    variants: [
      {
        id: 'file',
        label: file,
        file,
        sha256,
        bytes,
        licence: 'not stated: see where you got the file',
        about: `The file ${file}.`,
        feeds: writer ? {} : feeds,
        fetches: writer ? {} : fetches,
        ...(detector && { settings: detectorSettings(detector) }),
        ...(writer && { settings: writerSettings(writer, proposal) }),
      },
    ],
    proposal: { ...proposal, outputs: proposal.outputs.map(withoutLabels), inputs: proposal.inputs.map(withoutLabels) },
  }
}

/**
 * Restores the proposal from a manifest, with the labels from its ports; null if the manifest wasn't made
 * here.
 */
export function proposalOf(manifest: Partial<UserManifest> | undefined): Proposal | null {
  const { proposal, outputs = [], inputs = [] } = manifest ?? {}
  if (!proposal?.inputs || !proposal.outputs) return null
  const labelsOf = (ports: readonly Port[], name: string): { labels?: string[] } => {
    const type = ports.find((port) => port.name === name)?.type
    const labels = type?.type === 'segmentation' ? type.labels : type?.type === 'category' ? type.oneOf : undefined
    return labels ? { labels } : {}
  }
  const names = manifest?.variants?.[0]?.settings?.names as string[] | undefined
  return {
    ...proposal,
    inputs: proposal.inputs.map((input) => ({ ...input, ...labelsOf(inputs, input.name) })),
    outputs: proposal.outputs.map((output) => ({
      ...output,
      ...(output.as === 'things' && names
        ? { labels: names }
        : output.as === 'text'
          ? lettersOf(manifest, output.tensor)
          : labelsOf(outputs.flat(), output.name)),
    })),
  }
}

/** The letters that a line of text is read with. */
function lettersOf(manifest: Partial<UserManifest> | undefined, tensor: string): { labels?: string[] } {
  const fetch = manifest?.variants?.[0]?.fetches?.[tensor]
  return fetch?.kind === 'letters' && Array.isArray(fetch.letters) ? { labels: fetch.letters } : {}
}

function withoutLabels<Choice extends InputChoice | OutputChoice>({ labels: _, ...choice }: Choice): Choice {
  return choice as Choice
}

/** Turns `My model (1).onnx` into `my-model-1`. */
export function idOf(label: string): string {
  const id = label
    .replace(/\.onnx$/i, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
  return id || 'model'
}
