import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { helpAsMarkdown } from './markdown'

interface NodeHelp {
  type: string
  /** As in the palette. */
  label: string
  help: string
}

/** The pages about the nodes, file name → Markdown, made from the editor's help. Needs a build. */
export function nodePages(root: string): Map<string, string> {
  const nodes = readHelp(join(root, 'dist/nodes')).sort((a, b) => a.label.localeCompare(b.label, 'en'))
  const pages = new Map(nodes.map((node) => [`${nameOf(node)}.md`, page(node)]))
  return pages.set('README.md', index(nodes))
}

function readHelp(folder: string): NodeHelp[] {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(
    // The any-ONNX node's help is also in the page of the models' nodes, next to its definition.
    (file) => file.endsWith('.html') && !file.endsWith('help.html') && !file.includes('locales'),
  )
  return files.flatMap((file) => {
    const html = readFileSync(join(folder, file), 'utf8')
    const helps = html.matchAll(/<script [^>]*data-help-name="([^"]+)"[^>]*>(.*?)<\/script>/gs)
    return [...helps].map(([, type = '', help = '']) => ({ type, help, label: labelOf(html, type) }))
  })
}

/** From the node's definition: `paletteLabel: 'serve in'`. A configuration node has none. */
function labelOf(html: string, type: string): string {
  const definition = html.split(`registerType('${type}'`)[1]?.split('registerType(')[0] ?? ''
  const label = /paletteLabel: ["']([^"']+)["']/.exec(definition)?.[1] ?? type.replace('daisychain-', '')
  return label.replaceAll('\u2011', '-') // so that pages are found by what people type
}

const nameOf = ({ type }: NodeHelp): string => type.replace('daisychain-', '')

function page({ type, label, help }: NodeHelp): string {
  return `# ${label}\n\nNode type \`${type}\`. [All nodes](README.md)\n\n${helpAsMarkdown(help)}`
}

function index(nodes: NodeHelp[]): string {
  const rows = nodes.map((node) => `| [${node.label}](${nameOf(node)}.md) | ${firstSentence(node.help)} |`)
  return `# The nodes

What the editor shows as help, a page a node.

| node | |
|---|---|
${rows.join('\n')}
`
}

/** The editor's tooltip: the first paragraph. */
function firstSentence(help: string): string {
  return helpAsMarkdown(/<p>.*?<\/p>/s.exec(help)?.[0] ?? '').trim()
}
