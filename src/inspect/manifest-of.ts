import type { FeedSpec, FetchSpec, Manifest, Port, SizeSpec } from '../models/manifest'
import type { PortType } from '../types'
import type { InputChoice, OutputChoice, PictureChoice, Proposal } from './choice'
import { scalingOf } from './ranges'
import { fixedCount, smallest } from './shapes'

/** The file that a manifest is for. */
export interface FileFacts {
  /** Its name, without folders. */
  file: string
  bytes: number
  sha256: string
  /** What people call the model. */
  label: string
  /** The network's own words about itself. */
  about?: string
}

/** A manifest that remembers what it was made of, so that it can be corrected. */
export interface OwnManifest extends Manifest {
  proposal: Proposal
}

/** The manifest that says what was chosen. The same code makes it in the editor and on the command line. */
export function manifestOf(proposal: Proposal, facts: FileFacts): OwnManifest {
  const { file, bytes, sha256, label } = facts
  const id = idOf(label)
  const detector = proposal.outputs.find(({ as }) => as === 'things')
  const writer = proposal.outputs.find(({ as }) => as === 'text')
  const feeds: Record<string, FeedSpec> = {}
  for (const input of proposal.inputs) feeds[input.tensor] = feedOf(input, proposal)
  const fetches: Record<string, FetchSpec> = {}
  const sent = proposal.outputs.filter(({ as }) => as !== 'unused' && as !== 'state')
  for (const output of sent) fetches[output.tensor] = fetchOf(output, proposal)
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
    outputs: detector ? detectorOutputs(detector) : sent.map(outputPorts),
    variants: [
      {
        id: 'file',
        label: file,
        file,
        sha256,
        bytes,
        licence: 'not stated: see where the file is from',
        about: `The file ${file}.`,
        feeds: writer ? {} : feeds,
        fetches: detector || writer ? {} : fetches,
        ...(detector && { settings: detectorSettings(detector) }),
        ...(writer && { settings: writerSettings(writer, proposal) }),
      },
    ],
    proposal: { ...proposal, outputs: proposal.outputs.map(withoutLabels), inputs: proposal.inputs.map(withoutLabels) },
  }
}

/** The choices of a manifest that was made here; labels are taken back from its ports. Null where it was not. */
export function proposalOf(manifest: Partial<OwnManifest> | undefined): Proposal | null {
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
      ...(output.as === 'things' && names ? { labels: names } : labelsOf(outputs.flat(), output.name)),
    })),
  }
}

/** Names of ports that the task `detect` reads and gives. */
function detectorInputs({ labels = [] }: OutputChoice): Port[] {
  return [
    {
      name: 'category',
      property: 'category',
      type: { type: 'category', oneOf: ['any', ...labels], default: 'any' },
      help: 'Which things to find; "any" finds all it knows.',
    },
    {
      name: 'min_score',
      property: 'min_score',
      type: { type: 'number', min: 0, max: 1, step: 0.05 },
      optional: true,
      help: 'How sure it has to be, from 0 to 1.',
    },
  ]
}

function detectorOutputs({ labels = [], why }: OutputChoice): Port[][] {
  const fields: Record<string, PortType> = {
    category: { type: 'category', oneOf: labels },
    score: { type: 'number', min: 0, max: 1 },
    box: { type: 'image_bounding_box' },
  }
  return [
    [
      {
        name: 'output',
        property: 'payload',
        type: { type: 'image', channels: 3 },
        help: why || 'The picture with the things framed.',
      },
    ],
    [
      {
        name: 'instances',
        property: 'payload',
        type: { type: 'array', itemType: { type: 'record', fields } },
        help: 'A list of the found things, the surest first.',
      },
    ],
  ]
}

function detectorSettings({ tensor, labels = [], detector }: OutputChoice): Record<string, unknown> {
  const { decode = 'yolo', scores, unit, firstLabel } = detector ?? {}
  const tensors = decode === 'boxes' ? { boxes: tensor, scores, unit, firstLabel } : { decode, output: tensor }
  return { ...tensors, names: labels, minScore: 0.4, maxOverlap: 0.45, shows: 'drawn' }
}

/** Ports that the task `generate` reads. */
const WRITER_INPUTS: Port[] = [
  option('seed', { type: 'number', min: 0, max: 999, step: 1 }, 'The same seed goes on in the same way.'),
  {
    ...option('sequence_length', { type: 'number', min: 1, max: 4096, step: 1, default: 64 }, ''),
    help: 'How many tokens (short words and parts of words) it adds at most.',
  },
  option(
    'temperature',
    { type: 'number', min: 0, max: 2, step: 0.05 },
    '0 goes on in the likeliest way; higher is more daring.',
  ),
  option('top_k', { type: 'number', min: 0, max: 1000, step: 1 }, 'It chooses from this many of the likeliest tokens.'),
  option(
    'top_p',
    { type: 'number', min: 0, max: 1, step: 0.01 },
    'It chooses from the likeliest that reach this likelihood.',
  ),
]

function option(name: string, type: PortType, help: string): Port {
  return { name, property: name, type, ...(!('default' in type) && { optional: true }), help }
}

function writerSettings({ tensor, writer }: OutputChoice, { inputs }: Proposal): Record<string, unknown> {
  const { context = 256, end = [], start } = writer ?? {}
  const named = (part: string) => inputs.find((input) => input.part === part)?.tensor
  const called = { ids: named('ids'), mask: named('mask'), positions: named('positions'), logits: tensor }
  return {
    tokenizer: textInput(inputs)?.tokenizer ?? 'tokenizer.json',
    context,
    end,
    ...(start !== undefined && { start }),
    temperature: 0.8,
    topK: 40,
    called: Object.fromEntries(Object.entries(called).filter(([, name]) => name !== undefined)),
  }
}

function withoutLabels<Choice extends InputChoice | OutputChoice>({ labels: _, ...choice }: Choice): Choice {
  return choice as Choice
}

/** `My model (1).onnx` → `my-model-1` */
export function idOf(label: string): string {
  const id = label
    .replace(/\.onnx$/i, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
  return id || 'model'
}

function inputPort(input: InputChoice, { inputs }: Proposal): Port[] {
  const { as, name, property, why } = input
  if (as === 'state' || (as === 'text' && textInput(inputs) !== input)) return []
  return [{ name, property, type: inputType(input), help: why || 'Chosen by hand.' }]
}

/** Whether a grey output gets the colours of the picture whose brightness went in. */
function isColored({ picture }: OutputChoice, source: InputChoice | undefined): boolean {
  return picture?.channels === 1 && picture.luma === true && source?.picture?.luma === true
}

function inputType(input: InputChoice): PortType {
  const { as, picture, shape, value, labels } = input
  switch (as) {
    case 'picture':
      return picture?.luma ? { type: 'image' } : { type: 'image', channels: picture?.channels ?? 3 }
    case 'labels':
      return { type: 'segmentation', ...(labels && { labels }) }
    case 'number':
      return {
        type: 'number',
        ...(value !== undefined && { default: value }),
        ...(input.dtype.includes('int') && { step: 1 }),
      }
    case 'switch':
      return { type: 'boolean', default: Boolean(value) }
    case 'text':
      return { type: 'text' }
    default: {
      const length = fixedCount(shape)
      return { type: 'vector', ...(length !== undefined && { length }) }
    }
  }
}

function feedOf(input: InputChoice, { inputs }: Proposal): FeedSpec {
  const { as, name, dtype, shape } = input
  switch (as) {
    case 'picture': {
      const picture = input.picture as PictureChoice
      const { layout, order, channels, range } = picture
      return {
        kind: 'image',
        from: name,
        size: sizeOf(picture),
        layout,
        ...(channels === 3 && order === 'BGR' && { order }),
        ...(picture.luma && { luma: true }),
        ...scalingOf(range, channels, order, picture),
      }
    }
    case 'labels':
      return {
        kind: 'labels',
        from: name,
        size: sizeOf(input.picture as PictureChoice),
        as: dtype.includes('int') ? 'ids' : 'planes',
      }
    case 'number':
    case 'switch':
      return { kind: 'number', from: name, dtype, dims: smallest(shape) }
    case 'state':
      return { kind: 'state', output: input.of ?? '', dtype, dims: smallest(shape) }
    case 'text': {
      const first = textInput(inputs) as InputChoice
      const { tokenizer = 'tokenizer.json', pad = 0, longest } = first
      const isFixed = typeof shape[1] === 'number' && shape[1] > 0
      return {
        kind: 'text',
        from: first.name,
        tokenizer,
        whole: true,
        ...(isFixed ? { length: shape[1] as number, pad } : longest !== undefined && { longest }),
        ...(input.part && input.part !== 'ids' && { as: input.part }),
        ...(dtype !== 'int64' && { dtype }),
      }
    }
    default:
      return { kind: 'vector', from: name, dtype, dims: openDims(shape) }
  }
}

/** Of several inputs that one text fills, the one with the tokens. */
function textInput(inputs: readonly InputChoice[]): InputChoice | undefined {
  const texts = inputs.filter(({ as }) => as === 'text')
  return texts.find(({ part }) => part === 'ids') ?? texts[0]
}

/** Fixed dimensions; the first that may vary, other than the batch, takes what there is (−1). */
function openDims(shape: InputChoice['shape']): number[] {
  const dims = smallest(shape)
  if (fixedCount(shape) !== undefined) return dims
  const open = shape.findIndex((size, i) => (typeof size !== 'number' || size < 0) && (i > 0 || shape.length === 1))
  return dims.map((size, i) => (i === open ? -1 : size))
}

function sizeOf({ fit, width, height, multipleOf }: PictureChoice): SizeSpec {
  if (width === undefined || height === undefined)
    return { fit: 'keep', ...(multipleOf !== undefined && multipleOf > 1 && { multipleOf }) }
  if (fit === 'tiles')
    return { fit, width, height, overlap: Math.min(16, Math.floor(Math.min(width, height) / 4)), longSide: 1024 }
  return fit === 'letterbox' ? { fit, width, height, fill: 114 } : { fit: 'stretch', width, height }
}

function outputPorts(output: OutputChoice, port: number, all: OutputChoice[]): Port[] {
  const { as, name, property, why } = output
  const main: Port = { name, property, type: outputType(output), help: why || 'Chosen by hand.' }
  if (as !== 'category') return [main]
  const before = all.slice(0, port).filter((each) => each.as === 'category').length
  const beside = before === 0 ? '' : `_${before + 1}`
  return [
    main,
    {
      name: `${name}_score`,
      property: `score${beside}`,
      type: output.softmax || output.why.includes('Softmax') ? { type: 'number', min: 0, max: 1 } : { type: 'number' },
      help: 'How sure the network is.',
    },
    {
      name: `${name}_ranked`,
      property: `ranked${beside}`,
      type: {
        type: 'array',
        itemType: { type: 'record', fields: { category: { type: 'category' }, score: { type: 'number' } } },
      },
      help: 'The likeliest ones, with their scores.',
    },
  ]
}

function outputType(output: OutputChoice): PortType {
  const { as, picture, labels, shape } = output
  switch (as) {
    case 'picture':
      return picture?.luma ? { type: 'image' } : { type: 'image', channels: picture?.channels ?? 3 }
    case 'values':
      return { type: 'image', channels: 1 }
    case 'labels':
      return { type: 'segmentation', ...(labels && { labels }) }
    case 'category':
      return { type: 'category', ...(labels && { oneOf: labels }) }
    case 'number':
      return { type: 'number' }
    case 'text':
      return { type: 'text' }
    default: {
      const length = fixedCount(shape)
      if (isRow(output)) return { type: 'vector', ...(typeof shape[2] === 'number' && { length: shape[2] }) }
      if (isTable(shape)) return { type: 'array', itemType: { type: 'array', itemType: { type: 'number' } } }
      return { type: 'vector', ...(length !== undefined && { length }) }
    }
  }
}

/** Whether one row stands for those of all tokens of a text. */
function isRow({ shape, rows = 'each' }: OutputChoice): boolean {
  return shape.length === 3 && rows !== 'each'
}

/** Rows of numbers, after the batch. */
function isTable(shape: OutputChoice['shape']): boolean {
  return shape.length === 3 && shape[1] !== 1 && shape[2] !== 1
}

function fetchOf(output: OutputChoice, { inputs }: Proposal): FetchSpec {
  const { as, name, picture } = output
  const source = inputs.find((input) => input.as === 'picture')
  const sized =
    picture?.restore && source ? { sizeOf: source.name, ...(picture.times && { times: picture.times }) } : {}
  switch (as) {
    case 'picture': {
      const { layout, order, channels, range } = picture as PictureChoice
      return {
        kind: 'image',
        to: name,
        layout,
        ...(channels === 3 && order === 'BGR' && { order }),
        ...(source && isColored(output, source) && { colorsOf: source.name }),
        ...(range === 'stretch' ? { stretch: true } : scalingOf(range, channels, order, picture)),
        ...sized,
      }
    }
    case 'values':
      return { kind: 'values', to: name, layout: picture?.layout ?? 'NCHW', range: 'picture', ...sized }
    case 'labels':
      return isIds(output)
        ? { kind: 'ids', to: name, ...sized }
        : { kind: 'labels', to: name, axis: axisOf(output), ...sized }
    case 'category':
      return {
        kind: 'category',
        to: name,
        score: `${name}_score`,
        ranked: `${name}_ranked`,
        ...(output.softmax && { activation: 'softmax' }),
      }
    case 'number':
      return { kind: 'number', to: name }
    default: {
      const normalize = output.normalize ? { normalize: true } : {}
      const { rows, shape } = output
      const text = textInput(inputs)
      if (isRow(output) && text && rows && rows !== 'each')
        return { kind: 'vector', to: name, ...normalize, rows: { take: rows, of: text.name } }
      return isTable(shape) ? { kind: 'table', to: name } : { kind: 'vector', to: name, ...normalize }
    }
  }
}

/** Whether an output holds the labels' numbers themselves. */
function isIds({ dtype, shape, labels }: OutputChoice): boolean {
  const planes = shape.filter((size) => typeof size === 'number' && size === labels?.length)
  return dtype !== 'float32' && dtype !== 'float16' && planes.length === 0
}

/** The dimension with one plane a label. */
function axisOf({ picture, shape }: OutputChoice): number {
  if (picture?.layout.endsWith('HWC')) return -1
  return shape.length === 4 ? 1 : 0
}
