import assert from 'node:assert/strict'
import { findVariant, inputPorts, loadManifests, outputPorts, type Port } from '../../src/models'
import { describeType } from '../../src/types'

/** What flows store and people wire: each node's ports, in words. An option's default stands behind "=". */
const PORTS: Record<string, { inputs: string[]; outputs: string[][] }> = {
  stylegan: {
    inputs: ['payload z: a vector of 512 numbers', 'truncation truncation: a number from 0 to 1 = 0.8'],
    outputs: [['payload image: a 3-channel image of 128×128 pixels']],
  },
  densedepth: {
    inputs: ['payload image: a 3-channel image'],
    outputs: [['payload depth_image: a 1-channel image']],
  },
  spade: {
    inputs: [
      'payload semantic_map: a label map of 12 labels of 128×128 pixels',
      'style style?: a vector of 19 numbers',
    ],
    outputs: [['payload output: a 3-channel image of 128×128 pixels']],
  },
  im2txt: {
    inputs: ['payload image: a 3-channel image'],
    outputs: [['payload caption: a text']],
  },
  attngan: {
    inputs: ['payload caption: a text', 'seed seed?: a number'],
    outputs: [['payload result: a 3-channel image of 128×128 pixels']],
  },
  maskrcnn: {
    inputs: [
      'payload image: a 3-channel image',
      'category category: one of any, rug, window and 8 more = any',
      'min_score min_score?: a number from 0 to 1',
    ],
    outputs: [
      ['payload output: a 3-channel image'],
      ['payload instances: a list of records of category, score, box and mask'],
    ],
  },
  photosketch: {
    inputs: ['payload input: a 3-channel image'],
    outputs: [['payload output: a 1-channel image']],
  },
  gpt2: {
    inputs: [
      'payload prompt: a text',
      'seed seed?: a number from 0 to 999',
      'sequence_length sequence_length: a number from 1 to 256 = 128',
      'temperature temperature?: a number from 0 to 2',
      'top_k top_k?: a number from 0 to 1000',
      'top_p top_p?: a number from 0 to 1',
    ],
    outputs: [['payload text: a text']],
  },
  deeplab: {
    inputs: ['payload image: a 3-channel image'],
    outputs: [['payload image: a label map of 12 labels']],
  },
  style: {
    inputs: ['payload image: a 3-channel image'],
    outputs: [['payload output: a 3-channel image']],
  },
  upscale: {
    inputs: ['payload image: a 3-channel image'],
    outputs: [['payload output: a 3-channel image']],
  },
  matte: {
    inputs: ['payload image: a 3-channel image'],
    outputs: [['payload output: a 4-channel image'], ['payload matte: a 1-channel image']],
  },
  faces: {
    inputs: ['payload image: a 3-channel image', 'min_score min_score?: a number from 0 to 1'],
    outputs: [
      ['payload output: a 3-channel image'],
      ['payload instances: a list of records of category, score and box'],
    ],
  },
  detect: {
    inputs: [
      'payload image: a 3-channel image',
      'category category: one of any, person, bicycle and 78 more = any',
      'min_score min_score?: a number from 0 to 1',
    ],
    outputs: [
      ['payload output: a 3-channel image'],
      ['payload instances: a list of records of category, score and box'],
    ],
  },
}

describe('the ports of the bundled models', () => {
  const models = loadManifests()

  it('all of them', () => {
    assert.deepEqual(models.map(({ id }) => id).sort(), Object.keys(PORTS).sort())
  })

  for (const model of models) {
    it(model.label, () => {
      const variant = findVariant(model)
      assert.equal(model.node, `daisychain-${model.id}`)
      assert.deepEqual(
        {
          inputs: inputPorts(model, variant).map(inWords),
          outputs: outputPorts(model, variant).map((ports) => ports.map(inWords)),
        },
        PORTS[model.id],
      )
    })
  }
})

function inWords({ name, property, type, optional }: Port): string {
  const ending = 'default' in type ? ` = ${type.default}` : ''
  return `${property} ${name}${optional ? '?' : ''}: ${describeType(type)}${ending}`
}
