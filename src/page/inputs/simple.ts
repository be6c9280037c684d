import { element } from '../../editor/dom'
import { freshSeed, LARGEST_SEED } from '../../random'
import { nameIn, say } from '../data'
import { signButton } from '../dom'
import type { Build } from './input'

/** Up to this many choices are all visible at once; more become a drop-down list. */
const FEW = 4

export const buildText: Build = ({ type, required }, changed) => {
  const { default: usual = '', maxLength } = type as { default?: string; maxLength?: number }
  const field = element('textarea', { rows: 3, value: usual, required })
  if (maxLength !== undefined) field.maxLength = maxLength
  field.addEventListener('input', changed)
  return {
    element: field,
    field,
    read: () => (field.value === '' && !required ? undefined : field.value),
    fault: () => (required && field.value.trim() === '' ? say('missing') : null),
    put(value) {
      field.value = String(value)
    },
  }
}

/** Types without a form of their own, such as lists and objects, are entered as JSON. */
export const buildJson: Build = (shown, changed) => {
  const built = buildText({ ...shown, type: { type: 'text' } }, changed)
  built.element.classList.add('json')
  return {
    ...built,
    put: (value) => built.put?.(typeof value === 'string' ? value : JSON.stringify(value)),
  }
}

export const buildNumber: Build = ({ name, type, required, takesWords }, changed) => {
  const { min, max, step, default: usual } = type as { min?: number; max?: number; step?: number; default?: number }
  const isSeed = /(^|_)seed$/i.test(name)
  const kind = takesWords ? 'text' : 'number'
  const field = element('input', { type: kind, step: 'any', value: usual === undefined ? '' : String(usual) })
  if (!takesWords) field.inputMode = 'decimal'
  if (min !== undefined) field.min = String(min)
  if (max !== undefined) field.max = String(max)
  if (usual === undefined && !required) field.placeholder = isSeed ? say('anySeed') : say('auto')
  const row = element('div', { className: 'row' }, field)
  const hasBounds = min !== undefined && max !== undefined && max > min
  if (hasBounds && !isSeed) {
    const slider = element('input', {
      type: 'range',
      min: String(min),
      max: String(max),
      step: String(step ?? stepFor(min, max)),
    })
    slider.tabIndex = -1
    slider.setAttribute('aria-hidden', 'true')
    const follow = () => {
      slider.classList.toggle('unset', field.value === '')
      if (field.value !== '') slider.value = field.value
    }
    slider.addEventListener('input', () => {
      field.value = slider.value
      follow()
      changed()
    })
    field.addEventListener('input', follow)
    follow()
    field.step = String(step ?? 'any')
    row.prepend(slider)
  }
  if (isSeed)
    row.append(
      signButton('⚄', 'dice', () => {
        const [low, high] = [min ?? 0, max ?? LARGEST_SEED]
        field.value = String(low + (freshSeed() % (Math.floor(high - low) + 1)))
        changed()
      }),
    )
  field.addEventListener('input', changed)
  return {
    element: row,
    field,
    read: () => (field.value.trim() === '' ? undefined : field.value),
    fault() {
      if (field.validity.badInput) return say('noNumber')
      if (field.value.trim() === '') return required ? say('missing') : null
      if (takesWords) return null
      const number = Number(field.value)
      const isOut = (min !== undefined && number < min) || (max !== undefined && number > max)
      if (!isOut) return null
      if (min !== undefined && max !== undefined) return say('between', { min, max })
      return min !== undefined ? say('atLeast', { min }) : say('atMost', { max: max ?? '' })
    },
    put(value) {
      field.value = String(value)
      field.dispatchEvent(new Event('input'))
    },
  }
}

function stepFor(min: number, max: number): number {
  return Number.isInteger(min) && Number.isInteger(max) && max - min >= 10 ? 1 : (max - min) / 100
}

export const buildFlag: Build = ({ type, label }, changed) => {
  const field = element('input', { type: 'checkbox', checked: (type as { default?: boolean }).default === true })
  let isTouched = field.checked
  field.addEventListener('change', () => {
    isTouched = true
    changed()
  })
  return {
    element: element('label', { className: 'flag' }, field, element('span', {}, label)),
    read: () => (isTouched ? String(field.checked) : undefined),
    put(value) {
      isTouched = true
      field.checked = value === true || value === 'true'
    },
  }
}

export const buildCategory: Build = (shown, changed) => {
  const { type, required } = shown
  const { oneOf = [], default: usual } = type as { oneOf?: string[]; default?: string }
  if (oneOf.length === 0) return buildLine(shown, changed)
  if (oneOf.length <= FEW && (required || usual !== undefined)) return buildRadios(shown, changed)
  const field = element('select', {})
  if (usual === undefined) field.append(new Option(required ? say('choose') : say('auto'), ''))
  for (const one of oneOf) field.append(new Option(nameIn(shown)(one), one))
  field.value = usual ?? ''
  field.addEventListener('change', changed)
  return {
    element: field,
    field,
    read: () => field.value || undefined,
    fault: () => (required && field.value === '' ? say('missing') : null),
    put(value) {
      field.value = String(value)
    },
  }
}

const buildRadios: Build = (shown, changed) => {
  const { name, type } = shown
  const { oneOf = [], default: usual } = type as { oneOf?: string[]; default?: string }
  const group = element('div', { className: 'choices' })
  for (const one of oneOf) {
    const field = element('input', { type: 'radio', name: `radio-${name}`, value: one, checked: one === usual })
    field.addEventListener('change', changed)
    group.append(element('label', {}, field, element('span', {}, nameIn(shown)(one))))
  }
  const fields = () => [...group.querySelectorAll('input')]
  return {
    element: group,
    read: () => fields().find(({ checked }) => checked)?.value,
    fault: () => (fields().some(({ checked }) => checked) ? null : say('missing')),
    put(value) {
      for (const field of fields()) field.checked = field.value === value
    },
  }
}

const buildLine: Build = ({ required }, changed) => {
  const field = element('input', { type: 'text' })
  field.addEventListener('input', changed)
  return {
    element: field,
    field,
    read: () => field.value || undefined,
    fault: () => (required && field.value === '' ? say('missing') : null),
    put(value) {
      field.value = String(value)
    },
  }
}
