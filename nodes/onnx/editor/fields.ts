import { element } from '../../../src/editor/dom'

/** A field for text or a number. */
export function field(
  type: 'text' | 'number',
  value: string,
  change: (value: string) => void,
  properties: Partial<HTMLInputElement> = {},
): HTMLInputElement {
  const input = element('input', { type, value, ...properties })
  if (type === 'number') input.step = 'any'
  input.addEventListener('change', () => change(input.value))
  return input
}

/** A control with a label before it. */
export function labelled(word: string, control: HTMLElement): HTMLElement {
  return element('label', { className: 'daisychain-onnx-field' }, element('span', {}, word), control)
}

/** A checkbox with a label after it. */
export function tick(word: string, checked: boolean, change: (on: boolean) => void): HTMLElement {
  const box = element('input', { type: 'checkbox', checked })
  box.addEventListener('change', () => change(box.checked))
  return element('label', { className: 'daisychain-onnx-field' }, box, element('span', {}, word))
}
