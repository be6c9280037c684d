import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { freePort } from '../../test/browser/support/server'
import { packageFolder } from '../../test/browser/support/versions'
import type { Visitor } from './visitor'

/** Part of the tour. */
interface Step {
  name: string
  /** More clicks than this are too many. */
  most?: number
  /** @returns what else is worth reporting */
  go(visitor: Visitor): Promise<string | undefined>
}

const bedrooms = {
  tab: 'dc01000000000000',
  imagine: 'dc01000000000002',
  gan: 'dc01000000000004',
  depth: 'dc01000000000005',
}

const photo = {
  name: 'coffee.jpg',
  type: 'image/jpeg',
  bytes: readFileSync(join(packageFolder, 'test/fixtures/photos/coffee.jpg')),
}

/** A chain's tab, the button that starts it, and the nodes that have its final results. */
const chain = (name: string, tab: string, press: string, shows: string[]): Step => ({
  name,
  async go(visitor) {
    await visitor.openTab(tab)
    await visitor.press(press)
    for (const node of shows) await visitor.editor.node(node).getByText(/ ms\b/).first().waitFor()
    return undefined
  },
})

/** README's first steps, then the five chains, then the page for visitors. */
export const steps: readonly Step[] = [
  {
    name: 'The first tab shows its first room',
    async go({ editor }) {
      for (const node of [bedrooms.gan, bedrooms.depth]) await editor.ran(node)
      return undefined
    },
  },
  {
    name: 'Imaginary bedrooms: another room',
    most: 1,
    async go(visitor) {
      const before = await visitor.editor.shownPicture(bedrooms.depth)
      await visitor.press(bedrooms.imagine)
      await visitor.page.waitForFunction(
        ([id, before]) => {
          const now = document.querySelector(`[id="${id}"] .daisychain-preview image`)?.getAttribute('href')
          return now && now !== before
        },
        [bedrooms.depth, before],
      )
      return undefined
    },
  },
  {
    name: 'See what a wire carries',
    most: 1,
    async go(visitor) {
      await visitor.click(visitor.page.locator('#red-ui-tab-debug-link-button'))
      const sidebar = visitor.page.locator('.red-ui-debug-content')
      for (const text of [/image 128×128 RGB/, /image 128×128 grey, [\d.]+ to [\d.]+ m/])
        await sidebar.getByText(text).first().waitFor()
      return undefined
    },
  },
  {
    name: 'Look closely',
    most: 1,
    async go(visitor) {
      await visitor.clickOn(visitor.editor.picture(bedrooms.gan))
      const viewer = visitor.page.locator('.daisychain-viewer')
      await viewer.getByText('StyleGAN').first().waitFor()
      await visitor.page.keyboard.press('ArrowRight')
      await viewer.getByText('DenseDepth').first().waitFor()
      await visitor.page.keyboard.press('Escape')
      await viewer.waitFor({ state: 'hidden' })
      return undefined
    },
  },
  {
    name: 'A photograph through DenseDepth',
    most: 6,
    go: (visitor) => photograph(visitor, bedrooms.depth, 'huggingface.co'),
  },
  {
    name: 'A photograph through Read text',
    most: 6,
    async go(visitor) {
      const filter = visitor.page.locator('#red-ui-palette-search input')
      await visitor.click(filter)
      await visitor.page.keyboard.type('read text')
      const palette = (type: string) => visitor.page.locator(`.red-ui-palette-node[data-palette-type="${type}"]`)
      await palette('daisychain-adjust').waitFor({ state: 'hidden' })
      await visitor.pull(palette('daisychain-readtext'), 640, 620)
      await filter.fill('')
      const [reader] = await ids(visitor, 'daisychain-readtext', bedrooms.tab)
      await visitor.editor.settle()
      return photograph(visitor, reader ?? '', 'the npm registry')
    },
  },
  {
    name: 'Make a mistake on purpose',
    async go(visitor) {
      const { editor, page } = visitor
      await visitor.openTab(bedrooms.tab)
      await visitor.scrollUp()
      // Away from all wires: on one, the editor would insert the node into it.
      await visitor.pull(page.locator('.red-ui-palette-node[data-palette-type="daisychain-deeplab"]'), 150, 560)
      const [made] = await ids(visitor, 'daisychain-deeplab', bedrooms.tab)
      await editor.settle()
      await visitor.wire(made ?? '', bedrooms.depth)
      const before = (await ids(visitor, 'daisychain-convert', bedrooms.tab)).length
      await visitor.click(page.locator('.daisychain-wire-fixes button').first())
      await editor.settle()
      if ((await ids(visitor, 'daisychain-convert', bedrooms.tab)).length !== before + 1)
        throw new Error('no converter was inserted')
      for (let i = 0; i < 3; i++) await page.keyboard.press('Control+z')
      await editor.settle()
      if ((await ids(visitor, 'daisychain-deeplab', bedrooms.tab)).length > 0)
        throw new Error('Ctrl-Z did not undo it all')
      return undefined
    },
  },
  chain('Exquisite corpse', 'dc02000000000000', 'dc02000000000003', [
    'dc02000000000004',
    'dc02000000000005',
    'dc02000000000006',
  ]),
  chain('Cut out and sketch', 'dc03000000000000', 'dc03000000000002', ['dc03000000000005', 'dc03000000000006']),
  chain('Captions become stories', 'dc04000000000000', 'dc04000000000002', ['dc04000000000005', 'dc04000000000006']),
  {
    name: 'Infinite hallucination',
    async go(visitor) {
      await visitor.openTab('dc05000000000000')
      await visitor.press('dc05000000000002')
      await visitor.editor.node('dc0500000000000f').getByText('3', { exact: true }).waitFor()
      await visitor.press('dc05000000000009')
      return 'three laps, then stopped'
    },
  },
  {
    name: 'A page for visitors',
    async go(visitor) {
      const page = await openServed(visitor, 'fa-external-link')
      visitor.clicks++
      await page.locator('button.main').click()
      await page.locator('.card .made img').first().waitFor()
      await page.close()
      await visitor.click(visitor.page.locator('#node-dialog-cancel'))
      return undefined
    },
  },
  {
    name: 'A phone draws, over the network; the show shows it',
    async go(visitor) {
      const { page, editor } = visitor
      await visitor.doubleClick(editor.node(served.in))
      await visitor.click(page.locator('.red-ui-tray button:has(.fa-qrcode)'))
      // The usual port may be in use on this computer.
      await page.locator('#node-input-port').fill(String(await freePort()))
      await visitor.click(page.locator('#node-dialog-ok'))
      await page.locator('.red-ui-tray').waitFor({ state: 'detached' })
      await visitor.deploy()
      const show = await openServed(visitor, 'fa-desktop')
      const address = await page.locator('.daisychain-invites a').first().getAttribute('href')
      const phone = await visitor.phone(address ?? '')
      await visitor.drawLine(phone.locator('canvas').first())
      visitor.clicks++
      await phone.locator('button.main').tap()
      await phone.locator('.card .made img').first().waitFor()
      await show.waitForFunction(IS_PAINTED)
      const host = new URL(address ?? '').hostname
      await phone.context().close()
      await show.close()
      await visitor.click(page.locator('#node-dialog-cancel'))
      return `over ${host}`
    },
  },
]

/** In the show's page: whether one of its canvases isn't empty. */
const IS_PAINTED = `[...document.querySelectorAll('canvas')].some((canvas) => {
  const copy = new OffscreenCanvas(canvas.width, canvas.height).getContext('2d')
  copy.drawImage(canvas, 0, 0)
  return copy.getImageData(0, 0, canvas.width, canvas.height).data.some(Boolean)
})`

const served = { tab: 'dc13000000000000', in: 'dc13000000000002' }

/**
 * Opens the page or the show of the last chain by the button with this icon in the dialog of its *serve in*.
 */
async function openServed(visitor: Visitor, icon: string): Promise<Page> {
  await visitor.openTab(served.tab)
  await visitor.doubleClick(visitor.editor.node(served.in))
  // A private chain is opened by its invitation.
  if (icon === 'fa-desktop') await visitor.page.locator('.daisychain-invites a').first().waitFor()
  const opened = visitor.page.waitForEvent('popup')
  await visitor.click(visitor.page.locator(`.red-ui-tray button:has(.${icon})`).first())
  return opened
}

/** Drops a photograph on a node, deploys, runs it, and accepts the model offered. */
async function photograph(visitor: Visitor, node: string, source: string): Promise<string | undefined> {
  const { editor, page } = visitor
  const before = new Set(await ids(visitor, 'daisychain-images'))
  await visitor.drop(photo, node)
  await page.waitForFunction(
    (count) => RED.nodes.filterNodes({ type: 'daisychain-images' }).length > count,
    before.size,
  )
  const holder = (await ids(visitor, 'daisychain-images')).find((id) => !before.has(id)) ?? ''
  await visitor.deploy()
  await visitor.press(holder)
  const offer = page.locator('.red-ui-notification', { has: page.locator('.daisychain-notice') })
  await visitor.click(offer.locator('button.primary').first())
  const failed = page.locator('.red-ui-notification-error')
  // Switched, deployed and run: a model that is missing, or only guesses, has a different icon.
  const sign = editor.node(node).locator('.red-ui-flow-node-status-dot-green').and(page.locator(':visible'))
  const over = page.waitForFunction(
    (id) => (RED.nodes.node(id)?.variant ?? 'mini') !== 'mini' && !RED.nodes.dirty(),
    node,
  )
  await Promise.race([failed.waitFor(), over.then(() => sign.waitFor())])
  if ((await failed.count()) === 0) return undefined
  const reason = (await failed.locator('p').first().textContent())?.trim()
  await visitor.click(failed.locator('button').first())
  await failed.waitFor({ state: 'detached' })
  return `not done, ${source} could not be reached: ${reason}`
}

function ids({ page }: Visitor, type: string, tab?: string): Promise<string[]> {
  return page.evaluate(([type, z]) => RED.nodes.filterNodes(z ? { type, z } : { type }).map(({ id }) => id), [
    type,
    tab,
  ] as const)
}

declare const RED: {
  nodes: {
    filterNodes(by: { type: string; z?: string }): { id: string }[]
    node(id: string): { variant?: string } | null
    dirty(): boolean
  }
}
declare const document: { querySelector(selector: string): { getAttribute(name: string): string | null } | null }
