// biome-ignore-all lint/style/noNonNullAssertion: missing values should fail the test
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { loadManifests, runModel, warmUp } from '../../src/models'
import type { HearSettings } from '../../src/models/tasks/hear'
import { Audio } from '../../src/types'
import { fixturesFolder, tellingEngine } from './support'
import { twinOf } from './twin'

interface Golden {
  /** Its length in seconds, and the pitches where it begins and ends. */
  sound: [seconds: number, low: number, high: number]
  windows: number
  /** The classes with the highest scores. */
  best: [number, number][]
}

interface Result {
  category: string
  score: number
  heard: { category: string; score: number }[]
}

/** torch's results for the whole sounds with the same network; see make.py in that folder. */
const folder = `${fixturesFolder}/what-do-i-hear`
const golden = JSON.parse(readFileSync(`${folder}/golden.json`, 'utf8')) as Golden[]
const RATE = 16_000

function sweep([seconds, low, high]: Golden['sound'], rate = RATE, channels = 1): Audio {
  const data = new Float32Array(Math.round(seconds * rate) * channels)
  for (let i = 0; i < data.length; i++) {
    const at = Math.floor(i / channels) / rate
    data[i] = 0.4 * Math.sin(2 * Math.PI * (low + ((high - low) * at) / seconds) * at)
  }
  return new Audio({ sampleRate: rate, channels, data })
}

describe('What do I hear?', () => {
  const model = loadManifests().find(({ id }) => id === 'what-do-i-hear')!
  const twin = twinOf(model, 'yamnet', folder)
  const { classes } = model.variants[0]!.settings as unknown as HearSettings
  const { engine, runs } = tellingEngine()
  const hear = async (sound: unknown, given: object = {}) =>
    (await runModel(twin, twin.variants[0]!, { sound, min_score: 0, ...given }, engine)).outputs as unknown as Result

  for (const { sound, windows, best } of golden)
    it(`hears in ${sound.join(', ')} what the network hears in all of it`, async () => {
      const { category, score, heard } = await hear(sweep(sound))
      assert.equal(runs.length, windows)
      const wanted = best.filter(([at]) => classes[at] !== 'Silence').slice(0, 5)
      assert.deepEqual(
        heard.map(({ category }) => category),
        wanted.map(([at]) => classes[at]),
      )
      for (const [i, [, score]] of wanted.entries()) assert.ok(Math.abs(heard[i]!.score - score) < 1e-4, `${i}`)
      assert.deepEqual({ category, score }, heard[0])
    })

  it('hears nothing in silence, and nothing below the minimum score', async () => {
    const nothing = { category: 'nothing', score: 0, heard: [] }
    for (const length of [1, 8000, 3 * RATE])
      assert.deepEqual(
        await hear(new Audio({ sampleRate: RATE, channels: 1, data: new Float32Array(length) })),
        nothing,
      )
    assert.deepEqual(runs, [])
    const [, second] = (await hear(sweep([3, 2000, 200]))).heard
    const some = await hear(sweep([3, 2000, 200]), { min_score: second!.score })
    assert.equal(some.heard.length, 2)
    assert.deepEqual(await hear(sweep([3, 2000, 200]), { min_score: 1 }), nothing)
  })

  it('accepts any rate and number of channels, and refuses anything but a sound', async () => {
    const usual = await hear(sweep([1, 300, 300]))
    assert.deepEqual(await hear(sweep([1, 300, 300], RATE, 10)), usual)
    for (const rate of [8000, 96_000]) assert.equal((await hear(sweep([1, 300, 300], rate))).heard.length, 5, `${rate}`)
    const broken = { sampleRate: RATE, data: new Float32Array(9).fill(Number.NaN) }
    await assert.rejects(hear(broken), /a sound's samples must be numbers/)
    await assert.rejects(hear(7), /What do I hear\?'s sound/)
  })

  it('is tried before the first message', () => warmUp(twin, twin.variants[0]!, engine))
})
