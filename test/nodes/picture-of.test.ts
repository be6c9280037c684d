import assert from 'node:assert/strict'
import { fullPicture } from '../../nodes/shared/picture-of'
import type { PortType } from '../../src/types'

describe('how a result is displayed', () => {
  it('connects the landmarks that its type connects', async () => {
    const value = [
      {
        landmarks: [
          [0.25, 0.5],
          [0.75, 0.5],
        ],
      },
    ]
    const type = (joined: boolean): PortType => ({
      type: 'array',
      itemType: {
        type: 'record',
        fields: {
          landmarks: {
            type: 'image_landmarks',
            labels: ['left', 'right'],
            ...(joined && { connections: [['left', 'right']] as [string, string][] }),
          },
        },
      },
    })
    for (const joined of [true, false]) {
      const { data, width, height } = await fullPicture({ name: 'instances', value, type: type(joined) })
      const middle = 3 * ((height / 2) * width + width / 2)
      assert.equal(data.subarray(middle, middle + 3).some(Boolean), joined)
    }
  })
})
