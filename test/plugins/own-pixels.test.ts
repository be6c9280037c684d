import assert from 'node:assert/strict'
import type { NodeAPI } from 'node-red'
import { giveOwnPixels, mayWriteInto } from '../../plugins/own-pixels'
import { Audio, Image, Segmentation } from '../../src/types'

describe('code that may write to its input', () => {
  const writes = [
    'msg.payload.data[0] = 255; return msg',
    'const { data } = msg.payload\nfor (let i = 0; i < data.length; i += 3) data[i] += 10\nreturn msg',
    'const d = msg.payload.data; d[ i ]++; return msg',
    'msg.payload.data.fill(0); return msg',
    'const d = msg.payload.data; d.set(other, 12); return msg',
    'msg.payload.data?.reverse(); return msg',
    'const view = new DataView(msg.payload.data.buffer); view.setUint8(0, 3); return msg',
    'const { data } = msg.payload; [data[0], data[2]] = [data[2], data[0]]; return msg',
    'const s = msg.payload.data; s[1] *= 0.5; return msg',
    'const s = msg.payload.data; --s[1]; return msg',
    'msg.mask.data[7] ??= 1; return msg',
    'Buffer.from([1]).copy(msg.payload.pixels.data); return msg',
  ]
  const reads = [
    'return msg',
    'msg.payload = msg.payload.data[0] === 255; return msg',
    'msg.payload = msg.payload.data.reduce((a, b) => a + b, 0); return msg',
    'msg.payload = {...msg.payload, data: msg.payload.data.map((n) => 255 - n)}; return msg',
    'flow.set("last", msg.payload.data); return msg',
    'if (msg.payload.data[3] >= 7 && msg.payload.data[4] <= 8) return msg',
    'msg.rows = [1, 2].map((n) => msg.payload.data[n]); return msg',
    'rows[0] = 1; return msg',
  ]
  for (const code of writes) it(code, () => assert.equal(mayWriteInto(code), true))
  for (const code of reads) it(`does not: ${code}`, () => assert.equal(mayWriteInto(code), false))
})

describe('a function node that writes', () => {
  type Event = { msg: Record<string, unknown>; destination: { node?: object } }
  let deliver: (event: Event) => void = () => {}
  const hooks = { add: (_: string, listener: typeof deliver) => (deliver = listener), remove() {} }
  giveOwnPixels({ hooks } as unknown as NodeAPI)
  const func = 'msg.payload.data.fill(9); return msg'
  const delivered = (msg: Record<string, unknown>, node: object = { type: 'function', func }) => {
    const event: Event = { msg, destination: { node } }
    deliver(event)
    return event.msg
  }
  const image = new Image({ width: 2, height: 1, channels: 1, data: Buffer.from([1, 2]) })
  const floats = new Image({
    width: 2,
    height: 1,
    channels: 1,
    data: new Float32Array([1, 2]),
    range: [0, 9],
    unit: 'm',
  })
  const map = new Segmentation({ width: 2, height: 1, data: new Uint8Array([0, 1]), labels: ['wall', 'cat'] })
  const sound = new Audio({ sampleRate: 8000, channels: 1, data: new Float32Array([0.5, -0.5]) })

  it('gets its own copies of pictures, label maps and sounds, wherever they are in the message', () => {
    const req = { picture: image }
    const msg = { _msgid: 'a', payload: image, deep: [{ map, floats }], sound, req }
    const own = delivered(msg) as typeof msg
    for (const [mine, theirs] of [
      [own.payload, image],
      [own.deep[0]?.map, map],
      [own.deep[0]?.floats, floats],
      [own.sound, sound],
    ] as const) {
      assert.deepEqual(JSON.parse(JSON.stringify(mine)), JSON.parse(JSON.stringify(theirs)))
      assert.deepEqual([...(mine?.data ?? [])], [...theirs.data])
      const before = [...theirs.data]
      mine?.data.fill(7)
      assert.deepEqual([...theirs.data], before)
      assert.equal(mine?.data[0], 7)
    }
    assert.equal(own.req, req)
    assert.equal(msg.payload, image)
  })

  it('gets the message itself if it contains nothing to write to', () => {
    const msg = { payload: { list: [1, 2], text: 'x' } as Record<string, unknown> }
    msg.payload.itself = msg
    assert.equal(delivered(msg), msg)
  })

  it('is the only such code: all other nodes share', () => {
    for (const node of [{ type: 'function', func: 'return msg' }, { type: 'daisychain-adjust' }, { type: 'change' }]) {
      const msg = { payload: image }
      assert.equal(delivered(msg, node), msg)
    }
  })
})
