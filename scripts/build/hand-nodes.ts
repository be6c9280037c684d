import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { helpOf, type TranslatedHelp } from '../../src/node-html/help'
import { nodeHtml } from '../../src/node-html/node'
import type { NodeSpec } from '../../src/settings'

/** A hand-written node, and the name of its folder. */
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

/**
 * Writes `dist/nodes/<name>/<name>.html` of the hand-written nodes, and their help in other languages. The
 * onnx node's is written with the models'.
 */
export function writeHandNodes(root: string, nodes: readonly HandNode[]): void {
  for (const folder of new Set(nodes.map((node) => node.folder))) {
    if (folder === 'onnx') continue
    const own = nodes.filter((node) => node.folder === folder)
    const write = (file: string, parts: string[]) => {
      const path = join(root, 'dist/nodes', folder, file)
      mkdirSync(dirname(path), { recursive: true })
      writeFileSync(path, `${parts.join('\n\n')}\n`)
    }
    write(
      `${folder}.html`,
      own.map((node) => htmlOf(root, node)),
    )
    for (const language of otherLanguages(root))
      write(
        `locales/${language}/${folder}.html`,
        own.map((node) => translatedHelp(root, node, language)),
      )
  }
}

/**
 * A node's HTML, with the fragments in its folder: `<word>.help.html`, the end of its help, and
 * `<word>.form.html`.
 */
export function htmlOf(root: string, node: HandNode): string {
  return nodeHtml(node.spec, { form: piece(root, node, 'form.html'), help: piece(root, node, 'help.html') })
}

/**
 * Its help in another language, from `locales/<language>/<word>.help.json` and `<word>.help.html`. Missing
 * parts stay English.
 */
export function translatedHelp(root: string, node: HandNode, language: string): string {
  const place = `locales/${language}`
  const own = piece(root, node, 'help.json', place)
  const more = piece(root, node, 'help.html', place) || piece(root, node, 'help.html')
  return helpOf(node.spec, more, language, own ? (JSON.parse(own) as TranslatedHelp) : undefined)
}

/** The languages besides English. */
export const otherLanguages = (root: string): string[] =>
  readdirSync(join(root, 'plugins/locales')).filter((language) => language !== 'en-US')

function piece(root: string, { folder, spec }: HandNode, kind: string, place = ''): string {
  const file = join(root, 'nodes', folder, place, `${spec.type.replace('daisychain-', '')}.${kind}`)
  return existsSync(file) ? readFileSync(file, 'utf8') : ''
}
