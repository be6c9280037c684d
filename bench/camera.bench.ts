// biome-ignore-all lint/suspicious/noExplicitAny: the functions that run in a page use its globals, which have no types here
/**
 * A browser's camera at 30 pictures a second, sent by the camera page through a slower model with *latest
 * only*, to the live picture in the editor: how old are the pictures shown there? Each picture carries the
 * time it was taken, as black and white squares.
 */
import { cpSync } from 'node:fs'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { createEngine } from '../src/engine'
import { findVariant, loadManifest, runModel } from '../src/models'
import { Image } from '../src/types'
import { noChromium, startBrowser } from '../test/browser/support/browser'
import { startNodeRed } from '../test/browser/support/server'
import { nodeRed4, packageFolder } from '../test/browser/support/versions'
import { type Bench, enough, median, milliseconds } from './figure'

const RATE = 30
const SECONDS = enough(30)
const SIZE = { width: 640, height: 480 }
/** How many milliseconds the model should take per picture. */
const SLOW = 90
/** The lowest bits of the time, each drawn as a square of this many pixels. */
const BITS = 20
const SQUARE = SIZE.width / BITS

/** Returns the picture unchanged after this many rounds of work. */
const model = join(packageFolder, 'test/fixtures/models/slow')

declare const document: any
declare const requestAnimationFrame: any
declare const CanvasRenderingContext2D: any
declare const MutationObserver: any
declare const createImageBitmap: any
declare const OffscreenCanvas: any

export const bench: Bench = async () => {
  if (noChromium) throw new Error(noChromium)
  const { steps, alone } = await roundsThatTake(SLOW)
  const prepare = (userDir: string) => cpSync(model, join(userDir, 'daisychain/nodes/slow'), { recursive: true })
  const server = await startNodeRed(nodeRed4(), flow(steps), undefined, {}, prepare)
  const browser = await startBrowser([
    `--use-fake-device-for-media-stream=fps=${RATE}`,
    '--use-fake-ui-for-media-stream',
    // The camera page is a background tab.
    '--disable-background-timer-throttling',
    '--disable-renderer-backgrounding',
    '--disable-backgrounding-occluded-windows',
  ])
  try {
    const camera = await openCamera(browser, server.url)
    const editor = await openEditor(browser, server.url)
    await editor.waitForTimeout(3000)
    const before = await taken(camera)
    const { ages, pictures } = await watch(editor)
    const sorted = ages.sort((a, b) => a - b)
    return {
      'camera: the model alone, median': milliseconds(alone),
      'camera: pictures taken a second': {
        value: ((await taken(camera)) - before) / SECONDS,
        unit: '/s',
        better: 'higher',
      },
      'camera: thumbnails a second': { value: pictures / SECONDS, unit: '/s', better: 'higher' },
      'camera: camera to thumbnail, median': milliseconds(median(sorted)),
      'camera: camera to thumbnail, 95th percentile': milliseconds(
        sorted[Math.floor(sorted.length * 0.95)] ?? Number.NaN,
        250,
      ),
    }
  } finally {
    await browser.close()
    await server.stop()
  }
}

function flow(steps: number) {
  const place = { z: 'tab', y: 200 }
  return [
    { id: 'tab', type: 'tab', label: 'Camera' },
    {
      id: 'cam',
      type: 'daisychain-camera',
      ...place,
      x: 200,
      source: 'browser',
      rate: RATE,
      ...SIZE,
      wires: [['slow']],
    },
    { id: 'slow', type: 'daisychain-slow', ...place, x: 500, steps, queue: 'latest', wires: [[]] },
  ]
}

/** The camera page; each of its pictures carries the time it was taken. */
async function openCamera(browser: Browser, url: string): Promise<Page> {
  const { key } = (await (await fetch(`${url}/daisychain-camera/cam/key`, { method: 'POST' })).json()) as {
    key: string
  }
  const page = await (await browser.newContext({ permissions: ['camera'] })).newPage()
  await page.addInitScript(
    ([bits, square]) => {
      const { drawImage } = CanvasRenderingContext2D.prototype
      CanvasRenderingContext2D.prototype.drawImage = function (...place: any[]) {
        drawImage.apply(this, place)
        const now = Date.now()
        for (let bit = 0; bit < bits; bit++) {
          this.fillStyle = Math.floor(now / 2 ** bit) % 2 ? '#fff' : '#000'
          this.fillRect(bit * square, 0, square, square)
        }
      }
    },
    [BITS, SQUARE] as const,
  )
  await page.goto(`${url}/daisychain-camera/cam/page#${key}`)
  return page
}

async function taken(camera: Page): Promise<number> {
  return Number.parseInt((await camera.textContent('#status')) ?? '', 10)
}

async function openEditor(browser: Browser, url: string): Promise<Page> {
  const page = await browser.newPage()
  await page.goto(url)
  const shown = () => document.getElementById('slow')?.querySelector('.daisychain-preview image')
  await page.waitForFunction(shown, undefined, { timeout: 120_000 })
  return page
}

/** Records how old each live picture of the model is when the editor has drawn it. */
function watch(editor: Page): Promise<{ ages: number[]; pictures: number }> {
  return editor.evaluate(
    ([bits, seconds]) =>
      new Promise<any>((done) => {
        const ages: number[] = []
        let seen = ''
        let pictures = 0
        const look = async () => {
          const href = document.getElementById('slow').querySelector('.daisychain-preview image')?.getAttribute('href')
          if (!href || href === seen) return
          seen = href
          pictures++
          await new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)))
          const now = Date.now()
          const bitmap = await createImageBitmap(await (await fetch(href)).blob())
          const context = new OffscreenCanvas(bitmap.width, bitmap.height).getContext('2d')
          context.drawImage(bitmap, 0, 0)
          const side = bitmap.width / bits
          let time = 0
          for (let bit = 0; bit < bits; bit++) {
            const [shade] = context.getImageData(Math.floor((bit + 0.5) * side), Math.floor(side / 2), 1, 1).data
            if (shade > 127) time += 2 ** bit
          }
          ages.push((now - time) % 2 ** bits)
        }
        const observer = new MutationObserver(look)
        observer.observe(document.getElementById('slow'), { subtree: true, childList: true, attributes: true })
        setTimeout(() => {
          observer.disconnect()
          done({ ages, pictures })
        }, seconds * 1000)
      }),
    [BITS, SECONDS] as const,
  )
}

/**
 * How many rounds of work make the model take about this many milliseconds here, and how long it then takes.
 */
async function roundsThatTake(wanted: number): Promise<{ steps: number; alone: number }> {
  const engine = createEngine({ device: 'cpu' })
  const slow = loadManifest(model)
  const image = new Image({ ...SIZE, channels: 3, data: new Uint8Array(SIZE.width * SIZE.height * 3) })
  const time = async (steps: number) => {
    const times: number[] = []
    for (let i = 0; i < 8; i++) {
      const { ms } = await runModel(slow, findVariant(slow), { image, steps }, engine)
      times.push(ms.pre + ms.run + ms.post)
    }
    return median(times.slice(2))
  }
  try {
    // A few rounds take less time than the noise, so the number grows until the target is reached.
    let steps = 1
    let alone = await time(steps)
    while (alone < wanted) {
      steps = Math.ceil(steps * Math.min(2, Math.max(1.1, wanted / alone)))
      alone = await time(steps)
    }
    return { steps, alone }
  } finally {
    await engine.close()
  }
}
