import type { ChoiceSetting, NumberSetting, Setting } from '../settings'
import { escapeHtml } from './html'
import type { Words } from './words'

/**
 * A setting's form field as HTML, with the text before and after it.
 * @param id the HTML id of the field
 * @param isNamed whether the row's label is this setting's own; otherwise the field gets a title
 */
export function fieldOf(name: string, id: string, setting: Setting, isNamed: boolean, words: Words): string {
  const { before, sign, unit } = setting
  const behind = `${sign ? ` ${sign}` : ''}${unit ? ` <span${words.text(unit)}</span>` : ''}`
  return (before ? `${before} ` : '') + bare(name, id, setting, isNamed, words) + behind
}

function bare(name: string, id: string, setting: Setting, isNamed: boolean, words: Words): string {
  const { width, title, hint } = setting
  const says =
    exampleOf(setting) + words.attributes({ placeholder: hint, title, 'aria-label': isNamed ? undefined : title })
  const style = (usual: string) => (width || usual ? ` style="${width ? `width: ${width}` : usual}"` : '')
  switch (setting.kind) {
    case 'flag':
      return `<input type="checkbox" id="${id}" style="width: auto; vertical-align: baseline">
    <label for="${id}" class="daisychain-flag"${style('')}${words.text(setting.label ?? name)}</label>`
    case 'choice':
      return `<select id="${id}"${style('width: 70%')}${says}>${optionsOf(name, setting, words)}</select>`
    case 'number':
      return numberField(name, id, setting, style(setting.slider ? 'width: 23%' : hint ? '' : 'width: 100px') + says)
    case 'color':
      return `<input type="color" id="${id}" style="width: 60px; height: 34px; padding: 2px"${says}>`
    case 'text':
      return withSlider(
        name,
        setting.slider,
        1,
        `<input type="text" id="${id}"${style(setting.slider ? 'width: 23%' : '')}${says}>`,
      )
    case 'property':
      return `<input type="text" id="${id}" class="daisychain-message" style="width: 70%"${says}>`
    default:
      return `<input type="text" id="${id}"${style('')}${says}>`
  }
}

function numberField(name: string, id: string, setting: NumberSetting, looks: string): string {
  const { min, max, above, below, whole, step, slider } = setting
  // Browsers mark values between two steps as invalid. With the step "any", all values are valid and the
  // arrows go by 1.
  const arrows = whole ? 1 : step !== undefined && step < 1 ? step : 'any'
  const field = `<input type="number" id="${id}"${limits(min ?? above, max ?? below, arrows)}${looks}>`
  return withSlider(name, slider, step ?? 'any', field)
}

function withSlider(
  name: string,
  ends: readonly [number, number] | undefined,
  step: number | 'any',
  field: string,
): string {
  if (!ends) return field
  return `<input type="range" id="node-slider-${name}"${limits(...ends, step)} style="width: 45%; vertical-align: middle">
    ${field}`
}

const limits = (first: number | undefined, last: number | undefined, step: number | 'any') =>
  `${bound('min', first)}${bound('max', last)} step="${step}"`

const bound = (name: string, value: number | undefined) => (value === undefined ? '' : ` ${name}="${value}"`)

/** The placeholder attribute of an empty field: the setting's example, or a number's default. */
function exampleOf(setting: Setting): string {
  const { hint, example } = setting
  const usual = setting.kind === 'number' && !hint ? String(setting.default) : ''
  const shown = example ?? usual
  return shown ? ` placeholder="${escapeHtml(shown)}"` : ''
}

function optionsOf(name: string, { choices, texts = `${name}s` }: ChoiceSetting, words: Words): string {
  const option = (choice: string) => {
    const key = typeof texts === 'function' ? texts(choice) : texts && `${texts}.${choice || 'auto'}`
    return `<option value="${escapeHtml(choice)}"${key ? words.text(key) : `>${escapeHtml(choice)}`}</option>`
  }
  return choices.map(option).join('')
}
