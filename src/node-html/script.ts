import { type Condition, credentialsOf, inJavaScript, type NodeSpec, type Setting, versionAfter } from '../settings'
import { literal } from './html'

/**
 * The script that registers a node in the editor. The call is written out literally because the flow library
 * reads it from the HTML.
 */
export function scriptOf(spec: NodeSpec): string {
  const { type, label, settings, migrations = [], former = [], secrets, isConfig, dialog = [] } = spec
  const defaults = [
    ...Object.entries(settings).map(([name, setting]) => `${name}: ${defaultOf(setting)}`),
    ...former.map((name) => `${name}: {}`),
    `version: { value: ${versionAfter(migrations)} }`,
  ]
  const entries = [
    `category: ${isConfig ? "'config'" : "'daisychain'"}`,
    ...(isConfig ? [] : looksOf(spec)),
    `defaults: {\n      ${defaults.join(',\n      ')}\n    }`,
    ...(secrets ? [`credentials: ${literal(credentialsOf(spec))}`] : []),
    `label: function () { return this.name || ${spec.title ? `(${spec.title})(this)` : literal(label)} }`,
    ...(isConfig ? [] : ["labelStyle: function () { return this.name ? 'node_label_italic' : '' }"]),
    ...(spec.button ? [buttonOf(spec)] : []),
    ...(migrations.length > 0 ? [`daisychainMigrations: [${migrations.join(', ')}]`] : []),
    `oneditprepare: function () { RED.daisychain.dialogs.open(${['this', ...dialog.map(literal)].join(', ')}) }`,
    'oneditsave: function () { RED.daisychain.dialogs.save(this) }',
    'oneditcancel: function () { RED.daisychain.dialogs.cancel(this) }',
    'oneditresize: function () { RED.daisychain.dialogs.resize(this) }',
  ]
  return `<script type="text/javascript">
  RED.nodes.registerType('${type}', {
    ${entries.join(',\n    ')}
  })
</script>`
}

function looksOf({ label, color = '#c9c9e0', icon, align, inputs = 0, outputs = 0, inputLabel }: NodeSpec): string[] {
  const names = typeof outputs === 'number' ? [] : outputs
  return [
    `color: ${literal(color)}`,
    `icon: ${literal(icon)}`,
    ...(align ? [`align: ${literal(align)}`] : []),
    `inputs: ${inputs}`,
    `outputs: ${typeof outputs === 'number' ? outputs : outputs.length}`,
    ...(inputLabel ? [`inputLabels: ${literal(inputLabel)}`] : []),
    ...(names.length > 0 ? [`outputLabels: ${literal(names)}`] : []),
    // The non-breaking hyphen keeps the label on one line.
    `paletteLabel: ${literal(label.replaceAll('-', '\u2011'))}`,
  ]
}

/** The button to the left of the node, which the editor code draws and handles. */
function buttonOf({ button, dialog: [dialog] = [] as never }: NodeSpec): string {
  const press =
    button === 'run' ? 'RED.daisychain.pressRunButton(this)' : `RED.daisychain.dialogs.press(this, ${literal(dialog)})`
  return `button: {
      enabled: function () { return !this.changed },
      onclick: function () { ${press} }
    }`
}

function defaultOf(setting: Setting): string {
  const parts = [`value: ${literal(setting.default)}`]
  if (setting.kind === 'node') parts.push(`type: ${literal(setting.type)}`, 'required: false')
  const check = checkOf(setting)
  if (check) parts.push(`validate: function (value) { ${check} }`)
  return `{ ${parts.join(', ')} }`
}

/** JavaScript that validates a field's value by the same rules as the runtime; null if any value is valid. */
function checkOf(setting: Setting): string | null {
  switch (setting.kind) {
    case 'number': {
      const empty = `(value ?? '') === ''${setting.required ? ` && !${shows(setting.when)}` : ''}`
      return `const number = Number(String(value).trim() || NaN); return ${empty} || (${inJavaScript(setting)})`
    }
    case 'text':
      if (setting.required) return `return Boolean(value) || !${shows(setting.when)}`
      return setting.pattern ? `return ${setting.pattern}.test(value ?? '')` : null
    case 'stored':
      return setting.required ? `return Boolean(value?.${setting.required}) || !${shows(setting.when)}` : null
    default:
      return null
  }
}

/** A JavaScript expression for a condition on the settings; `this` is the node being validated. */
function shows(when: Setting['when']): string {
  if (!when) return 'true'
  const one = (condition: Condition) =>
    Object.entries(condition)
      .map(([name, values]) => `${literal([values].flat())}.includes(this.${name})`)
      .join(' && ')
  return `(${[when]
    .flat()
    .map((condition) => one(condition as Condition))
    .join(' || ')})`
}
