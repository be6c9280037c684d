/** `node dist/scripts/screenshots.js`: takes the README's pictures, in docs/images/, from Node-RED in Chromium. */
import { mkdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { Browser } from 'playwright-core'
import { startBrowser } from '../test/browser/support/browser'
import { Editor } from '../test/browser/support/editor'
import { startNodeRed } from '../test/browser/support/server'
import { nodeRed5 } from '../test/browser/support/versions'

const root = resolve(__dirname, '../..')
const folder = join(root, 'docs/images')
/** All pictures are this wide, in pixels. */
const width = 1280

type Nodes = { id: string; type: string; [setting: string]: unknown }[]

async function main(): Promise<void> {
  mkdirSync(folder, { recursive: true })
  const example = JSON.parse(readFileSync(join(root, 'examples/1 Imaginary bedrooms.json'), 'utf8')) as Nodes
  const server = await startNodeRed(nodeRed5())
  const browser = await startBrowser()
  try {
    await server.setFlows(withSeed(example, 912090))
    await bedrooms(browser, server.url)
    await server.setFlows(wrongWire)
    await problems(browser, server.url)
  } finally {
    await browser.close()
    await server.stop()
  }
}

/** The example running, cropped to the canvas. */
async function bedrooms(browser: Browser, url: string): Promise<void> {
  const crop = { x: 230, y: 60, width: 914, height: 316 }
  const editor = await Editor.open(browser, url, 'README', { width: 1500, height: 820, scale: width / crop.width })
  await editor.press('dc01000000000002')
  await editor.node('dc01000000000005').locator('.daisychain-preview image').waitFor()
  await editor.page.waitForTimeout(6000) // until the editor's own notice of the press is gone
  await editor.page.mouse.move(700, 700)
  await editor.page.screenshot({ path: join(folder, 'imaginary-bedrooms.png'), clip: crop })
  await editor.close()
}

/** A wire that does not fit, just drawn, with what is offered and the list of problems. */
async function problems(browser: Browser, url: string): Promise<void> {
  const editor = await Editor.open(browser, url, 'README', { width, height: 480 })
  await editor.drawWire({ from: 'labels', to: 'depth' })
  await editor.action('daisychain:show-problems')
  await editor.page.mouse.move(500, 440)
  await editor.page.locator('.daisychain-notice').waitFor()
  await editor.page.waitForTimeout(1000)
  await editor.page.screenshot({ path: join(folder, 'wrong-wire.png') })
  await editor.close()
}

function withSeed(flow: Nodes, seed: number): Nodes {
  return flow.map((node) => (node.type === 'daisychain-latent' ? { ...node, seed: String(seed) } : node))
}

const model = { name: '', variant: 'mini', engine: '', format: 'value', queue: 'all', limit: 50 }
const wrongWire: Nodes = [
  { id: 'tab', type: 'tab', label: 'A wrong wire' },
  { id: 'labels', type: 'daisychain-deeplab', z: 'tab', ...model, x: 150, y: 260, wires: [[]] },
  { id: 'depth', type: 'daisychain-densedepth', z: 'tab', ...model, x: 470, y: 260, wires: [[]] },
]

main().catch((error: Error) => {
  console.error(error.message)
  process.exitCode = 1
})
