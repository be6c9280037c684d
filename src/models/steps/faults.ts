import type { PortType } from '../../types'
import { isBefore } from '../before'
import type { DetectSettings } from '../detection/settings'
import { settingsFaults } from '../detection/settings-faults'
import { isSized } from '../feed'
import type { CropSpec, Manifest, Port, Step, StepTask, Variant } from '../manifest'
import { inputPorts, outputPorts } from '../ports'
import type { PhraseSettings } from '../tasks/phrase'
import { emptyFaults, tensorFaults } from '../validate-tensors'
import { asModel, fieldsOf, madeBy, madeByFetches, readBy } from './names'
import { repeatFaults } from './repeat-faults'

/** No model reads texts longer than this. */
const MOST_TOKENS = 1_000_000
/** Tasks whose steps have no ONNX file. */
const WITHOUT_FILE: readonly StepTask[] = ['draw', 'lines', 'mark', 'match', 'alike', 'phrase']

/** The errors in a variant's steps, one sentence each. */
export function stepFaults(manifest: Manifest, variant: Variant): string[] {
  const { steps = [] } = variant
  const faults = (['task', 'settings'] as const)
    .filter((key) => variant[key])
    .map((key) => `"${key}" belongs to each step if there are "steps"`)
  if (variant.file !== undefined && !steps.some((step) => step.model === undefined && step.file === variant.file))
    faults.push(`its "file" isn't run by any of its "steps": "${variant.file}"`)
  const known = new Set(inputPorts(manifest, variant).map(({ name }) => name))
  for (const [i, step] of steps.entries())
    faults.push(...faultsOfStep(manifest, variant, step, known).map((fault) => `step ${i + 1}: ${fault}`))
  return faults.length > 0 ? faults : resultFaults(manifest, variant, steps)
}

/** @param known the names defined so far; the step's results are added */
function faultsOfStep(manifest: Manifest, variant: Variant, step: Step, known: Set<string>): string[] {
  const { steps = [] } = variant
  const faults = oneFault(step, inputPorts(manifest, variant), outputPorts(manifest, variant).flat())
  for (const name of readBy(step))
    if (!known.has(name)) faults.push(`it reads "${name}", which is neither an input nor made by an earlier step`)
  for (const name of Object.keys(madeBy(step, steps))) {
    if (known.has(name)) faults.push(`it makes "${name}", which already exists`)
    known.add(name)
  }
  faults.push(...clickFaults(step, steps))
  if (faults.length === 0) faults.push(...fieldFaults(step, steps, outputPorts(manifest, variant).flat()))
  if (faults.length > 0) return faults
  const one = asModel(manifest, variant, step)
  return tensorFaults(one.model, one.variant, false)
}

/** Every output must be made by a step or be an input of the same name, and every result must be used. */
function resultFaults(manifest: Manifest, variant: Variant, steps: readonly Step[]): string[] {
  const faults: string[] = []
  const outputs = outputPorts(manifest, variant).flat()
  const made = Object.assign({}, ...steps.map((step) => madeBy(step, steps))) as Record<string, PortType>
  const inputs = inputPorts(manifest, variant)
  for (const { name, type } of outputs) {
    const given = made[name]?.type ?? inputs.find((port) => port.name === name)?.type.type
    if (!given) faults.push(`no step makes the output "${name}"`)
    else if (given === 'array' && type.type !== 'array')
      faults.push(`the output "${name}" is a list of things, so it needs a port of type array, not ${type.type}`)
    else faults.push(...missingFields(name, type, made[name]))
  }
  const wanted = new Set([...outputs.map(({ name }) => name), ...steps.flatMap(readBy)])
  for (const [i, step] of steps.entries()) {
    const names = Object.keys(madeBy(step, steps))
    if (!names.some((name) => wanted.has(name)))
      faults.push(`step ${i + 1}: its results are never used (${names.join(', ')})`)
  }
  return faults
}

/** The fields that the node declares for the things in a list, but no step makes. */
function missingFields(name: string, promised: PortType, made: PortType | undefined): string[] {
  const there = thingsOf(made)
  return Object.keys((there && thingsOf(promised)) ?? {})
    .filter((field) => !Object.hasOwn(there as object, field))
    .map((field) => `the things of "${name}" have a "${field}", which no step makes`)
}

/** The declared fields of the things in a list. */
function thingsOf(type: PortType | undefined): Record<string, PortType> | undefined {
  return type?.type === 'array' && type.itemType.type === 'record' ? type.itemType.fields : undefined
}

function oneFault(step: Step, inputs: readonly Port[], outputs: Port[]): string[] {
  const { task = 'transform', file, to, keep, each, until, repeat, settings, feeds = {}, fetches = {} } = step
  const faults: string[] = []
  const isWithoutFile = WITHOUT_FILE.includes(task)
  if (!isWithoutFile && !file) faults.push('"file" is missing')
  if (!isWithoutFile) faults.push(...emptyFaults(step))
  if (task === 'transform' && !repeat && Object.keys(fetches).length === 0)
    faults.push('its "fetches" are missing: nothing comes out of its file')
  if (isWithoutFile && file) faults.push(`the task "${task}" runs no file`)
  if (task === 'find') faults.push(...settingsFaults(settings as unknown as DetectSettings))
  if (task === 'phrase') faults.push(...phraseFaults(settings as unknown as PhraseSettings))
  if (task === 'transform' && to !== undefined)
    faults.push('"to" is for tasks other than transform, whose fetches name its results')
  if ((task === 'write') !== (step.until !== undefined))
    faults.push('a step of the task "write" needs "until"; no other step may have it')
  if (task !== 'transform' && each) faults.push('"each" is for steps of the task transform')
  if ((each || task === 'find') && !Object.values(feeds).some(isSized))
    faults.push(`${each ? '"each"' : 'the task "find"'} needs a feed of kind "image", of a size that no input chooses`)
  if (keep !== undefined) faults.push(...keepFaults(step, [keep].flat(), inputs))
  if (each) faults.push(...eachFaults(step, inputs))
  if (until) faults.push(...untilFaults(until, inputs))
  return [...faults, ...beforeFaults(step), ...repeatFaults(step, inputs, outputs)]
}

/**
 * "previous" means the previous message's picture, which isn't known to a step that runs several times per
 * message or is skipped for some messages.
 */
function beforeFaults({ feeds = {}, each, repeat, keep }: Step): string[] {
  return Object.values(feeds).some(isBefore) && (each || repeat || keep !== undefined)
    ? ['the picture of the message before ("previous") is for steps without "each", "repeat" and "keep"']
    : []
}

function phraseFaults({ phrases, without = {} }: PhraseSettings): string[] {
  return [...Object.keys(without), ...Object.values(without)]
    .filter((name) => !Object.hasOwn(phrases, name))
    .map((name) => `"without" in its settings names "${name}", which isn't one of its "phrases"`)
}

/** A result that is kept for some inputs must not depend on other inputs. */
function keepFaults(step: Step, keep: string[], inputs: readonly Port[]): string[] {
  const unknown = keep.find((name) => !inputs.some((port) => port.name === name))
  if (unknown !== undefined) return [`"keep" names "${unknown}", which isn't an input`]
  const other = readBy(step).find((name) => !keep.includes(name))
  return other === undefined ? [] : [`it is kept for "${keep.join('", "')}", but also reads "${other}"`]
}

function eachFaults({ each, fetches = {} }: Step, inputs: readonly Port[]): string[] {
  const { crop, follow, most } = each as NonNullable<Step['each']>
  const made = madeByFetches(fetches)
  const faults = [crop, follow].flatMap((spec) => (spec ? cropFaults(spec) : []))
  faults.push(...mostFaults(most, 'each', inputs))
  if (follow && !made.landmarks)
    faults.push('"follow" needs a fetch that makes "landmarks", from which the next crop is made')
  return faults
}

/**
 * A field that is compared, or that rotates a crop, must exist in the list. Otherwise nothing would pass the
 * comparison, or the crop would never be rotated.
 */
function fieldFaults({ each, fetches = {} }: Step, steps: readonly Step[], outputs: readonly Port[]): string[] {
  if (!each) return []
  const promised = thingsOf(outputs.find(({ name }) => name === each.to)?.type)
  const made = { ...fieldsOf(each.of, steps), ...madeByFetches(fetches) }
  const fields = Object.fromEntries(Object.entries(made).map(([name, type]) => [name, promised?.[name] ?? type]))
  const there = Object.keys(fields).join(', ')
  const compared = Object.entries(each.least ?? {}).flatMap(([field, value]) => {
    if (!Object.hasOwn(fields, field)) return [`"least" compares "${field}", but its things have only ${there}`]
    const type = fields[field]
    if (type?.type !== 'number') return [`"least" compares "${field}", which isn't a number`]
    const { min = -Infinity, max = Infinity } = type
    return value >= min && value <= max
      ? []
      : [`"least" of "${field}" must be from ${min} to ${max}, as that is (got ${value})`]
  })
  const turned = [each.crop?.turn, each.follow?.turn].flatMap((field) => {
    if (field === undefined) return []
    const type = made[field]
    if (!type) return [`a crop is turned by "${field}", but its things have only ${there}`]
    const isAngle = type.type === 'number' || (type.type === 'category' && (type.oneOf ?? ['0']).every(isQuarter))
    return isAngle ? [] : [`a crop is turned by "${field}", which must be a number or one of 0, 90, 180 and 270`]
  })
  return [...compared, ...turned]
}

const isQuarter = (label: string) => ['0', '90', '180', '270'].includes(label)

function cropFaults({ up, right }: CropSpec): string[] {
  const line = up ?? right
  const isPoint = line && String(line[0]) === String(line[1])
  return [
    ...(up && right ? ['a crop is turned "up" or "right", not both'] : []),
    ...(isPoint ? [`a crop is turned by the line between two different points (got ${JSON.stringify(line)})`] : []),
  ]
}

/** The end token might never be produced, so `most` is needed to guarantee an end. */
function untilFaults({ most, cache = {} }: NonNullable<Step['until']>, inputs: readonly Port[]): string[] {
  const faults = mostFaults(most, 'until', inputs)
  if (typeof most === 'number' && most > MOST_TOKENS)
    faults.push(`"most" of "until" must be at most ${MOST_TOKENS} tokens (got ${most})`)
  const stars = (name: string) => name.split('*').length - 1
  for (const [to, from] of Object.entries(cache))
    if (stars(to) > 1 || stars(to) !== stars(from))
      faults.push(`"cache" needs one * in both names or in neither (got "${to}" and "${from}")`)
  return faults
}

/** An input that sets a limit must always have a number. */
function mostFaults(most: unknown, where: string, inputs: readonly Port[]): string[] {
  const port = inputs.find(({ name }) => name === most)
  if (!port) return [] // a number, or a name that is reported elsewhere as unknown
  if (port.type.type !== 'number')
    return [`"most" of "${where}" names "${port.name}", which isn't an input of type number`]
  return port.optional && !('default' in port.type)
    ? [`"most" of "${where}" needs the number "${port.name}", so that input needs a default or must not be optional`]
    : []
}

/**
 * Clicks are converted to pixels of the canvas on which the encoder saw the picture, so both sizes must
 * match.
 */
function clickFaults(step: Step, steps: readonly Step[]): string[] {
  const sizes = steps.flatMap(({ feeds = {} }) => Object.values(feeds)).filter((feed) => feed.kind === 'image')
  return Object.entries(step.feeds ?? {}).flatMap(([tensor, spec]) => {
    if (spec.kind !== 'clicks') return []
    const seen = sizes.filter(({ from }) => from === spec.from).map(({ size }) => canvasOf(size))
    return seen.length === 0 || seen.includes(canvasOf(spec.size))
      ? []
      : [`feed "${tensor}" places clicks in a "size" in which no step sees "${spec.from}"`]
  })
}

/** Only the keys that decide where the picture's pixels are; the others only affect how they are resized. */
function canvasOf(size: object): string {
  const { kernel: _, color: __, ...places } = size as Record<string, unknown>
  return JSON.stringify(Object.entries(places).sort(([a], [b]) => a.localeCompare(b)))
}
