import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import sharp from 'sharp'
import { registerOnnx } from '../../nodes/onnx/onnx-node'
import { createEngine, type Engine, sharedEngine } from '../../src/engine'
import { decodeImage } from '../../src/images'
import { LIMITS, type Proposal, proposalOf, type UserManifest } from '../../src/inspect'
import { proposeHere } from '../../src/inspect/propose-here'
import { findVariant, runModel } from '../../src/models'
import type { Instance } from '../../src/models/tasks/detect'
import { type Image, isImage, isSegmentation, type Segmentation } from '../../src/types'
import { ask, start, stop } from '../nodes/support'
import { keep, needsRealModels, photosFolder, realFolder } from './support'
import { found, sayings, sureness, verdictOf } from './truth'

/** More photographs than fit in the repository. */
const sharedPhotos = resolve(process.env.DAISYCHAIN_PHOTOS ?? join(realFolder, '../photos'))

type Outputs = Record<string, unknown>

const mean = ({ data }: Pick<Image, 'data'>) => Array.from(data).reduce((sum, byte) => sum + byte, 0) / data.length
const first = (outputs: Outputs) => Object.values(outputs)[0]
const things = ({ instances }: Outputs) => instances as Instance[]

/**
 * The results of networks with their proposals unchanged: file, photograph, the expectation in words, and its
 * check.
 */
const RESULTS: [file: string, photo: string, what: string, isRight: (outputs: Outputs, picture: Image) => boolean][] = [
  ['mesonet.onnx', 'meso-df.jpg', 'doubts a made face', (out) => (first(out) as number) < 0.2],
  ['mesonet.onnx', 'meso-real.jpg', 'believes a real one', (out) => (first(out) as number) > 0.9],
  [
    'compact-2x-nomosuni.onnx',
    'banana-fresh.png',
    'doubles a picture, whatever its sides',
    (out, { width, height }) =>
      isImage(first(out)) && (first(out) as Image).width === 2 * width && (first(out) as Image).height === 2 * height,
  ],
  [
    'fns-candy-nc8-256.onnx',
    'coffee.jpg',
    'paints',
    (out) => mean(first(out) as Image) > 60 && mean(first(out) as Image) < 220,
  ],
  [
    'scrfd-500m-bnkps.onnx',
    'obama.jpg',
    'finds a face, with its points',
    (out) => things(out).length > 0 && things(out)[0]?.landmarks?.length === 5,
  ],
  ['scrfd-500m-bnkps.onnx', 'faces1.jpg', 'finds many faces', (out) => things(out).length > 8],
  ['scrfd-500m-bnkps.onnx', 'coffee.jpg', 'finds no face in a cup', (out) => things(out).length === 0],
  [
    'mlsd-lines-320-tiny.onnx',
    'room.jpg',
    'finds lines',
    (out) => things(out).length > 4 && things(out).every(({ landmarks }) => landmarks?.length === 2),
  ],
  [
    'zero-dce-lowlight.onnx',
    'dark22.png',
    'lights a dark picture up',
    (out, picture) => mean(first(out) as Image) > 1.4 * mean(picture),
  ],
  [
    'skin-clothes-hair-pan.onnx',
    'obama.jpg',
    'gives three masks that are not the same',
    (out) => new Set(Object.values(out).map((mask) => Math.round(mean(mask as Image)))).size === 3,
  ],
  [
    'mp-palm-detection-lite.onnx',
    'hand.png',
    'finds a hand, with seven points',
    (out) => things(out)[0]?.landmarks?.length === 7,
  ],
  [
    'mp-face-detection-short.onnx',
    'astronaut.jpg',
    'finds a face, with six points',
    (out) => things(out)[0]?.landmarks?.length === 6,
  ],
  [
    'super-color.onnx',
    'vermont.jpg',
    'colours without a red cast',
    (out) => isImage(first(out)) && redness(first(out) as Image) < 40,
  ],
]

/** How much redder than green or blue the picture is. */
function redness({ data }: Image): number {
  let sum = 0
  for (let i = 0; i < data.length; i += 3)
    sum += (data[i] as number) - ((data[i + 1] as number) + (data[i + 2] as number)) / 2
  return sum / (data.length / 3)
}

describe('real networks with their proposals', function () {
  this.timeout(120_000)
  const shared = sharedEngine()
  let engine: Engine
  const manifests = new Map<string, UserManifest>()
  before(function () {
    needsRealModels(this)
    engine = createEngine({ device: 'cpu', log: () => {} })
  })
  after(async () => {
    await engine?.close()
    await shared.close()
  })
  afterEach(stop)

  for (const { truth, path } of found())
    it(`${truth.file} is understood untouched, or asks the one question`, async () => {
      const { manifest } = await proposeHere(path, engine, LIMITS.run)
      manifests.set(truth.file, manifest)
      const proposal = proposalOf(manifest) as Proposal
      assert.notEqual(verdictOf(proposal, truth), 'wrong', JSON.stringify(sayings(proposal)))
      if (sureness(proposal) === 'certain') assert.equal(verdictOf(proposal, truth), 'right')
    })

  for (const [file, photo, what, isRight] of RESULTS)
    it(`${file} ${what}`, async () => {
      const manifest = manifests.get(file)
      const path = join(sharedPhotos, photo)
      if (!manifest || !existsSync(path)) return console.log(`      skipped: there is no ${path}`)
      const model = { ...manifest, folder: realFolder }
      const { outputs } = await runModel(model, findVariant(model), { [model.inputs[0]?.name ?? '']: path }, engine)
      for (const [name, value] of Object.entries(outputs)) await keep(`proposed ${file} ${photo} ${name}`, value)
      const picture = await decodeImage({ path })
      assert.ok(isRight(outputs, picture), JSON.stringify(outputs).slice(0, 300))
    })

  /** Sends a picture through a `daisychain-onnx` node with the proposed manifest. */
  async function run(file: string, payload: unknown) {
    const node = { id: 'n', type: 'daisychain-onnx', file: join(realFolder, file), manifest: manifests.get(file) }
    await start([node], [], [(RED) => registerOnnx(RED, [])])
    const [where, msg] = await ask('n', { payload })
    assert.equal(where, 'out', msg.error?.message)
    return msg
  }
  const photo = (name: string) => join(photosFolder, name)

  it('SCI brightens a dark photograph', async () => {
    const dark = await sharp(photo('coffee.jpg')).linear(0.25, 0).jpeg({ quality: 95 }).toBuffer()
    const before = await decodeImage(dark)
    const { payload } = await run('sci-lowlight-240x320.onnx', dark)
    assert.ok(isImage(payload))
    await keep('proposed sci', payload)
    assert.deepEqual([payload.width, payload.height], [before.width, before.height])
    assert.ok(mean(payload) > 1.5 * mean(before), `${mean(before)} → ${mean(payload)}`)
  })

  it('SqueezeNet recognises a cat', async () => {
    const { payload, score } = await run('squeezenet-fp16-winml.onnx', photo('cat.jpg'))
    assert.match(String(payload), /tabby|tiger cat|Egyptian cat/)
    assert.ok((score as number) > 0.2 && (score as number) <= 1, `${score}`)
  })

  it('MNIST reads a digit, white on black', async () => {
    const ink =
      '<svg xmlns="http://www.w3.org/2000/svg" width="100" height="100"><rect width="100" height="100"/><path d="M30 36 C34 14 70 16 66 40 C63 54 38 66 30 78 L72 77" fill="none" stroke="#fff" stroke-width="8"/></svg>'
    const { payload } = await run('mnist-8.onnx', await sharp(Buffer.from(ink)).png().toBuffer())
    assert.equal(payload, '2')
  })

  it('DeepLab finds the astronaut', async () => {
    const { payload } = await run('deeplabv3-mnv2-voc-257.onnx', photo('astronaut.jpg'))
    assert.ok(isSegmentation(payload))
    const map = payload as Segmentation
    const person = map.labels.indexOf('person')
    const share = Array.from(map.data).filter((id) => id === person).length / map.data.length
    assert.ok(share > 0.2 && share < 0.8, `${share}`)
  })

  it('the portrait network cuts the astronaut out', async () => {
    const { payload } = await run('prisma-portrait-seg.onnx', photo('astronaut.jpg'))
    assert.ok(isImage(payload))
    await keep('proposed prisma', payload)
    const at = (x: number, y: number) =>
      payload.data[Math.floor(y * payload.height) * payload.width + Math.floor(x * payload.width)] as number
    assert.ok(at(0.45, 0.6) > 200 && at(0.05, 0.05) < 60, `${at(0.45, 0.6)} ${at(0.05, 0.05)}`)
  })

  it('Candy paints, and super-resolution enlarges, in colour', async () => {
    const painted = (await run('fns-candy-winml.onnx', photo('coffee.jpg'))).payload
    await keep('proposed candy', painted)
    assert.ok(isImage(painted) && mean(painted) > 60 && mean(painted) < 220)
    await stop()
    const small = await sharp(photo('cat.jpg')).resize(150).jpeg({ quality: 95 }).toBuffer()
    const { payload } = await run('super-resolution-10.onnx', small)
    await keep('proposed super-resolution', payload)
    assert.ok(isImage(payload))
    assert.deepEqual([payload.width, payload.channels], [450, 3])
  })

  it('detectors find the astronaut, and her face', async () => {
    for (const [file, category] of [
      ['yolox-nano-coco.onnx', 'person'],
      ['ultraface-rfb-320.onnx', 'thing'],
    ] as const) {
      const node = { id: 'n', type: 'daisychain-onnx', file: join(realFolder, file), manifest: manifests.get(file) }
      await start(
        [
          { ...node, wires: [['framed'], ['out']] },
          { id: 'framed', type: 'helper' },
        ],
        [],
        [(RED) => registerOnnx(RED, [])],
      )
      const [where, msg] = await ask('n', { payload: photo('astronaut.jpg') })
      assert.equal(where, 'out', msg.error?.message)
      const [best] = msg.payload as { category: string; score: number; box: number[] }[]
      assert.equal(best?.category, category)
      const [left, top, right, bottom] = best.box as [number, number, number, number]
      const [x, y] = [(left + right) / 2, (top + bottom) / 2]
      assert.ok(x > 0.3 && x < 0.6 && y > (category === 'thing' ? 0.1 : 0.3) && y < 0.75, `${best.box}`)
      await stop()
    }
  })
})
