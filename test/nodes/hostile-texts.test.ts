import assert from 'node:assert/strict'
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { node as engineNode } from '../../nodes/engine/node'
import { csvLine } from '../../nodes/export/rows'
import { loadManifests } from '../../src/models'
import { pictureBytes } from '../../src/serving/picture-bytes'
import { readForms } from '../../src/serving/wire-forms'
import { sentencesOf } from '../../src/sounds'
import { fixturesFolder } from '../models/support'
import { ask, live, next, refusal, start, stop } from './support'

type File = Record<string, unknown> & { model: { vocab: object } }

const split = (Regex: string) => ({ type: 'Split', pattern: { Regex }, behavior: 'Isolated', invert: false })
const replace = (Regex: string) => ({ type: 'Replace', pattern: { Regex }, content: '' })

/** The time limit of a run, in seconds; a normal tokenizer takes a hundredth of it. */
const LIMIT = 4

const A = `${'a'.repeat(60)}!`

/** Files that would run forever or use up the memory. */
const HOSTILE: Record<string, [change: (file: File) => File, prompt: string, sentence: RegExp]> = {
  splits: [(file) => ({ ...file, pre_tokenizer: split('(a+)+$') }), A, /took longer than 4 seconds/],
  nested: [(file) => ({ ...file, pre_tokenizer: split('(.*)*x') }), A, /took longer than 4 seconds/],
  behind: [(file) => ({ ...file, pre_tokenizer: split('^(([a-z])+.)+[A-Z]([a-z])+$') }), A, /took longer than/],
  normalizes: [(file) => ({ ...file, normalizer: replace('(a|aa)+$') }), A, /took longer than 4 seconds/],
  decodes: [
    (file) => ({
      ...file,
      model: {
        ...file.model,
        vocab: Object.fromEntries(['<|endoftext|>', ...'abcde'].map((a, id) => [a.repeat(60), id])),
        merges: [],
      },
      decoder: replace('(\\w+)+!'),
    }),
    'ab',
    /took longer than 4 seconds/,
  ],
  // The library passes all tokens of a text as arguments of one call. A slow computer may not get that far.
  overflows: [
    (file) => ({
      ...file,
      pre_tokenizer: null,
      model: { type: 'Unigram', unk_id: 0, vocab: [['<|endoftext|>', 0], ...[...'abcde'].map((a) => [a, -1])] },
    }),
    'abcde'.repeat(190_000),
    /needs more memory than it is allowed, so it was stopped\. Shorten the text|took longer than/,
  ],
  empty: [() => ({}) as File, A, /tokenizer\.json isn't a tokenizer that Daisychain can read/],
  list: [() => [] as unknown as File, A, /tokenizer\.json isn't a tokenizer that Daisychain can read/],
}

describe('text and tokenizers that would block Node-RED', () => {
  let folder: string
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'daisychain-test-'))
    cpSync(join(fixturesFolder, 'story'), join(folder, 'story'), { recursive: true })
    for (const [name, [change]] of Object.entries(HOSTILE)) {
      const own = join(folder, name)
      cpSync(join(fixturesFolder, 'story'), own, { recursive: true })
      const manifest = JSON.parse(readFileSync(join(own, 'manifest.json'), 'utf8'))
      writeFileSync(
        join(own, 'manifest.json'),
        JSON.stringify({ ...manifest, id: name, node: `daisychain-${name}`, label: name }),
      )
      const file = JSON.parse(readFileSync(join(own, 'tokenizer.json'), 'utf8'))
      writeFileSync(join(own, 'tokenizer.json'), JSON.stringify(change(file)))
    }
  })
  after(() => rmSync(folder, { recursive: true }))
  afterEach(stop)

  const load = () =>
    start(
      [
        { id: 'e', type: 'daisychain-engine', device: 'cpu', timeLimit: LIMIT },
        ...['story', ...Object.keys(HOSTILE)].map((name) => ({ id: name, type: `daisychain-${name}`, engine: 'e' })),
      ],
      loadManifests(folder),
    )

  /** The longest time in ms for which the event loop was blocked during `work`. */
  async function longestGap(work: () => Promise<unknown>): Promise<number> {
    const delay = monitorEventLoopDelay({ resolution: 10 })
    delay.enable()
    await work()
    delay.disable()
    return delay.max / 1e6
  }

  it('fail within the time limit with a sentence that names the file, while others continue', async () => {
    await load()
    assert.equal((await ask('story', { payload: 'ab', sequence_length: 2 }))[0], 'out')
    const names = Object.keys(HOSTILE)
    const answers = next(names.length + 1)
    const gap = await longestGap(async () => {
      for (const name of names) live(name).receive({ payload: HOSTILE[name]?.[1], sequence_length: 4, topic: name })
      live('story').receive({ payload: 'ab', sequence_length: 2, topic: 'story' })
      await answers
    })
    for (const [where, { topic, error }] of await answers) {
      const [, , sentence] = HOSTILE[topic as string] ?? [null, null, /^$/]
      assert.match(error?.message ?? '', sentence, `${topic}: ${error?.message}`)
      if (where === 'caught') assert.match(error?.message ?? '', new RegExp(`${topic}.tokenizer\\.json`))
    }
    assert.ok(gap < 1000, `${gap} ms`)
  })

  it('are limited in length, also of a single word', async () => {
    await load()
    const gap = await longestGap(async () => {
      assert.match(
        await refusal('story', { payload: 'all work and no play '.repeat(750_000) }),
        /^Story's prompt has 15,750,000 characters, but at most 1,000,000 are allowed: shorten it\.$/,
      )
      // Such a long word may exceed the time limit, but nothing else may fail.
      const [, { error }] = await ask('story', { payload: 'ab'.repeat(450_000), sequence_length: 1 })
      assert.match(error?.message ?? '', /^$|tokenizer\.json took longer than/)
    })
    assert.ok(gap < 1000, `${gap} ms`)
  })
})

describe('long text is checked in a time proportional to its length', () => {
  // With a pattern that backtracks, each of these would take minutes.
  const tabs = '\t'.repeat(300_000)
  const dotted = 'Dr. '.repeat(250_000)

  it('as base64', () => {
    assert.throws(() => pictureBytes(`data:image/png;base64,${tabs}!`, 'image'), /isn't base64/)
    assert.throws(() => pictureBytes(`data:image/png;base64,${tabs}==${tabs}!`, 'image'), /isn't base64/)
  })

  it('as a list of picture forms', () => {
    const header = `a;${tabs.slice(0, 3900)}x`
    assert.deepEqual([...readForms(header), ...readForms(' b = jpg ; c=; =png')], [['b', 'JPEG']])
  })

  it('as sentences', () => {
    assert.deepEqual(sentencesOf(`a${tabs}b`), [[`a${tabs}b`]])
    assert.deepEqual(sentencesOf(dotted), [[dotted]])
  })

  it('as a cell of a table', () => {
    const digits = '1'.repeat(300_000)
    assert.equal(csvLine([`-${digits}x`, `-${digits}`, '-1.', '-.5e3']), `'-${digits}x,-${digits},-1.,-.5e3`)
  })

  it('as the addresses of servers', () => {
    const { pattern } = engineNode.settings.server as { pattern: RegExp }
    assert.ok(!pattern.test(`${'http://'.repeat(1000)} x`))
    assert.ok(pattern.test(' http://a:8000, grpcs://b http://c '))
  })
})
