/** Clicks in a picture, as fractions of its sides from 0 to 1. */
export interface Clicks {
  points: { x: number; y: number; include: boolean }[]
  box?: [left: number, top: number, right: number, bottom: number]
}

/** How far the mouse may move during a click, in screen pixels; a longer drag draws a box. */
const TREMBLE = 6

/**
 * Handles clicks on a picture: a click marks the object, a shift-click marks something that isn't part of it,
 * and a drag draws a box around it.
 * @param isAsked whether the picture's node accepts clicks
 * @param changed called with all clicks on this picture so far
 */
export function createClicking(
  picture: HTMLImageElement,
  isAsked: () => boolean,
  changed: (clicks: Clicks) => void,
): { clear(): void } {
  let clicks: Clicks = { points: [] }
  let start: [number, number] | null = null

  picture.addEventListener('pointerdown', (event) => {
    if (!isAsked() || event.button !== 0) return
    event.preventDefault()
    picture.setPointerCapture(event.pointerId)
    start = [event.clientX, event.clientY]
  })
  picture.addEventListener('pointerup', (event) => {
    const from = start
    start = null
    if (!from || !isAsked()) return
    const end: [number, number] = [event.clientX, event.clientY]
    const isBox = Math.hypot(end[0] - from[0], end[1] - from[1]) > TREMBLE
    const [x, y] = placeOf(picture, from)
    const [x2, y2] = placeOf(picture, end)
    if (isBox) {
      const box: Clicks['box'] = [Math.min(x, x2), Math.min(y, y2), Math.max(x, x2), Math.max(y, y2)].map(
        within,
      ) as never
      clicks = { ...clicks, box }
    } else if (x >= 0 && y >= 0 && x <= 1 && y <= 1) {
      clicks = { ...clicks, points: [...clicks.points, { x, y, include: !event.shiftKey }] }
    } else return
    changed(clicks)
  })
  return {
    clear() {
      clicks = { points: [] }
    },
  }
}

const within = (share: number) => Math.min(1, Math.max(0, share))

/**
 * Converts a position on the screen to fractions of the picture, which is shown whole in the middle of its
 * element.
 */
function placeOf(picture: HTMLImageElement, [clientX, clientY]: [number, number]): [number, number] {
  const { left, top, width, height } = picture.getBoundingClientRect()
  const { naturalWidth, naturalHeight } = picture
  const scale = Math.min(width / naturalWidth, height / naturalHeight)
  const [shownWidth, shownHeight] = [naturalWidth * scale, naturalHeight * scale]
  return [
    (clientX - left - (width - shownWidth) / 2) / shownWidth,
    (clientY - top - (height - shownHeight) / 2) / shownHeight,
  ]
}
