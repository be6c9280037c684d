import assert from 'node:assert/strict'
import fs from 'node:fs'

describe('models/phrases', () => {
  const path = require.resolve('../../src/models/phrases')

  it('are English while no descriptor is left to read the others, and translated afterwards', () => {
    const before = require.cache[path]
    delete require.cache[path]
    const { phraseIn } = require(path) as typeof import('../../src/models/phrases')
    const { openSync, readFileSync } = fs
    const phrase = Object.keys(
      JSON.parse(readFileSync(require.resolve('../../plugins/locales/de/phrases.json'), 'utf8')) as object,
    ).find((english) => !english.includes('{}')) as string
    const fails = () => {
      throw Object.assign(new Error('EMFILE: too many open files'), { code: 'EMFILE' })
    }
    try {
      Object.assign(fs, { openSync: fails, readFileSync: fails })
      assert.equal(phraseIn('de', phrase), undefined)
    } finally {
      Object.assign(fs, { openSync, readFileSync })
      if (before) require.cache[path] = before
    }
    assert.equal(typeof phraseIn('de', phrase), 'string')
  })
})
