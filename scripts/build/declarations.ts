import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { declarationOf } from '../../src/declarations'
import type { NodeDeclaration } from '../../src/flow'
import { DECLARATIONS_SCHEMA } from '../../src/flow/declaration-schema'
import type { Manifest } from '../../src/models'
import { declarationOfNode } from '../../src/settings'
import type { HandNode } from './hand-nodes'

/**
 * Writes `dist/declarations.json`: node type → what it accepts and outputs, for the models' nodes and for the
 * hand-written ones, whose `nodes/<name>/ports.json` has the same for the types it registers. And the schema
 * of such declarations, for JSON editors.
 */
export function writeDeclarations(root: string, models: Manifest[], nodes: readonly HandNode[] = []): void {
  const declarations: Record<string, NodeDeclaration> = {}
  for (const model of models) declarations[model.node] = declarationOf(model)
  for (const name of readdirSync(join(root, 'nodes'))) {
    const file = join(root, 'nodes', name, 'ports.json')
    if (existsSync(file)) Object.assign(declarations, JSON.parse(readFileSync(file, 'utf8')))
  }
  for (const { spec } of nodes) if (spec.ports) declarations[spec.type] = declarationOfNode(spec)
  const write = (name: string, content: object) =>
    writeFileSync(join(root, 'dist', `${name}.json`), `${JSON.stringify(content, null, 2)}\n`)
  write('declarations', declarations)
  write('declarations.schema', DECLARATIONS_SCHEMA)
}
