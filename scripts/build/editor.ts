import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { build } from 'esbuild'

/**
 * Bundles the browser code, including the declarations of our own nodes, to
 * `resources/daisychain-editor.{js,css}`.
 */
export async function buildEditor(root: string): Promise<void> {
  await build({
    entryPoints: { 'daisychain-editor': join(root, 'plugins/editor/index.ts') },
    outdir: join(root, 'resources'),
    alias: { 'daisychain-declarations': join(root, 'dist/declarations.json') },
    bundle: true,
    format: 'iife',
    target: 'es2022',
    minify: true,
    // Bundled packages come with their licences.
    banner: { js: `/*! uqr\n${readFileSync(join(root, 'node_modules/uqr/LICENSE'), 'utf8').replaceAll('*/', '')}*/` },
    logLevel: 'warning',
  })
}
