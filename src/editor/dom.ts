type Child = Node | string | null

/**
 * Creates an element with children. Strings become text, never HTML, because labels and sentences come from
 * other people.
 */
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

/** The appearance of a button. */
interface Looks {
  /** A Font Awesome icon. */
  icon?: string
  /** Classes in addition to the editor's own, such as `primary`. */
  look?: string
  /** Shown on hover; also the accessible name of a button without text. */
  title?: string
}

/** Creates a button in the editor's style. */
export function button(word: string, press: () => void, { icon, look = '', title }: Looks = {}): HTMLButtonElement {
  const made = element(
    'button',
    { type: 'button', className: `red-ui-button ${look}`.trim(), ...(title && { title }) },
    icon ? element('i', { className: `fa fa-${icon}` }) : null,
    icon && word ? ` ${word}` : word,
  )
  if (title && word.length < 2) made.setAttribute('aria-label', title)
  made.addEventListener('click', press)
  return made
}

/** Creates a drop-down list. */
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

/** Makes the browser save a file. */
export function download(blob: Blob, name: string): void {
  const link = element('a', { href: URL.createObjectURL(blob), download: name })
  link.click()
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000)
}
