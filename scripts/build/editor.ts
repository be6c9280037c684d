import { join } from 'node:path'
import { build } from 'esbuild'

/**
 * Bundles the editor's code and style to `resources/daisychain-editor.{js,css}`, with the declarations of this
 * package's nodes (`dist/declarations.json`, which has to be there) inside.
 */
export async function bundleEditor(root: string): Promise<void> {
  await build({
    entryPoints: [join(root, 'src/editor/index.ts')],
    outfile: join(root, 'resources/daisychain-editor.js'),
    alias: { 'daisychain-declarations': join(root, 'dist/declarations.json') },
    bundle: true,
    format: 'iife',
    platform: 'browser',
    target: 'es2022',
    minify: true,
    legalComments: 'none',
    logLevel: 'warning',
  })
}
