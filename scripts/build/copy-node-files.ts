import { cpSync, existsSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'

/** Puts what is not TypeScript beside the compiled nodes and plugins: html, translations, and the icons, once. */
export function copyNodeFiles(root: string): void {
  for (const folder of ['nodes', 'plugins']) {
    if (existsSync(join(root, folder))) copyTree(join(root, folder), join(root, 'dist', folder))
  }
  copyTree(join(root, 'src/inspect/samples'), join(root, 'dist/src/inspect/samples'))
  // Node-RED looks for icons beside a node's file, and serves them to all nodes of the package.
  const icons = join(root, 'dist/nodes/models/icons')
  rmSync(icons, { recursive: true, force: true })
  cpSync(join(root, 'icons'), icons, { recursive: true })
}

function copyTree(from: string, to: string): void {
  for (const entry of readdirSync(from, { withFileTypes: true })) {
    if (entry.isDirectory()) copyTree(join(from, entry.name), join(to, entry.name))
    else if (/\.(html|json|svg|jpg|png)$/.test(entry.name)) cpSync(join(from, entry.name), join(to, entry.name))
  }
}
