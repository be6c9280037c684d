import { encodedInput, type NodeDeclaration, type TypeExpression } from '../flow'

const encoded: TypeExpression[] = [
  { type: 'image', format: 'buffer' },
  { type: 'image', format: 'dataURI' },
  { type: 'image', format: 'base64' },
  { type: 'text' },
]
/** The forms of pictures that Jimp reads. */
const read = (['buffer', 'dataURI', 'base64', 'file'] as const).map((format) => ({ type: 'image' as const, format }))
const size: TypeExpression = { type: 'record', fields: { w: { type: 'number' }, h: { type: 'number' } } }
const PICTURE = 'A picture as a Buffer, as base64, as a data URI or as a path.'
/** Accepts any message, and pictures as text. Its output depends on what people do on the screen. */
const widget: NodeDeclaration = { inputs: { payload: encodedInput('dataURI') }, outputs: [{}] }
/** The same, but its output is always a number. */
const dial: NodeDeclaration = { ...widget, outputs: [{ payload: { type: 'number' } }] }

/** @flowfuse/node-red-dashboard 1.x */
const DASHBOARD_2 = (
  'audio button button-group chart control dropdown event file-input form gauge markdown notification ' +
  'number-input progress radio-group slider switch table template text text-input'
)
  .split(' ')
  .map((name) => `ui-${name}`)

/** node-red-dashboard 2.x and 3.x */
const DASHBOARD_1 = (
  'audio button chart colour_picker date_picker dropdown form gauge numeric slider switch template text text_input ' +
  'toast ui_control'
)
  .split(' ')
  .map((name) => `ui_${name}`)

/** The types of other packages' nodes, as far as their code determines them. */
export const others: Record<string, NodeDeclaration> = {
  // node-red-contrib-image-output 0.6: a Buffer, base64 or a data URI of a picture; an empty payload clears
  // it. If it is disabled, it ignores its input and sends nothing.
  image: {
    label: 'image preview',
    outputs: [{}],
    defaults: { active: true, data: 'payload', dataType: 'msg' },
    cases: [
      { when: { active: true }, passes: true },
      {
        when: { active: true, dataType: 'msg' },
        inputs: {
          $data: { type: encoded, required: false, help: 'A picture as a Buffer, as base64 or as a data URI.' },
        },
      },
    ],
  },

  // node-red-node-annotate-image 0.2: draws boxes and labels on a JPEG, and refuses everything else
  'annotate-image': {
    label: 'annotate image',
    inputs: {
      payload: { type: { type: 'image', format: 'jpeg' }, help: 'A JPEG in a Buffer.' },
      annotations: { type: { type: 'array', itemType: { type: 'any' } }, required: false, help: 'What to draw.' },
    },
    outputs: [{ payload: { type: 'image', format: 'jpeg' } }],
    passes: true,
  },

  // node-red-contrib-image-tools 2.2: what Jimp reads; an object with a size makes an empty picture
  'jimp-image': {
    label: 'image',
    outputs: [{ $sendProperty: { type: 'any' }, jobs: { type: 'any' }, imageInfo: { type: 'any' } }],
    passes: true,
    defaults: { data: 'payload', dataType: 'msg', ret: 'buf', sendProperty: 'payload' },
    cases: [
      { when: { dataType: 'msg' }, inputs: { $data: { type: [...read, size], help: PICTURE } } },
      { when: { ret: 'buf' }, outputs: [{ $sendProperty: { type: 'image', format: 'buffer' } }] },
      { when: { ret: 'b64' }, outputs: [{ $sendProperty: { type: 'image', format: 'dataURI' } }] },
    ],
  },
  'image viewer': {
    outputs: [{}],
    passes: true,
    defaults: { data: 'payload', dataType: 'msg' },
    cases: [{ when: { dataType: 'msg' }, inputs: { $data: { type: [...read], help: PICTURE } } }],
  },
  'Barcode Decoder': {
    outputs: [{ payload: { type: 'any' }, originalPayload: { type: 'any' } }],
    passes: true,
    defaults: { data: 'payload', dataType: 'msg' },
    cases: [
      {
        when: { dataType: 'msg' },
        inputs: { $data: { type: read.filter(({ format }) => format !== 'base64'), help: PICTURE } },
      },
    ],
  },
  'Barcode Generator': {
    outputs: [{ $sendProperty: { type: 'image', format: 'png' } }],
    passes: true,
    defaults: { data: 'payload', dataType: 'msg', sendProperty: 'payload' },
    cases: [
      { when: { dataType: 'msg' }, inputs: { $data: { type: { type: 'text' }, help: 'The content of the barcode.' } } },
    ],
  },

  // node-red-node-base64 0.3 and later: a Buffer or text; with an action chosen, other values become text first
  base64: {
    outputs: [{ $property: { type: 'any' } }],
    passes: true,
    defaults: { property: 'payload', action: '' },
    cases: [
      {
        when: { action: '' },
        inputs: { $property: { type: encoded, help: 'A Buffer to encode, or base64 to decode.' } },
      },
      {
        when: { action: 'b64' },
        inputs: { $property: encodedInput('buffer') },
        outputs: [{ $property: { type: 'text' } }],
      },
    ],
  },

  // node-red-node-email 1.x and later: a Buffer becomes an attachment
  'e-mail': { label: 'email', inputs: { payload: encodedInput('buffer') } },

  ...Object.fromEntries([...DASHBOARD_2, ...DASHBOARD_1].map((type) => [type, widget])),
  // These also convert their input to a number.
  ui_slider: dial,
  ui_numeric: dial,
  ui_date_picker: dial,
  // Sends the value of its setting, whatever arrives.
  ui_button: {
    ...widget,
    cases: [
      { when: { payloadType: ['num', 'date'] }, outputs: [{ payload: { type: 'number' } }] },
      { when: { payloadType: 'bool' }, outputs: [{ payload: { type: 'boolean' } }] },
    ],
  },
  // Passes its input on if it is set to do so.
  'ui-slider': {
    ...widget,
    cases: [{ when: { passthru: false }, outputs: [{ payload: { type: 'number' } }] }],
  },

  // node-red-contrib-ui-media 2.0: a Buffer, or the name of a file in its storage
  ui_media: { inputs: { payload: { type: { type: 'image', format: 'buffer' }, judges: 'pictures' } }, outputs: [{}] },
}
