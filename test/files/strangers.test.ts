import assert from 'node:assert/strict'
import { refuseStrangers, rememberStrings } from '../../src/files'
import { Image, Pixels } from '../../src/types'

describe('what a query brought', () => {
  it('is remembered by its strings; the pixels of its pictures are not read', () => {
    const pixels = new Pixels<Uint8Array>({
      kind: 'bytes',
      length: 12,
      read: () => assert.fail('the pixels were read'),
    })
    const image = new Image({ width: 2, height: 2, channels: 3, pixels })
    const over = rememberStrings([image, [{ crop: image, name: 'photos/cat.png' }]])
    assert.throws(() => refuseStrangers('/data/photos/cat.png'.slice(6)), /came from the network/)
    refuseStrangers('/data/other/dog.png')
    over()
  })
})
