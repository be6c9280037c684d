import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { row, sharedRows } from '../../src/node-html/model-form'
import { RUN_BUTTON } from '../../src/node-html/model-run'
import { sharedDefaults } from '../../src/node-html/model-script'

/** The node for any ONNX file: its dialog is filled by the editor's code, the rest is as at the models' nodes. */
export function onnxNode(root: string): string {
  const help = readFileSync(join(root, 'nodes/onnx/help.html'), 'utf8').trim()
  return [script(), form(), help].join('\n')
}

function script(): string {
  const defaults = [
    "name: { value: '' }",
    "file: { value: '', required: true }",
    'manifest: { value: null }',
    'options: { value: {} }',
    'outputs: { value: 1 }',
    "engine: { value: '', type: 'daisychain-engine', required: false }",
    ...sharedDefaults(true),
  ]
  return `<script type="text/javascript">
  RED.nodes.registerType('daisychain-onnx', {
    category: 'daisychain',
    color: '#c9c9e0',
    icon: 'daisychain-onnx.svg',
    defaults: {
      ${defaults.join(',\n      ')}
    },
    inputs: 1,
    outputs: 1,
    paletteLabel: 'onnx',
    label: function () {
      const file = (this.file || '').split(/[\\\\/]/).pop().replace(/\\.onnx$/i, '')
      return this.name || (this.manifest && this.manifest.label) || file || 'onnx'
    },
    labelStyle: function () { return this.name ? 'node_label_italic' : '' },
    ${RUN_BUTTON},
    oneditprepare: function () {
      RED.daisychain.onnx.open(this)
      $('#node-input-queue').on('change', function () { $('#node-input-limit').toggle(this.value === 'all') })
    },
    oneditsave: function () { Object.assign(this, RED.daisychain.onnx.close(true)) },
    oneditcancel: () => { RED.daisychain.onnx.close(false) }
  })
</script>`
}

function form(): string {
  const rows = [
    row('name', 'tag', 'common.name', '<input type="text" id="node-input-name">'),
    row(
      'file',
      'cube',
      'onnx.file',
      `<input type="text" id="node-input-file" list="daisychain-onnx-files" style="width: calc(70% - 124px)" data-i18n="[placeholder]onnx.fileHint">
    <datalist id="daisychain-onnx-files"></datalist>
    <span id="daisychain-onnx-place"></span>`,
    ),
    '  <div id="daisychain-onnx"></div>',
    '  <input type="hidden" id="node-input-outputs">',
    ...sharedRows(true),
  ]
  return `<script type="text/html" data-template-name="daisychain-onnx">
${rows.join('\n')}
</script>`
}
