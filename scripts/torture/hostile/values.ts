import fc from 'fast-check'
import type { Random } from './random'

/** Values that no node expects, or far too much of one. */
export const values: Record<string, (random: Random) => unknown> = {
  'anything at all': ({ whole }) =>
    fc.sample(fc.anything({ withBigInt: true, withDate: true, withMap: true, withSet: true, withTypedArray: true }), {
      ...{ seed: whole(2 ** 30), numRuns: 1 },
    })[0],
  'JSON at all': ({ whole }) => fc.sample(fc.jsonValue({ maxDepth: 6 }), { seed: whole(2 ** 30), numRuns: 1 })[0],
  'a number out of range': ({ pick }) => pick([NaN, Infinity, -Infinity, -0, 2 ** 53, 1e308, -1, 1e-320, 10n ** 30n]),
  'a million numbers': () => Array.from({ length: 1_000_000 }, (_, i) => Math.sin(i)),
  'numbers with holes': ({ pick }) => Object.assign([], { length: pick([8, 512, 1e6]), 3: 1 }),
  '512 numbers, one of them not a number': ({ pick }) =>
    Array.from({ length: 512 }, (_, i) => (i === 9 ? pick(BAD) : 0.1)),
  'typed numbers of 40 MB': ({ pick }) => new (pick([Float32Array, Int32Array, Uint32Array]))(10_000_000),
  'an object nested 1 000 deep': () => {
    let inner: object = {}
    for (let depth = 0; depth < 1000; depth++) inner = { inner }
    return inner
  },
  'an object that holds itself': () => {
    const round: Record<string, unknown> = { type: 'image', width: 2, height: 2 }
    round.data = round
    return round
  },
  'an object of 100 000 names': () => Object.fromEntries(Array.from({ length: 100_000 }, (_, i) => [`n${i}`, i])),
  'a list of 100 000 records': () =>
    Array.from({ length: 100_000 }, (_, i) => ({ category: `c${i % 99}`, score: i / 1e5, box: [0, 0, 1, 1] })),
  '20 000 things found': ({ next }) =>
    Array.from({ length: 20_000 }, () => ({ category: 'bed', score: next(), box: [next(), next(), next(), next()] })),
  '100 000 points': ({ next }) => Array.from({ length: 100_000 }, () => [next(), next()]),
  'pixels that are too few': ({ whole }) => ({ data: new Uint8Array(whole(99)), width: 100, height: 100, channels: 3 }),
  'pixels without end': ({ pick }) => ({ data: [], width: pick([1e9, -1, 0.5, NaN, '7']), height: 1e9, channels: 4 }),
  'pixels in 12 megapixels': () => ({ data: new Uint8Array(36e6), width: 4000, height: 3000, channels: 3 }),
  'pixels as a list of numbers': () => ({ data: Array(3_000_000).fill(7), width: 1000, height: 1000, channels: 3 }),
  'a label map of 12 megapixels': ({ whole }) => ({
    ...{ data: new Uint8Array(12e6).map((_, i) => ((i / 4000) % 26) | whole(3)), width: 4000, height: 3000 },
    labels: Array.from({ length: 30 }, (_, i) => `label ${i}`),
  }),
  "a label map with labels that aren't names": ({ pick }) => ({
    ...{ data: new Uint8Array(64).fill(pick([0, 9, 255])), width: 8, height: 8 },
    labels: pick([[], [7], ['__proto__'], ['a', 'a'], { a: 1 }, null]),
  }),
  'settings that are none': ({ pick }) => ({
    crop: pick([[], [0, 0, NaN, 1], 'x', [1, 1, 0, 0]]),
    width: pick(BAD),
    hue: {},
  }),
  'parts without end': ({ pick }) => ({
    id: pick([1, 'x', {}]),
    index: pick([-1, 1e9, 'a']),
    count: pick([0, 1e12, -1]),
  }),
}

const BAD = [NaN, Infinity, null, undefined, 'x', {}, [], '1e9', -1, true]
