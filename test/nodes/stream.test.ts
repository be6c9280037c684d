import assert from 'node:assert/strict'
import { sharedEngine } from '../../src/engine'
import { loadManifests, type Model } from '../../src/models'
import { ask, live, type Message, start, stop } from './support'

describe('text that is still being written', () => {
  const engine = sharedEngine()
  after(() => engine.close())
  afterEach(stop)

  /** All messages of one run, up to the last. */
  async function written(settings: object, msg: object): Promise<Message[]> {
    await start([{ id: 'n', type: 'daisychain-story', ...settings }])
    const all: Message[] = []
    live('out').on('input', (message) => all.push(message))
    const ended = new Promise<void>((resolve) => {
      live('out').on('input', ({ complete }) => complete !== false && resolve())
    })
    live('n').receive({ payload: 'a', seed: 1, sequence_length: 200, ...msg })
    await ended
    return all
  }

  for (const [what, settings, msg] of [
    ['the node is set to', { stream: true }, {}],
    ['the message asks for it', {}, { stream: true }],
  ] as const)
    it(`is sent where ${what}: what follows begins with what came before, and the last is complete`, async () => {
      const all = await written(settings, msg)
      assert.ok(all.length >= 2, `${all.length}`)
      assert.deepEqual(
        all.map(({ complete }) => complete),
        [...new Array(all.length - 1).fill(false), true],
      )
      const texts = all.map(({ payload }) => payload as string)
      for (const [i, text] of texts.slice(1).entries()) assert.ok(text.startsWith(texts[i] as string), text)
      assert.equal(all.at(-1)?.seed, 1)
    })

  it('isn’t sent otherwise, and a model that writes nothing ignores the setting', async () => {
    for (const msg of [{}, { stream: false }]) {
      const all = await written({ stream: msg.stream === false }, msg)
      assert.deepEqual(
        all.map(({ complete }) => complete),
        [undefined],
      )
      await stop()
    }
    await start([{ id: 'n', type: 'daisychain-bedroom', stream: true }])
    const [where, { complete }] = await ask('n', { payload: new Float32Array(512), stream: true })
    assert.deepEqual([where, complete], ['out', undefined])
  })

  it('isn’t spoken before it is complete', async () => {
    const model = loadManifests().find(({ id }) => id === 'read-aloud') as Model
    await start([{ id: 'n', type: model.node }], [model])
    // Its voice isn't downloaded, so reading always fails.
    const failed: unknown[] = []
    live('caught').on('input', ({ payload }) => failed.push(payload))
    live('n').receive({ payload: 'Once', complete: false })
    await ask('n', { payload: 'Once upon a time.', complete: true })
    assert.deepEqual(failed, ['Once upon a time.'])
  })
})
