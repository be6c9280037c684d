import assert from 'node:assert/strict'
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { until } from '../nodes/pictures'
import { type Borrowed, borrowBrowser } from './support/borrow'
import { noChromium } from './support/browser'
import { type Server, startNodeRed } from './support/server'
import { onOneVersion } from './support/suite'
import { nodeRed4 } from './support/versions'

describe('the camera page', function () {
  this.timeout(90_000)
  const folder = mkdtempSync(join(tmpdir(), 'daisychain-camera-page-'))
  let server: Server
  let browser: Borrowed

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
        wires: [['sketch', 'save']],
      },
      { ...place, id: 'sketch', type: 'daisychain-photosketch', variant: 'mini', queue: 'latest', wires: [[]] },
      { ...place, id: 'save', type: 'daisychain-export', folder, wires: [[]] },
    ])
    browser = await borrowBrowser()
  })
  after(async () => {
    await browser?.close()
    await server?.stop()
    rmSync(folder, { recursive: true, force: true })
  })

  it('sends the browser’s camera pictures to the flow', async () => {
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

  it('shows the flow’s results, stops, starts, and flips', async () => {
    const { key } = (await (await fetch(`${server.url}/daisychain-camera/cam/key`, { method: 'POST' })).json()) as {
      key: string
    }
    const page = await browser.newPage({ viewport: { width: 420, height: 800 } })
    await page.addInitScript(`
      const list = navigator.mediaDevices.enumerateDevices.bind(navigator.mediaDevices)
      navigator.mediaDevices.enumerateDevices = async () => [...(await list()), { kind: 'videoinput', label: 'other', deviceId: 'other' }]
      const get = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices)
      window.asked = []
      navigator.mediaDevices.getUserMedia = (wanted) => {
        asked.push(wanted.video.deviceId?.exact ?? '')
        return get({ video: { ...wanted.video, deviceId: undefined } })
      }`)
    await page.goto(`${server.url}/daisychain-camera/cam/page#${key}`)
    const result = page.locator('#result img')
    await result.waitFor()
    const first = await result.getAttribute('src')
    assert.match(String(first), /^data:image/)
    const { channels } = await sharp(Buffer.from(String(first).split(',')[1] ?? '', 'base64')).stats()
    assert.ok(
      channels.every(({ mean }) => mean > 128),
      'a sketch is mostly white',
    )
    await page.waitForFunction((before) => document.querySelector('#result img')?.getAttribute('src') !== before, first)
    if (process.env.DAISYCHAIN_SCREENSHOTS) {
      mkdirSync('test-results', { recursive: true })
      await page.screenshot({ path: 'test-results/camera page.png' })
    }
    await page.click('#flip')
    await page.waitForFunction("asked.at(-1) === 'other'")
    await page.click('#run')
    assert.equal(await page.textContent('#status'), 'The camera is off, and no pictures are sent.')
    assert.equal(await page.evaluate("document.getElementById('video').srcObject"), null)
    await page.click('#run')
    await page.waitForFunction("/pictures? sent/.test(document.getElementById('status').textContent)")
    await page.close()
  })

  it('keeps its rate in a hidden tab with a slow clock, and uses the browser’s language', async () => {
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

  it('says what to do if its key is wrong', async () => {
    const page = await browser.newPage()
    await page.goto(`${server.url}/daisychain-camera/cam/page#wrong`)
    await page.waitForFunction("/out of date: open it again/.test(document.getElementById('status').textContent)")
    await page.close()
  })
})

onOneVersion('4.1', 'the camera dialog', (session) => {
  it('removes the password from an address', async () => {
    const { open } = session()
    const editor = await open([
      { id: 'tab', type: 'tab', label: 'test' },
      { id: 'net', type: 'daisychain-camera', z: 'tab', x: 100, y: 100, wires: [[]] },
    ])
    const { page } = editor
    await editor.edit('net')
    assert.ok(!(await page.isVisible('#node-input-password')))
    await page.selectOption('#node-input-source', 'network')
    await page.fill('#node-input-address', 'rtsp://admin:hunter2%20100%25@10.0.0.7/live')
    await page.locator('#node-input-address').blur()
    assert.equal(await page.inputValue('#node-input-address'), 'rtsp://admin@10.0.0.7/live')
    assert.equal(await page.inputValue('#node-input-password'), 'hunter2 100%')
    if (process.env.DAISYCHAIN_SCREENSHOTS) await editor.screenshot('camera dialog')
    await editor.done()
    await editor.deploy()
    const flows = await page.evaluate(async () => (await fetch('flows')).text())
    assert.match(flows, /rtsp:\/\/admin@10\.0\.0\.7\/live/)
    assert.doesNotMatch(flows, /hunter2/)
  })
})
