import assert from 'node:assert/strict'
import * as fc from 'fast-check'
import { Image, isImage, isSegmentation, Pixels, pictureOrMap, readValue, Segmentation, typeOf } from '../../src/types'
import { hashOf } from '../../src/types/hash'
import { fakeCodec, picture } from './values'

// Node-RED's own functions for cloning and comparing messages.
const { cloneMessage, compareObjects } = require('@node-red/util').util as {
  cloneMessage<T>(message: T): T
  compareObjects(a: unknown, b: unknown): boolean
}

const size = { width: 2, height: 1 }
const floats = () => new Image({ ...size, channels: 1, data: Float32Array.of(0.5, 2), range: [0, 4], unit: 'm' })
const labels = ['wall', 'bed', 'cat']
const map = (ids = [0, 2]) =>
  new Segmentation({ ...size, data: Uint8Array.from(ids), labels, colors: labels.map((_, i) => [i, 0, 9] as const) })
const values = { bytes: picture(2, 1), grey: picture(2, 1, 1), alpha: picture(2, 1, 4), floats: floats(), map: map() }

describe('a value on its way through Node-RED', () => {
  for (const [what, value] of Object.entries(values)) {
    const type = value.type === 'image' ? { type: 'image' as const } : { type: 'segmentation' as const, labels }
    const read = (given: unknown) => readValue(type, given, 'picture', fakeCodec()) as Promise<typeof value>

    it(`is copied with its pixels: ${what}`, async () => {
      const inside = { payload: value, parts: [{ mask: value }] }
      const copies = [cloneMessage(value), cloneMessage(inside).payload, cloneMessage(inside).parts[0]?.mask]
      for (const copy of [...copies, cloneMessage(copies[0])]) {
        assert.ok(copy && copy !== value && (isImage(copy) || isSegmentation(copy)))
        assert.equal(copy.pixels, value.pixels)
        assert.deepEqual([copy.data, `${copy}`, copy.toJSON()], [value.data, `${value}`, value.toJSON()])
        assert.deepEqual(typeOf(copy), typeOf(value))
        assert.deepEqual(await read(copy), value)
      }
    })

    it(`is read from what a Function node makes of it: ${what}`, async () => {
      const spread = { ...value }
      for (const made of [spread, Object.assign({}, value), cloneMessage(spread), cloneMessage({ spread }).spread]) {
        assert.deepEqual([pictureOrMap(made), await read(made), typeOf(made)], [value, value, typeOf(value)])
      }
      const data = value.data.slice().reverse()
      const changed = await read({ ...value, data })
      assert.deepEqual(changed, value.type === 'image' ? new Image({ ...value, data } as Image) : map([2, 0]))
      assert.notDeepEqual(changed, value)
    })

    it(`is compared by its pixels: ${what}`, () => {
      const other = { ...value, data: value.data.map((number, i) => (i === 1 ? number - 1 : number)) }
      const different = value.type === 'image' ? new Image(other as Image) : new Segmentation(other as Segmentation)
      const same = value.type === 'image' ? new Image({ ...value, data: value.data.slice() } as Image) : map()
      assert.ok(compareObjects(value, same) && compareObjects(cloneMessage(value), same))
      assert.ok(!compareObjects(value, different) && !compareObjects(cloneMessage({ value }), { value: different }))
    })

    it(`is refused where only its summary is left: ${what}`, async () => {
      const kind = value.type === 'image' ? 'picture' : 'label map'
      const lost = new RegExp(`^picture is only the summary of a ${kind}( \\(.+\\))?: its pixels were lost when`)
      for (const left of [value, { ...value }]) {
        const json = JSON.parse(JSON.stringify(left)) as unknown
        await assert.rejects(read(json), { name: 'ValueError', message: lost })
        await assert.rejects(readValue({ type: 'image' }, [json], 'picture', fakeCodec()))
      }
      await assert.rejects(read(structuredClone(value)), { message: lost })
      for (const pixels of [undefined, null, {}, 'gone', [1, 2]]) {
        const emptied = Object.assign(cloneMessage({ value }).value, { pixels })
        await assert.rejects(read(emptied), { name: 'ValueError', message: lost })
        assert.equal(emptied.data, undefined)
      }
      const deleted = cloneMessage({ value }).value as { pixels?: unknown }
      delete deleted.pixels
      await assert.rejects(read(deleted), { name: 'ValueError', message: lost })
    })
  }

  it('is refused if a Function node has changed a copy to something invalid', async () => {
    const copy = cloneMessage({ payload: picture(2, 1) }).payload as { width: number }
    copy.width = 7
    const sentence = 'picture cannot be read: an image of 7×1 pixels and 3 channels has 21 numbers, not 6'
    await assert.rejects(readValue({ type: 'image' }, copy, 'picture', fakeCodec()), { message: sentence })
    assert.throws(() => Object.assign(copy, { data: new Uint8Array(21) }), /make a new one/)
  })
})

describe('Pixels', () => {
  it('fetches remote numbers when they are first read, only once', () => {
    let asked = 0
    const pixels = new Pixels({
      kind: 'bytes',
      length: 6,
      read: () => {
        asked++
        return Uint8Array.of(1, 2, 3, 4, 5, 6)
      },
    })
    const image = new Image({ width: 2, height: 1, channels: 3, pixels })
    cloneMessage({ image })
    JSON.stringify([image, { ...image }])
    typeOf({ image, copy: { ...image } })
    assert.equal(asked, 0)
    assert.deepEqual([image.data[5], image.pixels.hash, cloneMessage(image).data[0], asked], [6, pixels.hash, 1, 1])
  })

  it('has the same hash for equal numbers, wherever they are in memory, and another for others', () => {
    const bytes = fc.uint8Array({ minLength: 1, maxLength: 70 })
    void fc.assert(
      fc.property(bytes, fc.nat(), fc.integer({ min: 1, max: 255 }), fc.nat({ max: 9 }), (data, at, by, offset) => {
        const moved = new Uint8Array(new ArrayBuffer(data.length + offset), offset)
        moved.set(data)
        assert.equal(hashOf(moved), hashOf(data))
        // Two similar changes must not cancel each other out, as they do in weaker hashes.
        for (const places of [[at], [at, at + 4], [at, at + 8], [0, data.length - 1]]) {
          const changed = data.slice()
          for (const place of new Set(places.map((each) => each % data.length)))
            changed[place] = (changed[place] as number) ^ by
          assert.notEqual(hashOf(changed), hashOf(data))
        }
      }),
    )
    assert.notEqual(hashOf(new Uint8Array(4)), hashOf(new Uint8Array(8)))
    assert.notEqual(hashOf(Uint8Array.of(1, 0, 2, 0)), hashOf(Uint16Array.of(1, 2)))
  })
})
