import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { nodeHtml } from '../../src/node-html/node'
import type { NodeSpec } from '../../src/settings'

/** A node written by hand, and the name of its folder. */
export interface HandNode {
  folder: string
  spec: NodeSpec
}

/** What `nodes/<name>/node.ts` declares, which may be more than one node. Needs the compiled files. */
export function handNodes(root: string): HandNode[] {
  const nodes = join(root, 'dist/nodes')
  return readdirSync(join(root, 'nodes')).flatMap((folder) => {
    if (!existsSync(join(root, 'nodes', folder, 'node.ts'))) return []
    const exported = require(join(nodes, folder, 'node.js')) as Record<string, NodeSpec>
    const specs = Object.values(exported).filter((value) => typeof value?.type === 'string' && value.settings)
    return specs.map((spec) => ({ folder, spec }))
  })
}

/** Writes `dist/nodes/<name>/<name>.html` of the nodes written by hand. The models' is written with them. */
export function writeHandNodes(root: string, nodes: readonly HandNode[]): void {
  for (const folder of new Set(nodes.map((node) => node.folder))) {
    const html = nodes.filter((node) => node.folder === folder).map(({ spec }) => htmlOf(root, folder, spec))
    if (folder !== 'onnx') writeFileSync(join(root, 'dist/nodes', folder, `${folder}.html`), `${html.join('\n\n')}\n`)
  }
}

/** A node's html, with the pieces in its folder: `<word>.help.html`, the end of its help, and `<word>.form.html`. */
export function htmlOf(root: string, folder: string, spec: NodeSpec): string {
  const piece = (kind: string) => {
    const file = join(root, 'nodes', folder, `${spec.type.replace('daisychain-', '')}.${kind}.html`)
    return existsSync(file) ? readFileSync(file, 'utf8') : ''
  }
  return nodeHtml(spec, { form: piece('form'), help: piece('help') })
}
