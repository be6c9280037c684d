/** What can have the focus. */
const FOCUSABLE = 'a[href], button, input, select, summary, textarea'

/**
 * Redraws parts of `root` that change by themselves, several times a second, without disturbing those who use them: a
 * click is lost if its button is replaced between press and release, so redrawing waits for the release, and the
 * focus stays on what has the same name.
 * @returns redraws now or after the release; the last of several waits
 */
export function redrawing(root: HTMLElement): (draw: () => void) => void {
  let isPressed = false
  let waiting: (() => void) | null = null

  function release(): void {
    isPressed = false
    const draw = waiting
    waiting = null
    if (draw) keepingFocus(root, draw)
  }

  root.addEventListener('pointerdown', () => {
    isPressed = true
    const end = new AbortController()
    for (const over of ['pointerup', 'pointercancel'])
      window.addEventListener(
        over,
        () => {
          end.abort()
          // The click follows the release.
          setTimeout(release)
        },
        { capture: true, signal: end.signal },
      )
  })
  return (draw) => {
    if (isPressed) waiting = draw
    else keepingFocus(root, draw)
  }
}

function keepingFocus(root: HTMLElement, draw: () => void): void {
  const focused = root.contains(document.activeElement) ? (document.activeElement as HTMLElement) : null
  const name = focused && nameOf(focused)
  draw()
  if (!focused || focused.isConnected) return
  const again = [...root.querySelectorAll<HTMLElement>(FOCUSABLE)].find((each) => nameOf(each) === name)
  again?.focus({ preventScroll: true })
}

/** Tells elements apart by their text or title, and by the data of what they belong to. */
function nameOf(element: HTMLElement): string {
  const { id, name } = element.dataset
  const owner = element.closest<HTMLElement>('[data-name]')?.dataset.name
  return JSON.stringify([element.tagName, owner, id, name, element.title || element.textContent])
}
