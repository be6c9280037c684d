type Child = Node | string | null

/** An element with what is in it. Text is plain, never HTML: labels and sentences are other people's. */
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

/** How a button looks. */
interface Looks {
  /** Font Awesome. */
  icon?: string
  /** Classes in addition to the editor's own, such as `primary`. */
  look?: string
  /** Shown when the mouse is over it; also its name if it has no text. */
  title?: string
}

/** A button in the editor's style. */
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

/** Makes the browser save a file. */
export function download(blob: Blob, name: string): void {
  const link = element('a', { href: URL.createObjectURL(blob), download: name })
  link.click()
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000)
}
