import type { NodeDeclaration, TypeExpression } from '../flow'

const encoded: TypeExpression[] = [
  { type: 'image', format: 'buffer' },
  { type: 'image', format: 'dataURI' },
  { type: 'image', format: 'base64' },
  { type: 'text' },
]
/** Takes any message; what it sends depends on people in front of a screen. */
const widget: NodeDeclaration = { outputs: [{}] }

/** What nodes of other people's packages want and give, as far as their code says it beyond doubt. */
export const others: Record<string, NodeDeclaration> = {
  // node-red-contrib-image-output 0.6: a Buffer, base64 or a data URI of a picture; nothing empties it
  image: {
    label: 'image preview',
    outputs: [{}],
    passes: true,
    defaults: { data: 'payload', dataType: 'msg' },
    cases: [
      {
        when: { dataType: 'msg' },
        inputs: {
          $data: { type: encoded, required: false, help: 'A picture as a Buffer, as base64 or as a data URI.' },
        },
      },
    ],
  },

  // node-red-node-base64 0.3 and later: a Buffer or a text; with an action chosen, other values become a text first
  base64: {
    outputs: [{ $property: { type: 'any' } }],
    passes: true,
    defaults: { property: 'payload', action: '' },
    cases: [
      {
        when: { action: '' },
        inputs: { $property: { type: encoded, help: 'A Buffer to encode, or base64 to decode.' } },
      },
      { when: { action: 'b64' }, outputs: [{ $property: { type: 'text' } }] },
    ],
  },

  // @flowfuse/node-red-dashboard 1.x
  'ui-audio': widget,
  'ui-button': widget,
  'ui-button-group': widget,
  'ui-chart': widget,
  'ui-control': widget,
  'ui-dropdown': widget,
  'ui-event': widget,
  'ui-file-input': widget,
  'ui-form': widget,
  'ui-gauge': widget,
  'ui-markdown': widget,
  'ui-notification': widget,
  'ui-number-input': widget,
  'ui-progress': widget,
  'ui-radio-group': widget,
  'ui-slider': widget,
  'ui-switch': widget,
  'ui-table': widget,
  'ui-template': widget,
  'ui-text': widget,
  'ui-text-input': widget,
}
