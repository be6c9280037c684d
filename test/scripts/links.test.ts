import { strict as assert } from 'node:assert'
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'

const root = resolve(__dirname, '../../..')
const pages = ['docs', 'models']
  .flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).map((n) => join(folder, n)),
  )
  .concat(readdirSync(root))
  .filter((name) => name.endsWith('.md'))
const read = (page: string) => readFileSync(join(root, page), 'utf8').replace(/```.*?```/gs, '')

describe('links in the pages', () => {
  it('lead to files and headings that exist', () => {
    const missing = pages.flatMap((page) =>
      [...read(page).matchAll(/\]\(([^)\s]+)\)/g)]
        .map(([, target = '']) => target)
        .filter((target) => !/^[a-z]+:/.test(target) && !leads(page, target))
        .map((target) => `${page} links to ${target}`),
    )
    assert.deepEqual(missing, [])
  })

  it('show every picture, and all pictures are small', () => {
    const folder = join(root, 'docs/images')
    const shown = pages.map(read).join('\n')
    for (const name of readdirSync(folder)) {
      assert.ok(shown.includes(`docs/images/${name})`) || shown.includes(`(images/${name})`), `no page shows ${name}`)
      assert.ok(statSync(join(folder, name)).size < 300_000, `${name} is large`)
    }
  })

  it('mention only existing examples, and all of them', () => {
    const examples = readdirSync(join(root, 'examples'))
      .filter((file) => file.endsWith('.json'))
      .map((file) => file.replace('.json', ''))
    const chains = read('docs/chains.md')
    for (const example of examples)
      assert.match(chains, new RegExp(`^## ${example.replace(/^0*(\d+)/, '$1.')}$|\\*${example}\\*`, 'm'))
    for (const page of pages)
      for (const [, name = ''] of read(page).matchAll(/\*(\d+ [A-Z][^*]+)\*/g))
        assert.ok(examples.includes(name.replace(/\s+/g, ' ')), `${page} names the example ${name}`)
  })
})

function leads(page: string, target: string): boolean {
  const [path = '', anchor] = target.split('#')
  const file = path ? join(dirname(page), decodeURI(path)) : page
  if (!existsSync(join(root, file))) return false
  return anchor === undefined || headings(file).includes(anchor)
}

/** The anchors that GitHub gives a page's headings. */
function headings(page: string): string[] {
  return [...read(page).matchAll(/^#+ (.+)$/gm)].map(([, title = '']) =>
    title
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\- ]/gu, '')
      .replaceAll(' ', '-'),
  )
}
