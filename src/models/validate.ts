import { contradictions } from '../schema/contradictions'
import { mistakesAgainst } from '../schema/mistakes'
import { settingsFaults } from './detection/settings-faults'
import type { Manifest, Port, Variant } from './manifest'
import { MANIFEST_SCHEMA } from './manifest-schema'
import { inputPorts, outputPorts } from './ports'
import { stepFaults } from './steps/faults'
import { fileFaults, isWebAddress } from './validate-files'
import { tensorFaults } from './validate-tensors'

/** Everything that is wrong with a manifest, one sentence each. Empty: nothing is. */
export function validateManifest(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return ['a manifest is a JSON object']
  const faults = mistakesAgainst(value, MANIFEST_SCHEMA, 'manifest').map(({ at, what }) => sentence(value, at, what))
  if (faults.length > 0) return faults
  faults.push(...contradictions(value).map(({ at, what }) => sentence(value, at, what)))
  const manifest = value as Manifest
  faults.push(...emptyTexts(manifest, ['id', 'node', 'label', 'summary', 'icon']))
  if (!/^daisychain-[a-z0-9]+(-[a-z0-9]+)*$/.test(manifest.node))
    faults.push(`"node" must look like "daisychain-${manifest.id}"`)
  if (!/^[a-z0-9]+(-[a-z0-9]+)*$/.test(manifest.id))
    faults.push('"id" must consist of lower-case letters, digits and hyphens')
  if (manifest.color && !/^#[0-9a-f]{6}$/i.test(manifest.color)) faults.push('"color" must look like "#88aacc"')
  if (!areReferences(manifest.references)) faults.push('"references" must be a list, each with a web address as "url"')
  if (manifest.variants.length === 0) faults.push('it has no variant')
  faults.push(...portFaults(manifest))
  if (faults.length > 0) return faults
  return manifest.variants.flatMap((variant) =>
    variantFaults(manifest, variant).map((fault) => `variant "${variant.id}": ${fault}`),
  )
}

/** They become links in the help, and manifests are shared. */
function areReferences(given: unknown): boolean {
  return given === undefined || (Array.isArray(given) && given.every((one) => isWebAddress(one?.url)))
}

function portFaults({ inputs, outputs }: Manifest): string[] {
  const ports = [...inputs, ...outputs.flat()]
  const faults = ports.flatMap((port) => emptyTexts(port, ['name', 'property', 'help']))
  faults.push(...ports.flatMap(nameFaults))
  const names = inputs.map(({ name }) => name)
  for (const name of names)
    if (names.indexOf(name) !== names.lastIndexOf(name)) faults.push(`two inputs are called "${name}"`)
  if (inputs.filter(({ property }) => property === 'payload').length > 1)
    faults.push('two inputs are read from payload')
  return faults
}

/** Names of ports are in the code of the editor's forms, and manifests are shared. */
function nameFaults({ name }: Port): string[] {
  return /^[A-Za-z_][A-Za-z0-9_]*$/.test(name) ? [] : [`the port "${name}" may only contain letters, digits and _`]
}

function variantFaults(manifest: Manifest, variant: Variant): string[] {
  const faults = emptyTexts(variant, ['id', 'label', 'licence', 'about', ...(variant.steps ? [] : ['file'])])
  if (faults.length > 0) return faults
  faults.push(...fileFaults(variant))
  const changes = changeFaults(manifest, variant)
  if (changes.length > 0) return [...faults, ...changes]
  if (variant.steps) return [...faults, ...stepFaults(manifest, variant)]
  const task = variant.task ?? manifest.task ?? 'transform'
  if (task === 'detect') faults.push(...settingsFaults(variant.settings))
  return [...faults, ...tensorFaults(manifest, { ...variant, task }, task === 'transform' || task === 'frames')]
}

/** What is wrong with the types of ports as a variant changes them. */
function changeFaults(manifest: Manifest, variant: Variant): string[] {
  const sides = [
    ['inputs', manifest.inputs, inputPorts(manifest, variant)],
    ['outputs', manifest.outputs.flat(), outputPorts(manifest, variant).flat()],
  ] as const
  return sides.flatMap(([side, before, after]) => [
    ...Object.keys(variant.ports?.[side] ?? {})
      .filter((name) => !before.some((port) => port.name === name))
      .map((name) => `"ports" changes "${name}", which isn't one of its ${side}`),
    ...after.flatMap(({ name, type }) =>
      mistakesAgainst(type, MANIFEST_SCHEMA, 'type').map(({ what }) => `"ports" changes "${name}" so that ${what}`),
    ),
  ])
}

function emptyTexts(value: object, names: string[]): string[] {
  const record = value as Record<string, unknown>
  return names
    .filter((name) => typeof record[name] !== 'string' || record[name] === '')
    .map((name) => `"${name}" is missing${'name' in value && name !== 'name' ? ` in "${value.name}"` : ''}`)
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

/** A group is named by what is in it, unless the mistake is the group itself: "steps" that isn't a list. */
function groupName(group: string | number | undefined, what: string): string[] {
  return group === undefined || what.includes(String(group)) ? [] : [`"${group}"`]
}

const GROUPS = ['variants', 'steps', 'feeds', 'fetches', 'inputs', 'outputs', 'type', 'kind', 'fields']
