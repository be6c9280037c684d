/** `npm run docs`: writes one page per node, and their index, to docs/nodes/, from the help in the editor. */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { nodePages } from './docs/node-pages'

const root = resolve(__dirname, '../..')
const folder = join(root, 'docs/nodes')
rmSync(folder, { recursive: true, force: true })
mkdirSync(folder, { recursive: true })
for (const [name, text] of nodePages(root)) writeFileSync(join(folder, name), text)
