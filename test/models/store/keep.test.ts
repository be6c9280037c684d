import assert from 'node:assert/strict'
import { existsSync, mkdirSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { isPresent, type Model, modelPath, type Variant, variantFolder } from '../../../src/models'
import { removeParts, removeVariant, strangers, verifyVariant } from '../../../src/models/store'
import { isLocked, takeLock } from '../../../src/models/store/lock'
import { bytes, downloadable } from './server'

const content = bytes(5000)

describe('stored downloads', () => {
  let store: string
  let model: Model
  let variant: Variant
  const before = process.env.DAISYCHAIN_MODELS

  beforeEach(() => {
    store = mkdtempSync(join(tmpdir(), 'daisychain-store-'))
    process.env.DAISYCHAIN_MODELS = store
    ;[model, variant] = downloadable('https://example.org', { 'model.onnx': content, 'more/labels.txt': content })
  })
  afterEach(() => {
    if (before === undefined) delete process.env.DAISYCHAIN_MODELS
    else process.env.DAISYCHAIN_MODELS = before
    rmSync(store, { recursive: true, force: true })
  })

  const paths = () => ['model.onnx', 'more/labels.txt'].map((name) => modelPath(model, variant, name))
  const copyIn = () => {
    for (const path of paths()) {
      mkdirSync(dirname(path), { recursive: true })
      writeFileSync(path, content)
    }
  }
  const states = async () => (await verifyVariant(model, variant)).map(({ state }) => state)

  it('are valid if they were copied in by hand, without any network', async () => {
    assert.deepEqual(await states(), ['missing', 'missing'])
    copyIn()
    assert.deepEqual(await states(), ['right', 'right'])
    assert.ok(isPresent(model, variant))
  })

  it('are found to be truncated, changed, or incomplete', async () => {
    copyIn()
    const [first = '', second = ''] = paths()
    truncateSync(first, 4999)
    writeFileSync(second, bytes(5000, 2))
    assert.deepEqual(await states(), ['wrong size', 'wrong bytes'])
    rmSync(first)
    writeFileSync(`${first}.part`, 'abc')
    assert.deepEqual(await states(), ['incomplete', 'wrong bytes'])
  })

  it('can be removed, but not during their download, and never bundled files', async () => {
    copyIn()
    const lock = await takeLock(`${variantFolder(model, variant)}.lock`)
    assert.ok(lock)
    await assert.rejects(removeVariant(model, variant), /is being downloaded: cancel that first\.$/)
    await lock.release()
    assert.equal(await removeVariant(model, variant), 10_000)
    assert.equal(existsSync(variantFolder(model, variant)), false)
    assert.equal(await removeVariant(model, variant), 0)
    await assert.rejects(removeVariant(model, model.variants[0] as Variant), /is bundled/)
  })

  it('can lose just their unfinished parts', async () => {
    copyIn()
    writeFileSync(`${paths()[0]}.part`, 'abc')
    assert.equal(await removeParts(model, variant), 3)
    assert.deepEqual(await states(), ['right', 'right'])
  })

  it('count as unknown if no manifest mentions them', async () => {
    copyIn()
    mkdirSync(join(store, 'depth', 'older-one'))
    assert.deepEqual(await strangers([model]), ['depth/older-one'])
  })
})

describe('takeLock', () => {
  let folder: string
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'daisychain-lock-'))
  })
  afterEach(() => rmSync(folder, { recursive: true }))

  it('is given to one of many callers, and to the next when it is released', async () => {
    const path = join(folder, 'a', 'b.lock')
    const got = (await Promise.all(Array.from({ length: 20 }, () => takeLock(path)))).filter((lock) => lock !== null)
    assert.equal(got.length, 1)
    assert.equal(await isLocked(path), true)
    await got[0]?.release()
    assert.equal(await isLocked(path), false)
    assert.ok(await takeLock(path))
  })

  it('doesn’t take away a lock that now belongs to someone else', async () => {
    const path = join(folder, 'b.lock')
    const lock = await takeLock(path)
    writeFileSync(path, 'somebody else')
    await lock?.release()
    assert.equal(existsSync(path), true)
  })
})
