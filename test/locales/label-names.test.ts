import { strict as assert } from 'node:assert'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { labelNameIn } from '../../src/models'
import { languageNameIn } from '../../src/types'

const root = resolve(__dirname, '../../..')
const readJson = (...path: string[]): unknown => JSON.parse(readFileSync(join(root, ...path), 'utf8'))
const { labelNames } = readJson('plugins/locales/en-US/daisychain.json') as { labelNames: Record<string, string> }

describe('names of labels', () => {
  for (const model of readdirSync(join(root, 'models')).filter((id) =>
    existsSync(join(root, 'models', id, 'manifest.json')),
  ))
    it(`has each label that ${model} draws, takes or finds`, () => {
      const unnamed = labelsIn(readJson('models', model, 'manifest.json')).filter(
        (label) => !(label in labelNames) && !languageNameIn('de', label),
      )
      assert.deepEqual(unnamed, [])
    })

  it('take languages from the platform, including alternative names, and have no other words', () => {
    const names = (language: string) =>
      ['German', 'Bengali', 'Myanmar', 'Hawaiian'].map((each) => labelNameIn(language, each))
    assert.deepEqual(names('de'), ['Deutsch', 'Bengalisch', 'Birmanisch', 'Hawaiisch'])
    assert.deepEqual(names('ja'), ['ドイツ語', 'ベンガル語', 'ミャンマー語', 'ハワイ語'])
    assert.equal(labelNameIn('de', 'Dora (Brazilian Portuguese)'), 'Dora (brasilianisches Portugiesisch)')
    assert.equal(labelNameIn('ja', 'Emma (British English)'), 'Emma (イギリス英語)')
    assert.equal(labelNameIn('de', 'chair (broken)'), undefined)
    assert.equal(labelNameIn('en', 'German'), undefined)
    assert.equal(labelNameIn('de', 'constructor'), undefined)
  })
})

/**
 * The labels of label maps, and the choices of the options `category`, `ask`, `language` and `voice`,
 * anywhere in a manifest except its outputs.
 */
function labelsIn(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return []
  if (Array.isArray(value)) return value.flatMap(labelsIn)
  const { outputs: _, ...all } = value as Record<string, unknown>
  const { type, labels, name, category } = all
  const drawn = type === 'segmentation' && Array.isArray(labels) ? (labels as string[]) : []
  const isOffered = ['category', 'ask', 'language', 'voice'].includes(String(name))
  const offered = [isOffered ? type : null, category].flatMap((choice) => choicesOf(choice))
  return [...drawn, ...offered, ...labelsIn(Object.values(all))]
}

const choicesOf = (type: unknown): string[] => (type as { oneOf?: string[] } | null | undefined)?.oneOf ?? []
