// biome-ignore-all lint/style/noNonNullAssertion: missing values should fail the test
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { findVariant, loadManifests, runModel } from '../../src/models'
import type { DetectSettings } from '../../src/models/detection/settings'
import type { Instance } from '../../src/models/tasks/detect'
import { colourful } from './steps/colourful'
import { fixturesFolder, tellingEngine } from './support'
import { twinOf } from './twin'

const folder = `${fixturesFolder}/detect`
interface Golden {
  label: number
  score: number
  /** The centre, width and height of the box. */
  box: [number, number, number, number]
}
/** The results of transformers for the same network and picture; see make.py in that folder. */
const golden = JSON.parse(readFileSync(`${folder}/golden.json`, 'utf8')) as Golden[]

describe('RF-DETR', () => {
  const detect = loadManifests().find(({ id }) => id === 'detect')!
  const twin = twinOf(detect, 'rfdetr-nano', folder, { 384: 64 })
  const { engine } = tellingEngine()

  it('finds the same as transformers with the same network, but nothing where COCO has no class', async () => {
    const { names } = findVariant(detect, 'rfdetr-nano').settings as unknown as DetectSettings
    const given = { image: colourful(64, 64), category: 'any' }
    const found = (await runModel(twin, twin.variants[0]!, given, engine)).outputs.instances as Instance[]
    const wanted = golden.filter(({ label }) => names[label] !== '')
    assert.ok(wanted.length > 1)
    assert.deepEqual(
      found.map(({ category }) => category),
      wanted.map(({ label }) => names[label]),
    )
    const within = (share: number) => Math.min(1, Math.max(0, share))
    for (const [i, { score, box }] of found.entries()) {
      const [x, y, width, height] = wanted[i]!.box
      const edges = [x - width / 2, y - height / 2, x + width / 2, y + height / 2].map(within)
      assert.ok(Math.abs(score - wanted[i]!.score) < 0.002, `${score}, not ${wanted[i]!.score}`)
      for (const [k, edge] of edges.entries()) assert.ok(Math.abs(box[k]! - edge) < 0.002, `${box}, not ${edges}`)
    }
  })
})
