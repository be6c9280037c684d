import assert from 'node:assert/strict'
import { createEngine, type Engine, Kept } from '../../src/engine'
import { encodeImage, underWay, underWayNow } from '../../src/images'
import { findVariant, type Model, runModel, type Variant } from '../../src/models'
import { Image, Segmentation, ValueError } from '../../src/types'
import { KINDS } from '../engine/support'
import { fixture, paint } from './support'

describe('runModel', () => {
  let engine: Engine
  before(() => {
    engine = createEngine({ device: 'cpu', isolation: 'thread' })
  })
  after(() => engine.close())

  const run = async (model: Model, inputs: Record<string, unknown>) =>
    runModel(model, findVariant(model), inputs, engine)

  it('passes a picture from model to model without fetching it into this process', async () => {
    const [bedroom, slow] = [fixture('bedroom'), fixture('slow')]
    const z = Array.from({ length: 512 }, (_, i) => [0.5, -1, 2][i] ?? 0)
    const { read } = Kept.prototype
    for (const isolation of KINDS) {
      const own = createEngine({ device: 'cpu', isolation })
      let reads = 0
      Kept.prototype.read = function () {
        reads++
        return read.call(this) as never
      }
      try {
        const chain = async () => {
          const { image } = (await runModel(bedroom, findVariant(bedroom), { z, truncation: 1 }, own)).outputs
          const { image: last } = (await runModel(slow, findVariant(slow), { image, steps: 1 }, own)).outputs
          return [image, last] as [Image, Image]
        }
        // The engine learns from the first run how much room the pictures need.
        await chain()
        reads = 0
        const [first, last] = await chain()
        assert.equal(reads, 0, isolation)
        assert.deepEqual(last.data, first.data)
        assert.equal(reads, 2, isolation)
      } finally {
        Kept.prototype.read = read
        await own.close()
      }
    }
  })

  describe('from a vector', () => {
    const bedroom = fixture('bedroom')
    const z = Array.from({ length: 512 }, (_, i) => [0.5, -1, 2][i] ?? 0)

    it('makes a picture', async () => {
      const { outputs, device, ms } = await run(bedroom, { z, truncation: 1 })
      const image = outputs.image as Image
      assert.equal(`${image}`, 'image 128×128 RGB')
      const wanted = [0.5, -1, 2].map((number) => Math.round(Math.tanh(number) * 127.5 + 127.5))
      assert.deepEqual([...image.data.subarray(0, 3)], wanted)
      assert.deepEqual([...image.data.subarray(-3)], wanted)
      assert.equal(device, 'cpu')
      assert.ok(ms.run > 0 && ms.wait >= 0)
    })

    it('uses the default of a missing option', async () => {
      const { outputs } = await run(bedroom, { z: Float32Array.from(z) })
      assert.equal((outputs.image as Image).data[0], Math.round(Math.tanh(0.5 * 0.8) * 127.5 + 127.5))
    })

    it('refuses a wrong length, anything but a number, and an option outside its range', async () => {
      await assert.rejects(run(bedroom, { z: z.slice(1) }), /z.*511.*512/)
      await assert.rejects(run(bedroom, { z: [...z.slice(1), Number.NaN] }), /z.*(NaN|number)/)
      await assert.rejects(run(bedroom, { z: 'text' }), /z.*text.*vector/)
      await assert.rejects(run(bedroom, {}), /z/)
      await assert.rejects(run(bedroom, { z, truncation: 1.5 }), /truncation.*1\.5.*0.*1/)
    })
  })

  describe('from a picture to values', () => {
    const depth = fixture('depth')

    for (const [width, height] of [
      [128, 128],
      [200, 100],
      [37, 301],
      [1000, 10],
      [1, 1],
    ] as const) {
      it(`gives ${width}×${height} back in its size`, async () => {
        const image = paint(width, height, () => [30, 60, 90])
        const { depth_image } = (await run(depth, { image })).outputs as { depth_image: Image }
        assert.deepEqual([depth_image.width, depth_image.height, depth_image.channels], [width, height, 1])
        assert.deepEqual([depth_image.range, depth_image.unit], [[1, 7], 'm'])
        const wanted = 1 + (6 * 60) / 255
        assert.ok(depth_image.data.every((metres) => Math.abs(metres - wanted) < 1e-3))
      })
    }

    it('doesn’t flip or mirror the picture', async () => {
      const image = paint(320, 200, (x, y) => (x < 160 && y < 100 ? [255, 255, 255] : [0, 0, 0]))
      const { depth_image } = (await run(depth, { image })).outputs as { depth_image: Image }
      const at = (x: number, y: number) => depth_image.data[y * 320 + x] as number
      assert.ok(at(40, 30) > 6.9 && at(280, 30) < 1.1 && at(40, 170) < 1.1 && at(280, 170) < 1.1)
    })

    it('reads encoded pictures, grey ones, and ones with alpha', async () => {
      const wanted = 1 + (6 * 100) / 255
      const grey = paint(90, 70, () => [100])
      const png = await encodeImage(grey, 'png')
      const clear = paint(90, 70, () => [100, 100, 100, 255])
      for (const image of [grey, png, clear, `data:image/png;base64,${png.toString('base64')}`]) {
        const { depth_image } = (await run(depth, { image })).outputs as { depth_image: Image }
        assert.deepEqual([depth_image.width, depth_image.height], [90, 70])
        assert.ok(Math.abs((depth_image.data[999] as number) - wanted) < 0.01)
      }
    })

    it('keeps the picture only until the network has it, unless it is drawn on', async () => {
      const encoded = await encodeImage(
        paint(900, 700, (x) => [x % 256, 60, 90]),
        'jpeg',
      )
      for (const [model, held] of [
        [depth, 0],
        [fixture('things'), 900 * 700 * 3],
      ] as const) {
        let bytes = Number.NaN
        const watching: Engine = {
          ...engine,
          load: engine.load.bind(engine),
          run: (...given) => {
            bytes = underWayNow().bytes
            return engine.run(...given)
          },
        }
        await underWay(() => runModel(model, findVariant(model), { image: encoded }, watching))
        assert.equal(bytes, held, model.id)
      }
    })

    it('reads a recurrent model’s input before its turn', async () => {
      const [[name, feed]] = Object.entries(findVariant(depth).feeds) as [[string, object]]
      const variant = { ...findVariant(depth), feeds: { [name]: { ...feed, previous: true } } } as Variant
      const turn = { come: new Promise<void>(() => {}), pass() {} }
      const unread = Buffer.from('no picture')
      await assert.rejects(runModel(depth, variant, { image: unread }, engine, { turn }), ValueError)
    })

    it('accepts another model’s output, even floats', async () => {
      const metres = new Image({
        width: 64,
        height: 64,
        channels: 1,
        data: new Float32Array(4096).fill(4),
        range: [1, 7],
        unit: 'm',
      })
      const { depth_image } = (await run(depth, { image: metres })).outputs as { depth_image: Image }
      assert.ok(Math.abs((depth_image.data[0] as number) - 4) < 0.02)
    })
  })

  describe('from a picture to labels', () => {
    const labels = fixture('labels')

    it('labels every pixel, in the picture’s size and proportions', async () => {
      // Three bands in a wide picture, so the letterbox must be cut off again.
      const image = paint(300, 100, (x) => (x < 100 ? [200, 0, 0] : x < 200 ? [0, 0, 200] : [10, 10, 10]))
      const { map } = (await run(labels, { image })).outputs as { map: Segmentation }
      assert.deepEqual([map.width, map.height], [300, 100])
      assert.deepEqual(map.labels, ['dark', 'red', 'green', 'blue'])
      for (const y of [2, 50, 97]) {
        const names = [50, 150, 250].map((x) => map.labels[map.data[y * 300 + x] as number])
        assert.deepEqual(names, ['red', 'blue', 'dark'], `row ${y}`)
      }
      assert.deepEqual(map.colors?.[1], [255, 0, 0])
    })
  })

  describe('from labels to a picture', () => {
    const painter = fixture('paint')
    const map = new Segmentation({
      width: 40,
      height: 20,
      data: Uint8Array.from({ length: 800 }, (_, i) => (i % 40 < 20 ? 1 : 3)),
      labels: ['dark', 'red', 'green', 'blue'],
    })

    it('paints by id, in the map’s size', async () => {
      const { image } = (await run(painter, { map })).outputs as { image: Image }
      assert.deepEqual([image.width, image.height], [40, 20])
      assert.deepEqual([...image.data.subarray(0, 3)], [255, 0, 0])
      assert.deepEqual([...image.data.subarray(-3)], [0, 0, 255])
    })

    it('maps labels by name, not by id', async () => {
      const other = new Segmentation({ ...map, data: map.data, labels: ['red', 'blue', 'dark', 'green'] })
      const { image } = (await run(painter, { map: other })).outputs as { image: Image }
      assert.deepEqual([...image.data.subarray(0, 3)], [0, 0, 255])
      assert.deepEqual([...image.data.subarray(-3)], [0, 255, 0])
    })

    it('accepts an optional vector', async () => {
      const { image } = (await run(painter, { map, style: [1, 1, 1, 1, 1] })).outputs as { image: Image }
      assert.deepEqual([...image.data.subarray(0, 3)], [255, 128, 128])
      await assert.rejects(run(painter, { map, style: [1, 2] }), /style.*2.*5/)
    })
  })

  describe('anything but a picture', () => {
    const depth = fixture('depth')
    const cases: [string, unknown][] = [
      ['text', 'hello'],
      ['an empty Buffer', Buffer.alloc(0)],
      ['a number', 17],
      ['nothing', undefined],
      ['an object', { a: 1 }],
      ['a flow', [{ id: '1', type: 'tab' }]],
    ]
    for (const [name, image] of cases) {
      it(`refuses ${name} in one sentence about the image`, async () => {
        await assert.rejects(run(depth, { image }), (error: Error) => {
          assert.equal(error.name, 'ValueError')
          assert.match(error.message, /image/)
          assert.ok(error.message.length < 250 && !error.message.includes('\n'), error.message)
          return true
        })
      })
    }
  })
})
