/**
 * The page of a chain with one input of every kind, on a slow phone: its size, and how soon the first input
 * can be used.
 */
import type { Browser } from 'playwright-core'
import { noChromium, startBrowser } from '../test/browser/support/browser'
import { everyInput } from '../test/browser/support/every-input'
import { look, serve, testModel } from '../test/serving/support'
import { type Bench, enough, median, milliseconds } from './figure'

const ROUNDS = Math.max(1, enough(9))
/** Chromium's "slow 4G", and a processor four times slower. */
const NETWORK = {
  ...{ offline: false, latency: 150, downloadThroughput: (1.6e6 / 8) * 0.9, uploadThroughput: 750e3 / 8 },
}
const SLOWER = 4

export const bench: Bench = async () => {
  if (noChromium) throw new Error(noChromium)
  const served = await serve(
    testModel(everyInput, [], () => ({})),
    { path: '/daisychain/all', look: look() },
  )
  const browser = await startBrowser()
  try {
    const plain = await fetch(served.url, { headers: { accept: 'text/html' } })
    const packed = await fetch(served.url, { headers: { accept: 'text/html', 'accept-encoding': 'br' } })
    const [ours, bare] = [[] as number[], [] as number[]]
    for (let round = 0; round < ROUNDS; round++) {
      ours.push(await load(browser, served.url))
      // An empty response from the same server: the baseline of network and browser.
      bare.push(await load(browser, `${served.url}/healthcheck`))
    }
    return {
      'page: size': { value: (await plain.arrayBuffer()).byteLength / 1000, unit: 'kB', aim: 150, better: 'lower' },
      'page: size on the way': {
        value: Number(packed.headers.get('content-length')) / 1000,
        unit: 'kB',
        better: 'lower',
      },
      'page: first input usable on a slow phone': milliseconds(median(ours), 1000),
      'page: the same, the slowest of all': milliseconds(Math.max(...ours), 1000),
      'page: an empty document on the same phone': milliseconds(median(bare)),
    }
  } finally {
    await browser.close()
    await served.close()
  }
}

/** Milliseconds from the request until all scripts have run and something is visible. */
async function load(browser: Browser, url: string): Promise<number> {
  const context = await browser.newContext({ viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true })
  const page = await context.newPage()
  const client = await context.newCDPSession(page)
  await client.send('Emulation.setCPUThrottlingRate', { rate: SLOWER })
  await client.send('Network.enable')
  await client.send('Network.emulateNetworkConditions', NETWORK)
  await page.goto(url)
  const ms = (await page.evaluate(`new Promise((resolve) => {
    const ready = performance.getEntriesByType('navigation')[0].domContentLoadedEventEnd
    new PerformanceObserver((list) => resolve(Math.max(ready, list.getEntries()[0].startTime)))
      .observe({ type: 'paint', buffered: true })
  })`)) as number
  await context.close()
  return ms
}
