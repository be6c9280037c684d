import assert from 'node:assert/strict'
import { copyFileSync, cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { createEngine, type Engine } from '../../src/engine'
import { inspectFile, manifestOf, type Proposal, type UserManifest } from '../../src/inspect'
import { outputKinds, withOutputKind } from '../../src/inspect/correct'
import { fold } from '../../src/inspect/fold'
import { findVariant, loadManifest, modelsFolder, runModel, type Variant, validateManifest } from '../../src/models'

const fixtures = resolve(__dirname, '../../../test/fixtures')
const file = (name: string) => join(fixtures, 'texts', name, 'model.onnx')

describe('interpretations of a text model', () => {
  let engine: Engine
  let folder: string
  before(() => {
    engine = createEngine({ device: 'cpu', log: () => {} })
    folder = mkdtempSync(join(tmpdir(), 'daisychain-texts-'))
  })
  after(async () => {
    await engine.close()
    rmSync(folder, { recursive: true })
  })

  async function look(path: string) {
    const { manifest } = await inspectFile(path, engine)
    for (const { why } of [...manifest.proposal.inputs, ...manifest.proposal.outputs]) assert.match(why, /^[A-Z].*\.$/)
    assert.deepEqual(validateManifest({ ...manifest, node: 'daisychain-test' }), [])
    return manifest
  }
  const run = async (path: string, manifest: UserManifest, given: Record<string, unknown>) =>
    (await runModel({ ...manifest, folder: dirname(path) }, findVariant(manifest as never), given, engine)).outputs
  const parts = ({ proposal }: UserManifest) => proposal.inputs.map(({ as, part }) => [as, part])
  const corrected = (manifest: UserManifest, proposal: Proposal): UserManifest => {
    const { file: name, bytes = 0, sha256 = '' } = manifest.variants[0] as Variant
    return manifestOf(proposal, { file: name, bytes, sha256, label: 'corrected' })
  }

  describe('a classifier', () => {
    it('uses one text for all its inputs, and names the classes from the configuration next to it', async () => {
      const manifest = await look(file('sentiment'))
      assert.deepEqual(parts(manifest), [
        ['text', 'ids'],
        ['text', 'mask'],
        ['text', 'segments'],
      ])
      assert.deepEqual(
        manifest.inputs.map(({ name, property, type }) => [name, property, type.type]),
        [['text', 'payload', 'text']],
      )
      assert.deepEqual(manifest.outputs[0]?.[0]?.type, { type: 'category', oneOf: ['NEGATIVE', 'POSITIVE'] })
      assert.match(manifest.proposal.outputs[0]?.why ?? '', /names are from config\.json/)
    })

    // "greatly" is split into "great" and "##ly". Tokens outside [CLS] … [SEP], and those of a second text,
    // score 0.
    const texts: [string, string, number][] = [
      ['The film was greatly good.', 'POSITIVE', 5],
      ['A BAD film', 'NEGATIVE', -4],
      // The model sees eight tokens: [CLS], six words, [SEP]. The seventh word is cut off, but [SEP] isn't.
      ['good the the the the the bad', 'POSITIVE', 2],
    ]
    for (const [text, category, worth] of texts)
      it(`says ${category} of "${text}"`, async () => {
        const outputs = await run(file('sentiment'), await look(file('sentiment')), { text })
        assert.equal(outputs.logits, category)
        const share = 1 / (1 + Math.exp(-2 * Math.abs(worth)))
        assert.ok(Math.abs((outputs.logits_score as number) - share) < 1e-5, `${outputs.logits_score} is not ${share}`)
      })

    it('can name its classes from labels.txt too', async () => {
      const copy = join(folder, 'labelled')
      cpSync(dirname(file('sentiment')), copy, { recursive: true })
      rmSync(join(copy, 'config.json'))
      writeFileSync(join(copy, 'labels.txt'), 'boo\nhurrah\n')
      const manifest = await look(join(copy, 'model.onnx'))
      assert.equal((await run(join(copy, 'model.onnx'), manifest, { text: 'great' })).logits, 'hurrah')
    })

    it('accepts numbers without a tokenizer, and reports what is missing', async () => {
      const alone = join(folder, 'alone.onnx')
      copyFileSync(file('sentiment'), alone)
      const { proposal } = await look(alone)
      assert.deepEqual(
        proposal.inputs.map(({ as }) => as),
        ['numbers', 'numbers', 'numbers'],
      )
      assert.match(proposal.inputs[0]?.why ?? '', /put the model's tokenizer\.json next to it\.$/)
    })

    it('reports an unreadable tokenizer', async () => {
      const copy = join(folder, 'broken')
      cpSync(dirname(file('sentiment')), copy, { recursive: true })
      writeFileSync(join(copy, 'tokenizer.json'), '{"model": ')
      const { notes } = (await look(join(copy, 'model.onnx'))).proposal
      assert.ok(notes.includes('The tokenizer.json beside it breaks off: download it again.'), notes.join(' '))
    })
  })

  describe('a model for the topics of text', () => {
    const rows = JSON.parse(readFileSync(join(dirname(file('sentences')), 'rows.json'), 'utf8')) as number[][]
    /** [CLS] the un ##real film [SEP] */
    const tokens = [2, 5, 12, 13, 6, 3]
    const mean = (ids: number[]) =>
      [0, 1, 2, 3].map((column) => ids.reduce((sum, id) => sum + (rows[id]?.[column] as number), 0) / ids.length)
    const near = (actual: unknown, wanted: number[]) => {
      assert.equal((actual as Float32Array).length, wanted.length)
      for (const [i, value] of wanted.entries())
        assert.ok(Math.abs(((actual as Float32Array)[i] as number) - value) < 1e-5, `${actual} is not ${wanted}`)
    }
    const unit = (numbers: number[]) => numbers.map((number) => number / Math.hypot(...numbers))

    for (const name of ['sentences', 'sentences-fixed'])
      it(`${name}: gives the mean of the rows of its tokens, of none that fills up, as a vector of length 1`, async () => {
        const manifest = await look(file(name))
        assert.deepEqual(manifest.outputs[0]?.[0]?.type, { type: 'vector', length: 4 })
        const { last_hidden_state: vector } = await run(file(name), manifest, { text: 'The unreal film' })
        near(vector, unit(mean(tokens)))
      })

    it('sees as many tokens as its tokenizer states', async () => {
      const { last_hidden_state: vector } = await run(file('sentences'), await look(file('sentences')), {
        text: 'film '.repeat(30),
      })
      near(vector, unit(mean([2, ...new Array(8).fill(6), 3])))
    })

    it('can be corrected: the first row, or all, without normalisation', async () => {
      const manifest = await look(file('sentences'))
      const changed = (changes: object) => {
        const { proposal } = manifest
        return corrected(manifest, { ...proposal, outputs: proposal.outputs.map((each) => ({ ...each, ...changes })) })
      }
      const first = changed({ rows: 'first', normalize: false })
      near((await run(file('sentences'), first, { text: 'good' })).last_hidden_state, rows[2] as number[])
      const each = changed({ rows: 'each' })
      assert.deepEqual(each.outputs[0]?.[0]?.type.type, 'array')
      const table = (await run(file('sentences'), each, { text: 'good' })).last_hidden_state as number[][]
      assert.equal(table.length, 3)
      near(table[1], rows[8] as number[])
    })
  })

  it('one that fills gaps returns its scores, and isn’t a picture', async () => {
    const manifest = await look(file('gaps'))
    assert.deepEqual(
      manifest.proposal.outputs.map(({ as, rows }) => [as, rows]),
      [['numbers', 'each']],
    )
    const kinds = manifest.proposal.outputs.flatMap((output) => outputKinds(output))
    for (const kind of ['picture', 'labels', 'text'] as const) assert.ok(!kinds.includes(kind), kind)
  })

  describe('a text generator', () => {
    it('continues text, with unusual names and without a cache, up to the end', async () => {
      const manifest = await look(file('alphabet'))
      assert.equal(manifest.task, 'generate')
      assert.deepEqual(manifest.outputs[0]?.[0]?.type, { type: 'text' })
      assert.deepEqual(manifest.variants[0]?.settings?.called, { ids: 'tokens', logits: 'next_token_scores' })
      const write = (given: object) => run(file('alphabet'), manifest, { prompt: 'abc', temperature: 0, ...given })
      assert.equal((await write({})).text, 'abcdefgh')
      assert.equal((await write({ sequence_length: 2 })).text, 'abcde')
      assert.equal((await write({ prompt: '' })).text, 'abcdefgh')
    })

    it('has its memory within one text', async () => {
      const path = join(fixtures, 'models/serial/mini.onnx')
      const manifest = await look(path)
      assert.deepEqual(manifest.proposal.inputs.map(({ as }) => as).sort(), [
        'state',
        'state',
        'state',
        'text',
        'text',
        'text',
      ])
      const bundled = loadManifest(dirname(path))
      const given = { prompt: 'dab', temperature: 0, sequence_length: 9 }
      const wanted = (await runModel(bundled, findVariant(bundled), given, engine)).outputs.text
      for (let i = 0; i < 2; i++) assert.equal((await run(path, manifest, given)).text, wanted)
    })

    it('writes like GPT-2', async () => {
      const path = join(modelsFolder, 'gpt2/mini.onnx')
      const manifest = await look(path)
      const gpt2 = loadManifest(dirname(path))
      const variant = findVariant(gpt2)
      const { start: _, ...settings } = variant.settings as { start: number }
      const given = { prompt: 'A red bed', seed: 5, sequence_length: 12 }
      const { outputs } = await runModel(gpt2, { ...variant, settings }, given, engine)
      assert.equal((await run(path, manifest, given)).text, outputs.text)
      assert.ok((outputs.text as string).length > 20)
      const groups = fold(manifest.proposal.inputs).map(({ length }) => length)
      assert.deepEqual(groups, [1, 1, 8])
    })

    it('can be corrected: to its scores and back, and its context length', async () => {
      const manifest = await look(file('alphabet'))
      const numbers = withOutputKind(manifest.proposal, 'next_token_scores', 'numbers')
      const table = await run(file('alphabet'), corrected(manifest, numbers), { prompt: 'ab' })
      assert.equal((table.text as number[][])[1]?.indexOf(20), 3)
      const back = withOutputKind(numbers, 'next_token_scores', 'text')
      assert.equal(corrected(manifest, back).task, 'generate')
      const outputs = back.outputs.map((each) => ({ ...each, writer: { context: 7, end: [3] } }))
      assert.deepEqual(corrected(manifest, { ...back, outputs }).variants[0]?.settings?.context, 7)
    })
  })
})
