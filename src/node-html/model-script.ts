import { defaultOf, inputPorts, isOption, type Manifest, type Port, type Variant } from '../models'
import type { NumberType } from '../types'
import { literal } from './html'
import { RUN_BUTTON, RUN_DEFAULTS } from './model-run'

/** The options that the form has a field for. The rest (vectors, pictures) only come with a message. */
export function formOptions(manifest: Manifest): Port[] {
  return inputPorts(manifest, manifest.variants[0] as Variant).filter(
    (port) => isOption(port) && ['number', 'category', 'text', 'boolean'].includes(port.type.type),
  )
}

export function givesImage(manifest: Manifest): boolean {
  return manifest.outputs.flat().some(({ type }) => type.type === 'image')
}

/** The settings that all nodes have which run a model. */
export function sharedDefaults(image: boolean): string[] {
  return [
    ...(image ? ["format: { value: 'value' }"] : []),
    "queue: { value: 'all' }",
    'limit: { value: 50, validate: function (value) { return (value || 50) >= 1 } }',
    ...RUN_DEFAULTS,
  ]
}

/** The editor's definition of a model's node. The call is literal: the flow library reads it from the html. */
export function modelScript(manifest: Manifest): string {
  const { node, label, color = '#c9c9e0', icon, outputs } = manifest
  const options = formOptions(manifest)
  const defaults = [
    "name: { value: '' }",
    `variant: { value: ${literal(manifest.variants[0]?.id)} }`,
    "own: { value: '', validate: function (own) { return this.variant !== 'own' || Boolean(own && own.file) } }",
    "engine: { value: '', type: 'daisychain-engine', required: false }",
    ...options.map((port) => `${port.name}: ${optionDefault(port)}`),
    ...sharedDefaults(givesImage(manifest)),
  ]
  return `<script type="text/javascript">
  RED.nodes.registerType('${node}', {
    category: 'daisychain',
    color: ${literal(color)},
    icon: ${literal(icon)},
    defaults: {
      ${defaults.join(',\n      ')}
    },
    inputs: 1,
    outputs: ${outputs.length},
    paletteLabel: ${literal(label.replaceAll('-', '\u2011'))},
    label: function () { return this.name || ${literal(label)} },
    labelStyle: function () { return this.name ? 'node_label_italic' : '' },
    ${RUN_BUTTON},
    oneditprepare: function () {
      RED.daisychain.weights.open(this, ${literal(manifest.id)})
${sliders(options)}
      $('#node-input-queue').on('change', function () { $('#node-input-limit').toggle(this.value === 'all') })
    },
    oneditsave: function () { Object.assign(this, RED.daisychain.weights.close()) },
    oneditcancel: function () { RED.daisychain.weights.close() }
  })
</script>`
}

function optionDefault({ type }: Port): string {
  const value = `value: ${literal(defaultOf(type) ?? '')}`
  if (type.type !== 'number') return `{ ${value} }`
  const { min, max } = type
  const checks = [
    ...(min === undefined ? [] : [`Number(value) >= ${min}`]),
    ...(max === undefined ? [] : [`Number(value) <= ${max}`]),
  ]
  const inRange = checks.length > 0 ? checks.join(' && ') : '!isNaN(Number(value))'
  return `{ ${value}, validate: function (value) { return value === '' || (${inRange}) } }`
}

/** Whether a number is better set by a slider, and has both ends for it. */
export function hasSlider({ type }: Port): boolean {
  return type.type === 'number' && (type as NumberType).min !== undefined && (type as NumberType).max !== undefined
}

/** Slider and field of a number say the same. */
function sliders(options: Port[]): string {
  const names = options.filter(hasSlider).map(({ name }) => name)
  if (names.length === 0) return ''
  return `      RED.daisychain.pairSliders(${literal(names)})`
}
