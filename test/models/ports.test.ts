import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { portsInWords } from '../../scripts/seal/ports'
import { loadManifests } from '../../src/models'

/**
 * Ports that saved flows depend on. They are in `ports.json` in each model's folder, written once by `npm run
 * seal`.
 */
describe('the ports of the bundled models', () => {
  for (const model of loadManifests())
    it(model.label, () => {
      assert.equal(model.node, `daisychain-${model.id}`)
      assert.deepEqual(portsInWords(model), JSON.parse(readFileSync(join(model.folder, 'ports.json'), 'utf8')))
    })
})
