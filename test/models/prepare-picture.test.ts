import assert from 'node:assert/strict'
import { Kept } from '../../src/engine'
import { findVariant, loadManifests } from '../../src/models'
import { isSized } from '../../src/models/feed'
import { makeFeed, type PictureFeedSpec } from '../../src/models/picture-feed'
import { preparePicture } from '../../src/models/prepare-picture'
import { Image, Pixels, remapLabels, Segmentation } from '../../src/types'
import { countReads } from '../engine/count-reads'
import { fixturesFolder } from './support'

const [WIDTH, HEIGHT] = [203, 151]
const LABELS = Array.from({ length: 300 }, (_, id) => `label ${id}`)

/** Every way in which a bundled model or a fixture uses pictures and label maps. */
const specs = [...loadManifests(), ...loadManifests(fixturesFolder)].flatMap((model) =>
  Object.values(findVariant(model).feeds).flatMap((spec) =>
    isSized(spec) || spec.kind === 'labels' ? [spec as PictureFeedSpec] : [],
  ),
)
const different = [...new Map(specs.map((spec) => [JSON.stringify(spec), spec])).values()]

/** Numbers kept by an engine whose lanes are threads. */
function keptAs(numbers: Uint8Array | Uint16Array | Float32Array, array: Kept['array'], shown?: Uint8Array): Kept {
  const shared = new Uint8Array(new SharedArrayBuffer(numbers.byteLength))
  shared.set(new Uint8Array(numbers.buffer, numbers.byteOffset, numbers.byteLength))
  return new Kept(array, numbers.byteLength, { shared }, { shown })
}

function pictures(): [here: Image, there: Image][] {
  const size = { width: WIDTH, height: HEIGHT }
  const bytes = Uint8Array.from({ length: WIDTH * HEIGHT * 3 }, (_, i) => (i * i) % 251)
  const floats = Float32Array.from({ length: WIDTH * HEIGHT }, (_, i) => ((i * i) % 97) / 10 - 1)
  const colored = { ...size, channels: 3 } as const
  const deep = { ...size, channels: 1, range: [0, 7.5], unit: 'm' } as const
  return [
    [
      new Image({ ...colored, data: bytes }),
      new Image({ ...colored, pixels: new Pixels(keptAs(bytes, 'Uint8Array') as never) }),
    ],
    [
      new Image({ ...deep, data: floats }),
      new Image({ ...deep, pixels: new Pixels(keptAs(floats, 'Float32Array') as never) }),
    ],
  ]
}

async function maps(): Promise<[here: Segmentation, there: Segmentation][]> {
  const few = Uint8Array.from({ length: WIDTH * HEIGHT }, (_, i) => (i >> 5) % 7)
  const many = Uint16Array.from({ length: WIDTH * HEIGHT }, (_, i) => 290 + ((i >> 4) % 10))
  const [narrow, wide] = [few, many].map((data) => {
    const named = { width: WIDTH, height: HEIGHT, labels: LABELS }
    const here = new Segmentation({ ...named, data })
    const kept = keptAs(data, data === few ? 'Uint8Array' : 'Uint16Array', here.pixels.shown)
    return [here, new Segmentation({ ...named, pixels: new Pixels(kept as never) })] as const
  }) as [[Segmentation, Segmentation], [Segmentation, Segmentation]]
  const turned = [...LABELS].reverse()
  const again = async (pair: readonly Segmentation[], labels: string[]) =>
    Promise.all(pair.map((map) => remapLabels(map, labels))) as Promise<[Segmentation, Segmentation]>
  const once = await again(wide, turned)
  const some = turned.slice(0, 12) // only the labels that the map shows, so its ids fit in bytes again
  return [
    narrow,
    wide,
    once,
    await again(narrow, turned),
    await again(once, some),
    await again(await again(once, some), LABELS),
  ]
}

describe('models/prepare-picture', () => {
  const count = countReads()

  async function sameBothWays(spec: PictureFeedSpec, here: Image | Segmentation, there: Image | Segmentation) {
    const [now, later] = [await preparePicture(spec, here), await preparePicture(spec, there)]
    assert.equal(count.reads, 0)
    assert.deepEqual(later.placement, now.placement)
    const { feed } = later
    assert.ok(feed.data instanceof Kept)
    const made =
      feed.kind === 'raw'
        ? await makeFeed(feed.data.read(), JSON.parse(JSON.stringify(feed.about)))
        : { ...feed, data: feed.data.read() }
    assert.deepEqual(made, now.feed)
    count.reads = 0
  }

  it('gives the same result for pictures that stay with an engine, without reading them here', async () => {
    const taking = different.filter(({ kind }) => kind !== 'labels')
    assert.ok(taking.length > 10)
    for (const spec of taking) for (const [here, there] of pictures()) await sameBothWays(spec, here, there)
  }).timeout(120_000)

  it('gives the same result for label maps, also if their ids were replaced once or twice', async () => {
    const taking = different.filter(({ kind }) => kind === 'labels')
    assert.ok(taking.length > 0)
    for (const spec of taking) for (const [here, there] of await maps()) await sameBothWays(spec, here, there)
  }).timeout(120_000)

  it('finds the labels in a map whose ids were replaced, and reads it once', async () => {
    for (const [here, there] of await maps()) {
      assert.deepEqual([...there.pixels.shown], [...here.pixels.shown])
      assert.equal(count.reads, 0)
      assert.deepEqual(there.data, here.data)
      assert.equal(there.data, there.data)
      assert.equal(count.reads, 1)
      assert.equal(there.pixels.hash, here.pixels.hash)
      count.reads = 0
    }
  })
})
