// biome-ignore-all lint/style/noNonNullAssertion: what is missing fails the test
import assert from 'node:assert/strict'
import { inputPorts, loadManifests } from '../../src/models'
import { modelSpec } from '../../src/node-html/model'

describe('options that only some variants read', () => {
  const attngan = loadManifests().find(({ id }) => id === 'attngan')!
  const names = (at: number) => inputPorts(attngan, attngan.variants[at]!).map(({ name }) => name)

  it('are inputs of those, and shown for those', () => {
    assert.deepEqual(names(0), ['caption', 'seed'])
    assert.deepEqual(names(1), ['caption', 'seed', 'steps', 'guidance', 'width', 'height'])
    const { seed, steps } = modelSpec(attngan).settings
    assert.deepEqual([seed!.when, steps!.when], [undefined, { variant: ['lcm-dreamshaper-v7'] }])
  })
})
