import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import sharp from 'sharp'
import type { Editor } from '../../test/browser/support/editor'
import { packageFolder } from '../../test/browser/support/versions'
import { exampleFlows, type FlowNode } from '../start/example-flows'
import { Visitor, WINDOW } from './visitor'

/** All pictures are this wide, in pixels. */
const width = 1280

interface Chain {
  /** The beginning of the nodes' ids. */
  prefix: string
  /** The button that starts it: a node's name or type. */
  press: string
  /** Node type → settings that give the same result every time. */
  settings: Record<string, object>
  /** Nodes whose ids begin like this are left out. */
  without?: string
  /** A loop is shown after this many laps. */
  laps?: number
}

const seed = (seed: string) => ({ seed })
const chains: Record<string, Chain> = {
  'imaginary-bedrooms': { prefix: 'dc01', press: 'Imagine', settings: { 'daisychain-latent': seed('912090') } },
  'exquisite-corpse': {
    prefix: 'dc02',
    without: 'dc0200000000001',
    press: 'daisychain-paint',
    settings: { 'daisychain-attngan': seed('7') },
  },
  'cut-out-and-sketch': { prefix: 'dc03', press: 'Imagine', settings: { 'daisychain-latent': seed('351876') } },
  'captions-become-stories': {
    prefix: 'dc04',
    press: 'Imagine',
    settings: { 'daisychain-latent': seed('912090'), 'daisychain-gpt2': seed('7') },
  },
  'infinite-hallucination': { prefix: 'dc05', press: 'Begin', settings: {}, laps: 6 },
}

type Take = (visitor: Visitor, show: (flows: readonly FlowNode[]) => Promise<void>) => Promise<Buffer>

/** What each picture in docs/images shows. */
export const pictures: Readonly<Record<string, Take>> = {
  ...Object.fromEntries(Object.entries(chains).map(([name, chain]) => [name, takeChain(chain)])),
  'wrong-wire': takeWrongWire,
}

/** Takes a picture and saves it in docs/images, at the same size as the others. */
export async function takePicture(browser: Browser, url: string, name: string): Promise<void> {
  const visitor = await Visitor.arrive(browser, url, 'en-US', 2)
  const picture = await pictures[name]?.(visitor, async (flows) => {
    await fetch(`${url}/flows`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(flows),
    })
    await visitor.editor.reload()
  })
  await visitor.editor.close()
  const path = join(packageFolder, 'docs/images', `${name}.png`)
  // With its own palette, a picture is a third of the size.
  const { size } = await sharp(picture).resize({ width }).png({ palette: true, compressionLevel: 9 }).toFile(path)
  console.log(`${path}: ${Math.round(size / 1000)} kB`)
}

/** An example that has run, cropped to its nodes and wires. */
function takeChain({ prefix, without = '-', press, settings, laps }: Chain): Take {
  return async ({ editor }, show) => {
    const flow = exampleFlows(packageFolder, '127.0.0.1:1880')
      .filter(({ id }) => id.startsWith(prefix) && !id.startsWith(without))
      .map((node) => ({ ...node, ...settings[node.type], once: false }))
    const idOf = (what: string) => flow.find((node) => node.name === what || node.type === what)?.id ?? ''
    await show(flow)
    await editor.press(idOf(press))
    for (const { id, type } of flow.filter(
      ({ type }) => type.startsWith('daisychain-') && type !== 'daisychain-latent',
    ))
      await shown(editor, id, type)
    await editor.press(idOf(press)) // The first run also loads the models; the second shows how long they take.
    if (laps) {
      await editor.node(idOf('lap')).getByText(`${laps}`, { exact: true }).waitFor()
      await editor.press(idOf('Stop'))
    }
    // Until the editor's notice of the press is gone, and the last lap is over.
    await editor.page.locator('.red-ui-notification').first().waitFor({ state: 'detached' })
    await editor.page.waitForTimeout(2000)
    const aside = [idOf('catch'), idOf('errors')]
    return crop(
      editor.page,
      flow.filter(({ id, z }) => z && !aside.includes(id)).map(({ id }) => `[id="${id}"].red-ui-flow-node-group`),
    )
  }
}

async function shown(editor: Editor, id: string, type: string): Promise<void> {
  const preview = editor.node(id).locator('.daisychain-preview :is(image, text)')
  await preview.first().waitFor({ timeout: 120_000 })
  // The last thing a model reports is how long it took.
  if (!/paint|convert/.test(type)) await editor.node(id).getByText(/ ms$/).waitFor({ timeout: 120_000 })
}

/** A picture of these nodes and all wires, no larger than the canvas. */
async function crop(page: Page, selectors: readonly string[]): Promise<Buffer> {
  const locators = [...selectors, '.red-ui-flow-link-line'].map((selector) => page.locator(selector))
  const found = await Promise.all(locators.map((each) => each.all()))
  const boxes = (await Promise.all(found.flat().map((each) => each.boundingBox()))).filter((box) => box !== null)
  const canvas = await page.locator('#red-ui-workspace-chart').boundingBox()
  if (!canvas) throw new Error('the canvas is not on the screen')
  const margin = 12
  const left = Math.max(canvas.x, Math.min(...boxes.map(({ x }) => x)) - margin)
  const top = Math.max(canvas.y, Math.min(...boxes.map(({ y }) => y)) - margin)
  const right = Math.min(canvas.x + canvas.width, Math.max(...boxes.map((box) => box.x + box.width)) + margin)
  const bottom = Math.min(canvas.y + canvas.height, Math.max(...boxes.map((box) => box.y + box.height)) + margin)
  return page.screenshot({ clip: { x: left, y: top, width: right - left, height: bottom - top } })
}

const model = { name: '', variant: 'mini', engine: '', format: 'value', queue: 'all', limit: 50 }
const wrongWire: FlowNode[] = [
  { id: 'tab', type: 'tab', label: 'A wrong wire' },
  { id: 'labels', type: 'daisychain-deeplab', z: 'tab', ...model, x: 150, y: 140, wires: [[]] },
  { id: 'depth', type: 'daisychain-densedepth', z: 'tab', ...model, x: 470, y: 140, wires: [[]] },
]

/** A wire that doesn't fit, just drawn, with the offer and the list of problems. */
async function takeWrongWire(
  { editor }: Visitor,
  show: (flows: readonly FlowNode[]) => Promise<void>,
): Promise<Buffer> {
  await show(wrongWire)
  await editor.drawWire({ from: 'labels', to: 'depth' })
  await editor.action('daisychain:show-problems')
  await editor.page.mouse.move(500, 700)
  await editor.page.locator('.daisychain-wire-notice').waitFor()
  await editor.page.waitForTimeout(1000)
  return editor.page.screenshot({ clip: { x: 0, y: 0, width: WINDOW.width, height: 520 } })
}
