// biome-ignore-all lint/style/noNonNullAssertion: missing values should fail the test
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { encodeImage } from '../../src/images'
import { loadManifests, runModel, validateManifest } from '../../src/models'
import { partAround } from '../../src/models/around'
import { Image, Segmentation } from '../../src/types'
import { floats, simulate } from './simulate'
import { colourful } from './steps/colourful'
import { fixturesFolder, paint, tellingEngine } from './support'
import { twinOf } from './twin'

const folder = `${fixturesFolder}/inpaint`
/** torch's results for the same network; see make.py in that folder. */
const { hole } = JSON.parse(readFileSync(`${folder}/golden.json`, 'utf8')) as { hole: number[] }

const grey = (width: number, height: number, value: (x: number, y: number) => number) =>
  paint(width, height, (x, y) => [value(x, y)])
const within = (left: number, top: number, right: number, bottom: number) => (x: number, y: number) =>
  x >= left && x < right && y >= top && y < bottom ? 255 : 0
/** Red, green and blue of a pixel. */
const at = ({ width, data }: Image, x: number, y: number) =>
  Array.from(data.subarray((y * width + x) * 3, (y * width + x) * 3 + 3))

/** A variant that the test may change in ways that its type doesn't allow. */
interface Loose {
  feeds: Record<string, { from: string; size: Record<string, unknown> }>
  fetches: Record<string, Record<string, unknown>>
}

describe('Inpaint', () => {
  const inpaint = loadManifests().find(({ id }) => id === 'inpaint')!
  const twin = twinOf(inpaint, 'lama', folder, { 512: 64 })
  const { engine, runs } = tellingEngine()
  const fill = async (image: Image, mask: unknown) =>
    (await runModel(twin, twin.variants[0]!, { image, mask }, engine)).outputs.output as Image

  it('matches torch’s result with LaMa’s network, and leaves everything unmarked unchanged', async () => {
    const image = colourful(64, 64)
    const filled = await fill(image, grey(64, 64, within(20, 16, 40, 36)))
    let i = 0
    for (let y = 0; y < 64; y++)
      for (let x = 0; x < 64; x++) {
        const isMarked = within(20, 16, 40, 36)(x, y) > 0
        for (const [c, value] of at(filled, x, y).entries()) {
          const wanted = isMarked ? hole[i++]! : at(image, x, y)[c]!
          assert.ok(Math.abs(value - wanted) <= (isMarked ? 1 : 0), `${x}, ${y}: ${value}, not ${wanted}`)
        }
      }
    assert.equal(i, hole.length)
  })

  it('accepts a label map, detections, visible parts, a mask of another size, a Buffer', async () => {
    const image = colourful(64, 64)
    const box = within(16, 16, 40, 40)
    const wanted = (await fill(image, grey(64, 64, box))).data
    const ids = Uint8Array.from({ length: 64 * 64 }, (_, i) => (box(i % 64, Math.floor(i / 64)) ? 1 : 0))
    const drawing = new Segmentation({ width: 64, height: 64, data: ids, labels: ['background', 'away'] })
    const visible = paint(64, 64, (x, y) => [90, 90, 90, box(x, y)])
    const small = grey(8, 8, within(2, 2, 5, 5))
    const found = [{ category: 'cat', mask: grey(64, 64, box) }]
    const file = await encodeImage(visible, 'png')
    for (const mask of [drawing, visible, found, file]) assert.deepEqual((await fill(image, mask)).data, wanted)
    const scaled = await fill(image, small)
    // The scaled mask's edge is softer, so a little more is hidden from the network.
    const filled = at(new Image({ ...image, data: wanted }), 28, 28)
    for (const [c, value] of at(scaled, 28, 28).entries()) assert.ok(Math.abs(value - filled[c]!) < 10, `${value}`)
    assert.deepEqual(at(scaled, 4, 4), at(image, 4, 4))
  })

  it('runs nothing if nothing is marked, and refuses anything but a mask', async () => {
    const image = colourful(50, 30)
    assert.deepEqual(
      (
        await fill(
          image,
          grey(50, 30, () => 9),
        )
      ).data,
      image.data,
    )
    assert.deepEqual(runs, [])
    await assert.rejects(fill(image, 'not a picture at all'), /Inpaint's mask/)
    await assert.rejects(fill(image, undefined), /Inpaint's mask/)
    await assert.rejects(fill(image, { x: 1 }), /Inpaint's mask/)
  })

  it('sees 512 × 512 pixels around the marked part, in their own size, mirrored beyond the edges', async () => {
    const picture = paint(900, 400, (x, y) => [x % 256, y % 256, (x >> 2) % 256])
    const marked = within(860, 100, 890, 140)
    for (const [id, order] of [
      ['lama', [0, 1, 2]],
      ['lama-opencv', [2, 1, 0]],
    ] as const) {
      const { outputs, tensors } = await simulate(
        `inpaint/${id}`,
        { image: picture, mask: grey(900, 400, marked) },
        () => ({ [id === 'lama' ? 'output' : '#0']: floats([1, 3, 512, 512], (i) => [10, 20, 30][order[i >> 18]!]!) }),
      )
      assert.deepEqual(
        [tensors.image!.dims, tensors.mask!.dims],
        [
          [1, 3, 512, 512],
          [1, 1, 512, 512],
        ],
      )
      const [seen, hidden] = [tensors.image!.data as Float32Array, tensors.mask!.data as Float32Array]
      // The part starts at x = 388; the 56 rows above and below it are mirrored.
      for (const [x, y] of [
        [388, 0],
        [899, 399],
        [600, 200],
      ] as const)
        for (const c of [0, 1, 2])
          assert.ok(
            Math.abs(seen[order[c]! * 512 * 512 + (y + 56) * 512 + x - 388]! - at(picture, x, y)[c]! / 255) < 1e-6,
            `${id}: ${x}, ${y}`,
          )
      const column = (y: number) => seen[order[1] * 512 * 512 + y * 512]! * 255
      assert.deepEqual([column(55), column(54), column(0)].map(Math.round), [0, 1, 55])
      assert.equal(
        hidden.reduce((sum, value) => sum + value, 0),
        30 * 40,
      )
      assert.equal(hidden[(100 + 56) * 512 + 860 - 388], 1)
      const result = outputs.output as Image
      assert.deepEqual([at(result, 870, 120), at(result, 859, 120)], [[10, 20, 30], at(picture, 859, 120)])
    }
  })

  it('sees twice the marked part, scaled down, but no more than the picture', () => {
    const size = { fit: 'around', of: 'image', mask: 'mask', width: 512, height: 512 } as const
    const part = (width: number, height: number, marked: [number, number, number, number]) => {
      const mask = grey(width / 10, height / 10, within(...marked))
      const { box } = partAround(
        size,
        new Image({ ...{ width, height, channels: 1 }, data: new Uint8Array(width * height) }),
        mask,
      )
      return [box[0] * width, box[1] * height, box[2] * width, box[3] * height].map(Math.round)
    }
    assert.deepEqual(part(4000, 3000, [100, 100, 160, 130]), [700, 550, 1900, 1750])
    assert.deepEqual(part(4000, 3000, [0, 0, 60, 30]), [0, 0, 1200, 1200])
    assert.deepEqual(part(4000, 3000, [10, 10, 390, 290]), [0, -500, 4000, 3500])
    assert.deepEqual(part(300, 200, [10, 10, 12, 12]), [-106, -156, 406, 356])
  })

  it('reports errors in a manifest with these words', () => {
    const { folder: _, ...manifest } = inpaint
    const changed = (change: (variant: Loose) => void) => {
      const copy = structuredClone(manifest)
      change(copy.variants[0] as unknown as Loose)
      return validateManifest(copy).join('\n')
    }
    assert.equal(validateManifest(manifest).join(), '')
    assert.match(
      changed(({ feeds }) => {
        feeds.image!.size.of = 'picture'
      }),
      /feed "image" names the port "picture", which doesn't exist/,
    )
    assert.match(
      changed(({ feeds }) => delete feeds.mask),
      /fetch "output" is laid over where "mask" is white, but no feed of kind "mask" reads that input/,
    )
    assert.match(
      changed(({ fetches }) => {
        fetches.output!.sizeOf = 'image'
      }),
      /takes its size from "image", which is cropped/,
    )
    assert.match(
      changed(({ feeds }) => {
        feeds.mask!.from = 'image'
        feeds.mask!.size.mask = 'nothing'
      }),
      /names the port "nothing"/,
    )
  })
})
