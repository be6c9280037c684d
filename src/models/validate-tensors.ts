import { isBefore } from './before'
import type { FeedSpec, FetchSpec, Manifest, Port, Scaling, Step, TaskName, Variant } from './manifest'
import { inputPorts, outputPorts } from './ports'
import { readWith } from './read-with'
import { madeByFetch, madeByFetches } from './steps/names'

type ImageFeed = Extract<FeedSpec, { kind: 'image' }>

/** The types of ports that each kind of feed and fetch can have; empty for kinds without a port. */
const FEEDS: Record<FeedSpec['kind'], string[]> = {
  vector: ['vector'],
  number: ['number', 'boolean'],
  noise: ['number'],
  text: ['text'],
  image: ['image'],
  mask: ['image'],
  labels: ['segmentation'],
  size: ['image', 'segmentation'],
  constant: [],
  state: [],
  frame: ['audio', 'any'],
  samples: ['audio'],
  mel: ['audio'],
  tensor: ['any'],
  repeat: [],
  waves: ['number'],
  clicks: ['image'],
}
const FETCHES: Record<FetchSpec['kind'], string[]> = {
  image: ['image'],
  values: ['image'],
  labels: ['segmentation'],
  text: ['text'],
  category: ['category', 'text'],
  vector: ['vector'],
  number: ['number'],
  table: ['array'],
  points: ['image_landmarks'],
  peaks: ['image_landmarks'],
  colors: ['image'],
  ids: ['segmentation'],
  masks: ['image'],
  letters: ['text'],
  tensor: ['any'],
  best: ['image'],
  rows: ['any'],
  spans: ['array'],
}

/**
 * The errors in a variant's feeds and fetches, one sentence each.
 * @param complete whether the fetches must make every output
 */
export function tensorFaults(manifest: Manifest, variant: Variant, complete: boolean): string[] {
  const inputs = inputPorts(manifest, variant)
  const outputs = outputPorts(manifest, variant).flat()
  const { feeds = {}, fetches = {} } = variant
  const faults = [
    ...Object.entries(feeds).flatMap(([tensor, spec]) => feedFaults(`feed "${tensor}"`, spec, inputs, fetches)),
    ...Object.entries(fetches).flatMap(([tensor, spec]) => fetchFaults(`fetch "${tensor}"`, spec, outputs, variant)),
  ]
  faults.push(...twiceFaults(fetches))
  if (complete) {
    const made = new Set(Object.keys(madeByFetches(fetches)))
    for (const { name } of outputs) if (!made.has(name)) faults.push(`no fetch produces the output "${name}"`)
  }
  return [...faults, ...tileFaults(variant), ...frameFaults(variant)]
}

/** If two results had the same name, one would be lost. */
function twiceFaults(fetches: Record<string, FetchSpec>): string[] {
  const names = Object.values(fetches).flatMap((spec) => Object.keys(madeByFetch(spec)))
  return [...new Set(names.filter((name, i) => names.indexOf(name) !== i))].map((name) => `two fetches make "${name}"`)
}

/** Tasks that make the feeds of their file in code. */
const FEED_ALONE: readonly (TaskName | undefined)[] = ['generate', 'write', 'speak']

/** A file needs at least one input. */
export function emptyFaults({ task, feeds = {} }: Pick<Variant, 'task'> & Pick<Step, 'feeds'>): string[] {
  const isFed = Object.keys(feeds).length > 0 || FEED_ALONE.includes(task)
  return isFed ? [] : ['its "feeds" are missing: nothing goes into its file']
}

function feedFaults(what: string, spec: FeedSpec, inputs: readonly Port[], fetches: Variant['fetches']): string[] {
  if (spec.kind === 'state' && spec.output in fetches) return [`${what} keeps "${spec.output}", which is also fetched`]
  if (spec.kind === 'constant') return constantFaults(what, spec)
  if (spec.kind === 'state' || spec.kind === 'repeat') return []
  const faults = endFaults(what, spec.from, FEEDS[spec.kind], spec.kind, inputs)
  if (spec.kind === 'image')
    faults.push(...channelFaults(what, spec, channelsOf(spec, inputs)), ...meanFaults(what, spec))
  if (spec.kind === 'tensor' && spec.and !== undefined)
    faults.push(...endFaults(what, spec.and, FEEDS.tensor, spec.kind, inputs))
  if (spec.kind === 'waves' && spec.length % 2 !== 0)
    return [...faults, `${what} needs an even number as "length" (got ${spec.length})`]
  if ('size' in spec) faults.push(...sizeFaults(what, spec, inputs))
  if (spec.kind !== 'clicks') return faults
  if (spec.as === 'box' && spec.box === undefined) faults.push(`${what} is a box, but names none ("box")`)
  const box = spec.box === undefined ? [] : endFaults(what, spec.box, ['image_bounding_box'], 'clicks', inputs)
  return [...faults, ...endFaults(what, spec.points, ['array'], 'clicks', inputs), ...box]
}

/** The maximum number of elements in a tensor that a manifest describes: one gigabyte as 32-bit numbers. */
export const MOST_NUMBERS = 2 ** 28

/** The numbers must fill the tensor exactly once or a whole number of times. */
function constantFaults(what: string, { value, dims }: Extract<FeedSpec, { kind: 'constant' }>): string[] {
  const count = dims.reduce((product, side) => product * side, 1)
  if (count > MOST_NUMBERS)
    return [`${what} has ${count.toLocaleString('en')} numbers, more than a computer could hold`]
  return Array.isArray(value) && count % value.length !== 0
    ? [`${what} has ${value.length} numbers as "value", which don't fill its "dims" of ${count}`]
    : []
}

/** The number of channels in an image feed, from its own settings or its port; undefined if neither says. */
function channelsOf({ luma, lightness, from }: ImageFeed, inputs: readonly Port[]): number | undefined {
  const type = inputs.find(({ name }) => name === from)?.type
  return luma ? 1 : (lightness ?? (type?.type === 'image' ? type.channels : undefined))
}

/** Lists of numbers must have one number per channel. */
function channelFaults(what: string, spec: Scaling, channels?: number): string[] {
  const lists = (['mean', 'std', 'scale', 'offset'] as const).flatMap((key) => {
    const numbers = spec[key]
    return Array.isArray(numbers) ? [{ key, count: numbers.length }] : []
  })
  const wanted = channels ?? lists[0]?.count
  return lists
    .filter(({ count }) => count !== wanted)
    .map(({ key, count }) => `${what} needs ${wanted} numbers as "${key}", one a channel (got ${count})`)
}

/** Means are often published for bytes, and would turn a picture from 0 to 1 into one colour. */
function meanFaults(what: string, { range, mean = [] }: Scaling): string[] {
  if (!range) return []
  const [low, high] = [Math.min(...range), Math.max(...range)]
  const wrong = [mean].flat().find((value) => value < low || value > high)
  return wrong === undefined ? [] : [`${what} has a "mean" of ${wrong}, outside its "range" of ${low} to ${high}`]
}

/** A size set by inputs needs two numbers that are never missing. An area needs a picture and a mask. */
function sizeFaults(what: string, { kind, size }: { kind: string; size: ImageFeed['size'] }, inputs: readonly Port[]) {
  if (size.fit === 'around' && kind !== 'image' && kind !== 'mask')
    return [`${what} cannot be around a mask: only feeds of kind "image" and "mask" can`]
  if (size.fit === 'around')
    return [
      ...endFaults(what, size.of, FEEDS.image, 'image', inputs),
      ...endFaults(what, size.mask, FEEDS.mask, 'mask', inputs),
    ]
  if (size.fit !== 'chosen') return []
  if (kind !== 'image') return [`${what} cannot have a size that inputs choose: only feeds of kind "image" can`]
  return [size.width, size.height].flatMap((name) => {
    const port = inputs.find((one) => one.name === name)
    if (port?.type.type !== 'number')
      return [`${what} has its size from "${name}", which isn't an input of type number`]
    return port.optional && !('default' in port.type)
      ? [`${what} needs the number "${name}", so that input needs a default or must not be optional`]
      : []
  })
}

function fetchFaults(what: string, spec: FetchSpec, outputs: Port[], { feeds = {}, fetches = {} }: Variant): string[] {
  const faults = endFaults(what, spec.to, FETCHES[spec.kind], spec.kind, outputs)
  if (spec.kind === 'category') {
    if (spec.score) faults.push(...endFaults(what, spec.score, ['number'], 'category', outputs))
    if (spec.ranked) faults.push(...endFaults(what, spec.ranked, ['array'], 'category', outputs))
  }
  if (spec.kind === 'points' || spec.kind === 'peaks') {
    if (spec.scores) faults.push(...endFaults(what, spec.scores, ['vector'], spec.kind, outputs))
    if (!Object.values(feeds).some((feed) => feed.kind === 'image' && feed.from === spec.of))
      faults.push(`${what} places its points in "${spec.of}", which isn't a picture`)
  }
  if (spec.kind === 'best' && !Object.values(feeds).some((feed) => feed.kind === 'clicks' && feed.from === spec.of))
    faults.push(`${what} is a mask of "${spec.of}", in which none of its feeds of kind "clicks" places clicks`)
  if (spec.kind === 'points' && spec.each !== undefined && spec.each < spec.size)
    faults.push(`${what} needs a whole number of at least ${spec.size} as "each" (got ${spec.each})`)
  if (spec.kind === 'image') faults.push(...channelFaults(what, spec), ...meanFaults(what, spec))
  for (const other of readWith(spec))
    if (other in fetches) faults.push(`${what} is read with "${other}", which is also fetched`)
  if (spec.kind === 'vector' && spec.rows) {
    const { of } = spec.rows
    if (!Object.values(feeds).some((feed) => feed.kind === 'text' && feed.from === of))
      faults.push(`${what} has a row for each token of "${of}", which isn't text`)
  }
  if (spec.kind === 'spans') {
    if (spec.score) faults.push(...endFaults(what, spec.score, ['number'], 'spans', outputs))
    if (spec.scores) faults.push(...endFaults(what, spec.scores, ['vector'], 'spans', outputs))
  }
  if (spec.kind === 'masks')
    for (const other of spec.others ?? []) faults.push(...endFaults(what, other, ['image'], 'masks', outputs))
  if (spec.kind === 'image' && spec.over) faults.push(...overFaults(what, spec.over, feeds))
  if (spec.kind === 'letters' && spec.score) faults.push(...endFaults(what, spec.score, ['number'], 'letters', outputs))
  const pictures = Object.values(feeds)
    .filter((feed) => !isBefore(feed))
    .filter((feed) => feed.kind === 'image' || feed.kind === 'labels')
  for (const [word, port] of Object.entries(takenFrom(spec))) {
    if (port === undefined) continue
    const feed = pictures.find(({ from }) => from === port)
    if (!feed) faults.push(`${what} takes its ${word} from "${port}", which isn't a picture`)
    else if (['cover', 'chosen', 'around'].includes(feed.size.fit))
      faults.push(`${what} takes its ${word} from "${port}", which is cropped`)
  }
  return faults
}

/** If a result is composited with a mask, the file must take both the picture and the mask as inputs. */
function overFaults(what: string, { of, mask }: { of: string; mask: string }, feeds: Variant['feeds']): string[] {
  const isFed = (kind: string, port: string) =>
    Object.values(feeds).some((feed) => feed.kind === kind && 'from' in feed && feed.from === port)
  return [
    ...(isFed('image', of) ? [] : [`${what} is laid over "${of}", but no feed of kind "image" reads that input`]),
    ...(isFed('mask', mask)
      ? []
      : [`${what} is laid over where "${mask}" is white, but no feed of kind "mask" reads that input`]),
  ]
}

/** The inputs from which an output takes its size, colours or lightness. */
function takenFrom(spec: FetchSpec): Record<string, string | undefined> {
  return {
    size: 'sizeOf' in spec ? spec.sizeOf : undefined,
    colours: 'colorsOf' in spec ? spec.colorsOf : undefined,
    lightness: spec.kind === 'colors' ? spec.of : undefined,
    light: spec.kind === 'image' ? spec.curves?.of : undefined,
  }
}

/** The task `frames` needs exactly one feed of kind `frame`, and fetches that combine all runs. */
function frameFaults({ feeds = {}, fetches = {}, task }: Variant): string[] {
  const framed = Object.entries(feeds).flatMap(([tensor, spec]) =>
    spec.kind === 'frame' ? [[tensor, spec] as const] : [],
  )
  const isFramed = (kind: string) => kind === 'rows' || kind === 'spans'
  if (task !== 'frames')
    return framed.length > 0 || Object.values(fetches).some(({ kind }) => isFramed(kind))
      ? ['only the task "frames" works with frames, rows and spans']
      : []
  const faults = framed.length === 1 ? [] : [`the task "frames" needs one feed of kind "frame" (got ${framed.length})`]
  for (const [tensor, { kind }] of Object.entries(fetches))
    if (!isFramed(kind))
      faults.push(`fetch "${tensor}" of kind "${kind}" cannot be made from frames: use "rows" or "spans"`)
  return faults
}

function tileFaults({ feeds = {}, fetches = {} }: Variant): string[] {
  const sizes = Object.values(feeds).flatMap((spec) => ('size' in spec ? [spec.size] : []))
  const tiled = sizes.filter(({ fit }) => fit === 'tiles')
  if (tiled.length === 0) return []
  const faults: string[] = []
  if (sizes.length > 1) faults.push('only a model with one picture works in tiles')
  for (const [tensor, { kind }] of Object.entries(fetches))
    if (kind !== 'image' && kind !== 'values')
      faults.push(`fetch "${tensor}" of kind "${kind}" cannot be joined from tiles`)
  for (const size of tiled)
    if (size.fit === 'tiles' && size.overlap >= Math.min(size.width, size.height))
      faults.push('tiles must overlap by less than their size')
  return faults
}

function endFaults(what: string, name: string, wanted: string[], kind: string, ports: readonly Port[]): string[] {
  const port = ports.find((each) => each.name === name)
  if (!port) return [`${what} names the port "${name}", which doesn't exist`]
  return wanted.includes(port.type.type)
    ? []
    : [`${what} of kind "${kind}" needs a port of type ${wanted.join(' or ')}, not ${port.type.type}`]
}
