import assert from 'node:assert/strict'
import { readAdjustment } from '../../nodes/adjust/apply'

describe('readAdjustment', () => {
  it('leaves a picture unchanged without settings', () => {
    const plain = readAdjustment({})
    assert.deepEqual(plain.crop, [0, 0, 1, 1])
    assert.deepEqual([plain.width, plain.height, plain.fit], [null, null, 'cover'])
    assert.deepEqual([plain.hue, plain.saturation, plain.brightness, plain.blur, plain.rotate], [0, 1, 1, 0, 0])
    assert.equal(plain.composite, 'none')
  })

  it('reads form values: strings, empty fields, percentages', () => {
    const read = readAdjustment({
      width: '300',
      height: '',
      saturation: '150',
      cropLeft: '25',
      cropBottom: 10,
      blur: '2.5',
    })
    assert.deepEqual([read.width, read.height, read.saturation, read.blur], [300, null, 1.5, 2.5])
    assert.deepEqual(read.crop, [0.25, 0, 1, 0.9])
    assert.deepEqual(readAdjustment({ labels: ' cat , dog,' }).labels, ['cat', 'dog'])
    assert.deepEqual(readAdjustment({ labels: ['cat'], crop: [0.1, 0.2, 0.3, 0.4] }).crop, [0.1, 0.2, 0.3, 0.4])
  })

  const refused: [Record<string, unknown>, RegExp][] = [
    [{ width: 0 }, /^ValueError: width is 0, but must be a number from 1 to 16384$/],
    [{ height: 99999 }, /height is 99999/],
    [{ blur: 'much' }, /blur is "much"/],
    [{ saturation: Number.NaN }, /saturation/],
    [{ fit: 'squeeze' }, /fit is "squeeze", but must be one of cover, contain, inside, fill/],
    [{ blend: 'burn; rm' }, /blend is "burn; rm"/],
    [{ composite: 'cut' }, /composite is "cut"/],
    [{ color: 'url(x)' }, /color is "url\(x\)", but must be a colour such as #ff8800/],
    [{ crop: [1, 2] }, /crop is \[1, 2\], but must be a box/],
    [{ cropLeft: 60, cropRight: 40 }, /leaves nothing of the picture/],
  ]
  for (const [settings, sentence] of refused) {
    it(`refuses ${JSON.stringify(settings)}`, () => assert.throws(() => readAdjustment(settings), sentence))
  }
})
