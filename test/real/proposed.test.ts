import assert from 'node:assert/strict'
import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { registerOnnx } from '../../nodes/onnx/onnx-node'
import { createEngine, type Engine, sharedEngine } from '../../src/engine'
import { decodeImage } from '../../src/images'
import { inspectFile, type OwnManifest } from '../../src/inspect'
import { type Image, isImage, isSegmentation, type Segmentation } from '../../src/types'
import { ask, start, stop } from '../nodes/support'
import { writeLabels } from './manifests'
import { keep, needsRealModels, photosFolder, realFolder } from './support'

/** Of each network what it takes and gives, as people who know it would say: picture with range and order, or kind. */
const KNOWN: Record<string, [takes: string, ...gives: string[]]> = {
  'deeplabv3-mnv2-voc-257.onnx': ['-1..1 RGB NHWC 257×257', 'labels 21'],
  'fns-candy-winml.onnx': ['0..255 BGR NCHW 720×720', 'picture 0..255 BGR'],
  'mnist-8.onnx': ['0..255 RGB NCHW 28×28', 'category 10'],
  'prisma-portrait-seg.onnx': ['0..1 RGB NCHW 256×256', 'picture 0..1 RGB'],
  'sci-lowlight-240x320.onnx': ['0..1 RGB NCHW 320×240', 'picture 0..1 RGB'],
  'squeezenet-fp16-winml.onnx': ['caffe BGR NCHW 224×224', 'category 1000'],
  'super-resolution-10.onnx': ['0..1 RGB NCHW 224×224', 'picture 0..1 RGB'],
  'ultraface-rfb-320.onnx': ['-1..1 RGB NCHW 320×240', 'unused', 'things'],
  'yolox-nano-coco.onnx': ['0..255 BGR NCHW 416×416', 'things'],
}

describe('real networks, as proposed', function () {
  this.timeout(120_000)
  const shared = sharedEngine()
  let engine: Engine
  let folder: string
  const manifests = new Map<string, OwnManifest>()
  before(function () {
    needsRealModels(this)
    folder = mkdtempSync(join(tmpdir(), 'daisychain-proposed-'))
    engine = createEngine({ device: 'cpu', log: () => {} })
  })
  after(async () => {
    if (folder) rmSync(folder, { recursive: true, force: true })
    await engine?.close()
    await shared.close()
  })
  afterEach(stop)

  for (const [file, [takes, ...gives]] of Object.entries(KNOWN))
    it(`${file} is understood`, async () => {
      // The names of SqueezeNet's classes lie beside it, where they are looked for.
      const alone = mkdtempSync(join(folder, 'alone-'))
      cpSync(join(realFolder, file), join(alone, file))
      if (file.startsWith('squeezenet')) writeLabels(alone)
      const { manifest } = await inspectFile(join(alone, file), engine)
      manifests.set(file, manifest)
      cpSync(alone, folder, { recursive: true })
      const { inputs, outputs } = manifest.proposal
      const picture = inputs[0]?.picture
      assert.equal(`${picture?.range} ${picture?.order} ${picture?.layout} ${picture?.width}×${picture?.height}`, takes)
      const said = outputs.map(({ as, picture: given, name }) => {
        const type = manifest.outputs.flat().find((port) => port.name === name)?.type
        const labels = type?.type === 'segmentation' ? type.labels : type?.type === 'category' ? type.oneOf : undefined
        return labels ? `${as} ${labels.length}` : given ? `${as} ${given.range} ${given.order}` : as
      })
      assert.deepEqual(said, gives)
    })

  /** Sends a picture through a `daisychain-onnx` node with the proposed manifest. */
  async function run(file: string, payload: unknown) {
    const node = { id: 'n', type: 'daisychain-onnx', file: join(folder, file), manifest: manifests.get(file) }
    await start([node], [], [(RED) => registerOnnx(RED, [])])
    const [where, msg] = await ask('n', { payload })
    assert.equal(where, 'out', msg.error?.message)
    return msg
  }
  const photo = (name: string) => join(photosFolder, name)
  const mean = ({ data }: Image) => Array.from(data).reduce((sum, byte) => sum + byte, 0) / data.length

  it('SCI lights up a dark photograph', async () => {
    const dark = await sharp(photo('coffee.jpg')).linear(0.25, 0).jpeg({ quality: 95 }).toBuffer()
    const before = await decodeImage(dark)
    const { payload } = await run('sci-lowlight-240x320.onnx', dark)
    assert.ok(isImage(payload))
    await keep('proposed sci', payload)
    assert.deepEqual([payload.width, payload.height], [before.width, before.height])
    assert.ok(mean(payload) > 1.5 * mean(before), `${mean(before)} → ${mean(payload)}`)
  })

  it('SqueezeNet names a cat', async () => {
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

  it('Candy paints, and super-resolution enlarges in colour', async () => {
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
      const node = { id: 'n', type: 'daisychain-onnx', file: join(folder, file), manifest: manifests.get(file) }
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
