/**
 * The show: ready pictures of 720p as a film in headless Chromium, what that takes of Node-RED's processor,
 * and how soon a screen shows something again after its Node-RED, its browser or both were killed.
 */
import { readFileSync } from 'node:fs'
import { noChromium, startBrowser } from '../test/browser/support/browser'
import { eventually } from '../test/browser/support/eventually'
import { type Installation, type Part, startInstallation } from '../test/browser/support/installation'
import { startNodeRed } from '../test/browser/support/server'
import { nodeRed4 } from '../test/browser/support/versions'
import { type Bench, enough, type Figure, isSmoke } from './figure'

const PATH = '/daisychain/film'
const SECONDS = Math.max(1, enough(8))
const place = { z: 'tab', x: 100, y: 100 }

/** Four pictures, ready, 30 times a second. */
const FILM = `
  const frames = context.get('frames') || [40, 90, 140, 190].map((shade) => {
    const data = new Uint8Array(1280 * 720 * 3)
    for (let i = 0; i < data.length; i++) data[i] = (shade + (i % 1280) / 12 + i / 60000) & 255
    return { width: 1280, height: 720, channels: 3, data }
  })
  context.set('frames', frames)
  const next = (context.get('next') || 0) + 1
  context.set('next', next)
  return { payload: frames[next % 4] }`

const flows = (rate: number) => [
  { id: 'tab', type: 'tab', label: 'bench' },
  { ...place, id: 'in', type: 'daisychain-serve-in', name: 'film', disk: true, wires: [['out']] },
  {
    ...place,
    id: 'tick',
    type: 'inject',
    once: true,
    onceDelay: 0.1,
    repeat: String(1 / rate),
    props: [],
    wires: [['f']],
  },
  { ...place, id: 'f', type: 'function', func: FILM, wires: [['ready']] },
  // Ready means a picture as models give it.
  { ...place, id: 'ready', type: 'daisychain-adjust', wires: [['out']] },
  { ...place, id: 'out', type: 'daisychain-serve-out' },
]

export const bench: Bench = async () => {
  if (noChromium) throw new Error(noChromium)
  return { ...(await film()), ...(isSmoke || process.platform !== 'linux' ? {} : await kills()) }
}

async function film(): Promise<Record<string, Figure>> {
  const server = await startNodeRed(nodeRed4(), flows(30))
  const browser = await startBrowser()
  try {
    const page = await (await browser.newContext({ viewport: { width: 1280, height: 720 } })).newPage()
    await page.goto(`${server.url}${PATH}/show`)
    const count = async () => Number(await page.locator('.tile').getAttribute('data-count'))
    await eventually(async () => {
      if ((await count()) < 10) throw new Error('The show shows nothing.')
    })
    const [frames, spent, began] = [await count(), secondsOnCore(server.pid), performance.now()]
    await page.waitForTimeout(SECONDS * 1000)
    const seconds = (performance.now() - began) / 1000
    const rate = ((await count()) - frames) / seconds
    const share = ((secondsOnCore(server.pid) - spent) / seconds) * 100
    return {
      'show: painted frames a second, 720p': { value: rate, unit: '/s', aim: 25, better: 'higher' },
      "show: Node-RED's share of a core": { value: share, unit: '%', aim: 40, better: 'lower' },
    }
  } finally {
    await browser.close()
    await server.stop()
  }
}

/** Of all threads of a process, as Linux counts them. */
function secondsOnCore(pid = 0): number {
  if (process.platform !== 'linux') return Number.NaN
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
  const [user = 0, system = 0] = stat
    .slice(stat.lastIndexOf(')') + 2)
    .split(' ')
    .slice(11, 13)
    .map(Number)
  return (user + system) / 100
}

async function kills(): Promise<Record<string, Figure>> {
  const installation = await startInstallation(flows(5), PATH)
  try {
    await nextFrame(installation)
    const figures: Record<string, Figure> = {}
    for (const [name, parts] of Object.entries({
      browser: ['browser'],
      'Node-RED': ['node-red'],
      both: ['browser', 'node-red'],
    } satisfies Record<string, Part[]>)) {
      for (const part of parts) installation.kill(part)
      let since = performance.now()
      // How long Node-RED takes to start is its own affair.
      if (name !== 'browser') {
        await eventually(async () => void (await fetch(`${installation.url}${PATH}/healthcheck`)))
        since = performance.now()
      }
      await nextFrame(installation)
      const seconds = (performance.now() - since) / 1000
      figures[`show: alive again after a kill of ${name}`] = { value: seconds, unit: 's', aim: 5, better: 'lower' }
    }
    return figures
  } finally {
    await installation.stop()
  }
}

/** Waits until the screen shows one more picture. */
async function nextFrame(installation: Installation): Promise<void> {
  const page = await installation.show()
  const count = async () => Number((await page.locator('.tile').getAttribute('data-count', { timeout: 1000 })) ?? 0)
  const before = await count().catch(() => 0)
  await eventually(async () => {
    if ((await count()) <= before) throw new Error('The show shows nothing new.')
  })
}
