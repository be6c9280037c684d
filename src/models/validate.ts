import { settingsFaults } from './detection/settings-faults'
import type { Manifest, Port, Variant } from './manifest'
import { tasks } from './tasks'
import { fileFaults, isWebAddress } from './validate-files'
import { tensorFaults } from './validate-tensors'

/** Everything that is wrong with a manifest, a sentence each. Empty: nothing is. */
export function validateManifest(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return ['a manifest is a JSON object']
  const manifest = value as Manifest
  const faults = [
    ...missingTexts(manifest, ['id', 'node', 'label', 'summary', 'icon']),
    ...missingLists(manifest, ['inputs', 'outputs', 'variants']),
  ]
  if (faults.length > 0) return faults
  if (!/^daisychain-[a-z0-9]+(-[a-z0-9]+)*$/.test(manifest.node))
    faults.push(`"node" must be like "daisychain-${manifest.id}"`)
  if (!/^[a-z0-9]+(-[a-z0-9]+)*$/.test(manifest.id)) faults.push('"id" must be small letters, digits and hyphens')
  if (manifest.color && !/^#[0-9a-f]{6}$/i.test(manifest.color)) faults.push('"color" must be like "#88aacc"')
  if (!areReferences(manifest.references)) faults.push('"references" must be a list, each with a web address as "url"')
  if (manifest.task && !Object.hasOwn(tasks, manifest.task)) faults.push(`there is no task "${manifest.task}"`)
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
  const faults = ports.flatMap((port) => missingTexts(port, ['name', 'property', 'help']))
  for (const port of ports) if (!port.type?.type) faults.push(`port "${port.name}" has no type`)
  faults.push(...ports.flatMap(nameFaults))
  const names = inputs.map(({ name }) => name)
  for (const name of names)
    if (names.indexOf(name) !== names.lastIndexOf(name)) faults.push(`two inputs are called "${name}"`)
  if (inputs.filter(({ property }) => property === 'payload').length > 1)
    faults.push('two inputs are read from payload')
  return faults
}

/** Names and limits of ports stand in the code of the editor's forms, and manifests are shared. */
function nameFaults({ name, type }: Port): string[] {
  const faults: string[] = []
  if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) faults.push(`the port "${name}" may only contain letters, digits and _`)
  for (const key of ['min', 'max', 'step'])
    if (type && key in type && typeof (type as unknown as Record<string, unknown>)[key] !== 'number')
      faults.push(`"${key}" of the port "${name}" must be a number`)
  return faults
}

function variantFaults(manifest: Manifest, variant: Variant): string[] {
  const faults = missingTexts(variant, ['id', 'label', 'file', 'licence', 'about'])
  if (faults.length > 0) return faults
  faults.push(...fileFaults(variant))
  const task = variant.task ?? manifest.task ?? 'transform'
  if (variant.task && !Object.hasOwn(tasks, task)) faults.push(`there is no task "${task}"`)
  if (task === 'detect') faults.push(...settingsFaults(variant.settings))
  return [...faults, ...tensorFaults(manifest, variant, task === 'transform')]
}

function missingTexts(value: object, names: string[]): string[] {
  const record = value as Record<string, unknown>
  return names
    .filter((name) => typeof record[name] !== 'string' || record[name] === '')
    .map((name) => `"${name}" is missing${'name' in value && name !== 'name' ? ` in "${value.name}"` : ''}`)
}

function missingLists(value: object, names: string[]): string[] {
  return names
    .filter((name) => !Array.isArray((value as Record<string, unknown>)[name]))
    .map((name) => `"${name}" must be a list`)
}
