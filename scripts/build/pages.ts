import { join } from 'node:path'
import { build } from 'esbuild'

/**
 * Bundles the code of the pages for people who don't wire to `dist/src/page/{page,show,compiled}.{js,css}`;
 * the server or the compiler puts it into the document.
 */
export async function buildPages(root: string): Promise<void> {
  await build({
    entryPoints: {
      page: join(root, 'src/page/main.ts'),
      show: join(root, 'src/page/show.ts'),
      compiled: join(root, 'src/page/compiled/main.ts'),
    },
    outdir: join(root, 'dist/src/page'),
    bundle: true,
    format: 'esm',
    target: ['es2022', 'safari16'],
    charset: 'utf8',
    minify: true,
    logLevel: 'warning',
  })
}
