import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { field, flat, look, type Served, serve, type TestModel, testModel } from '../serving/support'
import { type Borrowed, borrowBrowser } from './support/borrow'
import { noChromium } from './support/browser'
import { eventually } from './support/eventually'

const RED = [220, 20, 20]
const BLUE = [20, 20, 220]

describe('the show of a served chain', function () {
  this.timeout(90_000)
  let browser: Borrowed
  const open: Served[] = []
  before(async function () {
    if (noChromium) this.skip()
    browser = await borrowBrowser()
  })
  after(() => browser?.close())
  let page: Page
  afterEach(async () => {
    await page?.context().close()
    for (const served of open.splice(0)) await served.close()
  })
  const model = () => testModel([], [field('picture', { type: 'image' }), field('text', { type: 'text' })], () => ({}))
  async function begin(shown: TestModel, options: Parameters<typeof serve>[1] = {}): Promise<Served> {
    const served = await serve(shown, { path: '/daisychain/a', look: look(), ...options })
    open.push(served)
    return served
  }
  async function watch(url: string, size = { width: 1280, height: 720 }): Promise<string[]> {
    const context = await browser.newContext({ viewport: size })
    page = await context.newPage()
    const wrong: string[] = []
    page.on('pageerror', (error) => wrong.push(error.message))
    await page.goto(url)
    return wrong
  }
  /** The colour of a pixel of the screen, at a place from 0 to 1. */
  async function colorAt(x: number, y: number): Promise<number[]> {
    const { default: sharp } = await import('sharp')
    const { data, info } = await sharp(await page.screenshot())
      .removeAlpha()
      .raw()
      .toBuffer({ resolveWithObject: true })
    const at = (Math.floor(y * (info.height - 1)) * info.width + Math.floor(x * (info.width - 1))) * 3
    return [...data.subarray(at, at + 3)]
  }
  const isLike = (a: readonly number[], b: readonly number[]) =>
    a.every((value, i) => Math.abs(value - (b[i] ?? 0)) < 24)
  const shows = (color: number[], x = 0.5, y = 0.5) =>
    eventually(async () => {
      const found = await colorAt(x, y)
      assert.ok(isLike(found, color), `${found} at ${x}, ${y} is not ${color}`)
    })

  it('fills the screen with the last picture or text, according to the address, and nothing else', async () => {
    const shown = model()
    const served = await begin(shown)
    const wrong = await watch(`${served.url}/show?fade=0`)
    shown.publish({ picture: flat(100, 100, RED) })
    await shows(RED)
    await shows([0, 0, 0], 0.05, 0.5) // the picture is fitted, with black bars at both sides
    assert.equal(await page.evaluate('getComputedStyle(document.body).cursor'), 'none')
    assert.equal(await page.evaluate('document.body.innerText.trim()'), '')
    shown.publish({ text: 'a quiet <i>room</i>' })
    await page.getByText('a quiet <i>room</i>').waitFor()
    await page.context().close()
    await watch(`${served.url}/show?fit=fill&fade=0&turn=90`, { width: 720, height: 1280 })
    shown.publish({ picture: flat(160, 90, BLUE) })
    await shows(BLUE, 0.02, 0.02)
    await shows(BLUE, 0.98, 0.98)
    await page.context().close()
    await watch(`${served.url}/show?idle=black&after=0.5&fade=0`)
    await shows(BLUE)
    await shows([0, 0, 0])
    shown.publish({ picture: flat(160, 90, RED) })
    await shows(RED)
    assert.deepEqual(wrong, [])
  })

  it('fades from one picture to the next, and shows several chains as a wall', async () => {
    const { createServer } = await import('node:http')
    const [a, b] = [model(), model()]
    const served = await begin(a, { path: '/daisychain/a' })
    const other = await begin(b, { path: '/daisychain/b' })
    // One address in front of both servers, as if one Node-RED served them.
    const front = createServer((request, response) => {
      const { endpoint } = request.url?.startsWith('/daisychain/a') ? served : other
      const [path = '', query = ''] = (request.url ?? '').slice('/daisychain/a'.length).split('?')
      endpoint.handle(request, response, { path: path || '/', query })
    })
    await new Promise<void>((resolve) => front.listen(0, '127.0.0.1', resolve))
    const { port } = front.address() as { port: number }
    try {
      await watch(`http://127.0.0.1:${port}/daisychain/a/show?with=b&fit=fill&fade=4`)
      a.publish({ picture: flat(64, 64, RED) })
      b.publish({ picture: flat(64, 64, BLUE) })
      await shows(RED, 0.25)
      await shows(BLUE, 0.75)
      a.publish({ picture: flat(64, 64, BLUE) })
      const fading = 'document.getAnimations().some(({ effect }) => effect.getTiming().duration === 4000)'
      await eventually(async () => assert.ok(await page.evaluate(fading)))
      await shows(BLUE, 0.25)
      if (process.env.DAISYCHAIN_SCREENSHOTS) {
        mkdirSync('test-results', { recursive: true })
        await page.screenshot({ path: 'test-results/show wall.png' })
      }
    } finally {
      front.closeAllConnections()
      front.close()
    }
  })

  it('recovers within five seconds after its server was unavailable, and keeps the picture meanwhile', async () => {
    const shown = model()
    const first = await begin(shown)
    await watch(`${first.url}/show?fade=0`)
    shown.publish({ picture: flat(64, 64, RED) })
    await shows(RED)
    await first.close()
    open.splice(0)
    await page.getByText('Waiting for the server…').waitFor()
    await shows(RED)
    const again = model()
    await begin(again, { port: first.port })
    const since = performance.now()
    again.publish({ picture: flat(64, 64, BLUE) })
    await shows(BLUE)
    const seconds = (performance.now() - since) / 1000
    await eventually(async () => assert.equal(await page.evaluate('document.body.innerText.trim()'), ''))
    // On a busy computer even a new page takes seconds, so compare with that.
    const opened = performance.now()
    await watch(`${first.url}/show?fade=0`)
    await shows(BLUE)
    const usual = (performance.now() - opened) / 1000
    assert.ok(seconds < 5 + 2 * usual, `${seconds} s, where a new page takes ${usual} s`)
  })

  it('shows the last frame after a restart of both, if results are kept, until there is something new', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'daisychain-show-'))
    try {
      const options = { look: { ...look(), folder } }
      const shown = model()
      const first = await begin(shown, options)
      await watch(`${first.url}/show?fade=0`)
      shown.publish({ picture: flat(64, 64, RED) })
      await shows(RED)
      await eventually(() => assert.deepEqual(readdirSync(folder), ['.frame']))
      await page.context().close()
      await first.close()
      open.splice(0)
      const again = model()
      const second = await begin(again, { ...options, port: first.port })
      await watch(`${second.url}/show?fade=0`)
      await shows(RED)
      again.publish({ picture: flat(64, 64, BLUE) })
      await shows(BLUE)
      await page.context().close()
      await watch(`${second.url}/show?fade=0&output=nothing`)
      await shows([0, 0, 0])
      assert.deepEqual(readdirSync(folder), ['.frame'])
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  })

  it('is available as Motion JPEG for other programs: ffmpeg reads it', async function () {
    const shown = model()
    const served = await begin(shown, { token: 'secret' })
    assert.equal((await fetch(`${served.url}/show.mjpg`)).status, 401)
    const args = [
      '-v',
      'error',
      '-f',
      'mpjpeg',
      '-i',
      `${served.url}/show.mjpg?token=secret`,
      '-frames:v',
      '4',
      '-f',
      'framemd5',
      '-',
    ]
    const child = spawn('ffmpeg', args, { stdio: ['ignore', 'pipe', 'pipe'] })
    let output = ''
    let said = ''
    child.stdout.on('data', (part) => (output += part))
    child.stderr.on('data', (part) => (said += part))
    const isMissing = await new Promise((resolve) => {
      child.once('error', () => resolve(true))
      child.once('spawn', () => resolve(false))
    })
    if (isMissing) this.skip()
    let next = 0
    const timer = setInterval(() => shown.publish({ picture: flat(64, 48, next++ % 2 ? RED : BLUE) }), 60)
    const code = await new Promise((resolve) => child.once('close', resolve))
    clearInterval(timer)
    assert.equal(code, 0, said)
    assert.equal(output.match(/^0,/gm)?.length, 4, output)
    assert.match(output, /#dimensions 0: 64x48/)
  })
})
