// biome-ignore-all lint/style/noNonNullAssertion: missing values should fail the test
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { roomDrawing, segmentationOf } from '../../src/drawing'
import { createEngine } from '../../src/engine'
import { loadManifests, runModel } from '../../src/models'
import { Audio, type Image } from '../../src/types'

interface FlowNode {
  name?: string
  func?: string
}
type Message = Record<string, unknown>

function fileOf(example: string): string {
  return resolve(__dirname, '../../../examples', `${example}.json`)
}

/** Runs a function node of an example; its context persists between messages. */
function functionOf(example: string, name: string): (msg: Message) => Message | null {
  const flow = JSON.parse(readFileSync(fileOf(example), 'utf8')) as FlowNode[]
  const { func } = flow.find((node) => node.name === name && node.func)!
  const kept = new Map<string, unknown>()
  const context = { get: (key: string) => kept.get(key), set: (key: string, value: unknown) => kept.set(key, value) }
  const run = new Function('msg', 'context', 'node', func!)
  return (msg) => run(msg, context, { status() {} })
}

describe('the example “Say a colour”', () => {
  const colour = functionOf('31 Say a colour', 'a colour')
  const said: Record<string, string> = {
    'Make it blue, please.': 'blue',
    'Rot!': 'red',
    'Un cuarto verde.': 'green',
    青い部屋: 'blue',
    'YELLOW.': 'yellow',
    'un mur violet': 'purple',
    weiß: 'white',
  }

  it('finds the colour in a sentence, in five languages, and ignores sentences without one', () => {
    for (const [words, wanted] of Object.entries(said)) assert.equal(colour({ payload: words })?.payload, wanted, words)
    for (const words of ['', 'Hello there.', 'I was bored.']) assert.equal(colour({ payload: words }), null, words)
  })

  it('expects the words for the colours that it knows', () => {
    const flow = JSON.parse(readFileSync(fileOf('31 Say a colour'), 'utf8')) as { expected_words?: string }[]
    const words = flow.find(({ expected_words }) => expected_words)!.expected_words!.split(' ')
    assert.deepEqual(
      words.map((word) => `${colour({ payload: word })?.payload}.`),
      words.map((word) => word.toLowerCase()),
    )
    assert.equal(words.length, 6)
  })

  it('turns SPADE’s room that colour', async function () {
    this.timeout(60_000)
    const engine = createEngine({ device: 'cpu', isolation: 'thread' })
    const spade = loadManifests().find(({ id }) => id === 'spade')!
    /** The room's mean red, green and blue. */
    const room = async (words: string) => {
      const { style } = colour({ payload: words })!
      const { outputs } = await runModel(
        spade,
        spade.variants[0]!,
        { semantic_map: segmentationOf(roomDrawing()), style },
        engine,
      )
      const { data } = outputs.output as Image
      const sums = [0, 0, 0]
      for (const [i, byte] of data.entries()) sums[i % 3]! += byte / (data.length / 3)
      return sums as [number, number, number]
    }
    try {
      const [red, blue, green, white] = [
        await room('red'),
        await room('blue'),
        await room('green'),
        await room('white'),
      ]
      const share = (of: number[], at: number) => of[at]! / (of[0]! + of[1]! + of[2]!)
      assert.ok(share(red, 0) > share(white, 0) && share(red, 0) > share(blue, 0) + 0.02, `${red}`)
      assert.ok(share(blue, 2) > share(white, 2) && share(blue, 2) > share(red, 2) + 0.02, `${blue}`)
      assert.ok(share(green, 1) > share(white, 1) && share(green, 1) > share(red, 1) + 0.01, `${green}`)
    } finally {
      await engine.close()
    }
  })

  it('joins the pieces of a sentence, without the silence around it', () => {
    const whole = functionOf('31 Say a colour', 'whole sentences')
    const piece = (level: number) =>
      new Audio({ sampleRate: 16_000, channels: 1, data: new Float32Array(5120).fill(level) })
    const span = [{ start: 0, end: 0.3, score: 0.9 }]
    const sent = (spans: object[], level: number) => whole({ payload: spans, sound: piece(level) })
    for (let i = 0; i < 100; i++) assert.equal(sent([], 0), null)
    assert.equal(sent([], 0.1), null)
    assert.equal(sent(span, 0.2), null)
    assert.equal(sent([], 0.3), null)
    assert.equal(sent(span, 0.4), null)
    assert.equal(sent([], 0), null)
    const { data, sampleRate } = sent([], 0)!.payload as { data: Float32Array; sampleRate: number }
    assert.equal(sampleRate, 16_000)
    const levels = Array.from({ length: data.length / 5120 }, (_, i) => Number(data[i * 5120]!.toFixed(1)))
    assert.deepEqual(levels, [0.1, 0.2, 0.3, 0.4, 0, 0])
    // Continuous speech is split into parts of twenty seconds.
    const parts = Array.from({ length: 200 }, () => sent(span, 0.5)).filter(Boolean)
    assert.equal(parts.length, 3)
  })
})
