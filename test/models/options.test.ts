// biome-ignore-all lint/style/noNonNullAssertion: missing values should fail the test
import assert from 'node:assert/strict'
import { findVariant, inputPorts, loadManifests } from '../../src/models'
import { modelSpec } from '../../src/node-html/model'

describe('options that only some variants have', () => {
  const attngan = loadManifests().find(({ id }) => id === 'attngan')!
  const names = (id: string) => inputPorts(attngan, findVariant(attngan, id)).map(({ name }) => name)

  it('are inputs of those, and shown for those', () => {
    assert.deepEqual(names('mini'), ['caption', 'seed'])
    assert.deepEqual(names('lcm-dreamshaper-v7'), [
      'caption',
      'seed',
      'picture',
      'strength',
      'steps',
      'guidance',
      'width',
      'height',
    ])
    const { seed, steps } = modelSpec(attngan).settings
    assert.deepEqual([seed!.when, steps!.when], [undefined, { variant: ['lcm-dreamshaper-v7'] }])
  })
})
