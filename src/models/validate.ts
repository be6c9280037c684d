import { contradictions } from '../schema/contradictions'
import { mistakesAgainst } from '../schema/mistakes'
import type { PortType } from '../types'
import type { DetectSettings } from './detection/settings'
import { settingsFaults } from './detection/settings-faults'
import type { Manifest, Port, Variant } from './manifest'
import { MANIFEST_SCHEMA } from './manifest-schema'
import { inputPorts, outputPorts } from './ports'
import { stepFaults } from './steps/faults'
import { fileFaults, isWebAddress } from './validate-files'
import { emptyFaults, tensorFaults } from './validate-tensors'

/** All mistakes in a manifest, one sentence each; empty if there are none. */
export function validateManifest(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return ['a manifest is a JSON object']
  const faults = mistakesAgainst(value, MANIFEST_SCHEMA, 'manifest').map(({ at, what }) => sentence(value, at, what))
  if (faults.length > 0) return faults
  faults.push(...contradictions(value).map(({ at, what }) => sentence(value, at, what)))
  const manifest = value as Manifest
  if (!/^daisychain-[a-z0-9]+(-[a-z0-9]+)*$/.test(manifest.node))
    faults.push(`"node" must look like "daisychain-${manifest.id}"`)
  if (!/^[a-z0-9]+(-[a-z0-9]+)*$/.test(manifest.id))
    faults.push('"id" must consist of lower-case letters, digits and hyphens')
  // Addresses become links in the help, and people share manifests.
  for (const { url } of manifest.references ?? [])
    if (!isWebAddress(url)) faults.push('each of its "references" must have a web address as "url"')
  faults.push(...portFaults(manifest))
  for (const id of repeated(manifest.variants, 'id')) faults.push(`two variants have the id "${id}"`)
  if (faults.length > 0) return faults
  return manifest.variants.flatMap((variant) =>
    variantFaults(manifest, variant).map((fault) => `variant "${variant.id}": ${fault}`),
  )
}

function portFaults({ inputs, outputs }: Manifest): string[] {
  const faults = [...inputs, ...outputs.flat()].flatMap((port) => [...nameFaults(port), ...recordFaults(port)])
  for (const name of repeated(inputs, 'name')) faults.push(`two inputs are called "${name}"`)
  for (const name of repeated(outputs.flat(), 'name')) faults.push(`two outputs are called "${name}"`)
  for (const property of repeated(inputs, 'property')) faults.push(`two inputs are read from ${property}`)
  // The properties of one message.
  for (const property of outputs.flatMap((ports) => repeated(ports, 'property')))
    faults.push(`two outputs are put into ${property} of one message`)
  return faults
}

function recordFaults({ name, type }: Port): string[] {
  return hasEmptyRecord(type) ? [`the port "${name}" has a record of no "fields"`] : []
}

/** Node-RED's own nodes may leave open what an object contains; a model's results are known. */
function hasEmptyRecord(type: PortType): boolean {
  if (type.type === 'array') return hasEmptyRecord(type.itemType)
  if (type.type !== 'record') return false
  const fields = Object.values(type.fields)
  return fields.length === 0 || fields.some(hasEmptyRecord)
}

/** What several entries have in common, named once each. */
function repeated<Key extends string>(entries: readonly { [key in Key]: string }[], key: Key): string[] {
  const all = entries.map((entry) => entry[key])
  return [...new Set(all.filter((one, i) => all.indexOf(one) !== i))]
}

/** Port names end up in the code of the editor's forms, and people share manifests. */
function nameFaults({ name }: Port): string[] {
  return /^[A-Za-z_][A-Za-z0-9_]*$/.test(name) ? [] : [`the port "${name}" may only contain letters, digits and _`]
}

function variantFaults(manifest: Manifest, variant: Variant): string[] {
  if (!variant.steps && variant.file === undefined) return ['"file" is missing']
  const faults = fileFaults(variant)
  const { otherwise } = variant.knows ?? {}
  if (otherwise !== undefined && !manifest.variants.some(({ id }) => id === otherwise))
    faults.push(`"knows" names the variant "${otherwise}", which doesn't exist`)
  const changes = changeFaults(manifest, variant)
  if (changes.length > 0) return [...faults, ...changes]
  if (variant.steps) return [...faults, ...stepFaults(manifest, variant)]
  const task = variant.task ?? manifest.task ?? 'transform'
  if (task === 'detect') faults.push(...settingsFaults(variant.settings as unknown as DetectSettings))
  faults.push(...emptyFaults({ ...variant, task }))
  return [...faults, ...tensorFaults(manifest, { ...variant, task }, task === 'transform' || task === 'frames')]
}

/** Mistakes in port types after a variant's changes. */
function changeFaults(manifest: Manifest, variant: Variant): string[] {
  const sides = [
    ['inputs', manifest.inputs, inputPorts(manifest, variant)],
    ['outputs', manifest.outputs.flat(), outputPorts(manifest, variant).flat()],
  ] as const
  return sides.flatMap(([side, before, after]) => [
    ...Object.keys(variant.ports?.[side] ?? {})
      .filter((name) => !before.some((port) => port.name === name))
      .map((name) => `"ports" changes "${name}", which isn't one of its ${side}`),
    ...after.flatMap(recordFaults),
    ...after.flatMap(({ name, type }) =>
      [...mistakesAgainst(type, MANIFEST_SCHEMA, 'type'), ...contradictions(type)].map(
        ({ what }) => `"ports" changes "${name}" so that ${what}`,
      ),
    ),
  ])
}

/** A mistake, with words for where it is: `variant "mini", step 2, feed "image": there is no "form" here`. */
function sentence(manifest: object, at: readonly (string | number)[], what: string): string {
  const places: string[] = []
  const lastName = at.findLastIndex((key) => typeof key === 'string')
  let placesBefore = 0
  let value: unknown = manifest
  for (const [i, key] of at.entries()) {
    if (i === lastName) placesBefore = places.length
    const list = at[i - 1]
    value = (value as Record<string | number, unknown> | undefined)?.[key]
    const { id, name } = (value ?? {}) as { id?: unknown; name?: unknown }
    if (list === 'variants') places.push(`variant "${id ?? key}"`)
    else if (list === 'steps') places.push(`step ${Number(key) + 1}`)
    else if (list === 'feeds') places.push(`feed "${key}"`)
    else if (list === 'fetches') places.push(`fetch "${key}"`)
    else if (list === 'inputs' || list === 'fields') places.push(`port "${name ?? key}"`)
    else if (typeof key === 'number' && typeof name === 'string') places.push(`port "${name}"`)
    else if (typeof key === 'string' && !GROUPS.includes(key)) places.push(`"${key}"`)
  }
  if (places.length === placesBefore) places.push(...groupName(at[lastName], what))
  return places.length > 0 ? `${places.join(', ')}: ${what}` : what
}

/**
 * A mistake in a group is named by the field inside it, unless the group itself is wrong, such as "steps"
 * that isn't a list.
 */
function groupName(group: string | number | undefined, what: string): string[] {
  return group === undefined || what.includes(String(group)) ? [] : [`"${group}"`]
}

const GROUPS = ['variants', 'steps', 'feeds', 'fetches', 'inputs', 'outputs', 'type', 'kind', 'fields']
