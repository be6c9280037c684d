// biome-ignore-all lint/style/noNonNullAssertion: missing values should fail the test
import assert from 'node:assert/strict'
import { filesOf, findVariant, loadManifests, requireMemory } from '../../src/models'

describe('a variant larger than the memory', () => {
  it('is refused before it is loaded, in a sentence', () => {
    const model = loadManifests().find(({ id }) => id === 'attngan')!
    const [mini, full] = [findVariant(model, 'mini'), findVariant(model, 'lcm-dreamshaper-v7')]
    const bytes = filesOf(full).reduce((sum, file) => sum + file.bytes, 0)
    assert.throws(
      () => requireMemory(model, full, 2e9),
      /AttnGAN's LCM Dreamshaper v7 has 4\.2 GB of weights, more than the 2(\.0)? GB of memory that this computer has/,
    )
    assert.throws(() => requireMemory(model, full, bytes - 1))
    requireMemory(model, full, bytes)
    requireMemory(model, mini, 2e9)
  })
})
