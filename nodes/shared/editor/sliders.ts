import './sliders.css'

/**
 * Keeps the slider (`node-slider-NAME`) and the field (`node-input-NAME`) of each number in sync. A slider
 * cannot be empty: while the field is, the slider is pale and shows the value in use, if known. If it isn't
 * (a seed that each run draws anew, or that is a word), the slider has no knob. Moving the slider sets the
 * number.
 */
export function pairSliders(names: string[]): void {
  for (const name of names) {
    const field = document.querySelector<HTMLInputElement>(`#node-input-${name}`)
    const slider = document.querySelector<HTMLInputElement>(`#node-slider-${name}`)
    if (!field || !slider) continue
    // The field's label is also the row's. Its text comes later: the editor translates the form once it is
    // there.
    const [label] = field.labels ?? []
    if (label) label.id ||= `node-label-${name}`
    slider.setAttribute(label ? 'aria-labelledby' : 'aria-label', label ? label.id : name)
    const follow = () => {
      slider.classList.toggle('daisychain-slider-unset', field.value === '')
      const shown = field.value || slider.dataset.usual || ''
      const isKnown = shown !== '' && !Number.isNaN(Number(shown))
      slider.classList.toggle('daisychain-slider-unknown', !isKnown)
      if (isKnown) slider.value = shown
      // The text for screen readers. Without it they read the knob's number.
      if (isKnown) slider.removeAttribute('aria-valuetext')
      else slider.setAttribute('aria-valuetext', field.value || field.placeholder)
    }
    // The editor listens to the field's events to validate its value.
    slider.addEventListener('input', () => {
      field.value = slider.value
      field.dispatchEvent(new Event('change', { bubbles: true }))
    })
    for (const event of ['input', 'change']) field.addEventListener(event, follow)
    follow()
  }
}

/**
 * Shows the values of empty fields, by the numbers' names. A number that isn't listed is known only during a
 * run.
 */
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
