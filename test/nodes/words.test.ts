// biome-ignore-all lint/style/noNonNullAssertion: missing values should fail the test
import assert from 'node:assert/strict'
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sharedEngine } from '../../src/engine'
import { encodeImage } from '../../src/images'
import { loadManifests, loadUserNodes, type Model } from '../../src/models'
import { colourful } from '../models/steps/colourful'
import { fixturesFolder } from '../models/support'
import { twinOf } from '../models/twin'
import { ask, start, stop } from './support'

/** The bundled nodes for words and pictures with twins of their networks, loaded from a user directory. */
describe('nodes for words and pictures with twins of their networks', () => {
  const engine = sharedEngine()
  let userDir: string
  let models: Model[]
  before(() => {
    userDir = mkdtempSync(join(tmpdir(), 'daisychain-words-'))
    const places = 44
    addTwin('what-is-it', 'siglip-base', 'what-is-it/siglip', { 224: 32, 64: 16 })
    addTwin('alike', 'clip-vit-b32', 'what-is-it/clip', { 224: 32, 77: 48 })
    addTwin('ask', 'florence-2-base-ft', 'ask', { 768: 32, 50269: places, 1000: 40, 400: 100 })
    const found = loadUserNodes(userDir, [])
    assert.deepEqual(found.problems, [])
    models = found.models
  })
  after(async () => {
    await engine.close()
    rmSync(userDir, { recursive: true })
  })
  afterEach(stop)

  function addTwin(id: string, variant: string, twin: string, sizes: Record<number, number>): void {
    const model = loadManifests().find((one) => one.id === id)!
    const { folder: _, ...manifest } = twinOf(model, variant, '', sizes)
    const folder = join(userDir, 'daisychain/nodes', id)
    cpSync(join(fixturesFolder, twin), folder, { recursive: true })
    writeFileSync(join(folder, 'manifest.json'), JSON.stringify({ ...manifest, node: `${manifest.node}-twin` }))
  }
  const begin = (id: string, settings: object = {}) =>
    start([{ id: 'n', type: `daisychain-${id}-twin`, ...settings }], models)
  const picture = () => encodeImage(colourful(20, 14), 'png')

  it('say which of the words in the node, or in the message, fits', async () => {
    await begin('what-is-it', { words: 'cat, a red cat, Dog!', min_score: '0' })
    const [where, { payload, score, ranked }] = await ask('n', { payload: await picture() })
    assert.equal(where, 'out')
    assert.ok(['cat', 'a red cat', 'Dog!'].includes(String(payload)))
    assert.deepEqual([(ranked as unknown[]).length, typeof score], [3, 'number'])
    for (const words of ['tree', ['tree'], ['tree', ' ', 'tree']])
      assert.equal((await ask('n', { payload: await picture(), words }))[1].payload, 'tree')
    assert.equal((await ask('n', { payload: await picture(), min_score: 1 }))[1].payload, 'none of these')
  })

  it('report in a sentence that words are missing', async () => {
    await begin('what-is-it')
    const [where, { error }] = await ask('n', { payload: await picture() })
    assert.equal(where, 'caught')
    assert.match(String(error?.message), /has no words: enter some in the node, or send a list of them as msg\.words/)
  })

  it('compare two pictures, or a picture and the text in the node', async () => {
    await begin('alike')
    const same = await ask('n', { payload: await picture(), other: await picture() })
    assert.ok(Math.abs(Number(same[1].payload) - 1) < 1e-4)
    const texts = await ask('n', { payload: '', text: 'a cat', other_text: 'a tree' })
    assert.ok(Number(texts[1].payload) < 1)
    assert.match(String((await ask('n', { payload: await picture() }))[1].error?.message), /compares two things/)
  })

  it('answer questions about a picture, with boxes', async () => {
    await begin('ask', { question: 'is it a cat?', length: '12' })
    const [where, msg] = await ask('n', { payload: await picture() })
    assert.equal(where, 'out', String(msg.error?.message))
    assert.equal(typeof msg.payload, 'string')
    assert.ok(Array.isArray(msg.instances))
    const other = await ask('n', { payload: await picture(), question: 'what?', ask: 'find' })
    assert.notEqual(other[1].payload, msg.payload)
  })
})
