import assert from 'node:assert/strict'
import type { Tensor } from '../../src/engine/lane/pack'
import { loadManifests, validateManifest } from '../../src/models'
import { findSpans } from '../../src/models/spans'
import { sound } from '../types/values'
import { floats, simulate } from './simulate'

const listen = () =>
  structuredClone(loadManifests().find(({ id }) => id === 'listen')) as unknown as {
    variants: { feeds: Record<string, object>; fetches: Record<string, object>; task: string }[]
  }

describe('frames of a sound', () => {
  it('overlap, start with silence, and keep the order', async () => {
    const seen: number[][] = []
    const audio = sound(0.1, 16_000, 1, 440) // 1600 samples are three frames, with 64 samples left over
    const { outputs } = await simulate(
      'listen/silero-v6',
      { sound: audio },
      ({ input, state }) => {
        seen.push(Array.from((input as Tensor).data as Float32Array))
        const before = Number(state?.data[0])
        return { output: floats([1, 1], () => seen.length / 10), stateN: floats([2, 1, 128], () => before + 1) }
      },
      { sr: 'int64' },
    )
    assert.equal(seen.length, 3)
    assert.deepEqual(seen[0]?.slice(0, 64), new Array(64).fill(0))
    assert.deepEqual(seen[0]?.slice(64), [...audio.data.slice(0, 512)])
    assert.deepEqual(seen[1], [...audio.data.slice(448, 1024)])
    assert.deepEqual(
      [...(outputs.scores as Float32Array)].map((one) => Math.round(one * 10)),
      [1, 2, 3],
    )
    assert.deepEqual(outputs.speech, [])
  })

  it('give nothing if the sound is shorter than one frame', async () => {
    const { outputs } = await simulate('listen/silero-v6', { sound: sound(0.01) }, () => assert.fail('no run'))
    assert.deepEqual([outputs.speech, outputs.score, [...(outputs.scores as Float32Array)]], [[], 0, []])
  })

  it('pass rows from one network to the next', async () => {
    const files: string[] = []
    const { outputs } = await simulate('wakeword/alexa', { sound: sound(1, 16_000) }, (tensors, file = 'main') => {
      files.push(file)
      const size = (tensors['#0'] as Tensor).data.length
      if (size === 1760) return { '#0': floats([1, 1, 8, 32], () => files.length) }
      if (size === 76 * 32) return { '#0': floats([1, 1, 1, 96], () => Number(tensors['#0']?.data[75 * 32])) }
      assert.equal(size, 16 * 96)
      return { '#0': floats([1, 1], () => Number(tensors['#0']?.data[15 * 96])) }
    })
    // 12 frames of 80 ms. Each gives 8 rows, one embedding and one score. A row's value is its frame's number
    // ÷ 10 + 2.
    const expected = Array.from({ length: 12 }, (_, i) => 2 + (i + 1) / 10)
    assert.deepEqual(
      [...(outputs.scores as Float32Array)].map((one) => Math.round(one * 10) / 10),
      expected,
    )
    assert.deepEqual(outputs.heard, [{ start: 0, end: 0.96, score: Math.fround(3.2) }])
  })

  it('are validated when a manifest is read', () => {
    const faults = (change: (variant: ReturnType<typeof listen>['variants'][number]) => void) => {
      const manifest = listen()
      for (const variant of manifest.variants) change(variant)
      return validateManifest(manifest).join('\n')
    }
    assert.equal(
      faults(() => {}),
      '',
    )
    assert.match(
      faults((variant) => void delete variant.feeds.input),
      /needs one feed of kind "frame" \(got 0\)/,
    )
    assert.match(
      faults((variant) => Object.assign(variant, { task: 'transform' })),
      /only the task "frames" works with frames/,
    )
    assert.match(
      faults((variant) => Object.assign(variant.feeds.input ?? {}, { hop: 0 })),
      /"hop": 0 must be a whole number from 1/,
    )
    assert.match(
      faults((variant) => Object.assign(variant.fetches.output ?? {}, { score: 'nobody' })),
      /names the port "nobody"/,
    )
    assert.match(
      faults((variant) => Object.assign(variant.fetches, { output: { kind: 'table', to: 'speech' } })),
      /of kind "table" cannot be made from frames/,
    )
  })
})

describe('findSpans', () => {
  const spans = (scores: number[], options: object = {}) =>
    findSpans(scores, { every: 0.1, start: 0, ...options }).map(({ start, end }) => [start, end])
  it('start at the threshold and end below the release', () => {
    assert.deepEqual(spans([0, 0.6, 0.4, 0.6, 0.2, 0]), [[0.1, 0.4]])
    assert.deepEqual(spans([0.9, 0.9]), [[0, 0.2]])
    assert.deepEqual(spans([0.4, 0.45]), [])
    assert.deepEqual(spans([]), [])
  })
  it('bridge gaps, leave out short ones, and are extended', () => {
    assert.deepEqual(spans([0.9, 0, 0.9, 0, 0, 0], { gap: 0.2 }), [[0, 0.3]])
    assert.deepEqual(spans([0.9, 0, 0, 0.9, 0.9, 0.9, 0], { shortest: 0.15 }), [[0.3, 0.6]])
    assert.deepEqual(spans([0, 0.9, 0, 0, 0.9, 0, 0], { pad: 0.05 }), [
      [0.05, 0.25],
      [0.35, 0.55],
    ])
    assert.deepEqual(spans([0.9, 0, 0.9], { pad: 0.5 }), [
      [0, 0.15],
      [0.15, 0.3],
    ])
  })
  it('count from the beginning of the sound', () => {
    assert.deepEqual(spans([0, 0.9, 0], { start: -0.05 }), [[0.05, 0.15]])
    assert.deepEqual(spans([0.9, 0], { start: -0.05 }), [[0, 0.05]])
  })
})
