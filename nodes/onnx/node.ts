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
        help: 'Empties what the network remembers from message to message.',
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
        text: 'What the model takes: a picture, a label map, a list of numbers, a text. The dialog says which.',
      },
      '…': { type: 'as chosen', text: 'Its further inputs, each in the property that the dialog names.' },
      reset:
        'Empties what a recurrent model remembers from message to message. A message with nothing else is not run.',
    },
  },
})
