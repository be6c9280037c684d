import assert from 'node:assert/strict'
import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { createEngine, type Engine } from '../../src/engine'
import { decodeImage, recolor } from '../../src/images'
import { findVariant, type Manifest, runModel } from '../../src/models'
import type { Image } from '../../src/types'
import { runBothWays } from '../models/both-ways'
import { manifests, writeLabels } from './manifests'
import { keep, needsRealModels, photosFolder, realFolder } from './support'

describe('real networks that aren’t in the catalogue', function () {
  this.timeout(120_000)
  let engine: Engine
  let folder: string | undefined
  before(function () {
    needsRealModels(this)
    folder = mkdtempSync(join(tmpdir(), 'daisychain-real-'))
    engine = createEngine({ device: 'cpu' })
  })
  after(async () => {
    if (folder) rmSync(folder, { recursive: true, force: true })
    await engine?.close()
  })

  async function run(manifest: Manifest, image: unknown): Promise<Record<string, unknown>> {
    const { file } = findVariant(manifest)
    cpSync(join(realFolder, file), join(folder as string, file))
    const model = { ...manifest, folder: folder as string }
    return (await runModel(model, findVariant(model), { image }, engine)).outputs
  }

  it('all give the same result with conversions inside the graph and outside it', async () => {
    writeLabels(folder as string)
    const image = await decodeImage({ path: join(photosFolder, 'astronaut.jpg') })
    for (const make of Object.values(manifests)) {
      const manifest = make()
      cpSync(join(realFolder, findVariant(manifest).file), join(folder as string, findVariant(manifest).file))
      const model = { ...manifest, folder: folder as string }
      await runBothWays(engine, model, findVariant(model), { image })
    }
  })

  it('MNIST reads handwritten digits', async () => {
    const manifest = manifests.mnist()
    const strokes = {
      1: 'M52 22 L50 80',
      2: 'M30 36 C34 14 70 16 66 40 C63 54 38 66 30 78 L72 77',
      4: 'M38 20 L30 52 L70 50 M60 24 L56 82',
      7: 'M28 26 L70 24 L46 82',
      0: 'M50 20 C24 22 24 78 50 80 C76 78 76 22 50 20',
    }
    for (const [digit, path] of Object.entries(strokes)) {
      const ink = `<svg xmlns="http://www.w3.org/2000/svg" width="100" height="100"><rect width="100" height="100" fill="#f4f0e4"/><path d="${path}" fill="none" stroke="#1b2450" stroke-width="8" stroke-linecap="round" stroke-linejoin="round"/></svg>`
      const { category, score } = await run(manifest, await sharp(Buffer.from(ink)).png().toBuffer())
      assert.equal(category, digit)
      assert.ok((score as number) > 0.5 && (score as number) <= 1, `${digit}: ${score}`)
    }
  })

  it('SqueezeNet in half precision recognises a cat and an espresso', async () => {
    writeLabels(folder as string)
    const manifest = manifests.squeezenet()
    const cat = await run(manifest, await decodeImage({ path: join(photosFolder, 'cat.jpg') }))
    assert.match(cat.category as string, /^(tabby|tiger cat|Egyptian cat)$/)
    const coffee = await run(manifest, await decodeImage({ path: join(photosFolder, 'coffee.jpg') }))
    assert.equal(coffee.category, 'espresso')
    assert.ok((coffee.score as number) > 0.3, `${coffee.score}`)
    const list = coffee.ranked as { category: string; score: number }[]
    assert.equal(list.length, 5)
    assert.deepEqual(list[0], { category: 'espresso', score: coffee.score })
    assert.ok(list.every(({ score }, i) => score <= (list[i - 1]?.score ?? 1)))
  })

  it('SCI brightens a dark photograph in tiles', async () => {
    const manifest = manifests.sci()
    const dark = await recolor(await decodeImage({ path: join(photosFolder, 'rocket.jpg') }), {
      hue: 0,
      saturation: 1,
      brightness: 0.25,
      invert: false,
    })
    await keep('sci-rocket-given', dark)
    const { output } = (await run(manifest, dark)) as { output: Image }
    await keep('sci-rocket', output)
    assert.deepEqual([output.width, output.height], [640, 427])
    const mean = ({ data }: Image) => {
      let sum = 0
      for (const byte of data) sum += byte
      return sum / data.length
    }
    assert.ok(mean(output) > 1.8 * mean(dark), `${mean(dark)} became ${mean(output)}`)
  })
})
