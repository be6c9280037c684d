// biome-ignore-all lint/style/noNonNullAssertion: missing values should fail the test
import assert from 'node:assert/strict'
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import type { Feed } from '../../../src/engine'
import { loadUserNodes, type Model, type RunModelOptions, runModel } from '../../../src/models'
import type { Image } from '../../../src/types'
import { fixture, fixturesFolder, paint, tellingEngine } from '../support'

describe('clicks on a picture', () => {
  const twin = fixture('clicks')
  const { engine, runs, fed } = tellingEngine()

  interface Result {
    output: Image
    mask: Image
    masks: Image[]
  }
  const grey = (width: number, height: number, level = 90) => paint(width, height, () => [level, level, level])
  const click = async (
    given: Record<string, unknown>,
    options: RunModelOptions = {},
    model: Model = twin,
  ): Promise<Result> => (await runModel(model, model.variants[0]!, given, engine, options)).outputs as unknown as Result
  const at = ({ data, width, height, channels }: Image, x: number, y: number) =>
    data[(Math.floor(y * height) * width + Math.floor(x * width)) * channels]
  const share = ({ data }: Image) => Array.from(data).reduce((sum, value) => sum + value, 0) / 255 / data.length

  it('mark what is around them, in pictures of any proportions, and offer the other masks', async () => {
    for (const [width, height] of [
      [640, 480],
      [120, 300],
      [2048, 700],
      [40, 40],
    ] as const) {
      const { mask, masks, output } = await click({ image: grey(width, height), points: [{ x: 0.25, y: 0.5 }] })
      assert.deepEqual([mask.width, mask.height, output.width, output.height], [width, height, width, height])
      // The second of the four masks has the best score: a disc with a radius of 100 pixels on a canvas of
      // 1024.
      const radius = (100 / 1024) * Math.max(width, height)
      const inside = Math.PI * radius ** 2
      const cut = Math.abs(share(mask) * width * height - inside) / inside
      assert.ok(radius < 10 || cut < 0.05, `${width}×${height}: ${cut}`)
      assert.equal(at(mask, 0.25, 0.5), 255)
      assert.equal(at(mask, 0.9, 0.5), 0)
      assert.equal(masks.length, 4)
      assert.deepEqual(masks[0], mask)
    }
  })

  it('can exclude parts, and a box limits the mask', async () => {
    const image = grey(512, 512)
    const beside = await click({
      image,
      points: [
        { x: 0.5, y: 0.5 },
        { x: 0.55, y: 0.5, include: false },
      ],
    })
    assert.deepEqual([at(beside.mask, 0.45, 0.5), at(beside.mask, 0.55, 0.5)], [255, 0])
    const boxed = await click({ image, box: [0.1, 0.2, 0.4, 0.8] })
    assert.deepEqual([at(boxed.mask, 0.12, 0.22), at(boxed.mask, 0.38, 0.78), at(boxed.mask, 0.42, 0.5)], [255, 255, 0])
    const both = await click({ image, box: [0.5, 0, 1, 1], points: [{ x: 0.5, y: 0.5 }] })
    assert.deepEqual([at(both.mask, 0.55, 0.5), at(both.mask, 0.45, 0.5)], [255, 0])
  })

  it('run only the decoder: the encoder runs once for 50 of them, and again for another picture', async () => {
    const results = new Map()
    const image = grey(320, 240)
    for (let i = 0; i < 50; i++) await click({ image, points: [{ x: i / 50, y: 0.5 }] }, { results })
    assert.deepEqual([runs.filter((file) => file === 'encoder').length, runs.length], [1, 51])
    // Two clicks at once, on a copy with the same pixels.
    await Promise.all([0.2, 0.4].map((x) => click({ image: grey(320, 240), points: [{ x, y: 0.5 }] }, { results })))
    assert.equal(runs.filter((file) => file === 'encoder').length, 1)
    await click({ image: grey(320, 240, 91), points: [{ x: 0.5, y: 0.5 }] }, { results })
    assert.equal(runs.filter((file) => file === 'encoder').length, 2)
  })

  it('may be none, up to 200, and never outside', async () => {
    const image = grey(64, 64)
    for (const points of [undefined, []]) {
      const none = await click({ image, points })
      assert.deepEqual([share(none.mask), none.masks, none.output.data[0]], [0, [], 90])
    }
    assert.ok(!runs.includes('decoder'))
    const many = Array.from({ length: 200 }, (_, i) => ({ x: (i % 20) / 20, y: Math.floor(i / 20) / 10 }))
    assert.ok(share((await click({ image, points: many })).mask) > 0.99)
    await assert.rejects(click({ image, points: [...many, { x: 0, y: 0 }] }), /points/)
    await assert.rejects(click({ image, points: [{ x: 1.2, y: 0.5 }] }), /points\[0\]\.x/)
    await assert.rejects(click({ image, points: [{ x: 300, y: 200 }] }), /points\[0\]\.x/)
    await assert.rejects(click({ image, points: 'here' }), /points/)
    await assert.rejects(click({ image, box: [10, 20, 300, 400] }), /seems to be in pixels/)
  })

  it('are refused with the labels of SAM’s own code, which would be lost', async () => {
    for (const label of [0, 1])
      await assert.rejects(
        click({
          image: grey(64, 64),
          points: [
            { x: 0.1, y: 0.5 },
            { x: 0.9, y: 0.5, label },
          ],
        }),
        /points\[1\] has a "label", .*: leave it out, and write include: false/,
      )
  })

  it('follow the thing through a video: the box around it replaces the click', async () => {
    const state = new Map()
    const frame = (shift: number) => paint(256, 256, (x) => [(x + shift) % 60 < 30 ? 90 : 110, 90, 90])
    await click({ image: frame(0), points: [{ x: 0.5, y: 0.5 }] }, { state })
    const next = await click({ image: frame(1) }, { state })
    assert.deepEqual([at(next.mask, 0.5, 0.5), at(next.mask, 0.1, 0.1)], [255, 0])
    // Another scene or size isn't the next frame.
    assert.equal(share((await click({ image: grey(256, 256, 250) }, { state })).mask), 0)
    assert.equal(share((await click({ image: grey(200, 256) }, { state })).mask), 0)
  })

  it('are passed as exporters expect: a missing box is replaced by a padding point', async () => {
    const image = grey(200, 100)
    const told = async (given: Record<string, unknown>, options: RunModelOptions = {}, model: Model = twin) => {
      fed.splice(0)
      await click({ image, ...given }, options, model)
      const { point_coords, point_labels } = fed.at(-1) as Record<string, Feed>
      return [point_coords, point_labels].map((feed) => Array.from((feed as { data: Float32Array }).data))
    }
    const points = [{ x: 0.5, y: 0.5 }]
    assert.deepEqual(await told({ points }), [
      [512, 256, 0, 0],
      [1, -1],
    ])
    assert.deepEqual(await told({ points, box: [0, 0, 1, 1] }), [
      [512, 256, 0, 0, 1024, 512],
      [1, 2, 3],
    ])
    // A network without box input gets a point in the middle of the last mask instead.
    const noBox = JSON.parse(JSON.stringify(twin, (key, value) => (key === 'box' ? undefined : value))) as Model
    const state = new Map()
    await told({ points: [{ x: 0.25, y: 0.5 }] }, { state }, noBox)
    const [[x, y] = []] = await told({}, { state }, noBox)
    assert.ok(Math.abs(x! - 256) < 6 && Math.abs(y! - 256) < 6, `${x}, ${y}`)
  })

  it('work with the manifest of docs/adding-a-model.md, with at most ten lines and two files', async () => {
    const page = readFileSync(resolve(__dirname, '../../../../docs/adding-a-model.md'), 'utf8')
    const json = /```json\n(.+?)```/s.exec(page)?.[1] ?? ''
    assert.ok(json.trim().split('\n').length <= 10)
    const userDir = mkdtempSync(join(tmpdir(), 'daisychain-sam-'))
    const folder = join(userDir, 'daisychain/nodes/sam')
    try {
      mkdirSync(folder, { recursive: true })
      for (const file of ['encoder.onnx', 'decoder.onnx'])
        copyFileSync(join(fixturesFolder, 'clicks', file), join(folder, file))
      writeFileSync(join(folder, 'manifest.json'), json)
      const { models, problems } = loadUserNodes(userDir, [])
      assert.deepEqual(problems, [])
      const { mask } = await click({ image: grey(300, 200), points: [{ x: 0.5, y: 0.5 }] }, {}, models[0])
      assert.deepEqual([at(mask, 0.5, 0.5), at(mask, 0.05, 0.05)], [255, 0])
      rmSync(join(folder, 'decoder.onnx'))
      assert.match(loadUserNodes(userDir, []).problems.join(), /its file decoder\.onnx is missing/)
    } finally {
      rmSync(userDir, { recursive: true, force: true })
    }
  })

  it('report in a sentence which file is missing, or is another one', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'daisychain-clicks-'))
    const given = { image: grey(32, 32), points: [{ x: 0.5, y: 0.5 }] }
    try {
      copyFileSync(join(fixturesFolder, 'clicks/encoder.onnx'), join(folder, 'encoder.onnx'))
      const model = { ...twin, folder }
      await assert.rejects(click(given, {}, model), /decoder\.onnx/)
      copyFileSync(join(fixturesFolder, 'clicks/encoder.onnx'), join(folder, 'decoder.onnx'))
      await assert.rejects(click(given, {}, model), /decoder\.onnx.*(image_embeddings|input)/)
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  })
})
