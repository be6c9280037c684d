// biome-ignore-all lint/suspicious/noExplicitAny: the functions here run in the page and use the editor's own globals, which have no types here
declare const RED: any
declare const document: any
declare const localStorage: any
declare const requestAnimationFrame: any

/**
 * Everything that a test can leave behind in a page: an open dialog, a notice, another sidebar tab, changed
 * settings.
 */
export function traces(): string {
  const isSeen = (element: any) => element.getClientRects().length > 0
  const seen = (selector: string) => [...document.querySelectorAll(selector)].filter(isSeen)
  return JSON.stringify({
    drawing: RED.view.state(),
    open: seen(
      '.red-ui-tray, .ui-dialog, dialog[open], .red-ui-popover, .red-ui-type-search, .red-ui-notification, .daisychain-wire-notice',
    ).length,
    sidebar: seen('.red-ui-sidebar-content > * > *, #red-ui-sidebar-content > * > *').map(
      ({ id, className }: any) => id || String(className),
    ),
    zoom: RED.view.scale(),
    settings: RED.settings.get('daisychain', null),
  })
}

/** Makes the editor's parts jump to their places instead of sliding. Runs before the page's own scripts. */
export function stopSliding(): void {
  document.addEventListener('DOMContentLoaded', () => {
    const style = document.createElement('style')
    style.textContent = '[class*=red-ui-], [id*=red-ui-] { transition: none !important }'
    document.head.append(style)
  })
}

/** Cancels the open dialogs, as far as pressing Cancel does that. */
export async function cancelDialogs(): Promise<void> {
  const last = () => [...document.querySelectorAll('.red-ui-tray')].at(-1)
  const frame = () => new Promise((done) => requestAnimationFrame(done))
  const limit = performance.now() + 2000
  for (let tray = last(); tray && performance.now() < limit; tray = last()) {
    tray.querySelector('#node-dialog-cancel, #node-config-dialog-cancel')?.click()
    while (tray.isConnected && performance.now() < limit) await frame()
  }
}

/**
 * Closes notices and anything else that takes one press, and keeps the editor from comparing its flows with
 * the server's.
 */
export function tidy(): void {
  // The tests give the editor its next flows, so it must not ask whether to load the server's.
  RED.nodes.version(null)
  RED.notifications.hide = true
  for (const notice of document.querySelectorAll('.red-ui-notification')) if (!notice.fixed) notice.close()
  RED.notifications.hide = false
  document.querySelector('.daisychain-viewer[open] .daisychain-viewer-close')?.click()
  document.querySelector('.daisychain-wire-fixes button:last-child')?.click()
  if (document.querySelector('.daisychain-problems')?.getClientRects().length > 0) RED.sidebar.show('info')
}

/** Whether no node shows a result. */
export function hasNoPictures(): boolean {
  return document.querySelector('.daisychain-preview image, .daisychain-preview text') === null
}

/** Empties the canvas, its history and the page's local storage. */
export function forget(): void {
  localStorage.clear()
  RED.actions.invoke('core:clear-debug-messages')
  RED.view.select({ nodes: [] })
  RED.nodes.clear()
  RED.history.clear()
}

/** Draws flows as the editor does when it opens. */
export function draw(flows: unknown[]): void {
  RED.nodes.import(flows)
  RED.nodes.dirty(false)
  RED.view.redraw(true)
  const tabs = RED.nodes.getWorkspaceOrder()
  if (RED.workspaces.active() === 0 && tabs.length > 0) RED.workspaces.show(tabs[0])
  RED.events.emit('flows:loaded')
}

/** Tells the editor which version of the flows the server has, as after a deploy. */
export async function agree(): Promise<void> {
  const headers = { accept: 'application/json', 'Node-RED-API-Version': 'v2' }
  const { rev } = (await (await fetch('flows', { headers })).json()) as { rev: string }
  RED.nodes.version(rev)
  RED.nodes.dirty(false)
}
