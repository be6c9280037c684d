/**
 * The editor in Chromium: an edit in many typed nodes, and a wire that is pulled across a tab of 300 nodes,
 * with and without us.
 */
import type { Browser, CDPSession, Page } from 'playwright-core'
import { noChromium, startBrowser } from '../test/browser/support/browser'
import { startNodeRed } from '../test/browser/support/server'
import { nodeRed4, packageFolder } from '../test/browser/support/versions'
import { type Bench, enough, type Figure, isSmoke, median, milliseconds } from './figure'

// biome-ignore lint/suspicious/noExplicitAny: the editor's own globals, which have no types here
declare const RED: any
declare const document: {
  getElementById(id: string): { __outputs__: { getBoundingClientRect(): { x: number; y: number } }[] } | null
  querySelector(selector: string): { getBoundingClientRect(): unknown } | null
}
declare function requestAnimationFrame(callback: (time: number) => void): number

const pulledAcross = 300
const editedIn = 1000
const moves = enough(240)
const runs = isSmoke ? 1 : 5

export const bench: Bench = async () => {
  if (noChromium) throw new Error(noChromium)
  const browser = await startBrowser()
  try {
    const types = ['daisychain-stylegan', 'daisychain-densedepth', 'switch']
    const core = ['function', 'change', 'switch']
    /** Nodes of these types with us, beside Node-RED's own without us. */
    const pulled = (which: string, ours: string[]) =>
      withPage(browser, [packageFolder], flow(pulledAcross, ours), (withUs) =>
        withPage(browser, [], flow(pulledAcross, core), (plain) => pulls(which, withUs, plain)),
      )
    return {
      ...(await withPage(browser, [packageFolder], flow(editedIn, types), edits)),
      ...(await pulled('the same nodes', core)),
      ...(await pulled('models in place of them', types)),
    }
  } finally {
    await browser.close()
  }
}

async function withPage<T>(
  browser: Browser,
  nodesDir: string[],
  flows: unknown[],
  work: (page: Page) => Promise<T>,
): Promise<T> {
  const server = await startNodeRed(nodeRed4(), flows, nodesDir)
  const context = await browser.newContext({ viewport: { width: 1400, height: 900 } })
  try {
    const page = await context.newPage()
    await page.goto(server.url)
    await page.waitForFunction(() => RED?.nodes?.node('n0') && RED.daisychain?.settled() !== false)
    await page.waitForFunction(() => document.getElementById('n0')?.__outputs__.length)
    await page.waitForTimeout(2000)
    return await work(page)
  } finally {
    await context.close()
    await server.stop()
  }
}

/** A wire is taken away and drawn again: the check, what it paints, and the browser's styles and layout. */
async function edits(page: Page): Promise<Record<string, Figure>> {
  const times = await page.evaluate(
    async ({ rounds, count }) => {
      const show = () => document.querySelector('#red-ui-workspace-chart')?.getBoundingClientRect()
      const times: number[] = []
      for (let round = 0; round < rounds; round++) {
        const [link] = RED.nodes.filterLinks({ source: { id: `n${(round * 97) % (count - 1)}` } })
        if (!link) continue
        for (const edit of [RED.nodes.removeLink, RED.nodes.addLink]) {
          edit(link)
          // What the editor does of its own accord.
          RED.view.redraw(true)
          show()
          const start = performance.now()
          RED.daisychain.report()
          show()
          times.push(performance.now() - start)
          await new Promise<number>((resolve) => requestAnimationFrame(resolve))
        }
      }
      return times
    },
    { rounds: enough(60), count: editedIn },
  )
  const sorted = [...times].sort((a, b) => a - b)
  const name = `editor: an edit in ${editedIn.toLocaleString('en').replace(',', ' ')} typed nodes`
  return {
    [`${name}, until it is painted`]: milliseconds(median(times), 5),
    [`${name}, 95th percentile`]: milliseconds(sorted[Math.floor(sorted.length * 0.95)] ?? Number.NaN),
  }
}

interface Pull {
  /** The times between frames, in milliseconds, from the press on a port to the end of the pull. */
  frames: number[]
  /** Milliseconds that the page's scripts and styles took for each frame. */
  work: number
}

async function pulls(which: string, ours: Page, plain: Page): Promise<Record<string, Figure>> {
  const withUs: Pull[] = []
  const without: Pull[] = []
  for (let run = 0; run < runs; run++) {
    withUs.push(await pull(ours))
    without.push(await pull(plain))
  }
  const ratios = withUs.map(({ work }, run) => work / (without[run]?.work ?? Number.NaN))
  const name = `pulling a wire, ${pulledAcross} nodes, ${which}`
  return {
    [`editor: ${name}: scripts and styles a frame, with us to without`]: {
      value: median(ratios),
      unit: '×',
      aim: 1.1,
      better: 'lower',
    },
    ...figures(name, withUs, 17),
    ...figures(`${name}, without Daisychain`, without),
  }
}

function figures(name: string, all: Pull[], aim?: number): Record<string, Figure> {
  const frames = all.flatMap((one) => one.frames).sort((a, b) => a - b)
  const rate = (1000 * frames.length) / frames.reduce((sum, frame) => sum + frame, 0)
  return {
    [`editor: ${name}: frames a second`]: { value: rate, unit: '1/s', better: 'higher' },
    [`editor: ${name}: frame time, 95th percentile`]: milliseconds(frames[Math.floor(frames.length * 0.95)] ?? 0, aim),
    [`editor: ${name}: scripts and styles a frame`]: milliseconds(median(all.map(({ work }) => work))),
  }
}

async function pull(page: Page): Promise<Pull> {
  await page.bringToFront()
  const metrics = await page.context().newCDPSession(page)
  // Time that the page's thread ran, so that others on the machine don't count.
  await metrics.send('Performance.enable', { timeDomain: 'threadTicks' })
  const start = await page.evaluate(() => {
    const place = document.getElementById('n0')?.__outputs__[0]?.getBoundingClientRect()
    return place && { x: place.x, y: place.y }
  })
  if (!start) throw new Error('The first node is not drawn.')
  const frames = page.evaluate(
    () =>
      new Promise<number[]>((resolve) => {
        const times: number[] = []
        Object.assign(globalThis, { pullDone: false })
        const step = (time: number) => {
          times.push(time)
          if ((globalThis as { pullDone?: boolean }).pullDone)
            resolve(times.slice(1).map((end, index) => end - (times[index] ?? end)))
          else requestAnimationFrame(step)
        }
        requestAnimationFrame(step)
      }),
  )
  const before = await workSeconds(metrics)
  await page.mouse.move(start.x + 5, start.y + 5)
  await page.mouse.down()
  for (let index = 0; index < moves; index++) {
    const angle = index / 12
    await page.mouse.move(600 + 300 * Math.sin(angle), 450 + 280 * Math.cos(angle * 0.7))
  }
  const after = await workSeconds(metrics)
  await page.evaluate(() => {
    Object.assign(globalThis, { pullDone: true })
  })
  const times = await frames
  // Back to where it began: no wire is made, and nothing is asked.
  await page.mouse.move(start.x + 5, start.y + 5)
  await page.mouse.up()
  await metrics.detach()
  return { frames: times, work: (1000 * (after - before)) / times.length }
}

async function workSeconds(metrics: CDPSession): Promise<number> {
  const found = (await metrics.send('Performance.getMetrics')).metrics
  return found.reduce(
    (sum, { name, value }) => (name === 'ScriptDuration' || name === 'RecalcStyleDuration' ? sum + value : sum),
    0,
  )
}

/** A tab full of nodes, in rows of wired ones. */
function flow(count: number, types: string[]): unknown[] {
  const list: unknown[] = [{ id: 'tab', type: 'tab', label: 'Many' }]
  for (let index = 0; index < count; index++) {
    const column = index % 20
    list.push({
      id: `n${index}`,
      type: types[index % types.length],
      z: 'tab',
      name: '',
      x: 140 + column * 210,
      y: 120 + Math.floor(index / 20) * 190,
      wires: [column < 19 && index + 1 < count ? [`n${index + 1}`] : []],
    })
  }
  return list
}
