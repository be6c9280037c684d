import type { Declarations, NodeDeclaration, TypeExpression } from '../../src/flow'

const image: TypeExpression = { type: 'image', channels: 3 }
const text: TypeExpression = { type: 'text' }
const vector: TypeExpression = { type: 'vector', length: 512 }
const voc = ['background', 'cat', 'dog', 'person']
const room = ['wall', 'floor', 'bed', 'lamp']

const model = (label: string, input: TypeExpression, output: TypeExpression, more: Partial<NodeDeclaration> = {}) => ({
  label,
  inputs: { payload: { type: input } },
  outputs: [{ payload: output }],
  passes: true,
  ...more,
})

/** Ports like those of this package's nodes, but fixed, so that these tests don't change with the models. */
export const declarations: Declarations = new Map<string, NodeDeclaration>(
  Object.entries({
    latent: {
      label: 'Latent',
      inputs: {},
      outputs: [{ payload: { type: 'vector', length: { $config: 'length' } } }],
      passes: true,
      defaults: { length: 512 },
    },
    camera: { label: 'Camera', inputs: {}, outputs: [{ payload: image }], passes: false },
    stylegan: {
      ...model('StyleGAN', vector, image),
      inputs: { payload: { type: vector }, truncation: { type: { type: 'number', min: 0, max: 1 }, required: false } },
    },
    densedepth: model('DenseDepth', image, { type: 'image', channels: 1 }),
    im2txt: model('im2txt', image, text),
    gpt2: model('GPT-2', text, text),
    attngan: {
      ...model('AttnGAN', text, image),
      inputs: { caption: { type: text } },
      outputs: [{ result: image }],
    },
    deeplab: model(
      'DeepLab',
      image,
      { type: 'segmentation', labels: voc },
      {
        defaults: { variant: 'voc' },
        cases: [{ when: { variant: 'room' }, outputs: [{ payload: { type: 'segmentation', labels: room } }] }],
      },
    ),
    spade: model('SPADE', { type: 'segmentation', labels: room }, image),
    maskrcnn: model('Mask R-CNN', image, image, {
      outputs: [{ payload: image }, { instances: { type: 'array', itemType: text } }],
    }),
    preview: {
      label: 'Preview',
      inputs: {
        $field: {
          type: [
            { type: 'image', format: 'buffer' },
            { type: 'image', format: 'dataURI' },
          ],
          required: false,
        },
      },
    },
    echo: { outputs: [{ copy: { $input: 'payload' }, topic: null }], passes: true },
    /** Its settings declare its output. */
    wants: { label: 'Wants', inputs: { payload: { type: { $config: 'want' } } } },
    give: { label: 'Give', outputs: [{ payload: { $config: 'payload' }, topic: { $config: 'topic' } }], passes: false },
  }),
)

export const types = { image, text, vector, voc, room }
