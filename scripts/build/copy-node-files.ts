import { cpSync, existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { Model } from '../../src/models'

/**
 * Copies everything but TypeScript next to the compiled nodes and plugins: HTML, translations, and the icons,
 * once.
 */
export function copyNodeFiles(root: string, models: Model[]): void {
  for (const folder of ['nodes', 'plugins', 'src/inspect/samples']) {
    if (existsSync(join(root, folder))) copyTree(join(root, folder), join(root, 'dist', folder))
  }
  // Node-RED looks for icons next to a node's file, and serves them to all nodes of the package.
  const icons = join(root, 'dist/nodes/models/icons')
  rmSync(icons, { recursive: true, force: true })
  cpSync(join(root, 'icons'), icons, { recursive: true })
  for (const { folder, icon } of models) cpSync(join(folder, 'icon.svg'), join(icons, icon))
  copyExamples(join(root, 'examples/models'), models)
}

/** A model that isn't in any example may have one of its own. */
function copyExamples(to: string, models: Model[]): void {
  rmSync(to, { recursive: true, force: true })
  const own = models.filter(({ folder }) => existsSync(join(folder, 'example.json')))
  if (own.length > 0) mkdirSync(to, { recursive: true })
  for (const { folder, label } of own) cpSync(join(folder, 'example.json'), join(to, `${label}.json`))
}

function copyTree(from: string, to: string): void {
  for (const entry of readdirSync(from, { withFileTypes: true })) {
    if (entry.isDirectory()) copyTree(join(from, entry.name), join(to, entry.name))
    // Node-RED must not read fragments of the generated HTML.
    else if (/\.(form\.html|help\.html|help\.json)$/.test(entry.name)) continue
    else if (/\.(html|json|svg|jpg|png)$/.test(entry.name)) cpSync(join(from, entry.name), join(to, entry.name))
  }
}
