import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { portsInWords } from '../../scripts/seal/ports'
import { loadManifests } from '../../src/models'

/** What flows store and people wire: `ports.json` in a model's folder, which `npm run seal` writes once. */
describe('the ports of the bundled models', () => {
  for (const model of loadManifests())
    it(model.label, () => {
      assert.equal(model.node, `daisychain-${model.id}`)
      assert.deepEqual(portsInWords(model), JSON.parse(readFileSync(join(model.folder, 'ports.json'), 'utf8')))
    })
})
