import assert from 'node:assert/strict'
import { sharedEngine } from '../../src/engine'
import type { Image } from '../../src/types'
import { playExample } from './examples'
import { type Message, stop } from './support'

const bedroom = { 'daisychain-latent': { seed: '1' } }

/** Plays each chain as an example flow, from the press of its button to its last node. */
describe('chains', function () {
  this.timeout(60_000)
  // All tests of this file share one lane; each node releases its reference.
  const engine = sharedEngine()
  after(() => engine.close())
  afterEach(stop)

  it('01 Imaginary bedrooms', async () => {
    const example = await playExample('01 Imaginary bedrooms', bedroom)
    example.press('Imagine')
    const [{ payload: depth }] = (await example.arrived('depth')) as [Message]
    const [{ payload: image }] = (await example.arrived('bedroom')) as [Message]
    assert.deepEqual([`${image}`, (depth as Image).unit], ['image 128×128 RGB', 'm'])
    assert.ok(middle(depth as Image, 0.3) > middle(depth as Image, 0.95), 'the wall is farther away than the floor')
  })

  it('03 Cut out and sketch', async () => {
    const example = await playExample('03 Cut out and sketch', bedroom)
    example.press('Imagine')
    const [{ payload: drawing }] = (await example.arrived('drawing')) as [Message]
    assert.equal(`${drawing}`, 'image 128×128 grey')
    const ink = share(drawing as Image, (shade) => shade < 100)
    const paper = share(drawing as Image, (shade) => shade > 230)
    assert.ok(ink > 0.02 && paper > 0.5, `${ink} of it is ink, ${paper} is paper`)
    const [{ payload: found }] = (await example.arrived('found')) as [Message]
    assert.ok((found as string).split(', ').includes('bed'), `${found}`)
  })

  it('02 Exquisite corpse', async () => {
    const example = await playExample('02 Exquisite corpse')
    for (const [button, debug, again, about] of [
      ['a bear', 'the sentence', 'painted again', [/white bear/, /field/, /tree|mountain/]],
      ['a bedroom', "the bedroom's sentence", 'the bedroom again', [/bed/, /cat|window|lamp|ball|plant|rug/]],
    ] as const) {
      example.press(button)
      const [{ payload: sentence }] = (await example.arrived(debug)) as [Message]
      for (const part of about) assert.match(sentence as string, part)
      const [{ payload: painted }] = (await example.arrived(again)) as [Message]
      assert.equal(`${painted}`, 'image 128×128 RGB')
    }
  })

  it('04 Captions become stories', async () => {
    const example = await playExample('04 Captions become stories', bedroom)
    example.press('Imagine')
    const [{ payload: story }] = (await example.arrived('the story')) as [Message]
    assert.match(story as string, /bed/)
    assert.ok((story as string).split(' ').length > 40, `${story}`)
  })

  it('05 Infinite hallucination: loops until it is stopped, and starts again', async () => {
    // After a restart, an inject node resumes the run. It is switched off because here it might start a
    // second run.
    const changes = { 'one lap a second': { rate: '100' }, 'after a restart': { once: false } }
    const example = await playExample('05 Infinite hallucination', changes)
    example.press('Begin')
    const laps = await example.arrived('lap', 4)
    assert.deepEqual(
      laps.slice(0, 4).map(({ lap, payload }) => `${lap}: ${payload}`),
      [1, 2, 3, 4].map((lap) => `${lap}: image 128×128 RGB`),
    )
    const [one, two] = laps.map(({ payload }) => (payload as Image).data) as [Uint8Array, Uint8Array]
    assert.ok(
      two.some((byte, i) => Math.abs(byte - (one[i] as number)) > 40),
      'the second lap has another light',
    )

    // A second press ends the first loop and starts another.
    example.press('Begin')
    const [{ run }] = (await example.arrived('ended after')) as [Message]
    assert.equal(run, laps[0]?.run)
    const again = (await example.arrived('lap', laps.length + 2)).at(-1) as Message
    assert.notEqual(again.run, run)

    example.press('Stop')
    const [, last] = (await example.arrived('ended after', 2)) as [Message, Message]
    assert.deepEqual([last.run, last.lap], [again.run, example.at('lap').at(-1)?.lap])
  })
})

/** The mean of the middle third of a row; `y` is from 0 to 1. */
function middle({ data, width, height }: Image, y: number): number {
  const start = Math.floor(y * height) * width
  const values = [...data.subarray(start + Math.floor(width / 3), start + Math.floor((2 * width) / 3))]
  return values.reduce((sum, value) => sum + value, 0) / values.length
}

function share({ data }: Image, is: (shade: number) => boolean): number {
  return [...data].filter(is).length / data.length
}
