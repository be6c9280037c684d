import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import sharp from 'sharp'
import { hostsOf } from '../../src/serving/index'
import { type Borrowed, borrowBrowser } from './support/borrow'
import { noChromium } from './support/browser'
import { eventually } from './support/eventually'
import { freePort, type Server, startNodeRed } from './support/server'
import { onOneVersion } from './support/suite'
import { nodeRed4, packageFolder } from './support/versions'

/** The machine's network address, which a phone would use. */
const [host = '127.0.0.1'] = hostsOf('0.0.0.0')

const flows = (port: number) => [
  { id: 'tab', type: 'tab', label: 'test' },
  {
    ...{
      id: 'in',
      type: 'daisychain-serve-in',
      z: 'tab',
      x: 100,
      y: 100,
      name: 'shout',
      title: 'Shout',
      where: 'port',
    },
    ...{ host: '0.0.0.0', port, path: '/daisychain/shout', wires: [['f']], credentials: { token: 'let-me-in' } },
  },
  {
    ...{ id: 'f', type: 'function', z: 'tab', x: 200, y: 100, wires: [['out']] },
    func: 'return { ...msg, payload: String(msg.payload).toUpperCase() }',
  },
  { id: 'out', type: 'daisychain-serve-out', z: 'tab', x: 300, y: 100 },
  { id: 'cam', type: 'daisychain-camera', z: 'tab', x: 100, y: 200, source: 'browser', rate: 5, wires: [[]] },
]

describe('a served chain open to the network', function () {
  this.timeout(180_000)
  let server: Server
  let second: ChildProcess | undefined
  let browser: Borrowed
  let port: number
  before(async function () {
    if (noChromium) this.skip()
    port = await freePort()
    server = await startNodeRed(nodeRed4())
    await server.setFlows(flows(port))
    browser = await borrowBrowser()
  })
  after(async () => {
    second?.kill('SIGKILL')
    await browser?.close()
    await server?.stop()
  })
  const post = async <T>(path: string) => (await (await fetch(server.url + path, { method: 'POST' })).json()) as T
  const shout = async (page: Page, text: string) => {
    await page.getByRole('textbox').fill(text)
    await page.getByRole('button', { name: 'Run' }).click()
    await page.getByText(text.toUpperCase(), { exact: true }).first().waitFor()
  }

  it('admits a phone with its invitation; after a SIGKILL its page, the show and the camera’s key continue to work', async () => {
    const { pages } = await post<{ pages: string[] }>('/daisychain-serve-in/in/invitation')
    assert.ok(pages.includes(`http://${host}:${port}/daisychain/shout?token=let-me-in`), pages.join())
    const camera = await post<{ key: string; pages: string[] }>('/daisychain-camera/cam/key')
    const cameraAddress = `http://${host}:${port}/daisychain-camera/cam`
    assert.ok(camera.pages.includes(`${cameraAddress}/page#${camera.key}`), camera.pages.join())
    const settings = (key: string) => fetch(`${cameraAddress}/settings`, { headers: { 'x-daisychain-key': key } })
    assert.deepEqual([(await settings(camera.key)).status, (await settings('wrong')).status], [200, 403])
    assert.match(
      await (await fetch(`${cameraAddress}/page`, { headers: { 'accept-language': 'de' } })).text(),
      /lang="de"/,
    )
    for (const path of ['', '/devices', '/cam/key', '/cam/../in', '/%2e%2e/frame'])
      assert.notEqual((await fetch(`http://${host}:${port}/daisychain-camera${path}`)).status, 200, path)

    const phone: BrowserContext = await browser.newContext({
      viewport: { width: 390, height: 844 },
      isMobile: true,
      hasTouch: true,
    })
    const projector = await browser.newContext()
    const [page, show] = [await phone.newPage(), await projector.newPage()]
    const stranger = await browser.newPage()
    await stranger.goto(`http://${host}:${port}/daisychain/shout`)
    await stranger.getByText('This page is private').waitFor()
    await page.goto(pages[0] as string)
    assert.equal(
      page.url(),
      `http://${new URL(pages[0] as string).host}/daisychain/shout`,
      'the token is not in the address any more',
    )
    await show.goto(`http://${host}:${port}/daisychain/shout/show?token=let-me-in&fade=0`)
    await shout(page, 'hello')
    await show.getByText('HELLO').waitFor()

    process.kill(server.pid as number, 'SIGKILL')
    await show.getByText('Waiting for the server…').waitFor()
    const { node, red } = nodeRed4()
    second = spawn(node, [red, '-u', server.folder, '-s', join(server.folder, 'settings.js')], {
      cwd: server.folder,
      stdio: ['ignore', 'pipe', 'ignore'],
    })
    await eventually(async () =>
      assert.equal((await fetch(`http://${host}:${port}/daisychain/shout/healthcheck`)).status, 200),
    )
    const back = performance.now()
    await eventually(async () => assert.equal(await show.getByText('Waiting for the server…').count(), 0))
    const seconds = (performance.now() - back) / 1000
    assert.ok(seconds < 5, `alive again after ${seconds} s`)
    await shout(page, 'again')
    await show.getByText('AGAIN').waitFor()
    assert.equal((await settings(camera.key)).status, 200, 'the key is the same')
    await Promise.all([phone.close(), projector.close(), stranger.close()])
  })
})

onOneVersion('4.1', 'the dialog of serve in', (session) => {
  it('opens a chain to the network with one click and a token, and shows its addresses as QR codes', async () => {
    const port = await freePort()
    const editor = await session().open(
      flows(port).map((node) =>
        node.id === 'in' ? { ...node, where: 'node-red', host: '127.0.0.1', path: '', credentials: {} } : node,
      ),
    )
    await editor.edit('in')
    await editor.page.getByRole('button', { name: 'Open to the network' }).click()
    const value = (setting: string) => editor.page.locator(`#node-input-${setting}`).inputValue()
    assert.deepEqual([await value('where'), await value('host')], ['port', '0.0.0.0'])
    assert.match(await value('token'), /^[a-z0-9]{16}$/)
    await editor.page
      .getByLabel(/payload: Label|: Label/)
      .first()
      .fill('Your words')
    await editor.done()
    await editor.deploy()
    await editor.edit('in')
    const link = editor.page.locator('.daisychain-invites a').first()
    await link.waitFor()
    assert.equal(await editor.page.locator('.daisychain-invites canvas').count(), hostsOf('0.0.0.0').length)
    const page = await editor.page.context().newPage()
    await page.goto((await link.getAttribute('href')) as string)
    await page.getByLabel('Your words').fill('quiet')
    await page.getByRole('button', { name: 'Run' }).click()
    await page.getByText('QUIET').waitFor()
    await page.close()
    await editor.screenshot('serve in, open to the network')
    await editor.cancel()
    assert.deepEqual(editor.errors, [])
  })

  it('from the example to a phone’s drawing on the screen, as the README says', async () => {
    const file = join(packageFolder, 'examples/20 A drawing becomes a room.json')
    const port = await freePort()
    const example = (JSON.parse(readFileSync(file, 'utf8')) as { type: string }[]).map((node) =>
      node.type === 'daisychain-serve-in' ? { ...node, port } : node,
    )
    const editor = await session().open(example)
    const serveIn = 'dc13000000000002'
    await editor.edit(serveIn)
    await editor.page.getByRole('button', { name: 'Open to the network' }).click()
    await editor.done()
    await editor.deploy()
    await editor.edit(serveIn)
    const address = (await editor.page.locator('.daisychain-invites a').first().getAttribute('href')) as string
    await editor.cancel()
    const browser = editor.page.context().browser() as Browser
    const projector = await browser.newContext({ viewport: { width: 640, height: 360 } })
    const show = await projector.newPage()
    await show.goto(address.replace('?', '/show?fade=0&'))
    const phone = await browser.newContext({ viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true })
    const page = await phone.newPage()
    await page.goto(address)
    await page.getByRole('heading', { name: 'A drawing becomes a room' }).waitFor()
    await page.getByRole('button', { name: 'Clear' }).click()
    await page.locator('.daisychain-painter-sheet').tap()
    await page.getByRole('button', { name: 'Run' }).click()
    await page.locator('.made img').waitFor({ timeout: 60_000 })
    await page.getByText(/Made with SPADE/).waitFor()
    await eventually(async () => {
      const { channels } = await sharp(await show.screenshot()).stats()
      assert.ok(
        channels.some(({ stdev }) => stdev > 10),
        'the screen shows a room',
      )
    })
    if (process.env.DAISYCHAIN_SCREENSHOTS) {
      await page.screenshot({ path: 'test-results/room phone.png' })
      await show.screenshot({ path: 'test-results/room show.png' })
    }
    await Promise.all([phone.close(), projector.close()])
    assert.deepEqual(editor.errors, [])
  })
})
