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

/** Steps without a file. */
const WITHOUT_FILE: readonly StepTask[] = ['draw', 'lines', 'mark', 'match', 'alike', 'phrase']

/** What is wrong with the steps of a variant, one sentence each. */
export function stepFaults(manifest: Manifest, variant: Variant): string[] {
  const { steps = [] } = variant
  const faults = (['task', 'settings'] as const)
    .filter((key) => variant[key])
    .map((key) => `"${key}" belongs to each step if there are "steps"`)
  const known = new Set(inputPorts(manifest, variant).map(({ name }) => name))
  for (const [i, step] of steps.entries())
    faults.push(...faultsOfStep(manifest, variant, step, known).map((fault) => `step ${i + 1}: ${fault}`))
  return faults.length > 0 ? faults : resultFaults(manifest, variant, steps)
}

/** @param known the names there are already; those that the step makes are added */
function faultsOfStep(manifest: Manifest, variant: Variant, step: Step, known: Set<string>): string[] {
  const { steps = [] } = variant
  const faults = oneFault(step, inputPorts(manifest, variant), outputPorts(manifest, variant).flat())
  for (const name of readBy(step))
    if (!known.has(name)) faults.push(`it reads "${name}", which is neither an input nor made by an earlier step`)
  for (const name of Object.keys(madeBy(step, steps))) {
    if (known.has(name)) faults.push(`it makes "${name}", which already exists`)
    known.add(name)
  }
  if (faults.length === 0) faults.push(...fieldFaults(step, steps, outputPorts(manifest, variant).flat()))
  if (faults.length > 0) return faults
  const one = asModel(manifest, variant, step)
  return tensorFaults(one.model, one.variant, false)
}

/** Every output is made, or passed on from the input of the same name, and everything that is made is needed. */
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

/** The fields that the node promises of a list's things, and nothing makes. */
function missingFields(name: string, promised: PortType, made: PortType | undefined): string[] {
  const there = thingsOf(made)
  return Object.keys((there && thingsOf(promised)) ?? {})
    .filter((field) => !Object.hasOwn(there as object, field))
    .map((field) => `the things of "${name}" have a "${field}", which no step makes`)
}

/** The fields of a list's things. */
function thingsOf(type: PortType | undefined): Record<string, PortType> | undefined {
  return type?.type === 'array' && type.itemType.type === 'record' ? type.itemType.fields : undefined
}

function oneFault(step: Step, inputs: readonly Port[], outputs: Port[]): string[] {
  const { task = 'transform', file, to, keep, each, repeat, settings, feeds = {}, fetches = {} } = step
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
  if (each) faults.push(...eachFaults(step))
  return [...faults, ...beforeFaults(step), ...repeatFaults(step, inputs, outputs)]
}

/**
 * A step that runs several times for a message, or not for each, would mistake another picture for the previous
 * message's.
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

/** What is kept for some inputs must not depend on another. */
function keepFaults(step: Step, keep: string[], inputs: readonly Port[]): string[] {
  const unknown = keep.find((name) => !inputs.some((port) => port.name === name))
  if (unknown !== undefined) return [`"keep" names "${unknown}", which isn't an input`]
  const other = readBy(step).find((name) => !keep.includes(name))
  return other === undefined ? [] : [`it is kept for "${keep.join('", "')}", but also reads "${other}"`]
}

function eachFaults({ each, fetches = {} }: Step): string[] {
  const { crop, follow } = each as NonNullable<Step['each']>
  const made = madeByFetches(fetches)
  const faults = [crop, follow].flatMap((spec) => (spec ? cropFaults(spec) : []))
  if (follow && !made.landmarks)
    faults.push('"follow" needs a fetch that makes "landmarks", from which the next crop is made')
  return faults
}

/**
 * A value that is compared, or that turns a crop, must be a field of the things: otherwise nothing would pass, or turn.
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
  const turned = [each.crop?.turn, each.follow?.turn].flatMap((field) =>
    field === undefined || Object.hasOwn(fields, field)
      ? []
      : [`a crop is turned by "${field}", but its things have only ${there}`],
  )
  return [...compared, ...turned]
}

function cropFaults({ up, right }: CropSpec): string[] {
  return up && right ? ['a crop is turned "up" or "right", not both'] : []
}
