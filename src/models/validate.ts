import type { FeedSpec, FetchSpec, Manifest, Port, Variant } from './manifest'
import { inputPorts, outputPorts } from './ports'
import { tasks } from './tasks'
import { fileFaults } from './validate-files'

/** Which types of port each kind of feed and fetch works with. */
const FEEDS: Record<FeedSpec['kind'], string> = {
  vector: 'vector',
  number: 'number',
  noise: 'number',
  text: 'text',
  image: 'image',
  labels: 'segmentation',
}
const FETCHES: Record<FetchSpec['kind'], string> = {
  image: 'image',
  values: 'image',
  labels: 'segmentation',
  text: 'text',
}

/** Everything that is wrong with a manifest, a sentence each. Empty: nothing is. */
export function validateManifest(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return ['a manifest is a JSON object']
  const manifest = value as Manifest
  const faults = [
    ...missingTexts(manifest, ['id', 'node', 'label', 'summary', 'icon']),
    ...missingLists(manifest, ['inputs', 'outputs', 'variants']),
  ]
  if (faults.length > 0) return faults
  if (!/^daisychain-[a-z0-9]+$/.test(manifest.node)) faults.push(`"node" has to be like "daisychain-${manifest.id}"`)
  if (manifest.color && !/^#[0-9a-f]{6}$/i.test(manifest.color)) faults.push('"color" has to be like "#88aacc"')
  if (manifest.task && !(manifest.task in tasks)) faults.push(`there is no task "${manifest.task}"`)
  if (manifest.variants.length === 0) faults.push('it has no variant')
  faults.push(...portFaults(manifest))
  if (faults.length > 0) return faults
  return manifest.variants.flatMap((variant) =>
    variantFaults(manifest, variant).map((fault) => `variant "${variant.id}": ${fault}`),
  )
}

function portFaults({ inputs, outputs }: Manifest): string[] {
  const ports = [...inputs, ...outputs.flat()]
  const faults = ports.flatMap((port) => missingTexts(port, ['name', 'property', 'help']))
  for (const port of ports) if (!port.type?.type) faults.push(`port "${port.name}" has no type`)
  const names = inputs.map(({ name }) => name)
  for (const name of names)
    if (names.indexOf(name) !== names.lastIndexOf(name)) faults.push(`two inputs are called "${name}"`)
  if (inputs.filter(({ property }) => property === 'payload').length > 1)
    faults.push('two inputs are read from payload')
  return faults
}

function variantFaults(manifest: Manifest, variant: Variant): string[] {
  const faults = missingTexts(variant, ['id', 'label', 'file', 'licence', 'about'])
  if (faults.length > 0) return faults
  faults.push(...fileFaults(variant))
  if (variant.task && !(variant.task in tasks)) faults.push(`there is no task "${variant.task}"`)
  const inputs = inputPorts(manifest, variant)
  const outputs = outputPorts(manifest, variant).flat()
  for (const [tensor, spec] of Object.entries(variant.feeds ?? {})) {
    faults.push(...endFaults(`feed "${tensor}"`, spec.from, FEEDS[spec.kind], spec.kind, inputs))
  }
  for (const [tensor, spec] of Object.entries(variant.fetches ?? {})) {
    faults.push(...endFaults(`fetch "${tensor}"`, spec.to, FETCHES[spec.kind], spec.kind, outputs))
    const sizeOf = 'sizeOf' in spec ? spec.sizeOf : undefined
    const sized = Object.values(variant.feeds).some(
      (feed) => feed.from === sizeOf && (feed.kind === 'image' || feed.kind === 'labels'),
    )
    if (sizeOf && !sized) faults.push(`fetch "${tensor}" takes its size from "${sizeOf}", which is no picture`)
  }
  if ((variant.task ?? manifest.task ?? 'transform') === 'transform') {
    const made = new Set(Object.values(variant.fetches ?? {}).map(({ to }) => to))
    for (const { name } of outputs) if (!made.has(name)) faults.push(`no fetch makes the output "${name}"`)
  }
  return faults
}

function endFaults(what: string, name: string, wanted: string | undefined, kind: string, ports: Port[]): string[] {
  if (!wanted) return [`${what} has the unknown kind "${kind}"`]
  const port = ports.find((each) => each.name === name)
  if (!port) return [`${what} names the port "${name}", which there is not`]
  return port.type.type === wanted
    ? []
    : [`${what} of kind "${kind}" needs a port of type ${wanted}, not ${port.type.type}`]
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
    .map((name) => `"${name}" has to be a list`)
}
