import { type Manifest, OWN, type Port } from '../models'
import type { CategoryType, NumberType } from '../types'
import { escapeHtml, readable } from './html'
import { RUN_ROWS } from './model-run'
import { formOptions, givesImage, hasSlider } from './model-script'

/** The edit form of a model's node, made from its typed options. */
export function modelForm(manifest: Manifest): string {
  const { id, node, variants } = manifest
  const variantChoices = [
    ...variants.map((variant) => choice(variant.id, variant.label, `${id}.variants.${variant.id}`)),
    choice(OWN, 'Own file', 'common.weights.own'),
  ]
  const rows = [
    row('name', 'tag', 'common.name', '<input type="text" id="node-input-name">'),
    row('variant', 'cube', 'common.variant', select('variant', variantChoices)),
    '  <div id="daisychain-weights"></div>',
    ...formOptions(manifest).map((port) =>
      row(port.name, 'sliders', `${id}.options.${port.name}`, field(port), {
        text: port.help,
        key: `${id}.help.${port.name}`,
      }),
    ),
    ...sharedRows(givesImage(manifest)),
  ]
  return `<script type="text/html" data-template-name="${node}">
${rows.join('\n')}
</script>`
}

/** The rows that all nodes have which run a model. */
export function sharedRows(image: boolean): string[] {
  return [
    ...(image ? [row('format', 'picture-o', 'common.format', select('format', common('formats', FORMATS)))] : []),
    row(
      'queue',
      'inbox',
      'common.queue',
      `${select('queue', common('queues', ['all', 'latest', 'drop']), 'width: 45%')}
      <input type="number" id="node-input-limit" min="1" style="width: 23%" data-i18n="[title]common.limit">`,
    ),
    row('engine', 'microchip', 'common.engine', '<input type="text" id="node-input-engine">'),
    RUN_ROWS,
  ]
}

const FORMATS = ['value', 'png', 'jpeg', 'webp', 'dataURI']

/** The English texts of a form, as its locale file holds them. */
export function modelTexts(manifest: Manifest): object {
  return {
    variants: Object.fromEntries(manifest.variants.map(({ id, label }) => [id, label])),
    options: Object.fromEntries(formOptions(manifest).map(({ name }) => [name, readable(name)])),
    help: Object.fromEntries(formOptions(manifest).map(({ name, help }) => [name, help])),
  }
}

export function row(
  name: string,
  icon: string,
  text: string,
  control: string,
  tip?: { text: string; key: string },
): string {
  const title = tip ? ` title="${escapeHtml(tip.text)}" data-i18n="[title]${tip.key}"` : ''
  return `  <div class="form-row"${title}>
    <label for="node-input-${name}"><i class="fa fa-${icon}"></i> <span data-i18n="${text}"></span></label>
    ${control}
  </div>`
}

function field(port: Port): string {
  const id = `id="node-input-${port.name}"`
  switch (port.type.type) {
    case 'category':
      return select(
        port.name,
        ((port.type as CategoryType).oneOf ?? []).map((name) => choice(name, name)),
      )
    case 'boolean':
      return `<input type="checkbox" ${id} style="width: auto">`
    case 'number':
      return numberField(port, id)
    case 'text':
    case 'vector':
    case 'image':
    case 'segmentation':
    case 'array':
    case 'record':
    case 'file':
    case 'directory':
    case 'image_point':
    case 'image_bounding_box':
    case 'image_landmarks':
    case 'any':
      return `<input type="text" ${id}>`
  }
}

function numberField(port: Port, id: string): string {
  const { min, max, step } = port.type as NumberType
  const limits = [
    ...(min === undefined ? [] : [`min="${min}"`]),
    ...(max === undefined ? [] : [`max="${max}"`]),
    `step="${step ?? 'any'}"`,
  ].join(' ')
  if (!hasSlider(port)) return `<input type="number" ${id} ${limits} ${UNSET}>`
  return `<input type="range" id="node-slider-${port.name}" ${limits} style="width: 45%; vertical-align: middle">
    <input type="number" ${id} ${limits} style="width: 23%" ${UNSET}>`
}

/** What an empty field means stands in the tip of its row. */
const UNSET = 'data-i18n="[placeholder]common.unset"'

function select(name: string, choices: string[], style = 'width: 70%'): string {
  return `<select id="node-input-${name}" style="${style}">${choices.join('')}</select>`
}

function common(group: string, values: string[]): string[] {
  return values.map((value) => choice(value, value, `common.${group}.${value}`))
}

function choice(value: string, label: string, text?: string): string {
  return `<option value="${escapeHtml(value)}"${text ? ` data-i18n="${escapeHtml(text)}"` : ''}>${text ? '' : escapeHtml(label)}</option>`
}
