type Child = Node | string | null

/** An element with what is in it. Texts are plain. */
export function element<Name extends keyof HTMLElementTagNameMap>(
  name: Name,
  properties: Partial<HTMLElementTagNameMap[Name]> = {},
  ...children: Child[]
): HTMLElementTagNameMap[Name] {
  const made = document.createElement(name)
  Object.assign(made, properties)
  made.append(...children.filter((child): child is Node | string => child !== null))
  return made
}

/** A list to choose from. */
export function choice<T extends string>(
  options: readonly T[],
  chosen: T,
  say: (option: T) => string,
  change: (option: T) => void,
): HTMLSelectElement {
  const select = element(
    'select',
    {},
    ...options.map((option) => element('option', { value: option, selected: option === chosen }, say(option))),
  )
  select.addEventListener('change', () => change(select.value as T))
  return select
}

/** A field for a text or a number. */
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

/** A control with a word before it. */
export function labelled(word: string, control: HTMLElement): HTMLElement {
  return element('label', { className: 'daisychain-onnx-field' }, element('span', {}, word), control)
}

/** A box to tick, with a word behind it. */
export function tick(word: string, checked: boolean, change: (on: boolean) => void): HTMLElement {
  const box = element('input', { type: 'checkbox', checked })
  box.addEventListener('change', () => change(box.checked))
  return element('label', { className: 'daisychain-onnx-field' }, box, element('span', {}, word))
}

export function button(word: string, icon: string, press: () => void): HTMLButtonElement {
  const made = element(
    'button',
    { type: 'button', className: 'red-ui-button' },
    element('i', { className: `fa fa-${icon}` }),
    ` ${word}`,
  )
  made.addEventListener('click', press)
  return made
}
