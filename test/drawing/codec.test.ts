import assert from 'node:assert/strict'
import fc from 'fast-check'
import { blank, decodeIds, encodeIds, type Ids, roomDrawing } from '../../src/drawing'
import { ValueError } from '../../src/types'

const ids = (width: number, ...data: number[]): Ids => ({
  width,
  height: data.length / width,
  data: Uint16Array.from(data),
})

describe('a drawing as text', () => {
  const table: [string, Ids, string][] = [
    ['a blank', blank(128, 128), '128x128 gIAC'],
    ['one pixel', ids(1, 5), '1x1 AwU='],
    ['two rows alike', ids(2, 1, 2, 1, 2), '2x2 AwEDAgQ='],
    ['a large id', ids(2, 300, 300), '2x1 BawC'],
  ]
  for (const [what, drawing, text] of table) {
    it(`is the same for ever: ${what}`, () => {
      assert.equal(encodeIds(drawing), text)
      assert.deepEqual(decodeIds(text, 301), drawing)
    })
  }

  it('is decoded to what was encoded', () => {
    const drawings = fc
      .record({ width: fc.integer({ min: 1, max: 12 }), height: fc.integer({ min: 1, max: 12 }) })
      .chain(({ width, height }) =>
        fc
          .array(fc.oneof(fc.constant(0), fc.nat(3), fc.nat(65535)), {
            minLength: width * height,
            maxLength: width * height,
          })
          .map((data) => ids(width, ...data)),
      )
    fc.assert(
      fc.property(drawings, (drawing) => {
        assert.deepEqual(decodeIds(encodeIds(drawing), 65536), drawing)
      }),
    )
  })

  it('is short: a room takes less than 1 KB, and noise no more than 3 characters per pixel', () => {
    assert.ok(encodeIds(roomDrawing().ids).length < 1000)
    const noise = blank(128, 128)
    noise.data.forEach((_, i) => {
      noise.data[i] = (i * 7919) % 12
    })
    assert.ok(encodeIds(noise).length < 3 * 128 * 128)
  })

  const refused: [string, unknown, RegExp][] = [
    ['nothing', undefined, /isn't a drawing/],
    ['a list', ['1x1 AwU='], /isn't a drawing/],
    ['other words', 'hello', /isn't a drawing/],
    ['no base64', '1x1 A_B=', /isn't a drawing/],
    ['broken base64', '1x1 A', /isn't a drawing/],
    ['no pixels', '0x4 ', /0×4/],
    ['a bomb', '65535x65535 /////w8=', /65535×65535/],
    ['too few pixels', '2x2 Ag==', /end is missing/],
    ['too many pixels', '1x1 BA==', /more than its size/],
    ['a step of no pixels', '1x1 AAAA', /more than its size/],
    ['a number without its end', '1x1 gA==', /end is missing/],
    ['an endless number', '1x1 gICAgICAgAE=', /isn't a drawing/],
    ['a label without its id', '1x1 Aw==', /end is missing/],
    ['an unknown label', '1x1 AwU=', /label number 6.*only 3/],
    ['a label beyond 16 bits', '1x1 A4CABA==', /label number 65537/],
  ]
  for (const [what, text, sentence] of refused) {
    it(`is refused in one sentence: ${what}`, () => {
      assert.throws(
        () => decodeIds(text, 3),
        (error) => error instanceof ValueError && sentence.test(error.message),
      )
    })
  }

  it('gives only a drawing of its size or a sentence if the text is damaged', () => {
    const text = encodeIds(roomDrawing().ids)
    fc.assert(
      fc.property(fc.nat(text.length - 1), fc.string({ minLength: 0, maxLength: 3 }), (at, junk) => {
        try {
          const { width, height, data } = decodeIds(text.slice(0, at) + junk + text.slice(at + 1), 12)
          assert.equal(data.length, width * height)
          assert.ok(data.every((id) => id < 12))
        } catch (error) {
          if (!(error instanceof ValueError)) throw error
        }
      }),
    )
  })
})
