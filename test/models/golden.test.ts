import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { goldenFile, goldenFolder, goldenInputs } from '../../scripts/seal/golden'
import { createEngine, type Engine } from '../../src/engine'
import { decodeImage } from '../../src/images'
import { findVariant, isDownloadable, loadManifests, type Model, runModel } from '../../src/models'
import { runBothWays } from './both-ways'

/**
 * Other processors round differently. The limits are the mean difference of shades (of 255), and the share of
 * labels that differ.
 */
const MOST_SHADES = 1
const MOST_LABELS = 0.005

describe('golden outputs', () => {
  let engine: Engine
  before(() => {
    engine = createEngine({ device: 'cpu' })
  })
  after(() => engine.close())

  for (const model of loadManifests().filter((each) => !isDownloadable(findVariant(each)))) {
    it(`of ${model.id}`, async () => {
      const { outputs } = await runModel(model, findVariant(model), await goldenInputs(model), engine)
      assert.deepEqual(
        Object.keys(outputs).sort(),
        model.outputs.flatMap((ports) => ports.map(({ name }) => name)).sort(),
      )
      for (const [name, value] of Object.entries(outputs)) {
        const { ending, bytes } = await goldenFile(value)
        const file = join(goldenFolder(model), `${name}.${ending}`)
        assert.ok(existsSync(file), `${file} is missing: npm run seal`)
        if (ending === 'txt') compareTexts(bytes.toString(), readFileSync(file, 'utf8'))
        else await comparePictures(bytes, file, ending === 'ids.png')
      }
    })
  }
})

describe('the steps before and after a bundled network', () => {
  it('give the same result inside the graph and outside it', async () => {
    const engine = createEngine({ device: 'cpu' })
    const hasPictures = (model: Model) =>
      [...Object.values(findVariant(model).feeds), ...Object.values(findVariant(model).fetches)].some(
        ({ kind }) => kind === 'image' || kind === 'values',
      )
    for (const model of loadManifests().filter((each) => !isDownloadable(findVariant(each)) && hasPictures(each)))
      await runBothWays(engine, model, findVariant(model), await goldenInputs(model))
    await engine.close()
  }).timeout(240_000)
})

async function comparePictures(bytes: Buffer, file: string, labels: boolean): Promise<void> {
  const [made, golden] = [await decodeImage(bytes), await decodeImage({ path: file })]
  assert.deepEqual([made.width, made.height, made.channels], [golden.width, golden.height, golden.channels])
  let different = 0
  for (const [i, shade] of made.data.entries()) {
    const distance = Math.abs(shade - (golden.data[i] as number))
    different += labels ? Math.sign(distance) : distance
  }
  const mean = different / made.data.length
  assert.ok(mean <= (labels ? MOST_LABELS : MOST_SHADES), `${file}: ${mean}`)
}

/** Compares words exactly, and numbers (scores, boxes) to within a hundredth. */
function compareTexts(made: string, golden: string): void {
  const number = /-?\d+\.\d+/g
  assert.equal(made.replace(number, '#'), golden.replace(number, '#'))
  const wanted = golden.match(number) ?? []
  for (const [i, found] of (made.match(number) ?? []).entries()) {
    assert.ok(Math.abs(Number(found) - Number(wanted[i])) < 0.01, `${found} for ${wanted[i]}`)
  }
}
