import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { loadManifests, validateManifest } from '../../src/models'

const page = readFileSync(resolve(__dirname, '../../../docs/manifest.md'), 'utf8')

describe('the examples in docs/manifest.md', () => {
  const examples = [...page.matchAll(/```json\n(.+?)```/gs)].map(([, json]) => JSON.parse(json as string))

  it('are valid manifests', () => {
    const depth = loadManifests().find(({ id }) => id === 'densedepth')
    for (const example of examples) {
      const isVariant = example.variants === undefined
      assert.deepEqual(validateManifest(isVariant ? { ...depth, variants: [example] } : example), [], example.id)
    }
  })

  it('and so are those in docs/exporting.md', () => {
    const recipes = readFileSync(resolve(__dirname, '../../../docs/exporting.md'), 'utf8')
    for (const [, json] of recipes.matchAll(/```json\n(.+?)```/gs))
      assert.deepEqual(validateManifest(JSON.parse(json as string)), [])
  })

  it('mention every kind', () => {
    const source = readFileSync(resolve(__dirname, '../../../src/models/manifest.ts'), 'utf8')
    const kinds = [...source.matchAll(/kind: '(\w+)'/g)].map(([, kind]) => kind)
    const fits = [...source.matchAll(/fit: '(\w+)'/g)].map(([, fit]) => fit)
    assert.ok(kinds.length >= 15 && fits.length === 7)
    for (const word of [...kinds, ...fits]) assert.ok(page.includes(`\`${word}\``), word)
  })
})
