/**
 * `node dist/scripts/screenshots.js [NAME…]`: takes the pictures of README and docs/chains.md, in docs/images/, from
 * Node-RED in Chromium; with names only those. What they show is made by the bundled models while it runs.
 */
import { mkdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { Browser } from 'playwright-core'
import sharp from 'sharp'
import { startBrowser } from '../test/browser/support/browser'
import { Editor } from '../test/browser/support/editor'
import { type Server, startNodeRed } from '../test/browser/support/server'
import { nodeRed5 } from '../test/browser/support/versions'

const root = resolve(__dirname, '../..')
const folder = join(root, 'docs/images')
/** All pictures are this wide, in pixels. */
const width = 1280

type Node = { id: string; type: string; name?: string; [setting: string]: unknown }

interface Chain {
  example: string
  /** The button that starts it: a node's name or type. */
  press: string
  /** Node type → settings that make it the same at every run. */
  settings: Record<string, object>
  /** A loop is shown after so many laps. */
  laps?: number
}

const seed = (seed: string) => ({ seed })
const chains: Record<string, Chain> = {
  'imaginary-bedrooms': {
    example: '01 Imaginary bedrooms',
    press: 'Imagine',
    settings: { 'daisychain-latent': seed('912090') },
  },
  'exquisite-corpse': {
    example: '02 Exquisite corpse',
    press: 'daisychain-paint',
    settings: { 'daisychain-attngan': seed('7') },
  },
  'cut-out-and-sketch': {
    example: '03 Cut out and sketch',
    press: 'Imagine',
    settings: { 'daisychain-latent': seed('351876') },
  },
  'captions-become-stories': {
    example: '04 Captions become stories',
    press: 'Imagine',
    settings: { 'daisychain-latent': seed('912090'), 'daisychain-gpt2': seed('7') },
  },
  'infinite-hallucination': {
    example: '05 Infinite hallucination',
    press: 'Begin',
    settings: { 'daisychain-latent': seed('') },
    laps: 6,
  },
}

async function main(): Promise<void> {
  const only = process.argv.slice(2)
  const wanted = (name: string) => only.length === 0 || only.includes(name)
  mkdirSync(folder, { recursive: true })
  const server = await startNodeRed(nodeRed5())
  const browser = await startBrowser()
  try {
    for (const [name, chain] of Object.entries(chains)) if (wanted(name)) await takeChain(browser, server, name, chain)
    if (wanted('wrong-wire')) await takeWrongWire(browser, server, 'wrong-wire')
  } finally {
    await browser.close()
    await server.stop()
  }
}

/** An example that has run, cropped to its nodes. */
async function takeChain(browser: Browser, server: Server, name: string, chain: Chain): Promise<void> {
  const file = JSON.parse(readFileSync(join(root, `examples/${chain.example}.json`), 'utf8')) as Node[]
  const flow = file.map((node) => ({ ...node, ...chain.settings[node.type] }))
  const idOf = (what: string) => flow.find((node) => node.name === what || node.type === what)?.id ?? ''
  await server.setFlows(flow)
  const editor = await Editor.open(browser, server.url, 'README', { width: 1900, height: 900, scale: 2 })
  await editor.press(idOf(chain.press))
  for (const { id, type } of flow.filter(({ type }) => type.startsWith('daisychain-') && type !== 'daisychain-latent'))
    await shown(editor, id, type)
  await editor.press(idOf(chain.press)) // the first run also loads the models: the second says how long they take
  if (chain.laps) {
    await editor.node(idOf('lap')).getByText(`${chain.laps}`, { exact: true }).waitFor()
    await editor.press(idOf('Stop'))
  }
  await editor.page.mouse.move(950, 850)
  // The editor's own notice of the press, and the last lap, come to an end.
  await editor.page.waitForTimeout(6000)
  const aside = [idOf('catch'), idOf('errors')]
  const boxes = await Promise.all(
    flow
      .filter(({ id, z }) => z && !aside.includes(id))
      .map(async ({ id }) => (await editor.node(id).boundingBox()) ?? { x: 0, y: 0, width: 0, height: 0 }),
  )
  const margin = 12
  const left = Math.min(...boxes.map(({ x }) => x)) - margin
  const top = Math.min(...boxes.map(({ y }) => y)) - margin
  const clip = {
    x: left,
    y: top,
    width: Math.max(...boxes.map((box) => box.x + box.width)) + margin - left,
    height: Math.max(...boxes.map((box) => box.y + box.height)) + margin - top,
  }
  await save(await editor.page.screenshot({ clip }), name)
  await editor.close()
}

async function shown(editor: Editor, id: string, type: string): Promise<void> {
  const preview = editor.node(id).locator('.daisychain-preview :is(image, text)')
  await preview.first().waitFor({ timeout: 120_000 })
  // A model says last how long it took.
  if (!/paint|convert/.test(type)) await editor.node(id).getByText(/ ms$/).waitFor({ timeout: 120_000 })
}

/** A wire that does not fit, just drawn, with what is offered and the list of problems. */
async function takeWrongWire(browser: Browser, server: Server, name: string): Promise<void> {
  await server.setFlows(wrongWire)
  const editor = await Editor.open(browser, server.url, 'README', { width, height: 480 })
  await editor.drawWire({ from: 'labels', to: 'depth' })
  await editor.action('daisychain:show-problems')
  await editor.page.mouse.move(500, 440)
  await editor.page.locator('.daisychain-notice').waitFor()
  await editor.page.waitForTimeout(1000)
  await save(await editor.page.screenshot(), name)
  await editor.close()
}

/** With a palette of its own, a picture takes a third of the space. */
async function save(picture: Buffer, name: string): Promise<void> {
  const path = join(folder, `${name}.png`)
  const { size } = await sharp(picture).resize({ width }).png({ palette: true, compressionLevel: 9 }).toFile(path)
  console.log(`${path}: ${Math.round(size / 1000)} kB`)
}

const model = { name: '', variant: 'mini', engine: '', format: 'value', queue: 'all', limit: 50 }
const wrongWire: Node[] = [
  { id: 'tab', type: 'tab', label: 'A wrong wire' },
  { id: 'labels', type: 'daisychain-deeplab', z: 'tab', ...model, x: 150, y: 260, wires: [[]] },
  { id: 'depth', type: 'daisychain-densedepth', z: 'tab', ...model, x: 470, y: 260, wires: [[]] },
]

main().catch((error: Error) => {
  console.error(error.message)
  process.exitCode = 1
})
