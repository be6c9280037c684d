import type { PortType } from '../../types'
import { isBefore } from '../before'
import { settingsFaults } from '../detection/settings-faults'
import { isSized } from '../feed'
import type { CropSpec, Manifest, Port, Step, StepTask, Variant } from '../manifest'
import { inputPorts, outputPorts } from '../ports'
import { tensorFaults } from '../validate-tensors'
import { asModel, fieldsOf, madeBy, madeByFetches, readBy } from './names'
import { repeatFaults } from './repeat-faults'

/** Steps without a file. */
const WITHOUT_FILE: readonly StepTask[] = ['draw', 'lines', 'mark', 'match', 'alike', 'phrase']

/** What the settings of a step must name. */
const NAMED: Partial<Record<StepTask, Record<string, string>>> = {
  draw: { things: 'a list of things', on: 'a picture' },
  lines: { of: 'a list of things', on: 'a picture' },
  mark: { mask: 'a mask', on: 'a picture' },
  write: { tokenizer: 'a file' },
  texts: { of: 'an input with a list of words' },
  phrase: { by: 'an input', text: 'an input with text' },
  match: {
    of: 'the list that a step of the task texts made',
    by: 'the vector of each',
    with: 'a vector',
    none: 'what fits no word',
  },
}

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
  if (faults.length === 0) faults.push(...fieldFaults(step, steps))
  if (faults.length > 0) return faults
  const one = asModel(manifest, variant, step)
  return tensorFaults(one.model, one.variant, false)
}

/** Every output is made, or passed on from the input of its name, and whatever is made is needed. */
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
  }
  const wanted = new Set([...outputs.map(({ name }) => name), ...steps.flatMap(readBy)])
  for (const [i, step] of steps.entries()) {
    const names = Object.keys(madeBy(step, steps))
    if (!names.some((name) => wanted.has(name)))
      faults.push(`step ${i + 1}: its results are never used (${names.join(', ')})`)
  }
  return faults
}

function oneFault(step: Step, inputs: readonly Port[], outputs: Port[]): string[] {
  const { task = 'transform', file, to, keep, each, settings, feeds = {} } = step
  const faults: string[] = []
  const isWithoutFile = WITHOUT_FILE.includes(task)
  if (!isWithoutFile && !file) faults.push('"file" is missing')
  if (isWithoutFile && file) faults.push(`the task "${task}" runs no file`)
  if (task === 'alike' && !isListOfNames(settings?.between))
    faults.push('"between" in its settings must be a list of vectors')
  for (const [setting, what] of Object.entries(NAMED[task] ?? {}))
    if (typeof settings?.[setting] !== 'string') faults.push(`"${setting}" in its settings must name ${what}`)
  if (task === 'find') faults.push(...settingsFaults(settings))
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

/** A step that runs several times for a message, or not for each, would take another picture for that of the message before. */
function beforeFaults({ feeds = {}, each, repeat, keep }: Step): string[] {
  return Object.values(feeds).some(isBefore) && (each || repeat || keep !== undefined)
    ? ['the picture of the message before ("previous") is for steps without "each", "repeat" and "keep"']
    : []
}

const isListOfNames = (value: unknown) => Array.isArray(value) && value.every((name) => typeof name === 'string')

/** What is kept for some inputs must not depend on another. */
function keepFaults(step: Step, keep: string[], inputs: readonly Port[]): string[] {
  const unknown = keep.find((name) => !inputs.some((port) => port.name === name))
  if (unknown !== undefined) return [`"keep" names "${unknown}", which isn't an input`]
  const other = readBy(step).find((name) => !keep.includes(name))
  return other === undefined ? [] : [`it is kept for "${keep.join('", "')}", but also reads "${other}"`]
}

function eachFaults({ each, fetches = {} }: Step): string[] {
  const { crop, follow, guides = 0 } = each as NonNullable<Step['each']>
  const made = madeByFetches(fetches)
  const faults = [crop, follow].flatMap((spec) => (spec ? cropFaults(spec) : []))
  if (!(Number.isInteger(guides) && guides >= 0)) faults.push(`"guides" must be a whole number (got ${guides})`)
  if (follow && !made.landmarks)
    faults.push('"follow" needs a fetch that makes "landmarks", from which the next crop is made')
  return faults
}

/** What is compared, or turns a crop, is a field of the things: nothing would pass, or turn, otherwise. */
function fieldFaults({ each, fetches = {} }: Step, steps: readonly Step[]): string[] {
  if (!each) return []
  const fields = { ...fieldsOf(each.of, steps), ...madeByFetches(fetches) }
  const there = Object.keys(fields).join(', ')
  const compared = Object.keys(each.least ?? {}).flatMap((field) => {
    if (!Object.hasOwn(fields, field)) return [`"least" compares "${field}", but its things have only ${there}`]
    return fields[field]?.type === 'number' ? [] : [`"least" compares "${field}", which isn't a number`]
  })
  const turned = [each.crop?.turn, each.follow?.turn].flatMap((field) =>
    field === undefined || Object.hasOwn(fields, field)
      ? []
      : [`a crop is turned by "${field}", but its things have only ${there}`],
  )
  return [...compared, ...turned]
}

function cropFaults({ up, right, enlarge }: CropSpec): string[] {
  const faults = up && right ? ['a crop is turned "up" or "right", not both'] : []
  if ([enlarge ?? 1].flat().some((times) => !(times > 0))) faults.push('"enlarge" must be more than 0')
  return faults
}
