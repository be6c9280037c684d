import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { findVariant, loadManifests } from '../../src/models'

const MOST_BYTES = 15e6
const training = join(__dirname, '../../../models/training')
/** The worlds as frozen: what the models were trained on. */
const worlds = ['world', 'meadow'].map((world) =>
  JSON.parse(readFileSync(join(training, world, 'frozen.json'), 'utf8')).outputs.slice(0, 12),
)

describe('the bundled weights', () => {
  const bundled = loadManifests().filter((model) => model.variants.some(({ id }) => id === 'mini'))
  const mini = (model: (typeof bundled)[number]) => model.variants.find(({ id }) => id === 'mini') ?? findVariant(model)

  for (const model of bundled)
    it(`of ${model.id} are the ones whose figures the card shows`, () => {
      const measured = JSON.parse(readFileSync(join(model.folder, 'figures.json'), 'utf8'))
      assert.equal(measured.sha256, mini(model).sha256, `npm run evaluate -- ${model.id}`)
      assert.equal(measured.bytes, mini(model).bytes)
      const card = readFileSync(join(model.folder, 'CARD.md'), 'utf8')
      assert.ok(card.includes(measured.sha256.slice(0, 16)), 'CARD.md has other figures than figures.json')
      assert.ok(measured.scenes >= 512)
      assert.ok(worlds.includes(measured.world), 'it was measured on a world that is drawn otherwise by now')
    })

  it('are small enough to come with the package', () => {
    const bytes = bundled.reduce((sum, model) => sum + (mini(model).bytes ?? 0), 0)
    assert.ok(bytes <= MOST_BYTES, `${bytes}`)
  })
})
