import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Manifest } from '../../src/models'
import { MANIFEST_SCHEMA } from '../../src/models/manifest-schema'
import { modelSpec } from '../../src/node-html/model'
import { schemaOf } from '../../src/settings'
import type { HandNode } from './hand-nodes'

/**
 * Writes `dist/settings.schema.json`: in `$defs`, by node type, what a flow file may hold of a node. And
 * `dist/manifest.schema.json`: what a model's manifest may say.
 */
export function writeSchemas(root: string, models: Manifest[], nodes: readonly HandNode[] = []): void {
  const specs = [...models.map(modelSpec), ...nodes.map(({ spec }) => spec)]
  const schema = {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: "Settings of Daisychain's nodes, as flow files hold them",
    $defs: Object.fromEntries(specs.map((spec) => [spec.type, schemaOf(spec)])),
  }
  const write = (name: string, content: object) =>
    writeFileSync(join(root, 'dist', `${name}.schema.json`), `${JSON.stringify(content, null, 2)}\n`)
  write('settings', schema)
  write('manifest', MANIFEST_SCHEMA)
}
