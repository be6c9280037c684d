import type { FetchSpec, Port } from '../models/manifest'
import type { PortType } from '../types'
import type { InputChoice, OutputChoice, PictureChoice, Proposal } from './choice'
import { landmarksType } from './landmarks'
import { scalingOf } from './ranges'
import { reason } from './reason'
import { fixedCount } from './shapes'
import { textInput } from './text-input'

/** The ports of one output. A category gets the class, the score and the list of classes. */
export function outputPorts(output: OutputChoice, port: number, all: OutputChoice[]): Port[] {
  const { as, name, property, why } = output
  const main: Port = { name, property, type: outputType(output), help: why || reason`Chosen by hand.` }
  if (as === 'text' && !output.writer) return [main, lineScore(output)]
  if (as === 'points' && output.points?.scored) return [main, pointScores(output, port, all)]
  if (as !== 'category') return [main]
  const before = all.slice(0, port).filter((each) => each.as === 'category').length
  const beside = before === 0 ? '' : `_${before + 1}`
  return [
    main,
    {
      name: `${name}_score`,
      property: `score${beside}`,
      type: output.softmax || output.areShares ? { type: 'number', min: 0, max: 1 } : { type: 'number' },
      help: reason`The network's confidence.`,
    },
    {
      name: `${name}_ranked`,
      property: `ranked${beside}`,
      type: {
        type: 'array',
        itemType: { type: 'record', fields: { category: { type: 'category' }, score: { type: 'number' } } },
      },
      help: reason`The most likely ones, with their scores.`,
    },
  ]
}

/** The ports of one output, one list for each output port of the node. Each of several masks gets its own. */
export function outputPortLists(output: OutputChoice, port: number, all: OutputChoice[]): Port[][] {
  if (output.as !== 'masks') return [outputPorts(output, port, all)]
  const { property, why } = output
  const type: PortType = { type: 'image', channels: 1 }
  return maskNames(output).map((name) => [{ name, property, type, help: why || reason`Chosen by hand.` }])
}

/** The names of the masks, one for each plane. */
export function maskNames({ name, shape, picture, labels }: OutputChoice): string[] {
  const planes = picture?.layout.endsWith('HWC') ? shape.at(-1) : shape.at(-3)
  const count = typeof planes === 'number' && planes > 0 ? planes : 1
  const words = labels?.length === count ? labels.map((label) => label.replace(/[^A-Za-z0-9_]+/g, '_')) : []
  const areNames = words.every((word) => /^[A-Za-z_]/.test(word)) && new Set(words).size === count
  return areNames ? words : Array.from({ length: count }, (_, i) => `${name}_${i + 1}`)
}

/** The port for the network's confidence in the text. */
function lineScore({ name }: OutputChoice): Port {
  return {
    name: `${name}_score`,
    property: 'score',
    type: { type: 'number', min: 0, max: 1 },
    help: reason`The network's confidence in the text.`,
  }
}

/** The port for the confidence of each point. */
function pointScores(output: OutputChoice, port: number, all: OutputChoice[]): Port {
  const before = all.slice(0, port).filter((each) => each.as === 'points' && each.points?.scored).length
  const { length } = pointCount(output)
  return {
    name: `${output.name}_scores`,
    property: before === 0 ? 'scores' : `scores_${before + 1}`,
    type: { type: 'vector', ...(length !== undefined && { length }) },
    help: reason`The network's confidence in each point.`,
  }
}

function outputType(output: OutputChoice): PortType {
  const { as, picture, labels, shape, pointNames } = output
  switch (as) {
    case 'picture':
      return picture?.luma ? { type: 'image' } : { type: 'image', channels: picture?.channels ?? 3 }
    case 'values':
      return { type: 'image', channels: 1 }
    case 'colors':
      return { type: 'image', channels: 3 }
    case 'labels':
      return { type: 'segmentation', ...(labels && { labels }) }
    case 'category':
      return { type: 'category', ...(labels && { oneOf: labels }) }
    case 'number':
      return { type: 'number' }
    case 'text':
      return { type: 'text' }
    case 'points':
      return landmarksType(pointCount(output).length, pointNames)
    default: {
      const length = fixedCount(shape)
      if (isRow(output)) return { type: 'vector', ...(typeof shape[2] === 'number' && { length: shape[2] }) }
      if (isTable(shape)) return { type: 'array', itemType: { type: 'array', itemType: { type: 'number' } } }
      return { type: 'vector', ...(length !== undefined && { length }) }
    }
  }
}

function pointCount({ shape, points, picture }: OutputChoice): { length?: number } {
  if (points?.heat) {
    const planes = points.heat.down ? shape.at(-2) : picture?.layout.endsWith('HWC') ? shape.at(-1) : shape.at(-3)
    return typeof planes === 'number' ? { length: planes } : {}
  }
  const { size = 2, skip = 0, each = size, count: most } = points ?? {}
  const count = fixedCount(shape)
  const length = count === undefined ? most : Math.min(most ?? count, Math.floor((count - skip - size) / each) + 1)
  return length === undefined ? {} : { length }
}

/** Whether one row represents all tokens of the text. */
function isRow({ shape, rows = 'each' }: OutputChoice): boolean {
  return shape.length === 3 && rows !== 'each'
}

/** Whether an output is a table of rows after the batch. */
function isTable(shape: OutputChoice['shape']): boolean {
  return shape.length === 3 && shape[1] !== 1 && shape[2] !== 1
}

/** Whether a grey output gets the colours of the picture whose brightness went in. */
function isColored({ picture }: OutputChoice, source: InputChoice | undefined): boolean {
  return picture?.channels === 1 && picture.luma === true && source?.picture?.luma === true
}

/** The conversion of an output's tensor to a value. */
export function fetchSpecOf(output: OutputChoice, proposal: Proposal): FetchSpec {
  const { batch, picture } = output
  const flat = picture?.flat ? { dims: [1, picture.channels, picture.height ?? 1, picture.width ?? 1] } : {}
  return { ...makingOf(output, proposal), ...(batch && { first: true as const }), ...flat }
}

function makingOf(output: OutputChoice, { inputs }: Proposal): FetchSpec {
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
        ...(source && picture?.curves && { curves: { of: source.name, times: picture.curves } }),
        ...(picture?.first !== undefined && { channel: { first: picture.first, count: channels } }),
        ...numbersOf(range, channels, order, picture),
        ...sized,
      }
    }
    case 'values':
      return { kind: 'values', to: name, layout: picture?.layout ?? 'NCHW', range: 'picture', ...sized }
    case 'colors':
      return {
        kind: 'colors',
        to: name,
        of: source?.name ?? '',
        ...(picture?.layout.endsWith('HWC') && { layout: 'NHWC' as const }),
        ...(output.scale !== undefined && { scale: output.scale }),
        ...(output.offset !== undefined && { offset: output.offset }),
      }
    case 'masks': {
      const [to = name, ...others] = maskNames(output)
      const layout = picture?.layout ?? 'NCHW'
      return { kind: 'masks', to, others, layout, ...(output.raw && { activation: 'sigmoid' as const }), ...sized }
    }
    case 'text':
      return { kind: 'letters', to: name, letters: output.labels ?? [], ...output.reading, score: `${name}_score` }
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
    case 'points':
      return source ? pointsOf(output, source.name) : { kind: 'vector', to: name }
    default: {
      const { rows, shape } = output
      const normalize = output.normalize ? { normalize: true } : {}
      const text = textInput(inputs)
      if (isRow(output) && text && rows && rows !== 'each')
        return { kind: 'vector', to: name, ...normalize, rows: { take: rows, of: text.name } }
      return isTable(shape) ? { kind: 'table', to: name } : { kind: 'vector', to: name, ...normalize }
    }
  }
}

function pointsOf({ name, points, picture }: OutputChoice, of: string): FetchSpec {
  const { size = 2, order, scored, heat, ...between } = points ?? {}
  const scores = scored ? { scores: `${name}_scores` } : {}
  if (!heat) return { kind: 'points', to: name, of, size, ...(order && { order }), ...between, ...scores }
  const layout = picture?.layout.endsWith('HWC') ? { layout: 'NHWC' as const } : {}
  return { kind: 'peaks', to: name, of, ...(heat.down === undefined && layout), ...heat, ...scores }
}

/** The conversion of a picture's numbers to bytes. */
function numbersOf(
  range: PictureChoice['range'],
  channels: number,
  order: PictureChoice['order'],
  picture?: PictureChoice,
) {
  if (range === 'stretch') return { stretch: true as const }
  if (range === 'logits') return { activation: 'sigmoid' as const, ...scalingOf('0..1', channels, order) }
  return scalingOf(range, channels, order, picture)
}

/** Whether an output holds label numbers rather than scores. */
function isIds({ dtype, shape, labels }: OutputChoice): boolean {
  const planes = shape.filter((size) => typeof size === 'number' && size === labels?.length)
  return dtype !== 'float32' && dtype !== 'float16' && planes.length === 0
}

/** The dimension with one plane per label. */
function axisOf({ picture, shape }: OutputChoice): number {
  if (picture?.layout.endsWith('HWC')) return -1
  return shape.length === 4 ? 1 : 0
}
