import assert from 'node:assert/strict'
import type { OutputChoice, Proposal } from '../../src/inspect'
import { withOption } from '../../src/inspect/correct'
import { otherOutputs, rangesOf, turned, withChanges } from '../../src/inspect/experiment/alternatives'
import type { Attempt, Outcome } from '../../src/inspect/experiment/attempt'
import { judge } from '../../src/inspect/experiment/judges'
import { otherTexts } from '../../src/inspect/experiment/other-texts'
import { scalingOf } from '../../src/inspect/ranges'
import { inputScaling } from '../../src/models/scaling'
import type { OnnxFile } from '../../src/onnx/contents'
import { Image } from '../../src/types'

const picture = { layout: 'NCHW', channels: 3, order: 'RGB', range: '0..1' } as const
const proposal = (outputs: Partial<OutputChoice>[] = []): Proposal => ({
  inputs: [
    {
      tensor: 'x',
      name: 'x',
      property: 'payload',
      dtype: 'float32',
      shape: [1, 3, 8, 8],
      as: 'picture',
      picture: { ...picture, fit: 'stretch', width: 8, height: 8 },
      why: 'as such networks want',
      confidence: 'guess',
    },
  ],
  outputs: outputs.map((output, i) => ({
    tensor: `y${i}`,
    name: `y${i}`,
    property: 'payload',
    dtype: 'float32',
    shape: [1, 5],
    as: 'category',
    why: '',
    confidence: 'guess',
    ...output,
  })),
  notes: [],
})

const grey = (byte: (i: number) => number) =>
  new Image({ width: 8, height: 8, channels: 3, data: Uint8Array.from({ length: 192 }, (_, i) => byte(i)) })
const sample = grey((i) => Math.floor(i / 3) * 4)

function outcome(raw: number[], outputs: Record<string, unknown> = {}): Outcome {
  const data = Float32Array.from(raw)
  return {
    sample: { image: sample },
    outputs,
    raw: { y0: { dtype: 'float32', dims: [1, raw.length], data } },
    inside: {},
    ms: 1,
  }
}

const sumOf = async (attempt: Partial<Attempt>) =>
  (await judge({ proposal: proposal([{ softmax: true }]), outcomes: [], counted: [], ...attempt })).sum

describe('a proposal as an experiment', () => {
  it('knows the possible ranges of a picture, with the proposed one first', () => {
    const ways = rangesOf(proposal())
    assert.equal(ways[0]?.prior, 0)
    assert.ok(ways.length >= 5 && ways.slice(1).every(({ prior }) => prior < 0))
    const ranges = ways.map((way) => withChanges(proposal(), way).inputs[0]?.picture?.range)
    assert.equal(new Set(ranges).size, ways.length)
    const other = turned(ways[0] as (typeof ways)[number], proposal())
    assert.equal(other && withChanges(proposal(), other).inputs[0]?.picture?.order, 'BGR')
    const certain = proposal()
    certain.inputs[0] = { ...certain.inputs[0], confidence: 'certain' } as (typeof certain.inputs)[0]
    assert.deepEqual(rangesOf(certain), [])
  })

  it('knows that ink on a page may be 1, the rarer value of a digit', () => {
    const grey = (width: number | undefined) => {
      const page = proposal()
      const [input] = page.inputs
      if (input) input.picture = { ...picture, channels: 1, fit: 'keep', ...(width && { width }) }
      const ranges = rangesOf(page).map((way) => way.inputs.x?.picture?.range)
      return { ranges, inverted: rangesOf(page)[ranges.indexOf('1..0')]?.prior ?? 0 }
    }
    assert.ok(grey(768).ranges.indexOf('1..0') > 0)
    assert.ok(grey(768).inverted > grey(28).inverted)
    assert.equal(grey(undefined).inverted, grey(768).inverted)
    assert.deepEqual(inputScaling(scalingOf('1..0', 1, 'RGB')), { scale: -1 / 255, offset: 1 })
    assert.ok(!rangesOf(proposal()).some((way) => way.inputs.x?.picture?.range === '1..0'))
  })

  it('takes three planes for labels only if they differ, unlike those of pictures', () => {
    const made = proposal([{ as: 'picture', picture: { ...picture, restore: true } }])
    const others = (byte: (place: number, channel: number) => number) =>
      otherOutputs(made, { nodes: [], constants: new Map() } as unknown as OnnxFile, [
        { outputs: { y0: grey((i) => byte(Math.floor(i / 3), i % 3)) } },
      ]).map(({ label }) => label)
    assert.deepEqual(
      others((place, channel) => 3 * place + channel),
      [],
    )
    assert.deepEqual(
      others((place, channel) => (place % 3 === channel ? 255 : 0)),
      ['three labels'],
    )
  })

  it('knows other orders of the letters in a line, unless a list states them', () => {
    const letters = [...'0123456789abcdefghijklmnopqrstuvwxyz']
    const line = { as: 'text', labels: letters, reading: {} } as const
    const others = otherTexts(proposal([line]))
    const orders = others.map((way) => withChanges(proposal([line]), way).outputs[0]?.labels?.join(''))
    assert.ok(orders.includes('ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789'))
    assert.ok(!orders.includes(letters.join('')) && new Set(orders).size === orders.length)
    assert.deepEqual(otherTexts(proposal([{ ...line, confidence: 'likely' }])), [])
    assert.deepEqual(otherTexts(proposal([{ ...line, labels: letters.toReversed() }])), [])
  })

  it('also takes one list of scores of a wide picture for letters', () => {
    const sized = (width: number, height: number, count: number) => {
      const given = proposal([{ shape: [1, count], labels: Array.from({ length: count }, (_, i) => `${i}`) }])
      const [input] = given.inputs
      if (input?.picture) Object.assign(input.picture, { width, height })
      return otherTexts(given).map((way) => [
        way.label,
        way.instead,
        withChanges(given, way).outputs[0]?.labels?.length,
      ])
    }
    assert.deepEqual(sized(160, 60, 180), [['5 letters', 'one of 180 things', 36]])
    assert.deepEqual(sized(120, 40, 44), [['4 letters', 'one of 44 things', 11]])
    // The picture is square, or the scores don't divide into letters.
    assert.deepEqual(sized(224, 224, 180), [])
    assert.deepEqual(sized(160, 60, 181), [])
  })

  it('takes RGB unless the bytes are only mean-subtracted, which means BGR', () => {
    const asCaffe = proposal([{}])
    const [input] = asCaffe.inputs
    if (input) input.picture = { ...picture, fit: 'stretch', width: 8, height: 8, range: 'caffe', order: 'BGR' }
    const orders = rangesOf(asCaffe).map((way) => way.inputs.x?.picture)
    for (const { range = '', order } of orders.map((each) => each ?? {}) as { range?: string; order?: string }[])
      assert.equal(order, ['0..1', '-1..1', 'imagenet'].includes(range) ? 'RGB' : 'BGR', range)
  })

  it('prefers results that differ to those that are always the same', async () => {
    const differing = { outcomes: [outcome([3, 0, 0, 0, 0]), outcome([0, 0, 2, 0, 1])] }
    const same = { outcomes: [outcome([90, 0, 0, 0, 0]), outcome([90, 0, 0, 0, 0])] }
    assert.ok((await sumOf(differing)) > (await sumOf(same)) + 2)
  })

  it('prefers ranges like those of the network’s training', async () => {
    const learnt = { mean: Float32Array.of(0, 1), variance: Float32Array.of(1, 4) }
    const like = { counted: [{ mean: [0.1, 0.9], deviation: [1, 2], learnt }] }
    const unlike = { counted: [{ mean: [30, 80], deviation: [60, 90], learnt }] }
    assert.ok((await sumOf(like)) > (await sumOf(unlike)) + 3)
  })

  it('prefers pictures that resemble the input to white ones', async () => {
    const painted = proposal([{ as: 'picture', picture: { ...picture } }])
    const shows = (image: Image) => sumOf({ proposal: painted, outcomes: [outcome([], { y0: image })] })
    assert.ok((await shows(sample)) > (await shows(grey(() => 255))) + 2)
  })

  it('asks, and the answer changes the proposal and ends the question', () => {
    const asking: Proposal = {
      ...proposal(),
      question: {
        about: 'x',
        ask: 'Which result is right?',
        options: [
          { label: 'from 0 to 1' },
          { label: 'from 0 to 255', inputs: { x: { picture: { ...picture, range: '0..255' } } } },
        ],
      },
    }
    const answered = withOption(asking, 1)
    assert.equal(answered.inputs[0]?.picture?.range, '0..255')
    assert.equal(answered.question, undefined)
    assert.deepEqual([answered.inputs[0]?.confidence, answered.inputs[0]?.why], ['certain', ''])
    assert.equal(withOption(asking, 0).inputs[0]?.picture?.range, '0..1')
  })
})
