import assert from 'node:assert/strict'
import fc from 'fast-check'
import {
  type Easing,
  type End,
  frameCount,
  placeOf,
  randomPoint,
  spaceOf,
  type Walk,
  walkThrough,
} from '../../src/latent'

const walk = (stops: number, frames: number, end: End = 'once', easing: Easing = 'even'): Walk => ({
  stops,
  frames,
  end,
  easing,
})

/** Positions as short text: a stop, or two stops and the position between them. */
const shown = (it: Walk, count = frameCount(it)) =>
  Array.from({ length: count }, (_, i) => placeOf(i, it))
    .map(({ from, to, t }) => (t === 0 ? `${from}` : `${from}-${to} ${t}`))
    .join(', ')

describe('a walk', () => {
  for (const [what, it_, expected] of [
    ['once', walk(3, 2), '0, 0-1 0.5, 1, 1-2 0.5, 2'],
    ['round and round', walk(3, 2, 'loop'), '0, 0-1 0.5, 1, 1-2 0.5, 2, 2-0 0.5'],
    ['there and back', walk(3, 2, 'bounce'), '0, 0-1 0.5, 1, 1-2 0.5, 2, 2-1 0.5, 1, 1-0 0.5'],
    ['two stops there and back', walk(2, 1, 'bounce'), '0, 1'],
    ['only the stops', walk(4, 1, 'loop'), '0, 1, 2, 3'],
    ['one stop', walk(1, 9, 'loop'), '0'],
    ['no stop', walk(0, 9, 'bounce'), ''],
    ['slow at the stops', walk(2, 4, 'once', 'smooth'), '0, 0-1 0.15625, 0-1 0.5, 0-1 0.84375, 1'],
  ] as [string, Walk, string][]) {
    it(`goes ${what}`, () => assert.equal(shown(it_), expected))
  }

  it('never ends with endless stops', () => {
    const endless = walk(Number.POSITIVE_INFINITY, 2)
    assert.equal(frameCount(endless), Number.POSITIVE_INFINITY)
    assert.equal(shown(endless, 5), '0, 0-1 0.5, 1, 1-2 0.5, 2')
    assert.deepEqual(placeOf(2_000_001, endless), { from: 1_000_000, to: 1_000_001, t: 0.5 })
  })

  it('visits every stop, never jumps, and repeats from the start', () => {
    const space = spaceOf({ length: 32 })
    fc.assert(
      fc.property(
        fc.integer({ min: 2, max: 6 }),
        fc.integer({ min: 4, max: 30 }),
        fc.constantFrom<End>('once', 'loop', 'bounce'),
        fc.constantFrom<Easing>('even', 'smooth'),
        (stops, frames, end, easing) => {
          const kept = Array.from({ length: stops }, (_, i) => randomPoint(i, space))
          const it = walk(stops, frames, end, easing)
          const at = walkThrough((number) => kept[number] as number[], it)
          const count = frameCount(it)
          const gone = Array.from({ length: count }, (_, i) => at(i))
          for (const stop of kept) assert.ok(gone.some((point) => point.every((x, i) => x === stop[i])))
          assert.deepEqual(at(count), gone[0])
          const step = (a: number[], b: number[]) =>
            Math.sqrt(a.reduce((sum, x, i) => sum + (x - (b[i] as number)) ** 2, 0))
          // The way around the whole sphere is 2π times its radius; the smooth walk's top speed is at most
          // 1.5 times the even one's.
          const most =
            (Math.max(
              ...kept.map((a) =>
                step(
                  a,
                  a.map(() => 0),
                ),
              ),
            ) *
              Math.PI *
              1.5 *
              1.5) /
            frames
          for (let i = 1; i < count; i++) assert.ok(step(gone[i - 1] as number[], gone[i] as number[]) < most)
          if (end !== 'once') assert.ok(step(gone.at(-1) as number[], at(count)) < most)
        },
      ),
      { numRuns: 40 },
    )
  })
})
