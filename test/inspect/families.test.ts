import assert from 'node:assert/strict'
import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { createEngine, type Engine } from '../../src/engine'
import { inspectFile } from '../../src/inspect'
import { outputKinds, withOutputKind } from '../../src/inspect/correct'
import { manifestOf } from '../../src/inspect/manifest-of'
import { runModel, validateManifest } from '../../src/models'
import { Image, isImage } from '../../src/types'

/** A detection. */
interface Found {
  category: string
  score: number
  box: number[]
  mask?: Image
  landmarks?: [number, number][]
  landmark_scores?: number[]
}

/** Left, top, right and bottom of a mask's white pixels; all pixels in between must be white. */
function extent(mask?: Image): number[] {
  assert.ok(mask)
  const white = [...mask.data.keys()].filter((i) => mask.data[i] === 255)
  const [x, y] = [white.map((i) => i % mask.width), white.map((i) => Math.floor(i / mask.width))]
  const box = [Math.min(...x), Math.min(...y), Math.max(...x) + 1, Math.max(...y) + 1] as const
  assert.equal(white.length, (box[2] - box[0]) * (box[3] - box[1]))
  return [...box]
}

const fixture = (name: string) => resolve(__dirname, '../../../test/fixtures/inspect', `${name}.onnx`)

/** The proposal for each family's tiny fixture: its inputs, and its outputs except those left out. */
const PROPOSED: Record<string, [takes: string[], gives: string[]]> = {
  'mixed-layout': [['picture NCHW RGB 0..1'], ['picture NHWC RGB 0..1']],
  stack: [['picture NCHW RGB 0..1'], ['picture NHWC RGB 0..1 from 4']],
  'four-labels': [['picture NHWC BGR 0..255'], ['labels 4']],
  'raw-mask': [['picture NCHW RGB 0..1'], ['picture NCHW RGB logits']],
  'made-for-bytes': [['picture NCHW BGR caffe'], ['category 7']],
  learnt: [['picture NCHW RGB -1..1'], ['category 7']],
  priors: [['picture NCHW RGB -1..1'], ['things face']],
  'priors-with-points': [['picture NCHW BGR 0..255'], ['things face']],
  distances: [['picture NCHW BGR imagenet'], ['things 0,1,2']],
  'distances-joined': [['picture NCHW BGR imagenet'], ['things 0,1,2']],
  'one-grid': [['picture NCHW BGR 0..1'], ['things 0,1,2']],
  anchors: [['picture NCHW RGB -1..1'], ['things face']],
  'any-size-faces': [['picture NCHW BGR 0..255'], ['things face']],
  poses: [['picture NCHW RGB 0..1'], ['things person']],
  bodies: [['picture NCHW RGB 0..1'], ['things person']],
  'poses-chosen': [['picture NCHW RGB 0..1'], ['things bird']],
  crowd: [['picture NHWC RGB 0..255'], ['things person']],
  peaks: [['picture NCHW RGB imagenet'], ['points 17']],
  'peaks-last': [['picture NHWC RGB imagenet'], ['points 5']],
  middles: [['picture NCHW BGR imagenet'], ['things 17 names']],
  'middles-of-faces': [['picture NCHW RGB 0..255'], ['things face']],
  'points-among-others': [['picture NCHW RGB 0..1'], ['points 39', 'numbers']],
  'points-behind-others': [['picture NCHW RGB 0..1'], ['points 68']],
  'peaks-in-rows': [['picture NCHW RGB imagenet'], ['points 17']],
  'chosen-rows': [['picture NCHW RGB 0..1'], ['things cat,dog']],
  'whole-masks': [['picture NCHW RGB imagenet'], ['things 80 names']],
  'rows-and-labels': [['picture NCHW BGR imagenet'], ['things 80 names']],
  turned: [['picture NCHW RGB 0..1'], ['things car,boat']],
  'turned-chosen': [['picture NCHW RGB 0..1'], ['things car,boat']],
  heads: [['picture NCHW RGB 0..1'], ['things 0,1']],
  'heads-last': [['picture NHWC RGB 0..1'], ['things 0,1']],
  'heads-squared': [['picture NCHW RGB 0..1'], ['things 0,1']],
  'heads-tiny': [['picture NCHW RGB 0..1'], ['things 0,1']],
  'yolo-one-head': [['picture NCHW RGB 0..1'], ['things 0,1']],
  'yolo-joined': [['picture NCHW BGR 0..1'], ['things 0,1']],
  'raw-efficientdet': [['picture NCHW RGB imagenet'], ['things 80 names']],
  'raw-retinanet': [['picture NCHW RGB imagenet'], ['things 80 names']],
  'raw-ssd': [['picture NCHW RGB caffe'], ['things 80 names']],
  'mixed-masks': [['picture NCHW RGB 0..1'], ['things cat,dog']],
  'mixed-masks-before': [['picture NCHW RGB 0..1'], ['things 0,1']],
  'mixed-masks-chosen': [['picture NCHW RGB 0..1'], ['things cat,dog']],
  'box-masks': [['picture NCHW RGB 0..1'], ['things cat,dog']],
  'two-anchors': [['picture NCHW RGB -1..1'], ['things face']],
  'chosen-boxes': [['picture NCHW RGB 0..1'], ['things 80 names']],
  lightness: [['picture NCHW RGB custom'], ['colors NCHW RGB 0..255']],
  'two-planes': [['picture NCHW RGB 0..1'], ['labels 2']],
  'side-masks': [['picture NCHW BGR caffe'], ['picture NCHW RGB logits']],
  'in-between': [['picture NCHW RGB 0..1', 'picture NCHW RGB 0..1', 'number'], ['picture NCHW RGB 0..1']],
  'rows-of-sound': [['numbers'], ['numbers']],
  'face-points': [['picture NCHW RGB 0..1'], ['points 68']],
  'body-points': [['picture NHWC RGB 0..255'], ['points 17']],
  'recurrent-steps': [
    ['numbers', 'state < tf_op_layer_stack_5'],
    ['numbers', 'state'],
  ],
  caches: [
    ['numbers', 'state < conv_cache_out'],
    ['numbers', 'state'],
  ],
  agent: [
    ['numbers', 'state < state_outs'],
    ['numbers', 'state'],
  ],
  sound: [['numbers'], ['numbers']],
  'class-number': [['numbers', 'number'], ['number']],
  'points-and-features': [['picture NCHW RGB 0..1'], ['points 106']],
  edges: [['numbers', 'numbers'], ['numbers']],
  'words-out': [['numbers'], ['category no,yes']],
}

describe('proposals for networks as exporters arrange them', () => {
  let engine: Engine
  before(() => {
    engine = createEngine({ device: 'cpu', log: () => {} })
  })
  after(() => engine.close())

  for (const [name, [takes, gives]] of Object.entries(PROPOSED))
    it(name, async () => {
      const { manifest } = await inspectFile(fixture(name), engine)
      const { inputs, outputs } = manifest.proposal
      const picture = (each: { picture?: { layout: string; order: string; range: string; first?: number } }) =>
        each.picture
          ? ` ${each.picture.layout} ${each.picture.order} ${each.picture.range}${each.picture.first ? ` from ${each.picture.first}` : ''}`
          : ''
      const taken = inputs.map((input) =>
        input.as === 'state' ? `state < ${input.of}` : `${input.as}${picture(input)}`,
      )
      const listed = (manifest.variants[0]?.settings?.names ?? []) as string[]
      const names = listed.length > 9 ? `${listed.filter(Boolean).length} names` : listed
      const given = outputs
        .filter(({ as }) => as !== 'unused')
        .map((output) => {
          const type = manifest.outputs.flat().find((port) => port.name === output.name)?.type
          if (output.as === 'things') return `things ${names}`
          if (type?.type === 'segmentation') return `labels ${type.labels?.length}`
          if (type?.type === 'image_landmarks') return `points ${type.length}`
          if (type?.type === 'category') return `category ${output.tensor === 'y' ? type.oneOf?.length : type.oneOf}`
          return `${output.as}${picture(output)}`
        })
      assert.deepEqual([taken, given], [takes, gives])
      for (const { why } of [...inputs, ...outputs]) assert.match(why, /^[A-Z].*\.$/)
      if (name === 'edges') assert.ok(inputs.every(({ why }) => !why.includes('words')))
      assert.deepEqual(validateManifest({ ...manifest, node: 'daisychain-test' }), [])
    })

  /** Runs the proposal on a picture, or on `given`. */
  async function run(name: string, given?: Record<string, unknown>, memory = new Map()): Promise<unknown[]> {
    const { manifest, path } = await inspectFile(fixture(name), engine)
    const model = { ...manifest, folder: resolve(path, '..') }
    const [variant] = model.variants
    assert.ok(variant)
    const side = new Image({ width: 64, height: 64, channels: 3, data: new Uint8Array(64 * 64 * 3).fill(80) })
    const { outputs } = await runModel(model, variant, given ?? { [manifest.inputs[0]?.name ?? '']: side }, engine, {
      state: memory,
    })
    return Object.values(outputs)
  }

  /** The one thing in the picture: its category, score, and box in pixels of 64. */
  const THINGS: Record<string, [category: string, score: number, box: number[], points?: number[]]> = {
    priors: ['face', 1, [0, 0, 64, 64]],
    'priors-with-points': ['face', 0.9, [0, 0, 64, 64], [32, 32]],
    distances: ['1', 1, [19.5, 19.5, 51.5, 51.5]],
    'distances-joined': ['1', 0.9, [16, 16, 48, 48]],
    'one-grid': ['1', 0.9, [16, 16, 48, 48]],
    'two-anchors': ['face', 0.9, [16, 16, 48, 48], [32, 32]],
    'chosen-boxes': ['car', 0.9, [16, 16, 48, 48]],
    anchors: ['face', 1, [16, 16, 48, 48], [32, 32]],
    'any-size-faces': ['face', 1, [16, 16, 48, 48], [32, 32]],
    poses: ['person', 0.9, [16, 16, 48, 48], [32, 32]],
    bodies: ['person', 0.9, [16, 16, 48, 48], [20, 30]],
    'poses-chosen': ['bird', 0.9, [16, 16, 48, 48], [32, 32]],
    crowd: ['person', 0.9, [16, 16, 32, 48], [20, 30]],
    'chosen-rows': ['dog', 0.9, [16, 16, 48, 48]],
    'whole-masks': ['car', 0.9, [16, 16, 48, 48]],
    'rows-and-labels': ['car', 0.9, [16, 16, 48, 48]],
    heads: ['1', 0.9, [8, 8, 40, 40]],
    'heads-last': ['1', 0.9, [14.7, 14.7, 46.7, 46.7]],
    'heads-squared': ['1', 0.9, [8, 8, 40, 40]],
    'heads-tiny': ['1', 0.9, [8, 8, 40, 40]],
    'yolo-one-head': ['1', 0.9, [0, 32, 32, 64]],
    'yolo-joined': ['1', 0.9, [21.1, 14.3, 58.9, 64]],
    'raw-efficientdet': ['car', 0.9, [16, 16, 48, 48]],
    'raw-retinanet': ['car', 0.9, [16, 16, 48, 48]],
    'raw-ssd': ['car', 1, [20.2, 20.2, 41.3, 41.3]],
    middles: ['1', 0.9, [18, 21, 50, 45]],
    'middles-of-faces': ['face', 0.9, [24, 19, 48, 51], [30, 35]],
  }
  for (const [name, [category, score, box, point]] of Object.entries(THINGS))
    it(`${name} finds what is there`, async () => {
      const found = (await run(name)).find(Array.isArray) as Found[]
      assert.equal(found.length, 1)
      const [thing] = found
      assert.equal(thing?.category, category)
      assert.ok(Math.abs((thing?.score ?? 0) - score) < 0.02, `${thing?.score}`)
      assert.deepEqual(
        thing?.box.map((share) => Math.round(share * 640) / 10),
        box,
      )
      if (point)
        assert.deepEqual(
          thing?.landmarks?.[0]?.map((share) => Math.round(share * 64)),
          point,
        )
    })

  for (const name of ['mixed-masks', 'mixed-masks-before', 'mixed-masks-chosen', 'box-masks'])
    it(`${name} cut out what is there`, async () => {
      const { manifest } = await inspectFile(fixture(name), engine)
      const type = manifest.outputs[1]?.[0]?.type
      assert.ok(type?.type === 'array' && type.itemType.type === 'record')
      assert.deepEqual(type.itemType.fields.mask, { type: 'image', channels: 1 })
      const things = manifest.proposal.outputs.find(({ as }) => as === 'things')
      assert.match(things?.why ?? '', /2 kinds of things, each with its mask; /)
      assert.match(manifest.proposal.notes.join(' '), /the list of what was found, with scores, boxes and masks\./)
      // Twice as wide as high, so the borders must be removed again.
      const wide = new Image({ width: 128, height: 64, channels: 3, data: new Uint8Array(128 * 64 * 3).fill(80) })
      const names = manifest.variants[0]?.settings?.names as string[]
      const [output, found] = (await run(name, { [manifest.inputs[0]?.name ?? '']: wide })) as [Image, Found[]]
      assert.deepEqual(
        found.map(({ category, box, mask }) => [category, box, extent(mask)]),
        [
          [names[1], [0.25, 0, 0.75, 1], [32, 0, 64, 64]],
          [names[0], [0.125, 0, 0.375, 0.5], [16, 0, 48, 32]],
        ],
      )
      // Where there is a thing, its colour is mixed into the picture.
      const at = (x: number, y: number) => [...output.data.subarray((y * 128 + x) * 3, (y * 128 + x) * 3 + 3)]
      assert.notDeepEqual(at(50, 50), [80, 80, 80])
      assert.deepEqual(at(80, 50), [80, 80, 80])
    })

  it('points are in the right place, whichever side comes first', async () => {
    for (const name of ['face-points', 'body-points']) {
      const [points] = (await run(name)) as [number[][]]
      assert.deepEqual([name, points[3]?.map((share) => Math.round(share * 100))], [name, [25, 75]])
    }
  })

  it('points are found among other numbers, and from −1 to 1', async () => {
    for (const [name, count, place] of [
      ['points-among-others', 39, [25, 75]],
      ['points-behind-others', 68, [25, 75]],
    ] as const) {
      const [points] = (await run(name)) as [number[][]]
      assert.deepEqual([points.length, points[3]?.map((share) => Math.round(share * 100))], [count, place], name)
    }
  })

  it('heads show whose anchors they use, and a manifest can have others', async () => {
    const kinds = {
      heads: 'v3',
      'heads-last': 'v4',
      'heads-squared': 'v5',
      'heads-tiny': 'v4-tiny',
      'yolo-one-head': 'v2',
    }
    for (const [name, kind] of Object.entries(kinds)) {
      const { manifest } = await inspectFile(fixture(name), engine)
      const [things] = manifest.proposal.outputs
      assert.match(
        things?.why ?? '',
        new RegExp(`\\(YOLO${kind} without its last steps\\).*those of YOLO${kind} are used;`),
      )
      assert.equal(things?.confidence, 'guess')
    }
    const { manifest, path } = await inspectFile(fixture('heads'), engine)
    const [variant] = manifest.variants
    assert.ok(variant?.settings)
    const found = async (anchors: number[][]) => {
      const changed = { ...variant, settings: { ...variant.settings, anchors } }
      const { outputs } = await runModel(
        { ...manifest, folder: resolve(path, '..') },
        changed,
        { image: new Image({ width: 64, height: 64, channels: 3, data: new Uint8Array(64 * 64 * 3) }) },
        engine,
      )
      return (outputs.instances as Found[])[0]?.box.map((share) => Math.round(share * 64))
    }
    const [fine, , coarse] = variant.settings.anchors as [number[], number[], number[]]
    assert.deepEqual(await found([fine, [1, 1, 31, 22.5, 1, 1], coarse]), [16, 16, 32, 32])
    await assert.rejects(found([fine, [1, 1, 2, 2], coarse]), /doesn't match 2 anchors in 4 × 4 cells/)
  })

  it('masks of the whole picture may be raw, and end in the right place', async () => {
    const { manifest } = await inspectFile(fixture('whole-masks'), engine)
    assert.equal(manifest.proposal.inputs[0]?.picture?.fit, 'stretch')
    assert.match(manifest.proposal.outputs[0]?.why ?? '', /\(RF-DETR\) .* each with its mask;/)
    const wide = new Image({ width: 128, height: 64, channels: 3, data: new Uint8Array(128 * 64 * 3).fill(80) })
    const [, [thing]] = (await run('whole-masks', { image: wide })) as [Image, [Found]]
    assert.deepEqual(
      [thing.box, extent(thing.mask)],
      [
        [0.25, 0.25, 0.75, 0.75],
        [0, 0, 64, 64],
      ],
    )
  })

  it('rotated boxes have corners, and hide only what is beneath them', async () => {
    for (const name of ['turned', 'turned-chosen']) {
      const { manifest } = await inspectFile(fixture(name), engine)
      assert.match(
        manifest.proposal.outputs[0]?.why ?? '',
        /2 kinds of things, each with the corners of its rotated box;/,
      )
      assert.match(JSON.stringify(manifest.outputs[1]), /"corner 4","corner 1"\]\]/)
      const [, found] = (await run(name)) as [Image, Found[]]
      assert.deepEqual(
        found.map(({ category, score }) => [category, score.toFixed(1)]),
        [
          ['boat', '0.9'],
          ['boat', '0.7'],
        ],
      )
      const [boat] = found
      // Corners 20 by 3 pixels from the centre, along and across a line from the upper left to the lower
      // right.
      const [near, far] = [17 / Math.SQRT2, 23 / Math.SQRT2]
      const corners = [
        [-near, -far],
        [far, near],
        [near, far],
        [-far, -near],
      ].map((corner) => corner.map((way) => ((32 + way) / 64).toFixed(4)))
      assert.deepEqual(
        boat?.landmarks?.map((corner) => corner.map((share) => share.toFixed(4))),
        corners,
      )
      assert.deepEqual(
        boat?.box.map((share) => share.toFixed(4)),
        [-far, -far, far, far].map((way) => ((32 + way) / 64).toFixed(4)),
      )
    }
  })

  it('points of detections have names, scores and lines between them', async () => {
    for (const name of ['bodies', 'crowd']) {
      const { manifest } = await inspectFile(fixture(name), engine)
      const type = manifest.outputs[1]?.[0]?.type
      assert.ok(type?.type === 'array' && type.itemType.type === 'record')
      const { landmarks, landmark_scores } = type.itemType.fields
      assert.ok(landmarks?.type === 'image_landmarks')
      assert.deepEqual([landmarks.labels?.[9], landmarks.connections?.length], ['left wrist', 17])
      assert.deepEqual(landmark_scores, { type: 'vector', length: 17 })
      assert.match(manifest.proposal.notes.join(' '), /the list of what was found, with scores, boxes and points\./)
      const [output, [found]] = (await run(name)) as [Image, [Found]]
      assert.deepEqual(
        found.landmark_scores?.map((score) => score.toFixed(1)),
        ['0.2', ...Array(16).fill('0.8')],
      )
      assert.deepEqual(
        found.landmarks?.[16]?.map((share) => Math.round(share * 64)),
        [36, 46],
      )
      // The first point has a low score and isn't drawn; the line from the left hip to the left knee is.
      const at = (x: number, y: number) => output.data[(y * 64 + x) * 3]
      assert.deepEqual([at(18, 28), at(32, 42) === 80], [80, false])
    }
    const { manifest } = await inspectFile(fixture('poses-chosen'), engine)
    const fields = JSON.stringify(manifest.outputs[1]?.[0]?.type)
    assert.match(fields, /"length":2,"labels":\["beak","left wing"\]\}/)
  })

  it('points are where heat maps are brightest', async () => {
    const wide = new Image({ width: 128, height: 64, channels: 3, data: new Uint8Array(128 * 64 * 3).fill(80) })
    for (const [name, score] of [
      ['peaks', 0.9],
      ['peaks-last', 0.9],
      ['peaks-in-rows', 0.7],
    ] as const) {
      const { manifest } = await inspectFile(fixture(name), engine)
      const [point, scores] = (await run(name, { [manifest.inputs[0]?.name ?? '']: wide })) as [number[][], number[]]
      // In the letterbox of 48 x 64, the picture is 48 x 24, 20 pixels from the top; there, the point is at
      // (13, 27).
      assert.deepEqual([name, ...(point[4] ?? [])].map(String), [name, 13 / 48, 7 / 24].map(String))
      assert.ok(Math.abs((scores[4] ?? 0) - score) < 1e-6)
      assert.equal(scores.length, point.length)
      const [ports = []] = manifest.outputs
      assert.deepEqual(
        ports.map(({ property, type }) => [property, type.type]),
        [
          ['payload', 'image_landmarks'],
          ['scores', 'vector'],
        ],
      )
    }
  })

  it('masks of the whole picture are returned with the detections', async () => {
    const { manifest } = await inspectFile(fixture('things-and-masks'), engine)
    const ports = manifest.outputs.map(([port]) => port?.name)
    assert.deepEqual(ports, ['output', 'instances', 'road_seg_1', 'road_seg_2'])
    assert.match(
      manifest.proposal.notes.join(' '),
      /gets four outputs: .* scores and boxes; then road_seg_1, road_seg_2\./,
    )
    assert.deepEqual(validateManifest({ ...manifest, node: 'daisychain-test' }), [])
    const path = resolve(fixture('things-and-masks'), '..')
    const model = { ...manifest, folder: path }
    // The upper half is white. The picture is wider than high, so it is padded, and the masks must not be.
    const data = Uint8Array.from({ length: 128 * 64 * 3 }, (_, i) => (i < 128 * 32 * 3 ? 255 : 0))
    const image = new Image({ width: 128, height: 64, channels: 3, data })
    const { outputs } = await runModel(model, model.variants[0] as (typeof model.variants)[0], { image }, engine)
    const [bright, dark] = [outputs.road_seg_1, outputs.road_seg_2] as [Image, Image]
    assert.equal((outputs.instances as Found[]).length, 1)
    assert.deepEqual([bright.width, bright.height], [128, 64])
    const at = ({ data, width }: Image, y: number) => data[y * width + 60] as number
    assert.ok(at(bright, 8) > 250 && at(bright, 56) < 5 && at(dark, 8) < 5 && at(dark, 56) > 250)
  })

  it('a body from MoveNet has scores too', async () => {
    const { manifest } = await inspectFile(fixture('body-points'), engine)
    assert.equal(manifest.proposal.inputs[0]?.picture?.fit, 'letterbox')
    const [, scores] = (await run('body-points')) as [unknown, number[]]
    assert.ok(Math.abs((scores[3] ?? 0) - 0.9) < 1e-6)
  })

  it('a picture is colourised, and keeps its lightness and size', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'daisychain-colors-'))
    try {
      // Only its name distinguishes it from a network that separates the foreground.
      const renamed = join(folder, 'ddcolor_modelscope.onnx')
      cpSync(fixture('two-planes'), renamed)
      // Green, as light as the red of the fixture.
      const green = Uint8Array.from({ length: 40 * 20 * 3 }, (_, i) => (i % 3 === 1 ? 148 : 0))
      const image = new Image({ width: 40, height: 20, channels: 3, data: green })
      for (const path of [fixture('lightness'), renamed]) {
        const { manifest } = await inspectFile(path, engine)
        const [input] = manifest.inputs
        const { inputs, outputs } = manifest.proposal
        assert.deepEqual(validateManifest({ ...manifest, node: 'daisychain-test' }), [])
        assert.deepEqual([input?.type, outputs[0]?.as], [{ type: 'image' }, 'colors'])
        assert.match(inputs[0]?.why ?? '', /^[^;]*;.* the network colours it, .*\.$/)
        const model = { ...manifest, folder: resolve(path, '..') }
        const [variant] = model.variants
        assert.ok(variant)
        const made = await runModel(model, variant, { [input?.name ?? '']: image }, engine)
        const [colored] = Object.values(made.outputs) as [Image]
        assert.equal(`${colored}`, 'image 40×20 RGB')
        const [red = 0, green = 0, blue = 0] = colored.data
        assert.ok(red > 245 && green < 20 && blue < 20, `${red} ${green} ${blue}`)
      }
    } finally {
      rmSync(folder, { recursive: true })
    }
  })

  it('an output can be changed to colours and back, and the picture is passed accordingly', async () => {
    const { manifest } = await inspectFile(fixture('two-planes'), engine)
    const [output] = manifest.proposal.outputs
    assert.ok(output && outputKinds(output, true).includes('colors'))
    const colored = withOutputKind(manifest.proposal, 'output', 'colors')
    assert.deepEqual([colored.inputs[0]?.picture?.lightness, colored.inputs[0]?.picture?.range], [true, '0..1'])
    const made = manifestOf(colored, { file: 'a.onnx', bytes: 1, sha256: 'a'.repeat(64), label: 'a' })
    assert.deepEqual(validateManifest(made), [])
    assert.deepEqual(made.variants[0]?.fetches.output, { kind: 'colors', to: 'output', of: 'input' })
    const back = withOutputKind(colored, 'output', 'labels')
    assert.equal(back.inputs[0]?.picture?.lightness, undefined)
  })

  it('of several stacked pictures the last one is shown', async () => {
    const [picture] = await run('stack')
    assert.ok(isImage(picture))
    assert.deepEqual([picture.width, picture.channels, picture.data[0]], [64, 3, 20])
  })

  it('raw scores become a mask', async () => {
    const [mask] = await run('raw-mask')
    assert.ok(isImage(mask))
    assert.equal(mask.data[0], Math.round(255 / (1 + Math.exp(-80 / 255))))
  })

  it('memory without a telling name is carried', async () => {
    const memory = new Map()
    const once = async () =>
      ((await run('recurrent-steps', { input_4: [1, 1, 1] }, memory))[0] as Float32Array)[0] as number
    const [first, second] = [await once(), await once()]
    assert.ok(second > first, `${first} ${second}`)
  })

  it('outputs of words are left out, and reported', async () => {
    const { manifest, outputs } = await inspectFile(fixture('words-out'), engine)
    assert.deepEqual(
      outputs.map(({ name }) => name),
      ['probabilities'],
    )
    assert.match(manifest.proposal.notes.join(' '), /output "label" isn't a tensor of numbers, and is left out/)
    const [category, score] = await run('words-out', { float_input: [0, 3] })
    assert.deepEqual([category, Math.round((score as number) * 100)], ['yes', 95])
  })

  it('networks that need words or other programs are refused', async () => {
    await assert.rejects(inspectFile(fixture('words-in'), engine), {
      name: 'InspectError',
      message: /^words-in\.onnx (expects words in "text"|processes text by the rules of the locale)/,
    })
    await assert.rejects(inspectFile(fixture('extension'), engine), {
      message: /^extension\.onnx uses the operator DecodeImage of onnxruntime-extensions, .* Look for/,
    })
  })
})
