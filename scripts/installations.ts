/**
 * `npm run installations -- [--minutes 60] [--every 5] [--only "latent walk"]`: runs each of the four
 * installations among the examples for that long, with a browser that shows it; every few minutes one part of
 * it, or all of it, is killed. Prints how long the show was dark after each kill. Exits with 0 if that was
 * never longer than ten seconds.
 */
import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import type { Page } from 'playwright-core'
import sharp from 'sharp'
import { type Installation, type Part, startInstallation } from '../test/browser/support/installation'
import type { FlowEntry } from '../test/browser/support/server'

const MOST_SECONDS = 10
/** Killed one after the other; the last is a power cut. */
const KILLS: Part[][] = [['node-red'], ['browser'], ['models'], ['node-red', 'browser']]

interface Example {
  file: string
  /** The path of the chain whose show is displayed. */
  path: string
  /** What visitors do every few seconds. */
  visit(url: string, flows: readonly FlowEntry[], turn: number): Promise<unknown>
}

const EXAMPLES: Example[] = [
  { file: '24 A mirror that sketches you', path: '/daisychain/mirror', visit: standBeforeCamera },
  { file: '25 A story wall', path: '/daisychain/story', visit: pressButton },
  { file: '26 Two phones, one picture', path: '/daisychain/drawing', visit: chooseLight },
  { file: '27 A latent walk for a projector', path: '/daisychain/walk', visit: async () => {} },
]

/** As a phone's camera page does. */
async function standBeforeCamera(url: string, flows: readonly FlowEntry[], turn: number): Promise<void> {
  const id = flows.find(({ type }) => type === 'daisychain-camera')?.id
  const { key } = (await (await fetch(`${url}/daisychain-camera/${id}/key`, { method: 'POST' })).json()) as {
    key: string
  }
  const create = { width: 320, height: 240, channels: 3 as const, background: { r: turn % 256, g: 120, b: 180 } }
  const body = new Uint8Array(await sharp({ create }).jpeg().toBuffer())
  await fetch(`${url}/daisychain-camera/${id}/frame`, { method: 'POST', headers: { 'x-daisychain-key': key }, body })
}

function pressButton(url: string, flows: readonly FlowEntry[], turn: number): Promise<unknown> {
  const id = flows.find(({ name }) => name === 'A new story')?.id
  return turn % 4 === 0 ? fetch(`${url}/inject/${id}`, { method: 'POST' }) : Promise.resolve()
}

function chooseLight(url: string, _flows: readonly FlowEntry[], turn: number): Promise<unknown> {
  const style = Array.from({ length: 19 }, (_, i) => Math.sin(turn + i))
  return fetch(`${url}/daisychain/light/query`, { method: 'POST', body: JSON.stringify({ style }) })
}

/** @returns the longest time for which the show was dark, in seconds */
async function run({ file, path, visit }: Example, minutes: number, every: number): Promise<number> {
  const flows = JSON.parse(
    readFileSync(join(resolve(__dirname, '../..'), 'examples', `${file}.json`), 'utf8'),
  ) as FlowEntry[]
  const installation = await startInstallation(flows, path)
  try {
    const watch = watchShow(installation)
    await watch.lit()
    const end = Date.now() + minutes * 60_000
    let longest = 0
    for (let kills = 0; Date.now() < end; kills++) {
      const parts = KILLS[kills % KILLS.length] as Part[]
      for (const part of parts) installation.kill(part)
      const next = Math.min(end, Date.now() + every * 60_000)
      for (let turn = 0; Date.now() < next; turn++) {
        await visit(installation.url, flows, turn).catch(() => {}) // it may be down
        await sleep(Math.min(2000, Math.max(0, next - Date.now())))
      }
      const dark = watch.longest()
      longest = Math.max(longest, dark)
      console.log(
        `${new Date().toISOString()}  ${file}: dark for ${dark.toFixed(1)} s after SIGKILL of ${parts.join(' and ')}`,
      )
    }
    await watch.stop()
    return longest
  } finally {
    await installation.stop()
  }
}

/** Looks at the show several times a second. */
function watchShow(installation: Installation) {
  let litAt = performance.now()
  let longest = 0
  let isOver = false
  let wasLit = () => {}
  const firstLit = new Promise<void>((done) => {
    wasLit = done
  })
  const looking = (async () => {
    let page: Page | undefined
    while (!isOver) {
      page ??= await installation.show().catch(() => undefined)
      const isLit = await Promise.race([page?.evaluate(isBright), sleep(2000, false)]).catch(() => false)
      const now = performance.now()
      longest = Math.max(longest, now - litAt)
      if (isLit) litAt = now
      else page = undefined
      if (isLit) wasLit()
      await sleep(200)
    }
  })()
  return {
    async lit() {
      await firstLit
      longest = 0
    },
    /** Seconds since the last call. */
    longest() {
      const seconds = Math.max(longest, performance.now() - litAt) / 1000
      longest = 0
      return seconds
    },
    stop() {
      isOver = true
      return looking
    },
  }
}

/** Runs in the page: whether there is text, or a picture that isn't black. */
const isBright = `(() => {
  if ([...document.querySelectorAll('.words')].some((words) => words.textContent.trim() !== '')) return true
  const small = new OffscreenCanvas(16, 16).getContext('2d')
  return [...document.querySelectorAll('.tile > canvas:not([hidden])')].some((canvas) => {
    if (canvas.width <= 1) return false
    small.drawImage(canvas, 0, 0, 16, 16)
    return small.getImageData(0, 0, 16, 16).data.some((value, i) => i % 4 < 3 && value > 24)
  })
})()`

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      minutes: { type: 'string', default: '60' },
      every: { type: 'string', default: '5' },
      only: { type: 'string', default: '' },
    },
  })
  const examples = EXAMPLES.filter(({ file }) => file.toLowerCase().includes(values.only.toLowerCase()))
  if (examples.length === 0)
    throw new Error(`"${values.only}" is in none of: ${EXAMPLES.map(({ file }) => file).join(', ')}`)
  for (const example of examples) {
    const longest = await run(example, Number(values.minutes), Number(values.every))
    console.log(`${example.file}: never dark for more than ${longest.toFixed(1)} s in ${values.minutes} minutes`)
    if (longest > MOST_SECONDS) process.exitCode = 1
  }
}

main().catch((error: Error) => {
  console.error(error.message)
  process.exitCode = 1
})
