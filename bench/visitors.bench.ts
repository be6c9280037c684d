/**
 * Fifty visitors of a page who run it as fast as they get answers, and three more in real browsers: how late
 * Node-RED's event loop is. An idle Node-RED beside it tells how late any program is on this computer
 * meanwhile.
 */
import autocannon from 'autocannon'
import type { Browser } from 'playwright-core'
import sharp from 'sharp'
import { noChromium, startBrowser } from '../test/browser/support/browser'
import { type Bench, enough, type Figure, isSmoke, milliseconds } from './figure'
import { startWatched, type WatchedNodeRed } from './watched-node-red'

const VISITORS = 50
const PAGES = 3
const SECONDS = Math.max(2, enough(12))
const AIM = 20
const SIZES = { 'pictures of 320 × 240': [320, 240], 'photographs of 1600 × 1200': [1600, 1200] } as const

const place = { z: 'tab', x: 100, y: 100 }
const flows = [
  { id: 'tab', type: 'tab', label: 'bench' },
  { ...place, id: 'in', type: 'daisychain-serve-in', name: 'flip', places: 4, rate: 0, wires: [['turn']] },
  { ...place, id: 'turn', type: 'daisychain-adjust', flip: true, wires: [['out']] },
  { ...place, id: 'out', type: 'daisychain-serve-out' },
]

export const bench: Bench = async () => {
  if (noChromium) throw new Error(noChromium)
  const server = await startWatched(flows)
  const idle = await startWatched([])
  const browser = await startBrowser()
  try {
    const figures: Record<string, Figure> = {}
    for (const [name, [width, height]] of Object.entries(SIZES))
      Object.assign(figures, await measure(name, await noise(width, height), { server, idle, browser }))
    return figures
  } finally {
    await browser.close()
    await server.stop()
    await idle.stop()
  }
}

/** Noise is as large as photographs are. */
function noise(width: number, height: number): Promise<Buffer> {
  const background = { r: 100, g: 120, b: 140 }
  return sharp({
    create: { width, height, channels: 3, background, noise: { type: 'gaussian', mean: 128, sigma: 20 } },
  })
    .jpeg()
    .toBuffer()
}

async function measure(
  name: string,
  picture: Buffer,
  { server, idle, browser }: { server: WatchedNodeRed; idle: WatchedNodeRed; browser: Browser },
): Promise<Record<string, Figure>> {
  const url = `${server.url}/daisychain/flip`
  const enter = async () =>
    (await fetch(url, { headers: { accept: 'text/html' } })).headers.get('set-cookie')?.split(';')[0] ?? ''
  const cookies = await Promise.all(Array.from({ length: VISITORS }, enter))
  const pages = await Promise.all(
    Array.from({ length: PAGES }, async () => {
      const page = await (await browser.newContext()).newPage()
      await page.goto(url)
      const files = page.locator('input[type=file]').first()
      await files.setInputFiles({ name: 'a.jpg', mimeType: 'image/jpeg', buffer: picture })
      return page
    }),
  )
  await server.turns()
  await idle.turns()
  let isOver = false
  const going = pages.map(async (page) => {
    let runs = 0
    while (!isOver) {
      await page.getByRole('button', { name: 'Run' }).click()
      await page.locator('.card:first-of-type .made img').waitFor()
      runs++
    }
    return runs
  })
  let next = 0
  const result = await autocannon({
    url: `${url}/page/run`,
    method: 'POST',
    connections: VISITORS,
    duration: SECONDS,
    timeout: 120,
    setupClient: (client) =>
      client.setHeadersAndBody({ cookie: cookies[next++] ?? '', 'content-type': 'image/jpeg' }, picture),
  })
  const [ours, beside] = [await server.turns(), await idle.turns()]
  isOver = true
  const byHand = (await Promise.all(going)).reduce((sum, runs) => sum + runs, 0)
  for (const page of pages) await page.context().close()
  if (result.non2xx + result.errors > 0) throw new Error(`${result.non2xx} runs were refused, ${result.errors} failed.`)
  if (!isSmoke && result.requests.total < VISITORS) throw new Error('Not every visitor got a result.')
  return {
    [`${name}, ${VISITORS} visitors: event-loop delay p99, without other programs`]: milliseconds(ours.worked, AIM),
    [`${name}, ${VISITORS} visitors: event-loop delay p99, with them`]: milliseconds(ours.late),
    [`${name}, ${VISITORS} visitors: event-loop delay p99 of an idle Node-RED meanwhile`]: milliseconds(beside.late),
    [`${name}, ${VISITORS} visitors: runs a second`]: {
      value: (result.requests.total + byHand) / SECONDS,
      unit: '/s',
      better: 'higher',
    },
  }
}
