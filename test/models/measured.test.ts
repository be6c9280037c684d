import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { filesOf, isDownloadable, loadManifests } from '../../src/models'

const MOST_BYTES = 15e6
const training = join(__dirname, '../../../models/training')
/** The worlds as frozen, by variant: what the models were trained on. */
const worlds = new Map(
  Object.entries({ mini: 'world', meadow: 'meadow' }).map(([variant, world]) => [
    variant,
    JSON.parse(readFileSync(join(training, world, 'frozen.json'), 'utf8')).outputs.slice(0, 12),
  ]),
)

describe('the bundled weights', () => {
  const bundled = loadManifests().flatMap((model) =>
    model.variants
      .filter((variant) => worlds.has(variant.id) && !isDownloadable(variant))
      .map((variant) => ({ model, variant, files: filesOf(variant) })),
  )

  it('are of both worlds', () => {
    const count = (id: string) => bundled.filter(({ variant }) => variant.id === id).length
    assert.deepEqual([count('mini'), count('meadow')], [9, 5])
  })

  for (const { model, variant, files } of bundled)
    it(`of ${model.id}, ${variant.id}, are the ones whose figures the card shows`, () => {
      const name = variant.id === 'mini' ? 'figures.json' : `figures-${variant.id}.json`
      const measured = JSON.parse(readFileSync(join(model.folder, name), 'utf8'))
      assert.deepEqual(
        files.map(({ path, bytes, sha256 }) => ({ path, bytes, sha256 })),
        [{ path: measured.file, bytes: measured.bytes, sha256: measured.sha256 }],
        `npm run evaluate -- ${model.id}`,
      )
      const card = readFileSync(join(model.folder, 'CARD.md'), 'utf8')
      assert.ok(card.includes(measured.sha256.slice(0, 16)), 'CARD.md has other figures than figures.json')
      assert.ok(measured.scenes >= 512)
      assert.equal(measured.world, worlds.get(variant.id), 'it was measured on a world that is drawn otherwise by now')
    })

  it('are small enough to come with the package', () => {
    const bytes = bundled.flatMap(({ files }) => files).reduce((sum, file) => sum + file.bytes, 0)
    assert.ok(bytes <= MOST_BYTES, `${bytes}`)
  })
})
