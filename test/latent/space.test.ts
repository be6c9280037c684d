import assert from 'node:assert/strict'
import fc from 'fast-check'
import { between, neighbour, planeThrough, pointOf, randomPoint, type Space, spaceOf, wander } from '../../src/latent'

const space = spaceOf({ length: 64, samplingMean: 0.5, samplingStd: 2 })
const seeds = fc.integer({ min: 0, max: 1e6 })
const points = seeds.map((seed) => randomPoint(seed, space))
const parts = fc.double({ min: 0, max: 1, noNaN: true })

const fromMiddle = (a: number[], { mean } = space) => a.map((x) => x - mean)
const dot = (a: number[], b: number[]) => a.reduce((sum, x, i) => sum + x * (b[i] as number), 0)
const far = (a: number[], of: Space = space) => Math.sqrt(dot(fromMiddle(a, of), fromMiddle(a, of)))
/** The angle between two points, seen from the centre. */
const angle = (a: number[], b: number[]) =>
  Math.acos(Math.max(-1, Math.min(1, dot(fromMiddle(a), fromMiddle(b)) / (far(a) * far(b)))))
const near = (a: number, b: number, by = 1e-6) => assert.ok(Math.abs(a - b) <= by, `${a} is not ${b}`)

describe('between two points', () => {
  for (const [what, a, b, t, expected] of [
    ['a quarter of a quarter turn', [1, 0], [0, 1], 0.5, [Math.SQRT1_2, Math.SQRT1_2]],
    ['the beginning', [3, 4], [1, 2], 0, [3, 4]],
    ['the end', [3, 4], [1, 2], 1, [1, 2]],
    ['the same direction', [1, 1], [3, 3], 0.5, [2, 2]],
    ['from the middle itself', [0, 0], [4, 2], 0.5, [2, 1]],
    ['another distance', [2, 0], [0, 4], 0.5, [3 * Math.SQRT1_2, 3 * Math.SQRT1_2]],
    ['one number', [1], [-1], 0.5, [0]],
  ] as [string, number[], number[], number, number[]][]) {
    it(`goes along the circle: ${what}`, () => {
      const found = between(a, b, t)
      for (const [i, x] of expected.entries()) near(found[i] as number, x)
    })
  }

  it('stays on the sphere and divides the angle evenly', () => {
    fc.assert(
      fc.property(points, points, parts, (a, b, t) => {
        fc.pre(angle(a, b) > 0.01)
        const c = between(a, b, t, space.mean)
        near(far(c), far(a) + t * (far(b) - far(a)))
        near(angle(a, c), t * angle(a, b), 1e-4)
        near(angle(c, b), (1 - t) * angle(a, b), 1e-4)
      }),
    )
  })

  it('goes around to the opposite point, never through the centre', () => {
    fc.assert(
      fc.property(points, parts, (a, t) => {
        const opposite = a.map((x) => 2 * space.mean - x)
        near(far(between(a, opposite, t, space.mean)), far(a))
      }),
    )
  })
})

describe('a neighbour', () => {
  it('is the point itself at similarity 1, and differs with each seed', () => {
    const a = randomPoint(1, space)
    assert.deepEqual(neighbour(a, 1, 5, space), a)
    assert.deepEqual(neighbour(a, 0.5, 5, space), neighbour(a, 0.5, 5, space))
    assert.notDeepEqual(neighbour(a, 0.5, 5, space), neighbour(a, 0.5, 6, space))
    assert.deepEqual(neighbour(a, 0, 5, space), neighbour(randomPoint(2, space), 0, 5, space), 'at 0 any point at all')
  })

  it('has the requested similarity, and the same distance from the centre as any random point', () => {
    const wide = spaceOf({ length: 512 })
    fc.assert(
      fc.property(seeds, seeds, parts, (one, other, similarity) => {
        fc.pre(one !== other)
        const a = randomPoint(one, wide)
        const b = neighbour(a, similarity, other, wide)
        near(far(b, wide) / Math.sqrt(512), 1, 0.25)
        near(dot(a, b) / (far(a, wide) * far(b, wide)), similarity, 0.25)
      }),
    )
  })

  it('is closer the higher its similarity', () => {
    fc.assert(
      fc.property(points, seeds, (a, seed) => {
        const angles = [0.99, 0.9, 0.7, 0.4].map((similarity) =>
          angle(a, neighbour(a, similarity, `near ${seed}`, space)),
        )
        assert.deepEqual(
          angles,
          [...angles].sort((x, y) => x - y),
        )
      }),
    )
  })

  it('makes a reproducible random walk', () => {
    const start = randomPoint(1, space)
    const stop = wander(start, 0.9, 'seed', space)
    const gone = [0, 1, 2, 3, 4, 5].map(stop)
    assert.equal(gone[0], start)
    for (const number of [5, 4, 5, 0, 3, 2, 1]) assert.deepEqual(stop(number), gone[number])
    assert.notDeepEqual(wander(start, 0.9, 'other', space)(1), gone[1])
  })
})

describe('a plane', () => {
  it('has two directions perpendicular to each other and to the point', () => {
    fc.assert(
      fc.property(points, seeds, (center, seed) => {
        const { across, up } = planeThrough(center, seed, space)
        near(dot(across, across), 1)
        near(dot(up, up), 1)
        near(dot(across, up), 0)
        near(dot(across, fromMiddle(center)), 0)
        near(dot(up, fromMiddle(center)), 0)
      }),
    )
  })

  it('moves on the sphere, and is a quarter turn away at 1', () => {
    fc.assert(
      fc.property(points, seeds, fc.double({ min: 0.01, max: 1, noNaN: true }), parts, (center, seed, r, turn) => {
        const [x, y] = [r * Math.cos(turn * 2 * Math.PI), r * Math.sin(turn * 2 * Math.PI)]
        const found = pointOf(planeThrough(center, seed, space), x, y, space)
        near(far(found), far(center))
        near(angle(center, found), (r * Math.PI) / 2, 1e-4)
      }),
    )
  })

  it('has its centre in the middle, and differs with each seed', () => {
    const center = randomPoint(3, space)
    const [one, other] = [planeThrough(center, 1, space), planeThrough(center, 2, space)]
    assert.deepEqual(pointOf(one, 0, 0, space), center)
    assert.notDeepEqual(pointOf(one, 0.5, 0, space), pointOf(other, 0.5, 0, space))
  })

  for (const length of [1, 2, 3]) {
    it(`makes do with ${length} ${length === 1 ? 'number' : 'numbers'}, and with the middle of the space`, () => {
      const small = { length, mean: 1, deviation: 1 }
      for (const center of [randomPoint(1, small), new Array(length).fill(1)]) {
        const found = pointOf(planeThrough(center, 1, small), 0.3, -0.4, small)
        assert.ok(found.length === length && found.every(Number.isFinite), `${found}`)
      }
    })
  }
})
