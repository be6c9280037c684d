// biome-ignore-all lint/style/noNonNullAssertion: missing values should fail the test
import assert from 'node:assert/strict'
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { DataType, TensorInfo } from '../../src/engine'
import type { Tensor } from '../../src/engine/lane/pack'
import { rotate } from '../../src/images'
import { filesOf, isDownloadable, loadManifests, picturePaths } from '../../src/models'
import type { Instance } from '../../src/models/tasks/detect'
import type { Image, Segmentation } from '../../src/types'
import { floats, type Given, simulate } from './simulate'
import { paint } from './support'

const colour = [200, 100, 50]
const plain = (width: number, height: number) => paint(width, height, () => colour)
const near = (actual: ArrayLike<number | bigint>, wanted: number[], within = 1e-5) => {
  for (const [i, value] of wanted.entries())
    assert.ok(Math.abs(Number(actual[i]) - value) <= within, `${i}: ${actual[i]} is not ${value}`)
}
/** One value from each of three planes. */
const planes = (data: ArrayLike<number | bigint>, at = 0) =>
  [0, 1, 2].map((plane) => Number(data[(plane * data.length) / 3 + at]))
const imagenet = colour.map((byte, i) => (byte / 255 - [0.485, 0.456, 0.406][i]!) / [0.229, 0.224, 0.225][i]!)

describe('the catalogue', () => {
  const pinned =
    /^https:\/\/(huggingface\.co\/[^/]+\/[^/]+\/resolve\/[0-9a-f]{40}\/|raw\.githubusercontent\.com\/[^/]+\/[^/]+\/[0-9a-f]{40}\/|media\.githubusercontent\.com\/media\/[^/]+\/[^/]+\/[0-9a-f]{40}\/|github\.com\/[^/]+\/[^/]+\/releases\/download\/[^/]+\/)|^npm:(@[^/]+\/)?[^/@]+@\d+\.\d+\.\d+\//

  for (const model of loadManifests()) {
    it(`${model.id} has an icon and a card, and says of each variant what it is`, () => {
      assert.ok(existsSync(join(model.folder, 'icon.svg')), 'icon.svg')
      assert.equal(model.icon, `daisychain-${model.id}.svg`)
      assert.ok(existsSync(join(model.folder, 'CARD.md')), 'CARD.md')
      for (const variant of model.variants)
        assert.equal(
          picturePaths(model, variant).length,
          [variant.picture ?? []].flat().length,
          `the pictures of ${model.id}/${variant.id}`,
        )
      for (const variant of model.variants.filter(isDownloadable)) {
        const what = `${model.id}/${variant.id}`
        assert.ok(variant.licenceUrl, `${what} says where its licence is`)
        assert.equal(/-NC\b|non-commercial|research/i.test(variant.licence), variant.nonCommercial === true, what)
        for (const { url, path } of filesOf(variant)) {
          assert.ok(url, `${what} has an address for ${path}`)
          assert.match(url, pinned)
        }
      }
    })
  }
})

describe('inputs and outputs of the catalogue’s networks', () => {
  it('LCM Dreamshaper: 77 of CLIP’s tokens, the guidance as waves, noise and time four times', async () => {
    const seen: { file: string | undefined; tensors: Record<string, Tensor> }[] = []
    const size = [1, 4, 64, 64]
    const { outputs } = await simulate(
      'attngan/lcm-dreamshaper-v7',
      { caption: 'A red cat on a blue bed. '.repeat(400), seed: 3, steps: 4, guidance: 8, width: 512, height: 512 },
      (tensors, file) => {
        seen.push({ file, tensors: { ...tensors } })
        return {
          last_hidden_state: floats([1, 77, 768], (i) => i % 768),
          out_sample: floats(size, () => 0),
          sample: floats([1, 3, 512, 512], (i) => (i < 512 * 512 ? 1 : -1)),
        }
      },
      { input_ids: 'int32', timestep: 'int64' },
    )
    assert.deepEqual(
      seen.map(({ file }) => file?.split('/')[0]),
      ['text_encoder', 'unet', 'unet', 'unet', 'unet', 'vae_decoder'],
    )
    const ids = [...(seen[0]!.tensors.input_ids!.data as Int32Array)]
    assert.deepEqual([ids.length, ids.slice(0, 4), ids.at(-1)], [77, [49406, 320, 736, 2368], 49407])
    const { sample, timestep_cond, encoder_hidden_states } = seen[1]!.tensors
    assert.deepEqual([sample!.dims, encoder_hidden_states!.dims, timestep_cond!.dims], [size, [1, 77, 768], [1, 256]])
    // As get_guidance_scale_embedding in diffusers does: w = 7, times 1000; sines, then cosines.
    const waves = timestep_cond!.data as Float32Array
    near(
      [waves[0]!, waves[127]!, waves[128]!, waves[255]!],
      [Math.sin(7000), Math.sin(0.7), Math.cos(7000), Math.cos(0.7)],
    )
    assert.deepEqual(
      seen.slice(1, 5).map(({ tensors }) => Number(tensors.timestep!.data[0])),
      [999, 759, 499, 259],
    )
    const { width, height, data } = outputs.result as Image
    assert.deepEqual([width, height, [...data.slice(0, 3)]], [512, 512, [255, 0, 0]])
  })

  it('LCM Dreamshaper over a picture: cropped to the size, encoded, with noise for the strength', async () => {
    const seen: { file: string | undefined; tensors: Record<string, Tensor> }[] = []
    const left = paint(640, 320, (x) => (x < 320 ? [255, 255, 255] : [0, 0, 0]))
    const { outputs } = await simulate(
      'attngan/lcm-dreamshaper-v7',
      { caption: 'a house', picture: left, strength: 0.5, seed: 3, steps: 2, guidance: 8, width: 512, height: 256 },
      (tensors, file) => {
        seen.push({ file, tensors: { ...tensors } })
        return {
          last_hidden_state: floats([1, 77, 768], () => 0),
          latent_sample: floats([1, 4, 32, 64], () => 2),
          out_sample: floats([1, 4, 32, 64], () => 0),
          sample: floats([1, 3, 256, 512], () => 0),
        }
      },
      { input_ids: 'int32', timestep: 'int64' },
    )
    assert.deepEqual(seen.map(({ file }) => file?.split('/')[0]).sort(), [
      'text_encoder',
      'unet',
      'unet',
      'vae_decoder',
      'vae_encoder',
    ])
    const { dims, data } = seen.find(({ file }) => file?.startsWith('vae_encoder'))!.tensors.sample!
    assert.deepEqual(dims, [1, 3, 256, 512])
    near([data[0]!, data[511]!], [1, -1])
    // The first and the thirteenth of 25 timesteps, half of the 50 that the model was distilled with.
    const unets = seen.filter(({ file }) => file?.startsWith('unet'))
    assert.deepEqual(
      unets.map(({ tensors }) => Number(tensors.timestep!.data[0])),
      [499, 259],
    )
    // The picture's latent, 2 × 0.18215, mixed with noise so that the squared weights sum to 1: at time 499,
    // the picture's is 0.2763.
    const begun = unets[0]!.tensors.sample!.data as Float32Array
    const mean = begun.reduce((sum, x) => sum + x, 0) / begun.length
    assert.ok(Math.abs(mean - 0.3643 * Math.sqrt(0.2763)) < 0.03, `${mean}`)
    const { width, height } = outputs.result as Image
    assert.deepEqual([width, height], [512, 256])
  })

  it('Depth Anything: short side 518 in multiples of 14, ImageNet colours; larger is nearer and becomes darker', async () => {
    const answer = floats([1, 518, 686], (i) => i % 686)
    const { outputs, tensors } = await simulate(
      'densedepth/depth-anything-v2-small',
      { image: plain(640, 480) },
      () => ({
        predicted_depth: answer,
      }),
    )
    const { dims, data } = tensors.pixel_values!
    assert.deepEqual(dims, [1, 3, 518, 686])
    near(planes(data), imagenet)
    const depth = outputs.depth_image as Image
    assert.deepEqual([depth.width, depth.height, depth.range], [640, 480, [0, 1]])
    const row = depth.data.subarray(0, 640)
    assert.ok(row[0]! > 0.99 && row[639]! < 0.01 && row[320]! > 0.48 && row[320]! < 0.52)
    assert.equal(depth.unit, undefined)
  })

  it('MiDaS: 256×256, fractions of 255 and nothing else', async () => {
    const { outputs, tensors } = await simulate('densedepth/midas-small', { image: plain(64, 32) }, () => ({
      797: floats([1, 256, 256], (i) => 500 + Math.floor(i / 256)),
    }))
    assert.deepEqual(tensors['0']?.dims, [1, 3, 256, 256])
    near(
      planes(tensors['0']!.data),
      colour.map((byte) => byte / 255),
    )
    const { data, width, height } = outputs.depth_image as Image
    assert.deepEqual([width, height], [64, 32])
    assert.ok(data[0]! > 0.95 && data.at(-1)! < 0.05)
  })

  it('DeepLab MobileNet: NHWC from -1 to 1, labels along the last axis', async () => {
    const { outputs, tensors } = await simulate('deeplab/deeplabv3-mobilenet', { image: plain(300, 100) }, () => ({
      ResizeBilinear_3: floats([1, 257, 257, 21], (i) => Number(i % 21 === 15)),
    }))
    assert.deepEqual(tensors.sub_7?.dims, [1, 257, 257, 3])
    near(
      tensors.sub_7!.data,
      colour.map((byte) => byte / 127.5 - 1),
    )
    const map = outputs.image as Segmentation
    assert.deepEqual([map.width, map.height, map.labels[map.data[7]!]], [300, 100, 'person'])
    assert.deepEqual(map.colors?.[15], [192, 128, 128])
  })

  it('FCN: any size with a short side of 520, and its output "out", not "aux"', async () => {
    const { outputs, tensors } = await simulate('deeplab/fcn-resnet50-q8', { image: plain(200, 100) }, () => ({
      out: floats([1, 21, 520, 1040], (i) => Number(Math.floor(i / (520 * 1040)) === 12)),
      aux: floats([1, 21, 1, 1], () => 0),
    }))
    assert.deepEqual(tensors.input?.dims, [1, 3, 520, 1040])
    near(planes(tensors.input!.data), imagenet)
    const map = outputs.image as Segmentation
    assert.equal(map.labels[map.data[0]!], 'dog')
  })

  it('Mask R-CNN: BGR minus the mean without a batch, padded to 32 with values that become 0; masks pasted into boxes', async () => {
    const boxes = [80, 160, 240, 480, 0, 0, 10, 10]
    const { outputs, tensors } = await simulate(
      'maskrcnn/mask-rcnn-12-int8',
      { image: plain(410, 200), category: 'any' },
      () => ({
        6568: { dims: [2, 4], data: Float32Array.from(boxes) },
        6570: { dims: [2], data: BigInt64Array.of(17n, 1n) },
        6572: { dims: [2], data: Float32Array.of(0.9, 0.69) },
        // The mask covers the upper half of the first thing.
        6887: floats([2, 1, 28, 28], (i) => (i % 784 < 392 ? 1 : 0)),
      }),
    )
    const { dims, data } = tensors.image!
    // The longest side becomes 1333: 410×200 is scaled to 1333×650, then padded to 1344×672.
    assert.deepEqual(dims, [3, 672, 1344])
    near(planes(data), [50 - 102.9801, 100 - 115.9465, 200 - 122.7717], 1e-3)
    near(planes(data, 1343), [0, 0, 0], 0.3)
    const [thing, ...others] = outputs.instances as Instance[]
    assert.deepEqual(others, [])
    // Label 17 counts from 1, because 0 is the background.
    assert.equal(thing?.category, 'dog')
    near(thing!.box, [80 / 1333, 160 / 650, 240 / 1333, 480 / 650])
    const at = (image: Image, x: number, y: number) => image.data[(y * 410 + x) * image.channels]
    assert.deepEqual([at(thing!.mask!, 50, 60), at(thing!.mask!, 50, 130), at(thing!.mask!, 10, 60)], [255, 0, 0])
    assert.deepEqual([at(outputs.output as Image, 50, 60), at(outputs.output as Image, 50, 130)], [200, 0])
  })

  it('IS-Net: 1024×1024 around 128, and its result without the six inner ones', async () => {
    const { outputs, tensors } = await simulate('matte/isnet', { image: plain(60, 30) }, () => ({
      output: floats([1, 1, 1024, 1024], (i) => Number(i % 1024 < 512)),
    }))
    near(
      planes(tensors.input!.data),
      colour.map((byte) => (byte - 128) / 256),
    )
    const cut = outputs.output as Image
    assert.deepEqual([cut.width, cut.height, cut.data[3], cut.data[4 * 59 + 3]], [60, 30, 255, 0])
  })

  it('Informative Drawings: multiples of 8, 1 is paper', async () => {
    const { outputs, tensors } = await simulate(
      'photosketch/informative-drawings',
      { input: plain(100, 50) },
      (given) => ({
        output: floats([1, 1, ...given.input!.dims.slice(2)], () => 1),
      }),
    )
    assert.ok(tensors.input!.dims.slice(2).every((side) => side % 8 === 0))
    const drawing = outputs.output as Image
    assert.deepEqual([drawing.width, drawing.height, drawing.channels, drawing.data[0]], [100, 50, 1, 255])
  })

  it('style: 0 to 255 in tiles of 224, clamped', async () => {
    const { outputs, tensors } = await simulate('style/mosaic', { image: plain(500, 300) }, () => ({
      output1: floats([1, 3, 224, 224], (i) => (i < 224 * 224 ? 300 : -20)),
    }))
    assert.deepEqual(tensors.input1?.dims, [1, 3, 224, 224])
    near(planes(tensors.input1!.data), colour)
    const painted = outputs.output as Image
    assert.deepEqual([painted.width, painted.height, ...painted.data.subarray(0, 3)], [500, 300, 255, 0, 0])
  })

  it('Super-Resolution: luma of 0 to 1 through the network, colours enlarged separately', async () => {
    const { outputs, tensors } = await simulate('upscale/espcn-x3', { image: plain(100, 60) }, () => ({
      output: floats([1, 1, 672, 672], () => (0.299 * 200 + 0.587 * 100 + 0.114 * 50 + 20) / 255),
    }))
    assert.deepEqual(tensors.input?.dims, [1, 1, 224, 224])
    near(tensors.input!.data, [(0.299 * 200 + 0.587 * 100 + 0.114 * 50) / 255])
    const { width, height, data } = outputs.output as Image
    assert.deepEqual([width, height], [300, 180])
    // Lighter by 20, but the same hue.
    near(data, [220, 120, 70], 1)
  })

  it('U²-Netp: the brightest byte counts as 1, and its result is stretched', async () => {
    const { outputs, tensors } = await simulate('matte/u2netp', { image: plain(40, 40) }, () => ({
      '#0': floats([1, 1, 320, 320], (i) => (i % 320 < 160 ? -3 : 5)),
    }))
    near(
      planes(tensors['#0']!.data),
      colour.map((byte, i) => (byte / 200 - [0.485, 0.456, 0.406][i]!) / [0.229, 0.224, 0.225][i]!),
    )
    const cut = outputs.output as Image
    assert.equal(cut.channels, 4)
    assert.deepEqual([cut.data[3], cut.data[4 * 39 + 3]], [0, 255])
  })

  it('MODNet: short side 512 in multiples of 32, from -1 to 1', async () => {
    const { outputs, tensors } = await simulate('matte/modnet-q8', { image: plain(300, 200) }, (given) => ({
      output: floats([1, 1, ...given.input!.dims.slice(2)], () => 0.5),
    }))
    assert.deepEqual(tensors.input?.dims, [1, 3, 512, 768])
    near(
      planes(tensors.input!.data),
      colour.map((byte) => byte / 127.5 - 1),
    )
    assert.deepEqual([(outputs.output as Image).data[3], (outputs.matte as Image).width], [128, 300])
  })

  it('UltraFace: minus 127, divided by 128; the second score counts, boxes are fractions, overlaps are removed', async () => {
    const { outputs, tensors } = await simulate('faces/ultraface-320', { image: plain(640, 480) }, () => ({
      scores: { dims: [1, 3, 2], data: Float32Array.of(0.1, 0.9, 0.2, 0.8, 0.95, 0.05) },
      boxes: { dims: [1, 3, 4], data: Float32Array.of(0.1, 0.1, 0.3, 0.4, 0.11, 0.1, 0.31, 0.4, 0.5, 0.5, 0.9, 0.9) },
    }))
    assert.deepEqual(tensors.input?.dims, [1, 3, 240, 320])
    near(
      planes(tensors.input!.data),
      colour.map((byte) => (byte - 127) / 128),
    )
    const faces = outputs.instances as Instance[]
    assert.equal(faces.length, 1)
    near(faces[0]!.box, [0.1, 0.1, 0.3, 0.4])
  })

  it('YuNet: BGR in the corner of 640×640; the score is a mean of two, and positions count from their cell', async () => {
    const cells = (stride: number) => (640 / stride) ** 2
    const { outputs, tensors } = await simulate('faces/yunet', { image: plain(320, 160) }, () =>
      Object.fromEntries(
        [8, 16, 32].flatMap((stride) => {
          // One face, in row 3, column 5 of the grid with cells of 16 pixels.
          const hit = (i: number, size: number) => stride === 16 && Math.floor(i / size) === 3 * 40 + 5
          return [
            [`cls_${stride}`, floats([1, cells(stride), 1], (i) => (hit(i, 1) ? 0.81 : 0))],
            [`obj_${stride}`, floats([1, cells(stride), 1], (i) => (hit(i, 1) ? 1 : 0))],
            [
              `bbox_${stride}`,
              floats([1, cells(stride), 4], (i) => (hit(i, 4) ? [0.5, 0.5, Math.log(4), Math.log(2)][i % 4]! : 0)),
            ],
            [`kps_${stride}`, floats([1, cells(stride), 10], (i) => (hit(i, 10) ? (i % 2 ? 1 : 0.5) : 0))],
          ]
        }),
      ),
    )
    assert.deepEqual(tensors.input?.dims, [1, 3, 640, 640])
    near(planes(tensors.input!.data), [...colour].reverse())
    const [face, ...others] = outputs.instances as Instance[]
    assert.deepEqual(others, [])
    assert.ok(Math.abs(face!.score - 0.9) < 1e-5)
    // The face is at (88, 56) and has 64×32 pixels of the canvas, where the picture is 640×320.
    near(face!.box, [56 / 640, 40 / 320, 120 / 640, 72 / 320])
    near(face!.landmarks![0]!, [88 / 640, 64 / 320])
    assert.equal(face!.landmarks!.length, 5)
  })

  it('YOLOX: BGR from 0 to 255 in the corner, padded with grey; cells of three sizes; objectness times class score', async () => {
    const count = 52 ** 2 + 26 ** 2 + 13 ** 2
    const hit = 52 ** 2 + 2 * 26 + 4
    const { outputs, tensors } = await simulate(
      'detect/yolox-nano',
      { image: plain(208, 104), category: 'any' },
      () => ({
        output: floats([1, count, 85], (i) => {
          const [cell, field] = [Math.floor(i / 85), i % 85]
          if (cell !== hit) return 0
          return field < 4
            ? [0.25, 0.5, Math.log(2), Math.log(1)][field]!
            : field === 4
              ? 0.8
              : Number(field === 5 + 16)
        }),
      }),
    )
    const { dims, data } = tensors.images!
    assert.deepEqual(dims, [1, 3, 416, 416])
    near(planes(data), [...colour].reverse())
    near(planes(data, 416 * 415), [114, 114, 114])
    const [thing, ...others] = outputs.instances as Instance[]
    assert.deepEqual(others, [])
    assert.equal(thing?.category, 'dog')
    assert.ok(Math.abs(thing!.score - 0.8) < 1e-5)
    near(thing!.box, [52 / 416, 32 / 208, 84 / 416, 48 / 208])
  })

  it('YOLOX-S from OpenCV: as YOLOX, but RGB', async () => {
    const { tensors } = await simulate('detect/yolox-s', { image: plain(64, 64), category: 'any' }, () => ({
      '#0': floats([1, 80 ** 2 + 40 ** 2 + 20 ** 2, 85], () => 0),
    }))
    assert.deepEqual(tensors['#0']?.dims, [1, 3, 640, 640])
    near(planes(tensors['#0']!.data), [...colour].reverse())
  })

  it('D-FINE: stretched to 640, colours from 0 to 1; boxes by their centre, each with the best of 80 classes', async () => {
    for (const id of ['detect/dfine-n', 'detect/dfine-s']) {
      const { outputs, tensors } = await simulate(id, { image: plain(200, 100), category: 'any' }, () => ({
        logits: floats([1, 300, 80], (i) => (i === 7 * 80 + 16 ? Math.log(0.8 / 0.2) : -9)),
        pred_boxes: floats([1, 300, 4], (i) => [0.5, 0.25, 0.2, 0.1][i % 4]!),
      }))
      assert.deepEqual(tensors.pixel_values!.dims, [1, 3, 640, 640])
      near(
        planes(tensors.pixel_values!.data),
        colour.map((byte) => byte / 255),
      )
      const [thing, ...others] = outputs.instances as Instance[]
      assert.deepEqual([thing?.category, others], ['dog', []])
      assert.ok(Math.abs(thing!.score - 0.8) < 1e-5)
      near(thing!.box, [0.4, 0.2, 0.6, 0.3])
    }
  })

  it('RF-DETR: stretched, ImageNet’s colours; COCO’s original numbers, some of which are unused', async () => {
    for (const [id, side] of [
      ['detect/rfdetr-nano', 384],
      ['detect/rfdetr-small', 512],
    ] as const) {
      const sure: Record<number, number> = { [3 * 91 + 18]: 0.8, [4 * 91 + 90]: 0.7, [5 * 91 + 12]: 0.9, [6 * 91]: 0.9 }
      const { outputs, tensors } = await simulate(id, { image: plain(200, 100), category: 'any' }, () => ({
        logits: floats([1, 300, 91], (i) => (i in sure ? Math.log(sure[i]! / (1 - sure[i]!)) : -9)),
        pred_boxes: floats([1, 300, 4], (i) => [0.5, 0.25, 0.2, 0.1][i % 4]!),
      }))
      assert.deepEqual(tensors['#0']!.dims, [1, 3, side, side])
      near(planes(tensors['#0']!.data), imagenet)
      const things = outputs.instances as Instance[]
      assert.deepEqual(
        things.map(({ category }) => category),
        ['dog', 'toothbrush'],
      )
      near(things[0]!.box, [0.4, 0.2, 0.6, 0.3])
    }
  })

  it('Depth Anything 3: a list of one picture, in any size; larger is farther and becomes lighter', async () => {
    const { outputs, tensors } = await simulate(
      'densedepth/depth-anything-3-small',
      { image: plain(640, 480) },
      () => ({
        predicted_depth: floats([1, 1, 518, 686], (i) => 1 + (i % 686)),
      }),
    )
    assert.deepEqual(tensors.pixel_values!.dims, [1, 1, 3, 518, 686])
    near(planes(tensors.pixel_values!.data), imagenet)
    const { width, height, data } = outputs.depth_image as Image
    assert.deepEqual([width, height], [640, 480])
    assert.ok(data[0]! < 0.01 && data[639]! > 0.99, `${data[0]} ${data[639]}`)
  })

  it('BiRefNet: ImageNet’s mean and deviation at 1024, raw scores out', async () => {
    const { outputs, tensors } = await simulate('matte/birefnet-lite', { image: plain(64, 32) }, () => ({
      output_image: floats([1, 1, 1024, 1024], (i) => (i % 1024 < 512 ? -20 : 20)),
    }))
    assert.deepEqual(tensors.input_image!.dims, [1, 3, 1024, 1024])
    near(planes(tensors.input_image!.data), imagenet)
    const { width, height, data } = outputs.matte as Image
    assert.deepEqual([width, height, data[0], data[63]], [64, 32, 0, 255])
  })

  it('StyleGAN2: 512 numbers as a list in a list, colours from -1 to 1', async () => {
    const z = Float32Array.from({ length: 512 }, (_, i) => i / 512)
    const { outputs, tensors } = await simulate('stylegan/stylegan2-ffhq', { z, truncation: 0.8 }, () => ({
      output: floats([1, 3, 1024, 1024], (i) => [-1, 0, 1][Math.floor(i / 1024 ** 2)]!),
    }))
    assert.deepEqual(tensors.input?.dims, [1, 1, 512])
    near(tensors.input!.data, [0, 1 / 512])
    const { width, height, data } = outputs.image as Image
    assert.deepEqual([width, height, data[0], data[2]], [1024, 1024, 0, 255])
    near(data.subarray(1), [127.5], 0.5)
  })

  it('Swin2SR and Real-ESRGAN: small pictures are extended by their mirror image, which is removed again', async () => {
    for (const [id, input, output, times] of [
      ['swin2sr-lightweight-x2', 'pixel_values', 'reconstruction', 2],
      ['realesr-general-x4', '#0', '#0', 4],
    ] as const) {
      const { outputs, tensors } = await simulate(
        `upscale/${id}`,
        { image: paint(30, 20, (x) => [x * 8, 0, 0]) },
        (given) => {
          const side = given[input]!.dims[3]! * times
          // Nearest neighbours.
          return {
            [output]: floats([1, 3, side, side], (i) => {
              const [plane, y, x] = [Math.floor(i / side / side), Math.floor(i / side) % side, i % side]
              return Number(
                given[input]!.data[
                  (plane * (side / times) + Math.floor(y / times)) * (side / times) + Math.floor(x / times)
                ],
              )
            }),
          }
        },
      )
      const row = tensors[input]!.data.subarray(0, 64)
      near(
        row.subarray(28, 32),
        [28, 29, 29, 28].map((x) => (x * 8) / 255),
      )
      const { width, height, data } = outputs.output as Image
      assert.deepEqual([width, height], [30 * times, 20 * times])
      near(data.subarray(-3), [29 * 8, 0, 0], 1)
    }
  })
})

describe('inputs and outputs of the catalogue’s text models', () => {
  let store: string
  const before = process.env.DAISYCHAIN_MODELS
  beforeEach(() => {
    store = mkdtempSync(join(tmpdir(), 'daisychain-texts-'))
    process.env.DAISYCHAIN_MODELS = store
  })
  afterEach(() => {
    if (before === undefined) delete process.env.DAISYCHAIN_MODELS
    else process.env.DAISYCHAIN_MODELS = before
    rmSync(store, { recursive: true, force: true })
  })

  it('PP-OCR: finds lines, rotates those that are upside down or vertical, reads each at 48 pixels, and sorts them', async () => {
    mkdirSync(join(store, 'readtext/pp-ocrv4'), { recursive: true })
    writeFileSync(join(store, 'readtext/pp-ocrv4/ppocr_keys_v1.txt'), 'a\nb\nc\n')
    // Left, top, right and bottom on a map of 320×192. The red of a line's left end encodes its letter.
    const rows = [
      [20, 20, 140, 40, 1],
      [170, 22, 300, 42, 2],
      [20, 90, 200, 120, 3],
    ] as const
    const inside = (x: number, y: number) => rows.find(([l, t, r, b]) => x >= l && x < r && y >= t && y < b)
    const page = paint(320, 192, (x, y) => {
      const row = inside(x, y)
      return row && x < row[0] + 40 ? [row[4] * 80, 0, 0] : [0, 0, 0]
    })
    const widths: number[] = []
    const answer = (given: Record<string, Tensor>, file: string | undefined, isText: (i: number) => unknown): Given => {
      const { dims, data } = given.x!
      const [height, width] = dims.slice(2) as [number, number]
      if (file === 'ch_PP-OCRv4_det_infer.onnx') return floats([1, 1, height, width], (i) => (isText(i) ? 0.9 : 0))
      // BGR, so the third plane is red.
      const at = (share: number) => Number(data[2 * height * width + (height / 2) * width + Math.round(width * share)])
      const letter = (share: number) => Math.round(((at(share) + 1) * 127.5) / 80)
      if (file === 'ch_ppocr_mobile_v2.0_cls_infer.onnx')
        return floats([1, 2], (i) => Number(letter(0.15) >= letter(0.85) === (i === 0)))
      widths.push(width)
      return floats([1, 2, 5], (i) => (i < 5 ? Number(i === letter(0.15)) : Number(i % 5 === 0)))
    }
    const NAMES = { 'ch_PP-OCRv4_det_infer.onnx': 'sigmoid_0.tmp_0', 'ch_PP-OCRv4_rec_infer.onnx': 'softmax_11.tmp_0' }
    for (const degrees of [0, 90, 180, 270]) {
      const width = degrees % 180 === 0 ? 320 : 192
      const back = (x: number, y: number) =>
        [
          [x, y],
          [y, 191 - x],
          [319 - x, 191 - y],
          [319 - y, x],
        ][degrees / 90]!
      const { outputs } = await simulate(
        'readtext/pp-ocrv4',
        { image: await rotate(page, degrees) },
        (given, file) => ({
          [NAMES[file as keyof typeof NAMES] ?? 'softmax_0.tmp_0']: answer(given, file, (i) => {
            const [x = 0, y = 0] = back(i % width, Math.floor(i / width))
            return inside(x, y)
          }),
        }),
      )
      assert.equal(outputs.text, 'a b\nc', `turned by ${degrees}`)
      const lines = outputs.lines as { text: string; direction: string }[]
      assert.deepEqual(lines.map(({ text }) => text).sort(), ['a', 'b', 'c'])
    }
    assert.ok(widths.length === 12 && widths.every((width) => width > 150 && width < 320))
    const empty = await simulate('readtext/pp-ocrv4', { image: page }, (given, file) => ({
      'sigmoid_0.tmp_0': answer(given, file, () => false),
    }))
    assert.deepEqual(empty.outputs, { text: '', lines: [] })
  })

  const LETTERS = [...'abcdefghijklmnopqrstuvwxyz', 'Ġ', 'Ċ']
  /** Letters have ids from 10 on; `special` adds the special tokens. */
  function tokenizer(id: string, special: Record<string, number>): void {
    mkdirSync(join(store, id), { recursive: true })
    const vocab = { ...special, ...Object.fromEntries(LETTERS.map((letter, i) => [letter, i + 10])) }
    const file = {
      added_tokens: Object.entries(special).map(([content, number]) => ({ id: number, content, special: true })),
      pre_tokenizer: { type: 'ByteLevel', add_prefix_space: false },
      decoder: { type: 'ByteLevel' },
      model: { type: 'BPE', vocab, merges: [] },
    }
    writeFileSync(join(store, id, 'tokenizer.json'), JSON.stringify(file))
  }
  const ids = (text: string) =>
    [...text].flatMap((letter) => {
      // Letters that the tokenizer lacks are left out.
      const at = LETTERS.indexOf({ ' ': 'Ġ', '\n': 'Ċ' }[letter] ?? letter)
      return at < 0 ? [] : [at + 10]
    })
  const info = (name: string, dtype: DataType, shape: TensorInfo['shape']): TensorInfo => ({ name, dtype, shape })
  const dtypes: Record<string, DataType> = {
    input_ids: 'int64',
    attention_mask: 'int64',
    position_ids: 'int64',
    use_cache_branch: 'bool',
  }
  const cached = ['past_key_values.0.key', 'past_key_values.0.value'].map((name) =>
    info(name, 'float32', ['b', 12, 'p', 64]),
  )
  const numbers = (tensor: Tensor | undefined) => Array.from(tensor?.data ?? [], Number)
  /** Generates these tokens, one in each run, and records its inputs. */
  function writer(count: number, tokens: number[]) {
    const asked: Record<string, number[]>[] = []
    const network = (given: Record<string, Tensor>) => {
      const seen = numbers(given.input_ids)
      asked.push(Object.fromEntries(Object.keys(dtypes).map((name) => [name, numbers(given[name])])))
      const next = tokens[asked.length - 1]
      const past = (given['past_key_values.0.key']?.dims[2] ?? 0) + seen.length
      const present = floats([1, 12, past, 64], () => 0)
      return {
        logits: floats([1, seen.length, count], (i) => Number(i % count === next)),
        'present.0.key': present,
        'present.0.value': present,
      }
    }
    return { asked, network }
  }

  it('ViT-GPT2: 224×224 from -1 to 1; 50256 begins and ends; always the most likely word', async () => {
    tokenizer('im2txt/vit-gpt2', { '<|endoftext|>': 50256 })
    const { asked, network } = writer(50257, [...ids('a cat'), 50256])
    const looked: number[] = []
    const inputs = [
      info('input_ids', 'int64', ['b', 'n']),
      info('encoder_hidden_states', 'float32', ['b', 197, 768]),
      info('use_cache_branch', 'bool', [1]),
      ...cached,
    ]
    const { outputs } = await simulate(
      'im2txt/vit-gpt2',
      { image: plain(100, 50) },
      (given, file) => {
        if (file !== undefined) {
          assert.equal(file, 'decoder_model_merged_quantized.onnx')
          assert.deepEqual(given.encoder_hidden_states?.dims, [1, 197, 768])
          return network(given)
        }
        assert.deepEqual(given.pixel_values?.dims, [1, 3, 224, 224])
        looked.push(...planes(given.pixel_values!.data))
        return { last_hidden_state: floats([1, 197, 768], () => 0) }
      },
      dtypes,
      inputs,
    )
    near(
      looked,
      colour.map((byte) => byte / 127.5 - 1),
    )
    assert.equal(outputs.caption, 'a cat')
    assert.deepEqual(
      asked.map((each) => each.input_ids),
      [[50256], ...ids('a cat').map((id) => [id])],
    )
    assert.deepEqual(
      asked.map((each) => each.use_cache_branch),
      [[0], [1], [1], [1], [1], [1]],
    )
  })

  const text = [info('input_ids', 'int64', ['b', 'n']), info('attention_mask', 'int64', ['b', 'n']), ...cached]

  it('DistilGPT-2: begins and ends with 50256', async () => {
    tokenizer('gpt2/distilgpt2', { '<|endoftext|>': 50256 })
    const { asked, network } = writer(50257, [...ids(' there'), 50256])
    const given = { prompt: 'hello', sequence_length: 20, temperature: 0 }
    const { outputs } = await simulate('gpt2/distilgpt2', given, network, dtypes, [
      ...text,
      info('use_cache_branch', 'bool', [1]),
    ])
    assert.equal(outputs.text, 'hello there')
    assert.deepEqual(asked[0]?.input_ids, [50256, ...ids('hello')])
    assert.deepEqual(asked[1], {
      input_ids: ids(' '),
      attention_mask: [1, 1, 1, 1, 1, 1, 1],
      position_ids: [],
      use_cache_branch: [1],
    })
  })

  it('SmolLM2 Instruct: the prompt is the user’s message in ChatML, and only the answer up to <|im_end|> is returned', async () => {
    tokenizer('gpt2/smollm2-135m-instruct', { '<|endoftext|>': 0, '<|im_start|>': 1, '<|im_end|>': 2 })
    const { asked, network } = writer(50, [...ids('red'), 2])
    const given = { prompt: 'a color', sequence_length: 20, temperature: 0 }
    const inputs = [...text, info('position_ids', 'int64', ['b', 'n'])]
    const { outputs } = await simulate('gpt2/smollm2-135m-instruct', given, network, dtypes, inputs)
    assert.equal(outputs.text, 'red')
    const system = 'system\nYou are a helpful AI assistant named SmolLM, trained by Hugging Face'
    const chat = [
      1,
      ...ids(system),
      2,
      ...ids('\n'),
      1,
      ...ids('user\na color'),
      2,
      ...ids('\n'),
      1,
      ...ids('assistant\n'),
    ]
    assert.deepEqual(asked[0]?.input_ids, chat)
    assert.deepEqual(asked[1]?.position_ids, [chat.length])
  })

  it('SmolLM2: ends with token 0', async () => {
    tokenizer('gpt2/smollm2-135m', { '<|endoftext|>': 0 })
    const { network } = writer(50, [...ids('b'), 0])
    const given = { prompt: 'a', sequence_length: 20, temperature: 0 }
    const inputs = [...text, info('position_ids', 'int64', ['b', 'n'])]
    assert.equal((await simulate('gpt2/smollm2-135m', given, network, dtypes, inputs)).outputs.text, 'ab')
  })
})
