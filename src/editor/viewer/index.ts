import type { OfferFor } from './offer'
import { createViewer, type Viewer } from './viewer'

/** A second click within this many milliseconds opens the node's dialog, as everywhere on the canvas. */
const DOUBLE_CLICK = 260
/** How far the mouse may move during a click, in pixels. */
const TREMBLE = 4
const action = 'daisychain:show-last-result'

/**
 * Opens a node's last result large: by a click on the picture in the node, or by Shift-Enter on the selected
 * node.
 * @param shown ids of the nodes that show something
 * @param offerFor called for results that are only a guess
 * @returns the viewer and a function that stops this
 */
export function startViewer(shown: () => string[], offerFor: OfferFor): { viewer: Viewer; stop(): void } {
  const viewer = createViewer(() => inOrder(shown()), offerFor)
  const stops = [watchClicks(viewer)]
  RED.actions.add(action, () => {
    const id = RED.view
      .selection()
      .nodes?.map((node) => node.id)
      .find((each) => shown().includes(each))
    if (id) viewer.open(id)
  })
  RED.keyboard.add('red-ui-workspace', 'shift-enter', action)
  return {
    viewer,
    stop() {
      for (const stop of stops) stop()
      viewer.close()
      RED.keyboard.remove('shift-enter')
      RED.actions.remove(action)
    },
  }
}

/** The nodes on the open tab in reading order: left to right, then top to bottom. */
function inOrder(ids: string[]): string[] {
  const tab = RED.workspaces.active()
  const nodes = ids.flatMap((id) => RED.nodes.node(id) ?? []).filter(({ z }) => z === tab)
  return nodes.sort((a, b) => a.x - b.x || a.y - b.y).map(({ id }) => id)
}

/**
 * Only watches clicks: the editor handles the mouse on the node's body below the picture, and must continue
 * to, so that nodes can be moved and selected.
 */
function watchClicks(viewer: Viewer): () => void {
  let pressed: { id: string; x: number; y: number } | null = null
  let timer: ReturnType<typeof setTimeout> | undefined
  const canvas = document.getElementById('red-ui-workspace-chart')

  const down = (event: PointerEvent) => {
    const isSecond = timer !== undefined
    forget()
    const id =
      !isSecond && event.button === 0 && !event.ctrlKey && !event.metaKey && !event.shiftKey ? pictureAt(event) : null
    pressed = id ? { id, x: event.clientX, y: event.clientY } : null
  }
  const up = (event: PointerEvent) => {
    const start = pressed
    pressed = null
    if (!start || Math.hypot(event.clientX - start.x, event.clientY - start.y) > TREMBLE) return
    timer = setTimeout(() => {
      timer = undefined
      viewer.open(start.id)
    }, DOUBLE_CLICK)
  }
  const forget = () => {
    clearTimeout(timer)
    timer = undefined
  }

  /** The node's dialog opened after all: the second click came too late to be noticed here. */
  const giveWay = () => {
    forget()
    viewer.close()
  }

  RED.events.on('editor:open', giveWay)
  canvas?.addEventListener('pointerdown', down, true)
  canvas?.addEventListener('pointerup', up, true)
  return () => {
    forget()
    RED.events.off('editor:open', giveWay)
    canvas?.removeEventListener('pointerdown', down, true)
    canvas?.removeEventListener('pointerup', up, true)
  }
}

/** The node whose picture or text is under the mouse. */
function pictureAt({ target, clientX, clientY }: PointerEvent): string | null {
  const node = target instanceof Element ? target.closest('.red-ui-flow-node-group') : null
  for (const part of node?.querySelectorAll('.daisychain-preview image, .daisychain-preview text') ?? []) {
    const { left, right, top, bottom } = part.getBoundingClientRect()
    if (clientX >= left && clientX <= right && clientY >= top && clientY <= bottom) return node?.id ?? null
  }
  return null
}
