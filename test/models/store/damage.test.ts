import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { EngineError } from '../../../src/engine'
import {
  damageOf,
  isPresent,
  type Model,
  modelPath,
  phraseIn,
  requireWeights,
  TRANSLATED,
  type Variant,
} from '../../../src/models'
import { fetchVariant } from '../../../src/models/store'
import { bytes, downloadable, type FileServer, serveFiles } from './server'

const content = { 'model.onnx': bytes(5000), 'more/labels.txt': bytes(400, 2) }

describe('damaged downloads', () => {
  let store: string
  let files: FileServer
  let model: Model
  let variant: Variant
  const before = process.env.DAISYCHAIN_MODELS

  beforeEach(async () => {
    store = mkdtempSync(join(tmpdir(), 'daisychain-store-'))
    process.env.DAISYCHAIN_MODELS = store
    files = await serveFiles(Object.fromEntries(Object.entries(content).map(([path, each]) => [`/${path}`, each])))
    ;[model, variant] = downloadable(files.url, content)
    for (const [path, each] of Object.entries(content)) {
      mkdirSync(dirname(at(path)), { recursive: true })
      writeFileSync(at(path), each)
    }
  })
  afterEach(async () => {
    if (before === undefined) delete process.env.DAISYCHAIN_MODELS
    else process.env.DAISYCHAIN_MODELS = before
    rmSync(store, { recursive: true, force: true })
    await files.close()
  })

  const at = (path: string) => modelPath(model, variant, path)
  const refusal = () =>
    requireWeights(model, variant).then(
      () => null,
      (error: EngineError) => error,
    )

  const damages: Record<string, [damage: (path: string) => void, sentence: RegExp]> = {
    'cut off': [(path) => truncateSync(path, 100), /has 100 instead of [45][0,]+ bytes$/],
    empty: [(path) => truncateSync(path, 0), /has 0 instead of [45][0,]+ bytes$/],
    'of another version': [(path) => writeFileSync(path, bytes(6000)), /has 6,000 instead of [45][0,]+ bytes$/],
    'as long as they should be, but end in zeros': [
      (path) => writeFileSync(path, readFileSync(path).fill(0, 300)),
      /doesn't have the published contents$/,
    ],
    folders: [
      (path) => {
        rmSync(path)
        mkdirSync(path)
      },
      /is a folder, where a file belongs$/,
    ],
  }

  for (const [state, [damage, sentence]] of Object.entries(damages)) {
    it(`are refused when they are ${state}: the sentence says which, and a download mends it`, async () => {
      assert.equal(await refusal(), null)
      for (const path of Object.keys(content)) {
        damage(at(path))
        const error = await refusal()
        assert.ok(error instanceof EngineError)
        assert.equal(error.code, 'model-damaged')
        const [, where = '', remedy] = /^Depth's Large is damaged \((.*)\): (.*)$/.exec(error.message) ?? []
        assert.ok(where.startsWith(at(path)), error.message)
        assert.match(where, sentence)
        assert.equal(remedy, 'open the node and press Download, or run “npx daisychain models fetch depth/large”.')
        const said = damageOf(model, variant) as string
        assert.equal(said, `${where}.`)
        for (const language of TRANSLATED) assert.notEqual(phraseIn(language, said) ?? said, said, language)
        // In German, a comma between digits would be a decimal point.
        assert.doesNotMatch(phraseIn('de', said) as string, /\d,\d/)
        assert.equal(isPresent(model, variant), false)
        await fetchVariant(model, variant)
        assert.equal(await refusal(), null)
        assert.deepEqual([isPresent(model, variant), damageOf(model, variant)], [true, null])
      }
    })
  }

  it('are refused too if they are damaged after use', async () => {
    assert.equal(await refusal(), null)
    writeFileSync(at('model.onnx'), bytes(5000, 3))
    assert.equal((await refusal())?.code, 'model-damaged')
  })

  it('don’t affect a non-empty folder, which is reported', async () => {
    rmSync(at('model.onnx'))
    mkdirSync(at('model.onnx'))
    writeFileSync(join(at('model.onnx'), 'thesis.txt'), 'mine')
    await assert.rejects(fetchVariant(model, variant), (error: Error) => {
      assert.equal(error.message, `${at('model.onnx')} is a folder, where a file belongs: delete it and try again.`)
      for (const language of TRANSLATED) assert.ok(phraseIn(language, error.message), language)
      return true
    })
    assert.equal(readFileSync(join(at('model.onnx'), 'thesis.txt'), 'utf8'), 'mine')
  })

  it('aren’t reported if one of several files is missing: then that is', async () => {
    rmSync(at('more/labels.txt'))
    const error = await refusal()
    assert.equal(error?.code, 'model-missing')
    assert.equal(
      error?.message,
      `Depth's Large is not downloaded completely (${at('more/labels.txt')} is missing): open the node and press Download, or run “npx daisychain models fetch depth/large”.`,
    )
    assert.equal(damageOf(model, variant), null)
    rmSync(at('model.onnx'))
    assert.match((await refusal())?.message ?? '', /^Depth's Large is not downloaded yet: /)
  })
})
