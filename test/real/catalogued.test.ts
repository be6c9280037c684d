import assert from 'node:assert/strict'
import { join } from 'node:path'
import { createEngine, type Engine } from '../../src/engine'
import { decodeImage } from '../../src/images'
import { filesOf, inputPorts, runModel } from '../../src/models'
import type { Instance } from '../../src/models/tasks/detect'
import { colorize, type Image, type Segmentation } from '../../src/types'
import { runBothWays } from '../models/both-ways'
import {
  catalogued,
  choice,
  installRealModels,
  keep,
  needsRealModels,
  photosFolder,
  realFolder,
  sha256Of,
} from './support'

/** Real networks on photographs. Their pictures are kept in `test-results/real`. */
describe('real networks of the catalogue', function () {
  this.timeout(120_000)
  let engine: Engine
  let uninstall: (() => void) | undefined
  before(function () {
    needsRealModels(this)
    uninstall = installRealModels()
    engine = createEngine({ device: 'cpu' })
  })
  after(async () => {
    uninstall?.()
    await engine?.close()
  })

  const photo = (name: string) => decodeImage({ path: join(photosFolder, `${name}.jpg`) })
  async function run(id: string, inputs: Record<string, unknown>): Promise<Record<string, unknown>> {
    const { model, variant } = choice(id)
    return (await runModel(model, variant, inputs, engine)).outputs
  }

  it('are the files named in the manifests', () => {
    for (const [file, id] of Object.entries(catalogued)) {
      const [wanted] = filesOf(choice(id).variant)
      assert.equal(sha256Of(join(realFolder, file)), wanted?.sha256, file)
    }
  })

  it('give the same result with conversions inside the graph and outside it', async () => {
    const image = await photo('astronaut')
    for (const id of Object.values(catalogued)) {
      const { model, variant } = choice(id)
      await runBothWays(
        engine,
        model,
        variant,
        Object.fromEntries(inputPorts(model, variant).map(({ name }) => [name, name === 'image' ? image : undefined])),
      )
    }
  })

  it('DeepLab finds an astronaut, and a cat', async () => {
    for (const [name, label, least] of [
      ['astronaut', 'person', 0.3],
      ['cat', 'cat', 0.5],
    ] as const) {
      const image = await photo(name)
      const { image: map } = (await run('deeplab/deeplabv3-mobilenet', { image })) as { image: Segmentation }
      await keep(`deeplab-${name}`, colorize(map))
      assert.deepEqual([map.width, map.height], [image.width, image.height])
      const id = map.labels.indexOf(label)
      const share = map.data.filter((each) => each === id).length / map.data.length
      assert.ok(share > least, `${label} on ${share} of ${name}`)
    }
  })

  it('Fast Neural Style paints candy', async () => {
    for (const name of ['astronaut', 'coffee']) {
      const image = await photo(name)
      const { output } = (await run('style/candy-720', { image })) as { output: Image }
      await keep(`style-${name}`, output)
      assert.deepEqual([output.width, output.height, output.channels], [image.width, image.height, 3])
      const away = difference(output, image)
      assert.ok(away > 15 && away < 110, `painted ${away} away from the photograph`)
      assert.ok(correlation(output, image) > 0.35, `correlates by ${correlation(output, image)}`)
    }
  })

  it('Super-Resolution enlarges by three, sharper than plain scaling and true to the colours', async () => {
    const image = await photo('coffee')
    const { output } = (await run('upscale/espcn-x3', { image })) as { output: Image }
    await keep('upscale-coffee', output)
    assert.deepEqual([output.width, output.height, output.channels], [1800, 1200, 3])
    const { data } = output
    for (const channel of [0, 1, 2]) {
      const [made, given] = [data, image.data].map((all) => meanOf(all, channel)) as [number, number]
      assert.ok(Math.abs(made - given) < 3, `channel ${channel}: ${made} for ${given}`)
    }
  })

  it('UltraFace finds the one face', async () => {
    const { output, instances } = (await run('faces/ultraface-320', { image: await photo('astronaut') })) as {
      output: Image
      instances: Instance[]
    }
    await keep('faces-astronaut', output)
    assert.equal(instances.length, 1)
    const [{ category, score, box }] = instances as [Instance]
    assert.equal(category, 'face')
    assert.ok(score > 0.9)
    const [left, top, right, bottom] = box
    // Her eyes and mouth are here; her hair and the rocket behind her do not.
    assert.ok(left < 0.38 && right > 0.48 && top < 0.2 && bottom > 0.3, `${box}`)
    assert.ok(right - left < 0.3 && bottom - top < 0.4, `${box}`)
    assert.deepEqual((await run('faces/ultraface-320', { image: await photo('coffee') })).instances, [])
  })

  it('YOLOX names what is in photographs', async () => {
    for (const [name, wanted] of [
      ['astronaut', 'person'],
      ['cat', 'cat'],
      ['coffee', 'cup'],
    ] as const) {
      const { output, instances } = (await run('detect/yolox-nano', { image: await photo(name) })) as {
        output: Image
        instances: Instance[]
      }
      await keep(`detect-${name}`, output)
      assert.equal(instances[0]?.category, wanted, JSON.stringify(instances))
    }
    const image = await photo('coffee')
    const { instances } = (await run('detect/yolox-nano', { image, category: 'spoon', min_score: 0.2 })) as {
      instances: Instance[]
    }
    assert.ok(instances.every(({ category }) => category === 'spoon'))
  })

  it('Prisma-net cuts the astronaut out', async () => {
    const { output, matte } = (await run('matte/prisma-portrait', { image: await photo('astronaut') })) as {
      output: Image
      matte: Image
    }
    await keep('matte-astronaut', output)
    await keep('matte-astronaut-mask', matte)
    assert.deepEqual([output.channels, matte.channels, matte.width, matte.height], [4, 1, 512, 512])
    const at = (x: number, y: number) => matte.data[y * 512 + x] as number
    assert.ok(at(225, 120) > 220 && at(225, 400) > 220, 'face and suit are kept')
    assert.ok(at(480, 20) < 40 && at(20, 20) < 40, 'what is behind her is not')
  })
})

function meanOf(data: ArrayLike<number>, channel: number): number {
  let sum = 0
  for (let i = channel; i < data.length; i += 3) sum += data[i] as number
  return sum / (data.length / 3)
}

function difference(a: Image, b: Image): number {
  let sum = 0
  for (const [i, byte] of a.data.entries()) sum += Math.abs(byte - (b.data[i] as number))
  return sum / a.data.length
}

function correlation(a: Image, b: Image): number {
  const mean = ({ data }: Image) => [0, 1, 2].reduce((sum, channel) => sum + meanOf(data, channel) / 3, 0)
  const [ma, mb] = [mean(a), mean(b)]
  let [ab, aa, bb] = [0, 0, 0]
  for (const [i, byte] of a.data.entries()) {
    const [x, y] = [byte - ma, (b.data[i] as number) - mb]
    ab += x * y
    aa += x * x
    bb += y * y
  }
  return ab / Math.sqrt(aa * bb)
}
