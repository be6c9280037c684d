import assert from 'node:assert/strict'
import { goldenInputs } from '../../scripts/seal/golden'
import { createEngine, type Engine } from '../../src/engine'
import { findVariant, inputPorts, isSeed, loadManifests, runModel } from '../../src/models'

/** Every value that a message can set in addition to the main input, for every bundled model. */
describe('a value out of range', () => {
  let engine: Engine
  before(() => {
    engine = createEngine({ device: 'cpu', isolation: 'thread' })
  })
  after(() => engine.close())

  const checked: string[] = []
  for (const model of loadManifests()) {
    const variant = findVariant(model)
    if (variant.id !== 'mini') continue
    const refused = async (name: string, value: unknown, ...words: (string | number)[]) => {
      const inputs = { ...(await goldenInputs(model)), [name]: value }
      await assert.rejects(runModel(model, variant, inputs, engine), ({ message }: Error) => {
        for (const word of [name, value, ...words])
          assert.ok(message.includes(String(word)), `"${message}" lacks ${word}`)
        return true
      })
    }
    for (const port of inputPorts(model, variant)) {
      const { name, type } = port
      if (isSeed(port, variant)) continue // any number is a valid seed
      if (type.type === 'number' && type.min !== undefined && type.max !== undefined) {
        const { min, max } = type
        checked.push(`${model.id}.${name}`)
        it(`is refused with the range: ${name} of ${model.id}`, async () => {
          await refused(name, max + 1, min, max)
          await refused(name, min - 1, min, max)
        })
      }
      if (type.type === 'category') {
        const choices = type.oneOf ?? []
        checked.push(`${model.id}.${name}`)
        it(`is refused with the choices: ${name} of ${model.id}`, () =>
          refused(name, 'unicorn', ...choices.slice(0, 3)))
      }
    }
  }

  it('is tried for everything that can be set', () => {
    for (const port of ['stylegan.truncation', 'gpt2.sequence_length', 'maskrcnn.category'])
      assert.ok(checked.includes(port), `${port} of ${checked}`)
  })
})
