import assert from 'node:assert/strict'
import fc from 'fast-check'
import { between, decodeVector, encodeVector, findPoint, freeName, readPoints, storePoints } from '../../src/latent'

const floats = fc.float32Array({ minLength: 1, maxLength: 40, noNaN: true, noDefaultInfinity: true })

describe('kept points', () => {
  it('are stored to the last bit', () => {
    fc.assert(fc.property(floats, (vector) => assert.deepEqual(decodeVector(encodeVector(vector)), vector)))
    fc.assert(
      fc.property(fc.array(fc.record({ name: fc.string(), vector: floats }, { noNullPrototype: true })), (points) =>
        assert.deepEqual(readPoints(JSON.parse(JSON.stringify(storePoints(points)))), points),
      ),
    )
  })

  it('take less than three kilobytes', () => {
    assert.ok(encodeVector(new Float32Array(512)).length < 3000)
  })

  for (const [what, stored, sentence] of [
    ['no list', 'x', /cannot be read/],
    ['nothing', [null], /kept point 1 cannot be read/],
    ['no base64', [{ name: 'a', vector: '!' }], /kept point 1/],
    ['half a number', [{ name: 'a', vector: btoa('abc') }], /kept point 1/],
    [
      'no numbers',
      [
        { name: 'a', vector: encodeVector([1]) },
        { name: 'b', vector: '' },
      ],
      /kept point 2/,
    ],
    ['not a number', [{ name: 'a', vector: encodeVector([Number.NaN]) }], /not finite/],
  ] as const) {
    it(`are refused: ${what}`, () => assert.throws(() => readPoints(stored), sentence))
  }

  it('are empty if nothing was kept', () => {
    for (const nothing of [undefined, null, '', []]) assert.deepEqual(readPoints(nothing), [])
  })

  const points = [
    { name: 'Sunny', vector: [1, 0] },
    { name: 'Night', vector: [0, 1] },
    { name: '1', vector: [0, -1] },
  ]
  for (const [asked, expected] of [
    ['night', [0, 1]],
    [' Sunny ', [1, 0]],
    ['2', [0, 1]],
    [3, [0, -1]],
    [1.5, between([1, 0], [0, 1], 0.5)],
    ['2.25', between([0, 1], [0, -1], 0.25)],
  ] as [unknown, number[]][]) {
    it(`are found by ${JSON.stringify(asked)}`, () => assert.deepEqual(findPoint(points, asked), expected))
  }
  it('are found by a number from 1, and by name before number', () => {
    assert.deepEqual(findPoint(points, 1), [1, 0])
    assert.deepEqual(findPoint(points, '1'), [0, -1])
  })
  for (const asked of [0, 4, -1, 3.5, 'dusk', '', Number.NaN, null, {}, undefined]) {
    it(`are not found by ${JSON.stringify(asked)}, with the names that there are`, () =>
      assert.throws(() => findPoint(points, asked), /1 "Sunny", 2 "Night", 3 "1"/))
  }
  it('are reported as missing if there are none', () =>
    assert.throws(() => findPoint([], 1), /open the node and keep some/))

  it('get unique names', () => {
    assert.equal(freeName(points, 'Dawn'), 'Dawn')
    assert.equal(freeName(points, 'sunny'), 'sunny 2')
    assert.equal(freeName([...points, { name: 'Sunny 2', vector: [1] }], 'Sunny 2'), 'Sunny 3')
  })
})
