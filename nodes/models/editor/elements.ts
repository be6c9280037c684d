/** A node's own words, by key. */
export type Say = (key: string, words?: Record<string, string>) => string

type Child = Node | string | null

/** Made of texts, never of HTML: labels and sentences are other people's. */
export function element<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  className: string,
  ...children: Child[]
): HTMLElementTagNameMap[K] {
  const made = document.createElement(tag)
  if (className) made.className = className
  made.append(...children.filter((child) => child !== null))
  return made
}

export function button(text: string, isMain: boolean, click: () => void): HTMLButtonElement {
  const made = element('button', `red-ui-button red-ui-button-small${isMain ? ' primary' : ''}`, text)
  made.type = 'button'
  made.addEventListener('click', click)
  return made
}
