/**
 * Milliseconds between two requests while the button is held. The node stops recording soon after the last
 * one.
 */
const INTERVAL = 400

/**
 * Records while a button is held with the mouse, a finger or the space bar.
 * @param go continues the recording
 * @param end ends it
 */
export function holdToRecord(held: HTMLButtonElement, go: () => Promise<unknown>, end: () => void): void {
  let timer: ReturnType<typeof setInterval> | undefined
  let asked: Promise<unknown> = Promise.resolve()

  function begin(): void {
    if (timer !== undefined) return
    held.classList.add('daisychain-teach-recording')
    timer = setInterval(ask, INTERVAL)
    ask()
  }

  function ask(): void {
    // One request after the other, so that the one that ends the recording arrives last.
    asked = asked.then(() => (timer === undefined ? undefined : go())).catch(stop)
  }

  function stop(): void {
    if (timer === undefined) return
    clearInterval(timer)
    timer = undefined
    held.classList.remove('daisychain-teach-recording')
    asked = asked.then(end)
  }

  held.addEventListener('pointerdown', (event) => {
    held.setPointerCapture(event.pointerId)
    begin()
  })
  for (const over of ['pointerup', 'pointercancel', 'lostpointercapture'] as const) held.addEventListener(over, stop)
  // A dialog that has just opened moves the focus, but a pointer that is down still holds the button.
  let isByKey = false
  held.addEventListener('keydown', ({ key }) => {
    if (key !== ' ' && key !== 'Enter') return
    isByKey = true
    begin()
  })
  for (const over of ['keyup', 'blur'] as const)
    held.addEventListener(over, () => {
      if (isByKey) stop()
      isByKey = false
    })
}
