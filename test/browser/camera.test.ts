import assert from 'node:assert/strict'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser } from 'playwright-core'
import sharp from 'sharp'
import { until } from '../nodes/pictures'
import { noChromium, startBrowser } from './support/browser'
import { type Server, startNodeRed } from './support/server'
import { nodeRed4 } from './support/versions'

describe('camera page', function () {
  this.timeout(90_000)
  const folder = mkdtempSync(join(tmpdir(), 'daisychain-camera-page-'))
  let server: Server
  let browser: Browser

  before(async function () {
    if (noChromium) this.skip()
    const place = { z: 'tab', x: 100, y: 100 }
    server = await startNodeRed(nodeRed4(), [
      { id: 'tab', type: 'tab', label: 'test' },
      {
        ...place,
        id: 'cam',
        type: 'daisychain-camera',
        source: 'browser',
        rate: 5,
        width: 320,
        height: 240,
        wires: [['save']],
      },
      { ...place, id: 'save', type: 'daisychain-export', folder, wires: [[]] },
    ])
    browser = await startBrowser(['--use-fake-device-for-media-stream', '--use-fake-ui-for-media-stream'])
  })
  after(async () => {
    await browser?.close()
    await server?.stop()
    rmSync(folder, { recursive: true, force: true })
  })

  it('sends what the camera of the browser sees into the flow', async () => {
    const answer = await fetch(`${server.url}/daisychain-camera/cam/key`, { method: 'POST' })
    const { key } = (await answer.json()) as { key: string }
    const page = await browser.newPage()
    await page.goto(`${server.url}/daisychain-camera/cam/page#${key}`)
    await page.waitForFunction("/^[3-9] pictures sent/.test(document.getElementById('status').textContent)")
    assert.match(await page.textContent('#status').then(String), /pictures sent to “camera”, 320×240$/)
    const path = join(folder, 'image-0002.png')
    await until(() => existsSync(path))
    const { channels } = await sharp(path).stats()
    assert.ok(
      channels.some(({ stdev }) => stdev > 20),
      'the picture shows something',
    )
    await page.close()
  })

  it('keeps its pace in a tab that nobody looks at, whose clock is slowed down, and speaks the browser’s language', async () => {
    const { key } = (await (await fetch(`${server.url}/daisychain-camera/cam/key`, { method: 'POST' })).json()) as {
      key: string
    }
    const context = await browser.newContext({ locale: 'de-DE' })
    const page = await context.newPage()
    await page.addInitScript('const later = setTimeout; setTimeout = (act) => later(act, 1e6)')
    await page.goto(`${server.url}/daisychain-camera/cam/page#${key}`)
    await page.waitForFunction(
      "/^[3-9] Bilder an „camera“ gesendet, 320×240$/.test(document.getElementById('status').textContent)",
    )
    assert.equal(await page.title(), 'Daisychain-Kamera')
    await context.close()
  })

  it('says what to do when its key is wrong', async () => {
    const page = await browser.newPage()
    await page.goto(`${server.url}/daisychain-camera/cam/page#wrong`)
    await page.waitForFunction("/out of date: open it again/.test(document.getElementById('status').textContent)")
    await page.close()
  })
})
