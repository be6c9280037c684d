import './sliders.css'

/**
 * Keeps the slider (`node-slider-NAME`) and the field (`node-input-NAME`) of each number in sync. A slider has no place
 * for "nothing is set": it is pale as long as the field is empty, and shows the value in use if that is known. Where it
 * isn't (a seed that each run draws again, or that is a word), the slider has no knob. Moving it sets the number.
 */
export function pairSliders(names: string[]): void {
  for (const name of names) {
    const field = document.querySelector<HTMLInputElement>(`#node-input-${name}`)
    const slider = document.querySelector<HTMLInputElement>(`#node-slider-${name}`)
    if (!field || !slider) continue
    // The row's label is the field's.
    slider.setAttribute('aria-label', field.labels?.[0]?.textContent?.trim() || name)
    const follow = () => {
      slider.classList.toggle('daisychain-slider-unset', field.value === '')
      const shown = field.value || slider.dataset.usual || ''
      const isKnown = shown !== '' && !Number.isNaN(Number(shown))
      slider.classList.toggle('daisychain-slider-unknown', !isKnown)
      if (isKnown) slider.value = shown
      // What screen readers read; by default, that is the knob's number.
      if (isKnown) slider.removeAttribute('aria-valuetext')
      else slider.setAttribute('aria-valuetext', field.value || field.placeholder)
    }
    // The editor listens to the field's changes, to say whether its value is right.
    slider.addEventListener('input', () => {
      field.value = slider.value
      field.dispatchEvent(new Event('change', { bubbles: true }))
    })
    for (const event of ['input', 'change']) field.addEventListener(event, follow)
    follow()
  }
}

/** Shows the value of an empty field, by the number's name; a number that isn't listed is known only during a run. */
export function showUsual(numbers: Readonly<Record<string, number>>): void {
  for (const slider of document.querySelectorAll<HTMLInputElement>('[id^="node-slider-"]')) {
    const name = slider.id.replace('node-slider-', '')
    const field = document.querySelector<HTMLInputElement>(`#node-input-${name}`)
    if (!field) continue
    const value = numbers[name]
    field.dataset.hint ??= field.placeholder
    field.placeholder = value === undefined ? field.dataset.hint : `${field.dataset.hint} (${value})`
    slider.dataset.usual = String(value ?? '')
    field.dispatchEvent(new Event('input'))
  }
}
