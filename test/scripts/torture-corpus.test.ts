import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { runInThisContext } from 'node:vm'
import { Corpus, grown } from '../../scripts/torture/corpus'
import type { Recipe } from '../../scripts/torture/hostile'
import { watchReached } from '../../scripts/torture/reached'

describe('the torture corpus', () => {
  let folder: string
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'daisychain-test-'))
  })
  after(() => rmSync(folder, { recursive: true }))
  const recipe = (seed: number): Recipe => ({ to: 'adjust', kind: 'a formula', property: 'payload', seed })

  it('keeps an input that reaches a new branch, and none that only reaches known ones', () => {
    const reached = watchReached((url) => url.endsWith('/of-the-corpus.js'))
    const size = runInThisContext(
      '0, (number) => { if (number > 9) { return "large" } return number < 0 ? "negative" : "small" }',
      { filename: '/of-the-corpus.js' },
    ) as (number: number) => string
    const corpus = new Corpus(join(folder, 'kept'))
    assert.deepEqual(corpus.all(), [])
    const keeps = [1, 2, 12, 99, -5, 3, -6].filter((number) => {
      size(number)
      return corpus.offer(recipe(number), reached.take())
    })
    assert.deepEqual(keeps, [1, 12, -5])
    assert.deepEqual(new Set(corpus.all().map(({ seed }) => seed)), new Set(keeps))
    assert.equal(reached.take(), 0)
  })

  it('returns what it has kept, and continues with inputs that differ from it in one place', () => {
    const corpus = new Corpus(join(folder, 'others'))
    corpus.offer(recipe(1), 5)
    const inputs = grown(
      corpus,
      () => [{ ...recipe(2), to: 'speak' }],
      () => 0.1,
    )
    const next = () => inputs.next().value as Recipe
    assert.deepEqual(next(), recipe(1))
    assert.deepEqual(next(), { ...recipe(2), to: 'speak' })
    assert.deepEqual(next(), recipe(100_000))
  })
})
