import assert from 'node:assert/strict'
import { ask, live, next, refusal, start, statuses, stop } from './support'

describe('daisychain-latent', () => {
  afterEach(stop)

  const vector = async (msg: object) => {
    const [where, { payload, error }] = await ask('n', msg)
    assert.equal(where, 'out', error?.message)
    return payload as number[]
  }

  it('draws a new vector of 512 numbers for each message', async () => {
    await start([{ id: 'n', type: 'daisychain-latent' }])
    const [a, b] = [await vector({ payload: Date.now() }), await vector({ payload: '' })]
    assert.ok(Array.isArray(a) && a.length === 512 && a.every(Number.isFinite))
    assert.notDeepEqual(a, b)
    const spread = Math.sqrt(a.reduce((sum, number) => sum + number * number, 0) / 512)
    assert.ok(spread > 0.8 && spread < 1.2, `${spread}`)
  })

  it('draws the same one for the same seed', async () => {
    await start([
      { id: 'n', type: 'daisychain-latent' },
      { id: 'm', type: 'daisychain-latent', seed: '7' },
    ])
    const seven = await vector({ seed: 7 })
    assert.deepEqual(await vector({ seed: 7, payload: 'other' }), seven)
    assert.deepEqual(await vector({ seed: '7' }), seven)
    assert.notDeepEqual(await vector({ seed: 8 }), seven)
    assert.deepEqual(await vector({ seed: 'cat' }), await vector({ seed: 'cat' }))
    assert.deepEqual((await ask('m', {}))[1].payload, seven)
    assert.notDeepEqual((await ask('m', { seed: 1 }))[1].payload, seven)
  })

  it('shows the seed of a new vector, with which it can be repeated', async () => {
    await start([{ id: 'n', type: 'daisychain-latent' }])
    const texts = statuses('n')
    const fresh = await vector({})
    const seed = /seed (\d+)$/.exec(texts[0] ?? '')?.[1]
    assert.deepEqual(await vector({ seed: Number(seed) }), fresh)
  })

  it('uses the length, mean and deviation in its settings', async () => {
    await start([{ id: 'n', type: 'daisychain-latent', length: '2000', mean: '5', deviation: '0.5' }])
    const numbers = await vector({})
    const mean = numbers.reduce((sum, number) => sum + number, 0) / 2000
    assert.equal(numbers.length, 2000)
    assert.ok(Math.abs(mean - 5) < 0.1 && Math.max(...numbers) < 8)
  })

  it('passes on a message’s vector after checking it', async () => {
    await start([{ id: 'n', type: 'daisychain-latent', length: 3 }])
    assert.deepEqual(await vector({ payload: [1, 2, 3] }), [1, 2, 3])
    assert.deepEqual(await vector({ payload: Float32Array.of(1, 0.5, -2) }), [1, 0.5, -2])
    assert.match(await refusal('n', { payload: [1, 2] }), /2.*3/)
    assert.match(await refusal('n', { payload: [1, 2, Number.NaN] }), /NaN/)
    assert.match(await refusal('n', { payload: ['a', 'b', 'c'] }), /payload/)
  })

  it('refuses an invalid seed or setting', async () => {
    await start([
      { id: 'n', type: 'daisychain-latent' },
      { id: 'm', type: 'daisychain-latent', length: '-3' },
    ])
    assert.match(await refusal('n', { seed: { a: 1 } }), /seed/)
    assert.match(await refusal('m', {}), /length.*-3/)
  })

  it('keeps the rest of the message', async () => {
    await start([{ id: 'n', type: 'daisychain-latent' }])
    const [, msg] = await ask('n', { payload: 1, topic: 't', seed: 3 })
    assert.deepEqual([msg.topic, msg.seed], ['t', 3])
  })

  it('feeds the model that it is wired to', async () => {
    await start([
      { id: 'n', type: 'daisychain-latent', wires: [['b']] },
      { id: 'b', type: 'daisychain-bedroom' },
    ])
    const answers = next(3)
    for (const seed of [1, 2, 1]) live('n').receive({ seed })
    const pictures = (await answers).map(([where, { payload }]) => {
      assert.equal(where, 'out')
      return [...(payload as { data: Uint8Array }).data.subarray(0, 3)]
    })
    assert.deepEqual(pictures[0], pictures[2])
    assert.notDeepEqual(pictures[0], pictures[1])
  })
})
