import assert from 'node:assert/strict'
import { blend, blur, crop, cutOut, flip, greyscale, invertMask, readMask, recolor, rotate } from '../../src/images'
import { type Channels, Image, Segmentation } from '../../src/types'

const picture = (width: number, height: number, channels: Channels, numbers: number[]) =>
  new Image({ width, height, channels, data: Uint8Array.from(numbers) })
/** 3×2 pixels, numbered from 1. */
const counted = picture(3, 2, 1, [1, 2, 3, 4, 5, 6])
const depth = new Image({
  width: 3,
  height: 2,
  channels: 1,
  data: Float32Array.from([1, 2, 3, 4, 5, 6.5]),
  range: [0, 10],
  unit: 'm',
})
const none = { hue: 0, saturation: 1, brightness: 1, invert: false }

async function gives(change: Promise<Image>, width: number, height: number, numbers: number[], tolerance = 0) {
  const image = await change
  assert.deepEqual([image.width, image.height], [width, height])
  assert.equal(image.data.length, numbers.length)
  const far = [...image.data].findIndex((number, i) => Math.abs(number - (numbers[i] as number)) > tolerance)
  assert.equal(far, -1, `${[...image.data]} for ${numbers}`)
}

describe('geometry', () => {
  it('crops by a box of fractions, at least one pixel, at most the picture', async () => {
    await gives(crop(counted, [1 / 3, 0, 1, 0.5]), 2, 1, [2, 3])
    await gives(crop(counted, [1, 1, 0.3, 0.5]), 2, 1, [5, 6])
    await gives(crop(counted, [0.9, 0.9, 0.9, 0.9]), 1, 1, [6])
    assert.equal(await crop(counted, [-1, 0, 2, 1]), counted)
  })

  it('rotates clockwise and mirrors', async () => {
    await gives(rotate(counted, 90), 2, 3, [4, 1, 5, 2, 6, 3])
    await gives(rotate(counted, -90), 2, 3, [3, 6, 2, 5, 1, 4])
    await gives(rotate(counted, 180), 3, 2, [6, 5, 4, 3, 2, 1])
    assert.equal(await rotate(counted, 720), counted)
    await gives(flip(counted, true, false), 3, 2, [3, 2, 1, 6, 5, 4])
    await gives(flip(counted, false, true), 3, 2, [4, 5, 6, 1, 2, 3])
  })

  it('keeps the metres of a depth image', async () => {
    const turned = await rotate(depth, 90)
    assert.deepEqual([turned.range, turned.unit], [[0, 10], 'm'])
    await gives(Promise.resolve(turned), 2, 3, [4, 1, 5, 2, 6.5, 3], 0.001)
    await gives(crop(depth, [0, 0.5, 1, 1]), 3, 1, [4, 5, 6.5], 0.001)
  })

  it('leaves black corners except for quarter turns, transparent ones if there is alpha', async () => {
    const white = picture(20, 20, 3, Array(1200).fill(255))
    const turned = await rotate(white, 45)
    assert.ok(turned.width > 26 && turned.channels === 3)
    assert.deepEqual([...turned.data.subarray(0, 3)], [0, 0, 0])
    const clear = await rotate(picture(20, 20, 4, Array(1600).fill(255)), 45)
    assert.equal(clear.data[3], 0)
  })
})

describe('colours', () => {
  it('inverts and brightens, and keeps alpha', async () => {
    await gives(recolor(picture(1, 1, 4, [10, 20, 30, 40]), { ...none, invert: true }), 1, 1, [245, 235, 225, 40])
    await gives(recolor(picture(1, 1, 4, [10, 20, 200, 40]), { ...none, brightness: 2 }), 1, 1, [20, 40, 255, 40])
    await gives(recolor(picture(2, 1, 1, [10, 200]), { ...none, brightness: 0.5, invert: true }), 2, 1, [250, 155])
  })

  it('removes all colour, and rotates hue', async () => {
    const grey = (await recolor(picture(1, 1, 3, [200, 40, 40]), { ...none, saturation: 0 })).data
    assert.ok(Math.abs((grey[0] as number) - (grey[2] as number)) <= 2, `${grey}`)
    const [red, green, blue] = (await recolor(picture(1, 1, 3, [200, 40, 40]), { ...none, hue: 120 })).data
    assert.ok((green as number) > (red as number) && (green as number) > (blue as number), `${red} ${green} ${blue}`)
    await gives(recolor(picture(1, 1, 1, [77]), { ...none, hue: 90, saturation: 3 }), 1, 1, [77])
  })

  it('turns grey in the same way as conversion to one channel', async () => {
    await gives(greyscale(picture(2, 1, 3, [255, 0, 0, 10, 20, 30])), 2, 1, [76, 18], 1)
    await gives(greyscale(picture(2, 1, 4, [255, 0, 0, 255, 255, 0, 0, 0])), 2, 1, [76, 255], 1)
    await gives(greyscale(picture(1, 1, 4, [255, 0, 0, 9]), true), 1, 1, [76, 76, 76, 9], 1)
  })

  it('blurs across an edge', async () => {
    const edge = picture(20, 1, 1, [...Array(10).fill(0), ...Array(10).fill(255)])
    const soft = await blur(edge, 2)
    assert.ok((soft.data[9] as number) > 60 && (soft.data[10] as number) < 195 && soft.data[0] === 0)
    assert.equal(await blur(edge, 0), edge)
  })
})

describe('masks', () => {
  const map = new Segmentation({
    width: 3,
    height: 1,
    data: Uint8Array.from([0, 1, 2]),
    labels: ['background', 'cat', 'sofa'],
  })

  it('come from labels, by default from all but the background', async () => {
    assert.deepEqual([...((await readMask(map, [])) as Image).data], [0, 255, 255])
    assert.deepEqual([...((await readMask(map, ['Cat'])) as Image).data], [0, 255, 0])
    await assert.rejects(readMask(map, ['dog']), /no label "dog"; it has background, cat, sofa/)
  })

  it('come from alpha, brightness and instances', async () => {
    assert.deepEqual([...((await readMask(picture(2, 1, 4, [9, 9, 9, 0, 9, 9, 9, 200]), [])) as Image).data], [0, 200])
    assert.deepEqual([...((await readMask(picture(1, 1, 3, [255, 255, 255]), [])) as Image).data], [255])
    const instances = [
      { category: 'cat', mask: picture(2, 1, 1, [255, 0]) },
      { category: 'sofa', mask: picture(2, 1, 1, [0, 90]) },
    ]
    assert.deepEqual([...((await readMask(instances, [])) as Image).data], [255, 90])
    assert.deepEqual([...((await readMask(instances, ['sofa'])) as Image).data], [0, 90])
    await assert.rejects(readMask([], []), /no instance was found/)
    assert.equal(await readMask('text', []), null)
  })

  it('cut out, and can be inverted', async () => {
    const mask = picture(2, 1, 1, [255, 0])
    await gives(cutOut(picture(2, 1, 3, [1, 2, 3, 4, 5, 6]), mask), 2, 1, [1, 2, 3, 255, 4, 5, 6, 0])
    await gives(cutOut(picture(2, 1, 4, [1, 2, 3, 100, 4, 5, 6, 100]), mask), 2, 1, [1, 2, 3, 100, 4, 5, 6, 0])
    await gives(cutOut(picture(2, 1, 1, [7, 8]), await invertMask(mask)), 2, 1, [7, 7, 7, 0, 8, 8, 8, 255])
  })
})

describe('blend', () => {
  const top = picture(1, 1, 3, [200, 100, 0])
  const ground = picture(1, 1, 3, [100, 200, 255])

  it('puts one picture over another, completely or partly', async () => {
    await gives(blend(top, ground), 1, 1, [200, 100, 0])
    await gives(blend(top, ground, 'over', 0.5), 1, 1, [150, 150, 127], 2)
    await gives(blend(top, ground, 'multiply'), 1, 1, [78, 78, 0], 1)
    await gives(blend(top, ground, 'difference'), 1, 1, [100, 100, 255], 1)
  })

  it('shows the background through transparent parts, fitted to the size', async () => {
    const half = picture(2, 1, 4, [9, 9, 9, 255, 9, 9, 9, 0])
    await gives(blend(half, '#ff8000'), 2, 1, [9, 9, 9, 255, 128, 0])
    await gives(blend(half, picture(4, 4, 1, Array(16).fill(50))), 2, 1, [9, 9, 9, 50, 50, 50], 1)
    await gives(blend(half, picture(1, 1, 4, [60, 70, 80, 0])), 2, 1, [9, 9, 9, 255, 255, 255], 1)
  })
})
