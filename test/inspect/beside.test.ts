import assert from 'node:assert/strict'
import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { createEngine, type Engine } from '../../src/engine'
import { inspectHere } from '../../src/inspect/inspect'

const fixtures = resolve(__dirname, '../../../test/fixtures')

describe('files next to a model', function () {
  this.timeout(60_000)
  let engine: Engine
  let folder: string
  before(() => {
    engine = createEngine({ device: 'cpu', log: () => {} })
  })
  after(() => engine.close())
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'daisychain-beside-'))
  })
  afterEach(() => rmSync(folder, { recursive: true, force: true }))

  const utf16 = (text: string) => Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(text, 'utf16le')])
  const LISTS: [what: string, text: string | Buffer, labels: string | null, note: RegExp | null][] = [
    ['a list that fits', 'rot\ngrün\nblau\nnichts\n', 'rot', null],
    ['one in UTF-16', utf16('rot\r\ngrün\r\nblau\r\nnichts\r\n'), 'rot', null],
    ['one in UTF-16, the larger byte first', Buffer.from(utf16('rot\ngrün\nblau\nnichts\n')).swap16(), 'rot', null],
    [
      'one that is too short',
      'rot\ngrün\nblau\n',
      null,
      /labels\.txt has 3 names, but the model distinguishes 4 things\. Often the first/,
    ],
  ]
  for (const [what, text, label, note] of LISTS)
    it(what, async () => {
      const path = join(folder, 'm.onnx')
      copyFileSync(join(fixtures, 'inspect/classes.onnx'), path)
      writeFileSync(join(folder, 'labels.txt'), text)
      const { manifest } = await inspectHere(path, engine)
      const type = manifest.outputs[0]?.[0]?.type
      const names = type?.type === 'category' ? type.oneOf : undefined
      if (label) assert.equal(names?.[0], label)
      const notes = manifest.proposal.notes.join(' ')
      if (note) assert.match(notes, note)
      else assert.equal(notes, '')
    })

  const TOKENIZERS: [what: string, text: string, said: RegExp][] = [
    ['is empty', '', /tokenizer\.json beside it is empty: download it again/],
    [
      'is a pointer',
      'version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 5\n',
      /is only a pointer to the file/,
    ],
    ['breaks off', '{"model": {"type": "WordPi', /breaks off/],
    ['is something else', '[1, 2]', /cannot be read/],
  ]
  for (const [what, text, said] of TOKENIZERS)
    it(`a tokenizer that ${what}`, async () => {
      const path = join(folder, 'model.onnx')
      copyFileSync(join(fixtures, 'texts/sentiment/model.onnx'), path)
      writeFileSync(join(folder, 'tokenizer.json'), text)
      const { manifest } = await inspectHere(path, engine)
      assert.match(manifest.proposal.notes.join(' '), said)
      const why = manifest.proposal.inputs.map((input) => input.why).join(' ')
      assert.doesNotMatch(why, /put the tokenizer\.json/)
      assert.match(why, said.source.includes('empty') ? /beside it is empty\./ : /beside it/)
    })

  it('a tokenizer with a byte order mark', async () => {
    const path = join(folder, 'model.onnx')
    copyFileSync(join(fixtures, 'texts/sentiment/model.onnx'), path)
    const { readFileSync } = await import('node:fs')
    writeFileSync(
      join(folder, 'tokenizer.json'),
      `\uFEFF${readFileSync(join(fixtures, 'texts/sentiment/tokenizer.json'), 'utf8')}`,
    )
    const { manifest } = await inspectHere(path, engine)
    assert.equal(manifest.proposal.inputs[0]?.as, 'text')
  })
})
