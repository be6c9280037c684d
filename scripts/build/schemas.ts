import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Manifest } from '../../src/models'
import { MANIFEST_SCHEMA } from '../../src/models/manifest-schema'
import { formOptions, modelSpec } from '../../src/node-html/model'
import { schemaOf, versionAfter } from '../../src/settings'
import type { HandNode } from './hand-nodes'

/**
 * Writes `dist/settings.schema.json`: in `$defs`, by node type, what a flow file may contain of a node;
 * `dist/manifest.schema.json`: what a model's manifest may contain; and `dist/settings.json`, by which
 * settings are checked outside Node-RED.
 */
export function writeSchemas(root: string, models: Manifest[], nodes: readonly HandNode[] = []): void {
  const specs = [...models.map(modelSpec), ...nodes.map(({ spec }) => spec)]
  const schema = {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: "Settings of Daisychain's nodes, as flow files hold them",
    $defs: Object.fromEntries(specs.map((spec) => [spec.type, schemaOf(spec)])),
  }
  const write = (name: string, content: object) =>
    writeFileSync(join(root, 'dist', `${name}.json`), `${JSON.stringify(content, plain, 2)}\n`)
  write('settings.schema', schema)
  write('manifest.schema', MANIFEST_SCHEMA)
  write('settings', {
    ...Object.fromEntries(models.map(settingsOfModel)),
    ...Object.fromEntries(nodes.map(settingsOf)),
  })
}

function settingsOf({ spec: { type, settings, migrations } }: Pick<HandNode, 'spec'>) {
  return [type, { version: versionAfter(migrations), settings }] as const
}

/** Without options: their limits depend on the variant. */
function settingsOfModel(model: Manifest) {
  const spec = modelSpec(model)
  const options = new Set(formOptions(model).map(({ name }) => name))
  const settings = Object.entries(spec.settings).filter(([name]) => name !== 'variant' && !options.has(name))
  return settingsOf({ spec: { ...spec, settings: Object.fromEntries(settings) } })
}

function plain(_: string, value: unknown): unknown {
  return value instanceof RegExp ? { source: value.source, flags: value.flags } : value
}
