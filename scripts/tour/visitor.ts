import type { Browser, Locator, Page } from 'playwright-core'
import { Editor } from '../../test/browser/support/editor'

/** The window size of a small laptop, in pixels. */
export const WINDOW = { width: 1280, height: 800 }
const PHONE = { width: 390, height: 844 }
/**
 * The default timeout, in milliseconds. It is long because a slow computer isn't a failure; the reported
 * seconds show it.
 */
const LONG = 180_000

/** A simulated visitor with a mouse, whose clicks are counted: a double click is two, dragging is one. */
export class Visitor {
  clicks = 0
  private constructor(readonly editor: Editor) {}

  static async arrive(browser: Browser, url: string, locale: string, scale = 1): Promise<Visitor> {
    const editor = await Editor.open(browser, url, 'tour', { ...WINDOW, locale, scale })
    editor.page.context().setDefaultTimeout(LONG)
    editor.page.setDefaultTimeout(LONG)
    return new Visitor(editor)
  }

  get page(): Page {
    return this.editor.page
  }

  async click(target: Locator): Promise<void> {
    this.clicks++
    await target.click()
  }

  /** Where it is visible, whatever covers it. */
  async clickOn(target: Locator): Promise<void> {
    this.clicks++
    const box = await target.boundingBox()
    if (!box) throw new Error(`${target} is not on the screen`)
    await this.page.mouse.click(box.x + box.width / 2, box.y + box.height / 2)
  }

  async doubleClick(target: Locator): Promise<void> {
    this.clicks += 2
    await target.dblclick()
  }

  async press(node: string): Promise<void> {
    await this.click(this.editor.node(node).locator('.red-ui-flow-node-button-button'))
  }

  async deploy(): Promise<void> {
    this.clicks++
    await this.editor.deploy()
  }

  async wire(from: string, to: string): Promise<void> {
    this.clicks++
    await this.editor.drawWire({ from, to })
  }

  /** Drags something to a place this far from the top left of the canvas. */
  async pull(what: Locator, x: number, y: number): Promise<void> {
    this.clicks++
    const canvas = await this.page.locator('#red-ui-workspace-chart').boundingBox()
    const box = await what.boundingBox()
    if (!canvas || !box) throw new Error(`${what} is not on the screen`)
    const { mouse } = this.page
    await mouse.move(box.x + box.width / 2, box.y + box.height / 2)
    await mouse.down()
    await mouse.move(canvas.x + x, canvas.y + y, { steps: 10 })
    await mouse.up()
  }

  /** Drops a file from the computer on a node. */
  async drop(file: { name: string; type: string; bytes: Buffer }, node: string): Promise<void> {
    this.clicks++
    // The node's body: a long status extends far beyond it.
    const box = await this.editor.node(node).locator('.red-ui-flow-node').first().boundingBox()
    if (!box) throw new Error(`${node} is not on the screen`)
    await this.editor.dropFile(file, { x: box.x + box.width / 2, y: box.y + box.height / 2 })
  }

  /** Another browser, the size of a phone, that opens this address. Its taps count too. */
  async phone(address: string): Promise<Page> {
    const browser = this.page.context().browser()
    if (!browser) throw new Error('there is no browser for a phone')
    const context = await browser.newContext({ viewport: PHONE, isMobile: true, hasTouch: true })
    context.setDefaultTimeout(LONG)
    const page = await context.newPage()
    await page.goto(address)
    return page
  }

  /** One stroke across. */
  async drawLine(canvas: Locator): Promise<void> {
    this.clicks++
    const box = await canvas.boundingBox()
    if (!box) throw new Error(`${canvas} is not on the screen`)
    const { mouse } = canvas.page()
    const y = box.y + box.height / 2
    await mouse.move(box.x + box.width / 4, y)
    await mouse.down()
    await mouse.move(box.x + (3 * box.width) / 4, y, { steps: 5 })
    await mouse.up()
  }

  /** Shows the top left of the canvas. */
  async scrollUp(): Promise<void> {
    await this.page.locator('#red-ui-workspace-chart').evaluate((chart) => chart.scrollTo(0, 0))
  }

  /** Opens a tab; if the tab bar has no room for it, by the list of flows. */
  async openTab(id: string): Promise<void> {
    const tab = this.page.locator(`#red-ui-tab-${id}`)
    const bar = await this.page.locator('#red-ui-workspace-tabs').locator('..').boundingBox()
    const box = await tab.boundingBox()
    if (box && bar && box.x >= bar.x && box.x + box.width <= bar.x + bar.width) await this.click(tab)
    else {
      await this.click(this.page.locator('#red-ui-workspace .red-ui-tab-button.red-ui-tabs-menu a'))
      await this.click(this.page.locator('#red-ui-workspace-tabs-menu a').first())
      const name = (await tab.locator('.red-ui-tab-label').textContent()) ?? ''
      await this.click(this.page.locator('#red-ui-search').getByText(name).first())
    }
    await this.page.waitForFunction((id) => RED.workspaces.active() === id, id)
    await this.editor.settle()
  }
}

declare const RED: { workspaces: { active(): string } }
