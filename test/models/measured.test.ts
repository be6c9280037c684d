import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { filesOf, isDownloadable, loadManifests } from '../../src/models'

const MOST_BYTES = 15e6
const training = join(__dirname, '../../../models/training')
/**
 * The worlds that the models were trained on: the folder that draws each, and the file with its measurements.
 */
const WORLDS: Record<string, { folder: string; figures: string }> = {
  rooms: { folder: 'world', figures: 'figures.json' },
  meadow: { folder: 'meadow', figures: 'figures-meadow.json' },
}
/** A bundled variant's preview pictures show the worlds that it knows. */
const PICTURES: Record<string, string> = { 'bedroom.webp': 'rooms', 'meadow.webp': 'meadow' }

describe('the bundled weights', () => {
  const bundled = loadManifests().flatMap((model) =>
    model.variants
      .filter((variant) => variant.picture && !isDownloadable(variant))
      .flatMap((variant) =>
        [variant.picture ?? []]
          .flat()
          .map((picture) => ({ model, world: PICTURES[picture] as string, files: filesOf(variant) })),
      ),
  )

  it('cover both worlds', () => {
    const count = (name: string) => bundled.filter(({ world }) => world === name).length
    assert.deepEqual([count('rooms'), count('meadow')], [9, 9])
  })

  for (const { model, world, files } of bundled)
    it(`of ${model.id} are the ones whose figures in the ${world} the card shows`, () => {
      const { folder, figures } = WORLDS[world] as (typeof WORLDS)[string]
      const measured = JSON.parse(readFileSync(join(model.folder, figures), 'utf8'))
      const { outputs } = JSON.parse(readFileSync(join(training, folder, 'frozen.json'), 'utf8'))
      assert.deepEqual(
        files.map(({ path, bytes, sha256 }) => ({ path, bytes, sha256 })),
        [{ path: measured.file, bytes: measured.bytes, sha256: measured.sha256 }],
        `npm run evaluate -- ${model.id}`,
      )
      const card = readFileSync(join(model.folder, 'CARD.md'), 'utf8')
      assert.ok(card.includes(measured.sha256.slice(0, 16)), 'CARD.md has other figures than figures.json')
      assert.ok(measured.scenes >= 512)
      assert.equal(measured.world, outputs.slice(0, 12), 'it was measured on a world that is drawn otherwise by now')
    })

  it('are small enough to be bundled', () => {
    const sizes = bundled.flatMap(({ model, files }) =>
      files.map(({ path, bytes }) => [model.id + path, bytes] as const),
    )
    const bytes = [...new Map(sizes).values()].reduce((sum, each) => sum + each, 0)
    assert.ok(bytes <= MOST_BYTES, `${bytes}`)
  })
})
