/** Milliseconds between two requests while the button is held: the node stops soon after the last one. */
const INTERVAL = 400

/**
 * Records while a button is held, by mouse, finger, or the space bar.
 *
 * @param go on with it
 * @param end it
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
    // One after the other, so that the end is the last.
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
  for (const over of ['pointerup', 'pointercancel', 'lostpointercapture', 'blur'] as const)
    held.addEventListener(over, stop)
  held.addEventListener('keydown', ({ key }) => {
    if (key === ' ' || key === 'Enter') begin()
  })
  held.addEventListener('keyup', stop)
}
