// biome-ignore-all lint/suspicious/noExplicitAny: the functions that run in the page use the editor's own globals, which have no types here
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { BrowserContext, Locator, Page } from 'playwright-core'
import type { Problem } from '../../../src/flow'
import type { Opener } from './borrow'
import { agree, cancelDialogs, draw, forget, hasNoPictures, stopSliding, tidy, traces } from './renew'
import { packageFolder } from './versions'

// The editor's own globals, as seen by the functions that run in the page.
declare const RED: any
declare const document: any
declare const getComputedStyle: any
declare const requestAnimationFrame: any

export interface EditorOptions {
  dark?: boolean
  width?: number
  height?: number
  /** Whether the page has a touch screen. */
  touch?: boolean
  /** Pixels of a screenshot per CSS pixel. */
  scale?: number
  /** The browser's locale. */
  locale?: string
}

/** Identifies a wire: from an output port (counted from 0) of one node to the input of another. */
export interface WireRef {
  from: string
  port?: number
  to: string
}

/** Node-RED's editor in a browser page, used by mouse and keyboard as people use it. */
export class Editor {
  /** Errors that the page's scripts threw. */
  readonly errors: string[] = []
  /** The traces (see `traces`) of a page that no test has used yet. */
  private unused = ''

  private constructor(
    readonly page: Page,
    private readonly context: BrowserContext,
    private readonly url: string,
    private readonly version: string,
  ) {
    page.on('pageerror', (error) => this.errors.push(error.stack ?? error.message))
  }

  static async open(browser: Opener, url: string, version: string, options: EditorOptions = {}): Promise<Editor> {
    const { scale = 1, touch = false, locale = 'en-US' } = options
    const context = await browser.newContext({
      deviceScaleFactor: scale,
      hasTouch: touch,
      locale,
      permissions: ['clipboard-read', 'clipboard-write'],
    })
    // A sliding dialog is repainted a dozen times on the way, which costs time.
    await context.addInitScript(stopSliding)
    const editor = new Editor(await context.newPage(), context, url, version)
    editor.page.setDefaultTimeout(100_000)
    await editor.fit(options)
    await editor.page.goto(url)
    await editor.loaded()
    await editor.shade(options)
    editor.unused = await editor.page.evaluate(traces)
    return editor
  }

  /**
   * Shows other flows as if the page had just been opened on them. Imports them if the previous test left no
   * traces in the page; otherwise loads the page again.
   * @param deploy sends the flows to the server
   * @param options the page's size and theme
   * @param isNewPage whether to load the page again in any case
   */
  async renew(
    flows: unknown[],
    deploy: (flows: unknown[]) => Promise<void>,
    options: EditorOptions = {},
    isNewPage = false,
  ): Promise<void> {
    const { page } = this
    await page.unrouteAll()
    page.removeAllListeners('console')
    await page.mouse.move(0, 0)
    let isUnused = !isNewPage
    if (isUnused) {
      await page.evaluate(cancelDialogs)
      await page.evaluate(tidy)
      // The server keeps a node's result until the node is removed, and the page shows it until the server
      // says so.
      if (!(await page.evaluate(hasNoPictures))) {
        await deploy([])
        await page.waitForFunction(hasNoPictures, undefined, { timeout: 5000 }).catch(() => {})
      }
      isUnused = (await page.evaluate(hasNoPictures)) && (await page.evaluate(traces)) === this.unused
    }
    await page.evaluate(forget)
    await this.fit(options)
    if (isUnused) {
      // Draw the flows before the server has them, so that no status arrives before its node exists.
      await page.evaluate(draw, flows)
      await deploy(flows)
      await page.evaluate(agree)
    } else {
      // Leave the old page first, so that none of its requests is still under way, such as saving its
      // settings.
      await page.goto('about:blank')
      await deploy(flows)
      await page.goto(this.url)
    }
    this.errors.length = 0
    await this.loaded()
    await this.shade(options)
  }

  private async fit({ width = 1280, height = 800, dark = false }: EditorOptions): Promise<void> {
    await this.page.setViewportSize({ width, height })
    await this.page.emulateMedia({ colorScheme: dark ? 'dark' : 'light' })
  }

  private async shade({ dark = false }: EditorOptions): Promise<void> {
    await this.page.evaluate((isDark) => document.documentElement.classList.toggle('nr-theme-dark', isDark), dark)
  }

  /** Opens a Node-RED that does not have this package. */
  static async openPlain(browser: Opener, url: string, version: string): Promise<Editor> {
    const context = await browser.newContext()
    const editor = new Editor(await context.newPage(), context, url, version)
    await editor.page.goto(url)
    await editor.page.waitForFunction(() => typeof RED !== 'undefined' && Boolean(RED.workspaces?.active()))
    return editor
  }

  /** Loads the page again. */
  async reload(): Promise<void> {
    await this.page.reload()
    await this.loaded()
  }

  /** Waits until the flows are drawn and checked. */
  private async loaded(): Promise<void> {
    await this.page.waitForFunction(() => typeof RED !== 'undefined' && RED.daisychain?.ready === true)
    await this.settle()
  }

  /** Waits until the wires of the tab that is open have been checked and drawn. */
  async settle(): Promise<void> {
    await this.page.waitForFunction(() => {
      const tab = RED.workspaces.active()
      const count = { nodes: 0, wires: 0 }
      RED.nodes.eachNode((node: any) => {
        if (node.z === tab) count.nodes++
      })
      RED.nodes.eachLink((link: any) => {
        if (link.source.z === tab) count.wires++
      })
      const nodes = document.querySelectorAll('.red-ui-flow-node-group:not(.red-ui-flow-subflow-port)')
      const drawn = [...nodes].filter(({ __data__ }: any) => __data__?.z === tab && RED.nodes.node(__data__.id)).length
      const wires = document.querySelectorAll('g.red-ui-flow-link:not(.red-ui-flow-link-ghost)').length
      return tab && RED.daisychain.settled() && drawn === count.nodes && wires === count.wires
    })
    const frame = () => new Promise((done) => requestAnimationFrame(done))
    await this.page.evaluate(frame)
    await this.page.evaluate(frame)
  }

  close(): Promise<void> {
    return this.context.close()
  }

  /**
   * Takes a screenshot for people to look at. Screenshots take time, so only if DAISYCHAIN_SCREENSHOTS is
   * set.
   */
  async screenshot(name: string, of: Page | Locator = this.page): Promise<void> {
    if (process.env.DAISYCHAIN_SCREENSHOTS) await this.picturePage(name, of)
  }

  /** Saves a picture of the page, or of part of it, in the ignored folder `test-results/`. */
  async picturePage(name: string, of: Page | Locator = this.page): Promise<void> {
    const folder = join(packageFolder, 'test-results')
    mkdirSync(folder, { recursive: true })
    const path = join(folder, `${this.version} ${name.replace(/[^\w .-]+/g, '')}.png`)
    await of.screenshot({ path })
  }

  // ---- nodes and wires

  /**
   * Opens a node's dialog through the API: on a busy machine, two clicks can be too far apart for a double
   * click.
   */
  async edit(id: string): Promise<void> {
    await this.page.evaluate((wanted) => RED.editor.edit(RED.nodes.node(wanted)), id)
    await this.page.locator('#node-dialog-ok').waitFor()
  }

  /** Presses Done in a node's dialog, and waits until it has closed, so that another one can be opened. */
  async done(): Promise<void> {
    await this.leaveDialog('ok')
    await this.settle()
  }

  cancel(): Promise<void> {
    return this.leaveDialog('cancel')
  }

  /** Waits until the dialog has slid out: its buttons have the same names as those of the next one. */
  private async leaveDialog(by: 'ok' | 'cancel'): Promise<void> {
    await this.page.locator(`#node-dialog-${by}, #node-config-dialog-${by}`).last().click()
    await this.page.locator('.red-ui-tray').waitFor({ state: 'detached' })
  }

  node(id: string): Locator {
    return this.page.locator(`[id="${id}"].red-ui-flow-node-group`)
  }

  port(id: string, direction: 'input' | 'output', index = 0): Locator {
    return this.node(id).locator(`.red-ui-flow-port-${direction}`).nth(index)
  }

  /** Draws a wire by mouse; leaves the mouse button pressed if `release` is false. */
  async drawWire({ from, port = 0, to }: WireRef, release = true): Promise<void> {
    await this.startWire(from, port)
    const end = await center(this.port(to, 'input'))
    await this.page.mouse.move(end.x, end.y, { steps: 4 })
    if (!release) return
    await this.page.mouse.up()
    await this.settle()
  }

  /** Presses the mouse on an output port and pulls the wire out a little. */
  async startWire(from: string, port = 0): Promise<void> {
    const start = await center(this.port(from, 'output', port).locator('.red-ui-flow-port'))
    await this.page.mouse.move(start.x, start.y)
    await this.page.mouse.down()
    await this.page.mouse.move(start.x + 30, start.y + 12, { steps: 3 })
  }

  wires(): Promise<{ from: string; port: number; to: string }[]> {
    return this.page.evaluate(() => {
      const links: { from: string; port: number; to: string }[] = []
      RED.nodes.eachLink((link: any) => links.push({ from: link.source.id, port: link.sourcePort, to: link.target.id }))
      return links
    })
  }

  /** A wire's current look: its classes, and its computed style. Null if it isn't drawn. */
  wireLook(wire: WireRef): Promise<{ classes: string[]; stroke: string; dashes: string } | null> {
    return this.page.evaluate(({ from, port, to }) => {
      for (const group of document.querySelectorAll('g.red-ui-flow-link')) {
        const link = group.__data__
        if (link.source.id !== from || link.target.id !== to || link.sourcePort !== (port ?? 0)) continue
        const style = getComputedStyle(group.querySelector('.red-ui-flow-link-line'))
        return { classes: [...group.classList], stroke: style.stroke, dashes: style.strokeDasharray }
      }
      return null
    }, wire)
  }

  /** The middle of a wire, in screen coordinates. */
  wireMiddle(wire: WireRef): Promise<{ x: number; y: number }> {
    return this.page.evaluate(({ from, port, to }) => {
      for (const group of document.querySelectorAll('g.red-ui-flow-link')) {
        const link = group.__data__
        if (link.source.id !== from || link.target.id !== to || link.sourcePort !== (port ?? 0)) continue
        const path = group.querySelector('.red-ui-flow-link-line')
        const point = path.getPointAtLength(path.getTotalLength() / 2).matrixTransform(path.getScreenCTM())
        return { x: point.x, y: point.y }
      }
      throw new Error(`There is no wire from ${from} to ${to}.`)
    }, wire)
  }

  /** The live picture inside a node. */
  picture(id: string): Locator {
    return this.node(id).locator('.daisychain-preview image')
  }

  /**
   * Waits until the node has run since the last deploy and shows a picture. The picture alone proves nothing,
   * because pictures survive a deploy.
   */
  async ran(id: string): Promise<void> {
    await this.node(id).locator('.red-ui-flow-node-status-label').getByText(/ ms/).waitFor()
    await this.picture(id).waitFor()
  }

  /** The data URI of the live picture inside a node; null if it shows none. */
  async shownPicture(id: string): Promise<string | null> {
    const picture = this.picture(id)
    return (await picture.count()) > 0 ? picture.getAttribute('href') : null
  }

  /** The red triangle that marks a node with an error. */
  triangle(id: string): Locator {
    return this.node(id).locator('.red-ui-flow-node-error')
  }

  problems(): Promise<Problem[]> {
    return this.page.evaluate(() => RED.daisychain.report().problems)
  }

  // ---- commands

  /** Runs one of the editor's actions, such as `core:undo`. */
  async action(name: string): Promise<void> {
    await this.page.evaluate((action) => RED.actions.invoke(action), name)
    await this.settle()
  }

  undo(): Promise<void> {
    return this.action('core:undo')
  }

  redo(): Promise<void> {
    return this.action('core:redo')
  }

  /** Clicks on the canvas, `x` and `y` from its top left corner. */
  async clickCanvas(x: number, y: number): Promise<void> {
    const chart = await this.page.locator('#red-ui-workspace-chart').boundingBox()
    if (!chart) throw new Error('The canvas is not on the screen.')
    await this.page.mouse.move(chart.x + x, chart.y + y, { steps: 4 })
    await this.page.mouse.down()
    await this.page.mouse.up()
  }

  /** Imports nodes as the import dialog does, and drops them on the canvas. */
  async import(flows: unknown[]): Promise<void> {
    await this.page.evaluate((nodes) => {
      RED.view.importNodes(nodes, { generateIds: false, addFlow: false })
    }, flows)
    await this.clickCanvas(400, 400)
    await this.settle()
  }

  /** Drops a file from the computer on the page at these pixels, as if it had been dragged there. */
  async dropFile({ name, type, bytes }: { name: string; type: string; bytes: Buffer }, at: { x: number; y: number }) {
    const file = { name, type, base64: bytes.toString('base64') }
    await this.page.evaluate(
      ({ name, type, base64, x, y }) => {
        const { document, DataTransfer, File, DragEvent, atob } = globalThis as any
        const data = Uint8Array.from(atob(base64), (sign: string) => sign.charCodeAt(0))
        const dataTransfer = new DataTransfer()
        dataTransfer.items.add(new File([data], name, { type }))
        const init = { dataTransfer, clientX: x, clientY: y, bubbles: true, cancelable: true }
        const send = (on: string, type: string) => document.querySelector(on).dispatchEvent(new DragEvent(type, init))
        send('#red-ui-workspace-chart', 'dragenter')
        send('#red-ui-drop-target', 'drop')
      },
      { ...file, ...at },
    )
  }

  /** Presses Deploy, confirms the editor's questions, and waits until the flows have started. */
  async deploy(): Promise<void> {
    // An import from a file takes a moment, and until then Deploy does nothing.
    await this.page.waitForFunction(() => RED.nodes.dirty())
    const done = this.page.waitForResponse(
      (answer) => answer.url().endsWith('/flows') && answer.request().method() === 'POST',
    )
    await this.page.locator('#red-ui-header-button-deploy').click()
    const confirm = this.page.getByRole('button', { name: 'Confirm deploy' })
    const asked = confirm.waitFor({ timeout: 60_000 }).then(
      () => confirm.click(),
      () => {},
    )
    await Promise.race([done, asked])
    await done
    await this.page.waitForFunction(() => !RED.nodes.dirty())
    // What is clicked under a shade makes Playwright scroll the canvas, in search of a place that isn't covered.
    for (const shade of ['editor', 'full'])
      await this.page.locator(`#red-ui-${shade}-shade`).waitFor({ state: 'hidden' })
  }

  /** Presses the button of an inject (or another) node. */
  press(id: string): Promise<void> {
    return this.node(id).locator('.red-ui-flow-node-button-button').click()
  }

  async showTab(id: string): Promise<void> {
    await this.page.evaluate((tab) => RED.workspaces.show(tab), id)
    await this.settle()
  }
}

async function center(locator: Locator): Promise<{ x: number; y: number }> {
  const box = await locator.boundingBox()
  if (!box) throw new Error(`${locator} is not on the screen.`)
  return { x: box.x + box.width / 2, y: box.y + box.height / 2 }
}
