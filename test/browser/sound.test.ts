import assert from 'node:assert/strict'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { readWav, writeWav } from '../../src/types'
import { sound } from '../types/values'
import { type Borrowed, borrowBrowser } from './support/borrow'
import { noChromium } from './support/browser'
import { eventually } from './support/eventually'
import { type Server, startNodeRed } from './support/server'
import { nodeRed4 } from './support/versions'

/** Does what `waitForFunction` does, which a page's strict policy blocks. */
async function holds(page: Page, expression: string): Promise<void> {
  for (let i = 0; i < 150; i++) {
    if (await page.evaluate<boolean>(expression)) return
    await page.waitForTimeout(200)
  }
  assert.fail(`It did not come to be: ${expression}`)
}

describe('sound in browsers', function () {
  this.timeout(120_000)
  const folder = mkdtempSync(join(tmpdir(), 'daisychain-sound-page-'))
  const shots = process.env.DAISYCHAIN_SCREENSHOTS ? 'test-results' : null
  let server: Server
  let browser: Borrowed

  before(async function () {
    if (noChromium) this.skip()
    writeFileSync(join(folder, 'tone.wav'), writeWav(sound(1, 16_000, 1, 5)))
    const place = { z: 'tab', x: 200, y: 100 }
    server = await startNodeRed(nodeRed4(), [
      { id: 'tab', type: 'tab', label: 'test' },
      { ...place, id: 'mic', type: 'daisychain-audio', source: 'browser', seconds: 0.5, wires: [['save']] },
      {
        ...place,
        y: 200,
        id: 'save',
        type: 'daisychain-export',
        format: 'wav',
        folder: join(folder, 'out'),
        wires: [[]],
      },
      { ...place, y: 400, id: 'file', type: 'daisychain-audio', path: join(folder, 'tone.wav'), wires: [[]] },
      { ...place, y: 600, id: 'in', type: 'daisychain-serve-in', name: 'echo', wires: [['mono']] },
      { ...place, y: 600, id: 'mono', type: 'daisychain-convert', converter: 'mix-down', wires: [['out']] },
      { ...place, y: 600, id: 'out', type: 'daisychain-serve-out', serve: 'in', wires: [] },
    ])
    browser = await borrowBrowser()
  })
  after(async () => {
    await browser?.close()
    await server?.stop()
    rmSync(folder, { recursive: true, force: true })
  })

  it('the microphone page sends sound to the flow', async () => {
    const answer = await fetch(`${server.url}/daisychain-audio/mic/key`, { method: 'POST' })
    const { key } = (await answer.json()) as { key: string }
    const page = await browser.newPage()
    await page.goto(`${server.url}/daisychain-audio/mic/page#${key}`)
    await page.click('#start')
    await page.waitForFunction("/seconds? sent to “audio”/.test(document.getElementById('status').textContent)")
    // The browser's fake microphone beeps once a second.
    const isLoud = async (number: number) => {
      const path = join(folder, 'out', `sound-000${number}.wav`)
      const heard = existsSync(path) && (await readWav(readFileSync(path)))
      return (
        heard && heard.sampleRate === 16_000 && heard.frames === 8000 && heard.data.some((one) => Math.abs(one) > 0.1)
      )
    }
    const loud = async () => (await Promise.all([1, 2, 3, 4, 5, 6].map(isLoud))).some(Boolean)
    await eventually(async () => assert.ok(await loud()))
    if (shots) await page.screenshot({ path: join(shots, 'microphone-page.png') })
    await page.close()
  })

  it('a node shows its waveform, and the viewer plays it', async () => {
    const page = await browser.newPage({ viewport: { width: 1200, height: 900 } })
    await page.goto(server.url)
    await page.waitForSelector('#file .daisychain-preview-frame, .red-ui-flow-node-group[id="file"]')
    await fetch(`${server.url}/daisychain/run/file`, { method: 'POST' }).catch(() => {})
    await page.evaluate("RED.view.select({nodes: [RED.nodes.node('file')]})")
    await page.click('.red-ui-flow-node-group[id="file"] .red-ui-flow-node-button-button')
    await page.waitForSelector('.red-ui-flow-node-group[id="file"] .daisychain-preview image', { state: 'attached' })
    await page.evaluate(
      "RED.view.select({nodes: [RED.nodes.node('file')]}); RED.actions.invoke('daisychain:show-last-result')",
    )
    await holds(page, "document.querySelector('.daisychain-viewer audio')?.duration > .9")
    const duration = await page.evaluate<number>("document.querySelector('.daisychain-viewer audio').duration")
    assert.ok(Math.abs(duration - 1) < 0.01)
    await page.waitForFunction("document.querySelector('.daisychain-viewer-stage img').naturalWidth === 1024")
    if (shots) await page.screenshot({ path: join(shots, 'sound-viewer.png') })
    assert.match(await page.textContent('.daisychain-viewer-facts').then(String), /mono sound at 16000 Hz/)
    await page.close()
  })

  it('a served page accepts a file and the microphone, and plays the result', async () => {
    const page = await browser.newPage()
    await page.goto(`${server.url}/daisychain/echo`)
    await page.setInputFiles('input[type=file]', join(folder, 'tone.wav'))
    await page.waitForSelector('.drop audio:not([hidden])')
    await page.click('button[type=submit], button.main')
    await holds(page, "document.querySelector('.card .made audio')?.duration > .9")
    await holds(page, "document.querySelector('.card .given audio')?.duration > .9")
    await page.click('button:has-text("Record")')
    await page.waitForSelector('button:has-text("Stop (1 s)")')
    await page.click('button:has-text("Stop (1 s)")')
    await holds(
      page,
      "document.querySelector('.drop audio').src.startsWith('blob:') && document.querySelector('.drop audio').duration !== 1",
    )
    await page.click('button[type=submit], button.main')
    await holds(page, "document.querySelectorAll('.card .made audio').length === 2")
    await holds(page, "[...document.querySelectorAll('.card .given audio')].every(({ duration }) => duration > 0)")
    if (shots) await page.screenshot({ path: join(shots, 'sound-page.png') })
    // Removing the sound from the form doesn't silence the cards.
    await page.click('.drop .remove')
    await page.evaluate("for (const one of document.querySelectorAll('.card .given audio')) one.load()")
    await holds(page, "[...document.querySelectorAll('.card .given audio')].every(({ duration }) => duration > 0)")
    await page.reload()
    await page.click('.earlier button')
    await holds(
      page,
      `document.querySelectorAll('.card .given audio[aria-label]').length === 2 &&
        [...document.querySelectorAll('.card .given audio')].some(({ duration }) => Math.abs(duration - 1) < .01)`,
    )
    assert.equal(await page.locator('.given img').count(), 0)
    await page.close()
  })
})
