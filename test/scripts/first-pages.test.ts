import { strict as assert } from 'node:assert'
import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'

const root = resolve(__dirname, '../../..')
const read = (...path: string[]) => readFileSync(join(...path), 'utf8')
const examples = readdirSync(join(root, 'examples')).filter((file) => file.endsWith('.json'))

/** Pages for beginners in other languages, which must use the editor's words. */
describe('the pages for first steps', () => {
  for (const language of ['de', 'ja']) {
    const page = read(root, 'docs', `${language}.md`).replace(/```.*?```/gs, '')

    it(`say in ${language} what each example does`, () => {
      const rows = [...page.matchAll(/^\| (\d\d [^|]+) \| [^|]+ \|$/gm)].map(([, name]) => `${name}.json`)
      assert.deepEqual(rows, examples)
    })

    it(`name in ${language} only what the editor shows under that name`, () => {
      const known = new Set([...labelsOf(language), ...namesInExamples(), 'daisychain', '@daisychain/node-red-models'])
      const named = [...page.matchAll(/(?<!\*)\*([^*\n]+)\*(?!\*)/g)].flatMap(([, label = '']) =>
        label.trim().split(' → '),
      )
      assert.ok(named.length > 20, named.join(', '))
      assert.deepEqual(
        named.filter((label) => !known.has(label)),
        [],
      )
    })
  }
})

function labelsOf(language: string): string[] {
  const editor = dirname(require.resolve('@node-red/editor-client/package.json'))
  const nodes = dirname(require.resolve('@node-red/nodes/package.json'))
  const folders = [
    editor,
    nodes,
    join(root, 'plugins'),
    ...readdirSync(join(root, 'nodes')).map((n) => join(root, 'nodes', n)),
  ]
  return folders
    .map((folder) => join(folder, 'locales', language))
    .flatMap((folder) => jsonIn(folder))
    .flatMap((file) => texts(JSON.parse(read(file))))
}

function jsonIn(folder: string): string[] {
  try {
    return readdirSync(folder)
      .filter((file) => file.endsWith('.json'))
      .map((file) => join(folder, file))
  } catch {
    return [] // A folder without translations.
  }
}

function texts(value: unknown): string[] {
  return typeof value === 'object' && value ? Object.values(value).flatMap(texts) : [String(value)]
}

function namesInExamples(): string[] {
  return examples.flatMap((file) =>
    (JSON.parse(read(root, 'examples', file)) as { name?: string; label?: string }[]).flatMap(({ name, label }) => [
      name ?? '',
      label ?? '',
    ]),
  )
}
