import type { PortType } from '../../types'
import { stepFile } from '../locate'
import type { FeedSpec, FetchSpec, Manifest, Port, RepeatSpec, Step, Variant } from '../manifest'
import { inputPorts, outputPorts } from '../ports'
import type { MatchSettings } from '../tasks/match'
import type { WriteSettings } from '../tasks/write'

/** The name by which feeds refer to the current text in a step of the task `texts`. */
export const TEXT = 'text'

/** A variant's steps. A variant without steps counts as one step that runs its file. */
export function stepsOf({ steps, feeds, fetches, file }: Variant): Step[] {
  return steps ?? [{ file, feeds, fetches }]
}

/** Name → type of each result of a fetch. */
export function madeByFetch(spec: FetchSpec): Record<string, PortType> {
  const to = (type: PortType) => ({ [spec.to]: type })
  const and = (name: string | undefined, type: PortType) => (name === undefined ? {} : { [name]: type })
  const share: PortType = { type: 'number', min: 0, max: 1 }
  switch (spec.kind) {
    case 'image':
    case 'colors':
      return to({ type: 'image' })
    case 'masks':
      return Object.fromEntries([spec.to, ...(spec.others ?? [])].map((name) => [name, { type: 'image', channels: 1 }]))
    case 'values':
      return to({ type: 'image', channels: 1 })
    case 'labels':
    case 'ids':
      return to({ type: 'segmentation' })
    case 'text':
      return to({ type: 'text' })
    case 'letters':
      return { ...to({ type: 'text' }), ...and(spec.score, share) }
    case 'category': {
      const { labels } = spec
      const ranked: PortType = { type: 'array', itemType: { type: 'any' } }
      const type: PortType = { type: 'category', ...(Array.isArray(labels) && { oneOf: labels }) }
      return { ...to(type), ...and(spec.score, share), ...and(spec.ranked, ranked) }
    }
    case 'best': {
      const mask: PortType = { type: 'image', channels: 1 }
      return { ...to(mask), ...and(spec.score, share), ...and(spec.all, { type: 'array', itemType: mask }) }
    }
    case 'points':
    case 'peaks':
      return { ...to({ type: 'image_landmarks' }), ...and(spec.scores, { type: 'vector' }) }
    case 'vector':
      return to({ type: 'vector' })
    case 'number':
      return to({ type: 'number' })
    case 'spans': {
      const item: PortType = { type: 'record', fields: SPAN }
      const list: PortType = { type: 'array', itemType: item }
      return { ...to(list), ...and(spec.score, { type: 'number' }), ...and(spec.scores, { type: 'vector' }) }
    }
    case 'table':
      return to({ type: 'array', itemType: { type: 'any' } })
    default:
      return to({ type: 'any' })
  }
}

const SPAN: Record<string, PortType> = {
  start: { type: 'number' },
  end: { type: 'number' },
  score: { type: 'number', min: 0, max: 1 },
}

const FOUND: Record<string, PortType> = {
  category: { type: 'category' },
  score: { type: 'number', min: 0, max: 1 },
  box: { type: 'image_bounding_box' },
  landmarks: { type: 'image_landmarks' },
}

/** The type of things whose positions are written in the text. */
const PLACED: Record<string, PortType> = { category: { type: 'category' }, box: { type: 'image_bounding_box' } }

/** Name → type of each result of a step. */
export function madeBy(step: Step, steps: readonly Step[]): Record<string, PortType> {
  const { task = 'transform', to, each, repeat, settings, fetches = {} } = step
  if (repeat) return { [repeat.to]: { type: 'any' } }
  if (each) return { [each.to]: listOf({ ...fieldsOf(each.of, steps), ...madeByFetches(fetches) }) }
  if (task === 'find') return { [to ?? 'instances']: listOf(FOUND) }
  if (task === 'draw' || task === 'mark') return { [to ?? 'output']: { type: 'image', channels: 3 } }
  if (task === 'phrase') return { [to ?? 'prompt']: { type: 'text' } }
  if (task === 'write') return madeByWriting(to, settings as Partial<WriteSettings> | undefined)
  if (task === 'lines') return { [to ?? 'text']: { type: 'text' } }
  if (task === 'texts') return { [to ?? 'texts']: { type: 'any' } }
  if (task === 'alike') return { [to ?? 'alike']: { type: 'number', min: -1, max: 1 } }
  if (task === 'match') return madeByMatch(to, settings as MatchSettings | undefined)
  return madeByFetches(fetches)
}

function madeByWriting(to = 'text', { places }: Partial<WriteSettings> = {}): Record<string, PortType> {
  return { [to]: { type: 'text' }, ...(places && { [places.to]: listOf(PLACED) }) }
}

function madeByMatch(to = 'category', { score, ranked }: Partial<MatchSettings> = {}): Record<string, PortType> {
  return {
    [to]: { type: 'category' },
    ...(score && { [score]: { type: 'number', min: 0, max: 1 } }),
    ...(ranked && { [ranked]: { type: 'array', itemType: { type: 'any' } } }),
  }
}

export function madeByFetches(fetches: Record<string, FetchSpec>): Record<string, PortType> {
  return Object.assign({}, ...Object.values(fetches).map(madeByFetch)) as Record<string, PortType>
}

const listOf = (fields: Record<string, PortType>): PortType => ({
  type: 'array',
  itemType: { type: 'record', fields },
})

/** Name → type of the fields in a list of detected things. */
export function fieldsOf(list: string, steps: readonly Step[]): Record<string, PortType> {
  const maker = steps.find((step) => nameOfList(step) === list)
  if (!maker) return {}
  if (!maker.each) return FOUND
  const before = maker.each.of === list ? {} : fieldsOf(maker.each.of, steps.slice(0, steps.indexOf(maker)))
  return { ...before, ...madeByFetches(maker.fetches ?? {}) }
}

function nameOfList({ task, to, each }: Step): string | undefined {
  return each ? each.to : task === 'find' ? (to ?? 'instances') : undefined
}

/** The names of the values that a step reads. */
export function readBy({ feeds = {}, each, settings, task, until, repeat }: Step): string[] {
  const names = Object.values(feeds).flatMap((spec) => readByFeed(spec, task))
  const named = (key: string) => (typeof settings?.[key] === 'string' ? [settings[key] as string] : [])
  if (each) names.push(each.of, ...(typeof each.most === 'string' ? [each.most] : []))
  if (repeat) names.push(...readByRepeat(repeat))
  if (task === 'draw') names.push(...named('things'), ...named('on'))
  if (task === 'mark') names.push(...named('mask'), ...named('on'), ...named('points'), ...named('box'))
  if (task === 'write') names.push(...named('prompt'), ...(typeof until?.most === 'string' ? [until.most] : []))
  if (task === 'lines') names.push(...named('of'), ...named('on'))
  if (task === 'texts') names.push(...named('of'), ...named('within'))
  if (task === 'match') names.push(...named('of'), ...named('with'))
  if (task === 'phrase') names.push(...named('by'), ...named('text'))
  if (task === 'alike') names.push(...((settings?.between ?? []) as string[]))
  return [...new Set(names)]
}

function readByFeed(spec: FeedSpec, task: Step['task']): string[] {
  const from = 'from' in spec && !isOwnText(spec.from, task) ? [spec.from] : []
  switch (spec.kind) {
    case 'clicks':
      return [...from, spec.points, ...(spec.box ? [spec.box] : [])]
    case 'tensor':
      return [...from, ...(spec.and === undefined ? [] : [spec.and])]
    case 'image':
    case 'mask': {
      const { size } = spec
      if (size.fit === 'around') return [...from, size.of, size.mask]
      return size.fit === 'chosen' ? [...from, size.width, size.height] : from
    }
    default:
      return from
  }
}

/** Whether the name is the current text, which the task itself provides for each run. */
const isOwnText = (name: string, task?: string) => task === 'texts' && name === TEXT

function readByRepeat({ times, from, strength, noise, guidance }: RepeatSpec): string[] {
  const all = [times, from, strength, noise?.seed, ...(noise?.dims ?? []), guidance?.scale]
  return [...all.filter((one) => typeof one === 'string'), ...Object.values(guidance?.instead ?? {})]
}

/**
 * Turns a step into a model of its own: values from other steps become inputs, its results become outputs.
 * Outputs of the node keep their declared types; for an `each` step, these are the fields of its list.
 */
export function asModel<M extends Manifest>(model: M, variant: Variant, step: Step): { model: M; variant: Variant } {
  const before = made.get(step)
  if (before?.of === model && before.as === variant) return before.one as { model: M; variant: Variant }
  const one = modelOf(model, variant, step)
  made.set(step, { of: model, as: variant, one })
  return one
}

/** Cached, because a video requests the models for every frame. */
const made = new WeakMap<Step, { of: Manifest; as: Variant; one: { model: Manifest; variant: Variant } }>()

function modelOf<M extends Manifest>(model: M, variant: Variant, step: Step): { model: M; variant: Variant } {
  const steps = stepsOf(variant)
  const outputs = outputPorts(model, variant).flat()
  const before = steps.slice(0, steps.indexOf(step))
  const passed = Object.assign({}, ...before.map((one) => madeBy(one, steps))) as Record<string, PortType>
  const known = (port: Port) => outputs.find(({ name }) => name === port.name) ?? port
  const given = step.task === 'texts' ? portsOf({ [TEXT]: { type: 'text' } }) : []
  const inputs = [...given, ...portsOf(passed).map(known), ...inputPorts(model, variant)]
  const list = step.each && outputs.find(({ name }) => name === step.each?.to)?.type
  const fields = list?.type === 'array' && list.itemType.type === 'record' ? list.itemType.fields : {}
  const isOfEach = step.each || step.task === 'texts'
  const own = portsOf({ ...(isOfEach ? madeByFetches(step.fetches ?? {}) : madeBy(step, steps)) })
  const made = step.each ? own.map((port) => ({ ...port, type: fields[port.name] ?? port.type })) : own.map(known)
  const file = stepFile(step) ?? variant.file
  const { task = 'transform', feeds = {}, fetches = {}, settings, session } = step
  const { steps: _, ports: __, settings: ___, ...rest } = variant
  return {
    model: { ...model, inputs, outputs: [made] },
    variant: { ...rest, file, task, feeds, fetches, ...(settings && { settings }), ...(session && { session }) },
  }
}

function portsOf(types: Record<string, PortType>): Port[] {
  return Object.entries(types).map(([name, type]) => ({ name, property: name, type, help: '' }))
}
