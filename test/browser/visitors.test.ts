import assert from 'node:assert/strict'
import { request } from 'node:http'
import type { Page } from 'playwright-core'
import sharp from 'sharp'
import { type Borrowed, borrowBrowser } from './support/borrow'
import { noChromium } from './support/browser'
import { eventually } from './support/eventually'
import { type Server, startNodeRed } from './support/server'
import { nodeRed4 } from './support/versions'

const VISITORS = 50
const RUNS = 3

/** Each visitor sends pictures of a colour of their own, and must get that colour back. */
const colorOf = (visitor: number) => ({ r: 4 * visitor + 20, g: 240 - 4 * visitor, b: (visitor * 37) % 250 })
const pictureOf = (visitor: number) =>
  sharp({ create: { width: 320, height: 240, channels: 3, background: colorOf(visitor) } })
    .jpeg({ quality: 95 })
    .toBuffer()

interface Answer {
  outputs?: Record<string, string>
  error?: string
  id?: string
}

describe('many visitors of one page', function () {
  this.timeout(240_000)
  let server: Server
  let browser: Borrowed
  let url: string
  before(async function () {
    if (noChromium) this.skip()
    const place = { z: 'tab', x: 100, y: 100 }
    const flows = [
      { id: 'tab', type: 'tab', label: 'test' },
      { ...place, id: 'in', type: 'daisychain-serve-in', name: 'flip', places: 4, wires: [['turn']] },
      { ...place, id: 'turn', type: 'daisychain-adjust', flip: true, wires: [['out']] },
      { ...place, id: 'out', type: 'daisychain-serve-out' },
    ]
    server = await startNodeRed(nodeRed4(), flows)
    url = `${server.url}/daisychain/flip`
    browser = await borrowBrowser()
  })
  after(async () => {
    await browser?.close()
    await server?.stop()
  })
  const html = { accept: 'text/html' }
  const enter = async () => (await fetch(url, { headers: html })).headers.get('set-cookie')?.split(';')[0] ?? ''
  async function run(cookie: string, body: Buffer): Promise<Answer> {
    const answer = await fetch(`${url}/page/run`, { method: 'POST', body: new Uint8Array(body), headers: { cookie } })
    const lines = (await answer.text()).trim().split('\n')
    return JSON.parse(lines.at(-1) ?? '{}') as Answer
  }
  async function checkColor(visitor: number, uri: string): Promise<void> {
    const { channels } = await sharp(Buffer.from(uri.slice(uri.indexOf(',') + 1), 'base64')).stats()
    const { r, g, b } = colorOf(visitor)
    const [red, green, blue] = channels.map(({ mean }) => mean) as [number, number, number]
    for (const [is, want] of [
      [red, r],
      [green, g],
      [blue, b],
    ] as const)
      assert.ok(Math.abs(is - want) < 4, `visitor ${visitor}: ${is} is not ${want}`)
  }

  it(`${VISITORS} at once and three real pages: each gets their own results, sees nobody else's`, async () => {
    const pictures = await Promise.all(Array.from({ length: VISITORS + 3 }, (_, i) => pictureOf(i)))
    const cookies = await Promise.all(Array.from({ length: VISITORS }, enter))
    assert.equal(new Set(cookies).size, VISITORS)
    const visit = async (i: number) => {
      for (let n = 0; n < RUNS; n++) {
        const { outputs, error } = await run(cookies[i] as string, pictures[i] as Buffer)
        assert.equal(error, undefined)
        await checkColor(i, Object.values(outputs ?? {})[0] ?? '')
      }
    }
    const onPage = async (i: number) => {
      const page: Page = await (await browser.newContext()).newPage()
      await page.goto(url)
      await page
        .locator('input[type=file]')
        .first()
        .setInputFiles({ name: 'a.jpg', mimeType: 'image/jpeg', buffer: pictures[i] as Buffer })
      for (let n = 1; n <= 2; n++) {
        await page.getByRole('button', { name: 'Run' }).click()
        await eventually(async () => assert.equal(await page.locator('.made img').count(), n))
        await checkColor(i, (await page.locator('.made img').first().getAttribute('src')) ?? '')
      }
      // A result is stored a moment after it is shown.
      await eventually(async () => {
        const kept = (await page.evaluate(
          "fetch(location.pathname + '/page/history').then((answer) => answer.json())",
        )) as unknown[]
        assert.equal(kept.length, 2)
      })
      await page.context().close()
    }
    await Promise.all([
      ...Array.from({ length: VISITORS }, (_, i) => visit(i)),
      ...Array.from({ length: 3 }, (_, i) => onPage(VISITORS + i)),
    ])
    // The last hundred results are kept, and visitors find only their own among them.
    let all = 0
    for (const [i, cookie] of cookies.entries()) {
      const kept = (await (await fetch(`${url}/page/history`, { headers: { cookie } })).json()) as { id: string }[]
      all += kept.length
      for (const { id } of kept.slice(0, 1)) {
        const { outputs } = (await (await fetch(`${url}/page/history/${id}`, { headers: { cookie } })).json()) as Answer
        await checkColor(i, Object.values(outputs ?? {})[0] ?? '')
      }
    }
    assert.ok(all > 50 && all <= 100, `${all} are kept`)
  })

  it('hostile input gets a sentence; visitors who stay forever take nobody’s place', async () => {
    const cookie = await enter()
    const bomb = await sharp({ create: { width: 16_000, height: 12_000, channels: 3, background: 'red' } })
      .png()
      .toBuffer()
    const svg = Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"><image href="file:///etc/passwd"/></svg>')
    const half = (await pictureOf(1)).subarray(0, 700)
    for (const [body, sentence] of [
      [bomb, /megapixels|too large|pixels/i],
      [svg, /SVG|drawing|JSON/i],
      [half, /cannot be read|damaged|truncated|broken/i],
      [Buffer.from('{"image": "/etc/passwd"}'), /data URI|no input/],
      [Buffer.from('{"image": "http://127.0.0.1/x.png"}'), /data URI|no input/],
      [Buffer.from('{"__proto__": {"a": 1}, "control": "stop"}'), /no input "control"/],
    ] as const) {
      const { error } = await run(cookie, body)
      assert.match(error ?? '', sentence)
      assert.ok(!/node_modules|\n|at .*:\d+:\d+/.test(error ?? ''), error)
    }
    const streams = Array.from({ length: 130 }, () => {
      const sent = request(`${url}/show/stream`)
      const status = new Promise<number>((resolve) => {
        sent.on('response', (answer) => {
          answer.resume()
          resolve(answer.statusCode ?? 0)
        })
        sent.on('error', () => resolve(0))
      })
      sent.end()
      return { sent, status }
    })
    const statuses = await Promise.all(streams.map(({ status }) => status))
    assert.deepEqual(
      [200, 503].map((status) => statuses.filter((one) => one === status).length),
      [100, 30],
    )
    const { outputs } = await run(cookie, await pictureOf(7))
    await checkColor(7, Object.values(outputs ?? {})[0] ?? '')
    for (const { sent } of streams) sent.destroy()
    await eventually(async () => {
      const stop = new AbortController()
      const answer = await fetch(`${url}/show/stream`, { signal: stop.signal })
      stop.abort()
      assert.equal(answer.status, 200)
    })
  })
})
