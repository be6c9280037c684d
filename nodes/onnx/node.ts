import { defineNode, pictureSettings, stored, type Titled, text } from '../../src/settings'

/** Runs any ONNX file as a node with typed ports. */
export const node = defineNode({
  type: 'daisychain-onnx',
  label: 'onnx',
  texts: '',
  color: '#c9c9e0',
  icon: 'daisychain-onnx.svg',
  title: ({ manifest, file }: Titled) => {
    const name =
      String(file || '')
        .split(/[\\/]/)
        .pop() || ''
    return (manifest as { label?: string } | null)?.label || name.replace(/\.onnx$/i, '') || 'onnx'
  },
  settings: {
    name: text('', { icon: 'tag', label: 'common.name' }),
    file: text('', {
      required: true,
      icon: 'cube',
      label: 'onnx.file',
      hint: 'onnx.fileHint',
      width: 'calc(70% - 124px)',
    }),
    manifest: stored(null),
    options: stored({}),
    outputs: stored(1, { field: true }),
    ...pictureSettings,
  },
  inputs: 1,
  outputs: 1,
  button: 'run',
  dialog: ['onnx'],
  ports: {
    inputs: {
      reset: {
        type: { type: 'boolean' },
        required: false,
        help: "Clears the model's memory.",
      },
    },
    passes: true,
    portsFrom: 'manifest',
  },
  portSettings: ['format'],
  help: {
    summary: 'Runs any ONNX file as a node with typed ports.',
    inputs: {
      payload: {
        type: 'as chosen',
        optional: false,
        text: "The model's input: a picture, a label map, a list of numbers, or text. The dialog says which.",
      },
      '…': { type: 'as chosen', text: 'Its other inputs, each in the property named in the dialog.' },
      reset: "Clears the memory of a recurrent model. A message with nothing else doesn't run the model.",
    },
  },
})
