import assert from 'node:assert/strict'
import { refuseStrangers, rememberStrings } from '../../src/files'
import { Image, Pixels } from '../../src/types'

describe('the values of a query', () => {
  it('are remembered by their strings; pixels of pictures aren’t read', () => {
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
