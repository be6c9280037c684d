/** Frames in the editor while a wire is pulled across a tab of 300 nodes, read in Chromium. */
import type { Browser, Page } from 'playwright-core'
import { noChromium, startBrowser } from '../test/browser/support/browser'
import { startNodeRed } from '../test/browser/support/server'
import { nodeRed4, packageFolder } from '../test/browser/support/versions'
import { type Bench, enough, type Figure, milliseconds } from './figure'

declare const RED: { daisychain?: { settled(): boolean }; nodes?: { node(id: string): unknown } }
declare const document: {
  getElementById(id: string): { __outputs__: { getBoundingClientRect(): { x: number; y: number } }[] } | null
}
declare function requestAnimationFrame(callback: (time: number) => void): number

const nodes = 300
const moves = enough(240)

export const bench: Bench = async () => {
  if (noChromium) throw new Error(noChromium)
  const browser = await startBrowser()
  try {
    const ours = await measure(browser, [packageFolder], ['daisychain-stylegan', 'daisychain-densedepth', 'switch'])
    const plain = await measure(browser, [], ['function', 'change', 'switch'])
    return {
      ...figures(`pulling a wire, ${nodes} nodes`, ours, 17),
      ...figures('the same without Daisychain', plain),
    }
  } finally {
    await browser.close()
  }
}

interface Pull {
  /** The times between frames, in milliseconds, from the press on a port to the end of the pull. */
  frames: number[]
  /** Milliseconds that the page's scripts took for each frame. */
  script: number
}

function figures(name: string, { frames, script }: Pull, aim?: number): Record<string, Figure> {
  const sorted = [...frames].sort((a, b) => a - b)
  const rate = (1000 * frames.length) / frames.reduce((sum, frame) => sum + frame, 0)
  return {
    [`editor: ${name}: frames a second`]: { value: rate, unit: '1/s', better: 'higher' },
    [`editor: ${name}: frame time, 95th percentile`]: milliseconds(sorted[Math.floor(sorted.length * 0.95)] ?? 0, aim),
    [`editor: ${name}: scripts' share of a frame`]: milliseconds(script),
  }
}

async function measure(browser: Browser, nodesDir: string[], types: string[]): Promise<Pull> {
  const server = await startNodeRed(nodeRed4(), flow(types), nodesDir)
  const context = await browser.newContext({ viewport: { width: 1400, height: 900 } })
  try {
    const page = await context.newPage()
    await page.goto(server.url)
    await page.waitForFunction(() => RED?.nodes?.node('n0') && RED.daisychain?.settled() !== false)
    await page.waitForTimeout(2000)
    return await pull(page)
  } finally {
    await context.close()
    await server.stop()
  }
}

async function pull(page: Page): Promise<Pull> {
  const metrics = await page.context().newCDPSession(page)
  await metrics.send('Performance.enable')
  const scriptSeconds = async () =>
    (await metrics.send('Performance.getMetrics')).metrics.find(({ name }) => name === 'ScriptDuration')?.value ?? 0
  const start = await page.evaluate(() => {
    const place = document.getElementById('n0')?.__outputs__[0]?.getBoundingClientRect()
    return place && { x: place.x, y: place.y }
  })
  if (!start) throw new Error('The first node is not drawn.')
  const frames = page.evaluate(
    () =>
      new Promise<number[]>((resolve) => {
        const times: number[] = []
        const step = (time: number) => {
          times.push(time)
          if ('pullDone' in globalThis) resolve(times.slice(1).map((end, index) => end - (times[index] ?? end)))
          else requestAnimationFrame(step)
        }
        requestAnimationFrame(step)
      }),
  )
  const before = await scriptSeconds()
  await page.mouse.move(start.x + 5, start.y + 5)
  await page.mouse.down()
  for (let index = 0; index < moves; index++) {
    const angle = index / 12
    await page.mouse.move(600 + 300 * Math.sin(angle), 450 + 280 * Math.cos(angle * 0.7))
  }
  await page.evaluate(() => {
    Object.assign(globalThis, { pullDone: true })
  })
  const times = await frames
  return { frames: times, script: (1000 * ((await scriptSeconds()) - before)) / times.length }
}

/** A tab full of nodes, in rows of wired ones. */
function flow(types: string[]): unknown[] {
  const list: unknown[] = [{ id: 'tab', type: 'tab', label: 'Many' }]
  for (let index = 0; index < nodes; index++) {
    const column = index % 20
    list.push({
      id: `n${index}`,
      type: types[index % types.length],
      z: 'tab',
      name: '',
      x: 140 + column * 210,
      y: 120 + Math.floor(index / 20) * 190,
      wires: [column < 19 && index + 1 < nodes ? [`n${index + 1}`] : []],
    })
  }
  return list
}
