import assert from 'node:assert/strict'
import { lastResult } from '../../nodes/shared/last-results'
import { sharedEngine } from '../../src/engine'
import { loadManifests, modelsFolder } from '../../src/models'
import type { Image } from '../../src/types'
import { ask, refusal, start, statuses, stop } from './support'

/** The same rule applies to all nodes: an empty setting means no seed, and any number or word is a seed. */
describe('seeds', () => {
  const engine = sharedEngine()
  const models = loadManifests(modelsFolder).filter(({ id }) => ['attngan', 'gpt2'].includes(id))
  afterEach(stop)
  after(() => engine.close())

  const nodes: [what: string, node: { type: string; [setting: string]: unknown }, payload: unknown][] = [
    ['AttnGAN', { type: 'daisychain-attngan' }, 'a red room'],
    ['GPT-2', { type: 'daisychain-gpt2', sequence_length: 8 }, 'the'],
    ['latent', { type: 'daisychain-latent', length: 16 }, 'go'],
  ]
  for (const [what, node, payload] of nodes) {
    it(`are numbers and words for ${what}, and may be left empty`, async () => {
      await start(
        [
          { id: 'n', ...node, seed: '' },
          { id: 'set', ...node, seed: 'word' },
        ],
        models,
      )
      const make = async (id: string, more: object) => {
        const [where, msg] = await ask(id, { payload, ...more })
        assert.equal(where, 'out', msg.error?.message)
        const made = msg.payload as Image | string | number[]
        return typeof made === 'object' && 'data' in made
          ? Buffer.from(made.data).toString('hex')
          : JSON.stringify(made)
      }
      const seven = await make('n', { seed: 7 })
      assert.equal(await make('n', { seed: '7' }), seven)
      const different = new Set([seven])
      for (const seed of ['cat', 'a whole sentence', 123_456, -3, 0.5]) {
        const made = await make('n', { seed })
        assert.equal(await make('n', { seed }), made, `${seed}`)
        different.add(made)
      }
      assert.ok(different.size >= 4, `${different.size} of 6`)
      const word = await make('set', {})
      for (const more of [{ seed: '' }, { seed: null }, { seed: undefined }, { seed: 'word' }])
        assert.equal(await make('set', more), word)
      assert.equal(await make('n', { seed: 'word' }), word)
      assert.ok(
        new Set([await make('n', {}), await make('n', { seed: '' }), await make('n', {})]).size > 1,
        'by chance',
      )
      for (const seed of [{ a: 1 }, [7], true, Number.NaN])
        assert.match(await refusal('n', { payload, seed }), /seed is .*, but must be a number or a word\.$/)
    })
  }

  it('that are random are shown below the node, and give the same result again', async () => {
    await start([{ id: 'n', type: 'daisychain-gpt2', seed: '', sequence_length: 8 }], models)
    const shown = statuses('n')
    const [, made] = await ask('n', { payload: 'the' })
    while (!shown.some((text) => / ms, seed /.test(text))) await new Promise((resolve) => setTimeout(resolve, 20))
    const seed = Number(/seed (\d+)$/.exec(shown.at(-1) ?? '')?.[1])
    assert.equal(lastResult('n')?.seed, seed)
    const [, again] = await ask('n', { payload: 'the', seed })
    assert.equal(again.payload, made.payload)
    assert.equal(again.seed, seed)
    assert.equal(made.seed, undefined, 'the next model draws its own')
    assert.equal(lastResult('n')?.seed, undefined, 'the flow knows it')
  })

  it('are independent of prompts, which MQTT may have turned into numbers', async () => {
    await start([{ id: 'n', type: 'daisychain-gpt2', seed: 3, sequence_length: 4 }], models)
    for (const [payload, text] of [
      [42, '42'],
      [true, 'true'],
      ['false', 'false'],
    ] as const) {
      const [where, msg] = await ask('n', { payload })
      assert.equal(where, 'out', msg.error?.message)
      assert.ok(String(msg.payload).startsWith(text), String(msg.payload))
    }
  })

  it('aren’t the only settings that may be empty', async () => {
    await start([{ id: 'n', type: 'daisychain-gpt2', seed: 3, sequence_length: '', temperature: '' }], models)
    const [, whole] = await ask('n', { payload: 'the' })
    const [where, same] = await ask('n', { payload: 'the', sequence_length: '', temperature: '', top_k: '' })
    assert.deepEqual([where, same.payload], ['out', whole.payload])
  })
})
