import assert from 'node:assert/strict'
import { cpSync } from 'node:fs'
import { join } from 'node:path'
import sharp from 'sharp'
import { type Borrowed, borrowBrowser } from './support/borrow'
import { noChromium } from './support/browser'
import { Editor } from './support/editor'
import { type Server, startNodeRed } from './support/server'
import { eachVersion, packageFolder } from './support/versions'

const photo = join(packageFolder, 'test/fixtures/photos/coffee.jpg')
const flows = [
  { id: 'tab', type: 'tab', label: 'Clicks' },
  {
    ...{ id: 'go', type: 'inject', z: 'tab', x: 120, y: 160, wires: [['n']] },
    ...{ props: [{ p: 'payload' }], payload: photo, payloadType: 'str' },
  },
  { id: 'n', type: 'daisychain-clicks', z: 'tab', x: 380, y: 160, wires: [[], [], []] },
  { id: 'in', type: 'daisychain-serve-in', z: 'tab', name: 'cut', x: 120, y: 320, wires: [['served']] },
  { id: 'served', type: 'daisychain-clicks', z: 'tab', x: 380, y: 320, wires: [[], ['out'], []] },
  { id: 'out', type: 'daisychain-serve-out', z: 'tab', x: 600, y: 320, wires: [] },
]
const [version] = eachVersion()

describe('clicks on the large view of a picture', function () {
  this.timeout(120_000)
  let browser: Borrowed
  let server: Server
  before(async function () {
    if (noChromium || !version) this.skip()
    const twin = (userDir: string) =>
      cpSync(join(packageFolder, 'test/fixtures/models/clicks'), join(userDir, 'daisychain/nodes/clicks'), {
        recursive: true,
      })
    ;[browser, server] = [await borrowBrowser(), await startNodeRed(version.find(), flows, undefined, {}, twin)]
  })
  after(async () => {
    await server?.stop()
    await browser?.close()
  })

  it('mark the thing, exclude parts, and draw a box; and start over', async () => {
    const editor = await Editor.open(browser, server.url, version?.name ?? '')
    const { page } = editor
    await editor.press('go')
    await editor.ran('n')
    await editor.picture('n').click({ force: true })
    const viewer = page.locator('dialog.daisychain-viewer')
    const picture = viewer.locator('img.daisychain-viewer-clicks')
    await picture.waitFor()
    await viewer
      .locator('.daisychain-viewer-facts')
      .filter({ hasText: /Click what you mean/ })
      .waitFor()
    const source = () => picture.getAttribute('src')
    const changed = (before: string | null) =>
      page.waitForFunction(
        (old) => document.querySelector('dialog.daisychain-viewer img')?.getAttribute('src') !== old,
        before,
      )
    const place = await picture.boundingBox()
    assert.ok(place)
    const at = (x: number, y: number): [number, number] => [place.x + place.width * x, place.y + place.height * y]
    /** Runs `act`, then waits for the new picture that it causes. */
    const doing = async (act: () => Promise<unknown>) => {
      const before = await source()
      await act()
      await changed(before)
    }
    await doing(() => page.mouse.click(...at(0.5, 0.5)))
    await doing(async () => {
      await page.keyboard.down('Shift')
      await page.mouse.click(...at(0.55, 0.5))
      await page.keyboard.up('Shift')
    })
    await doing(async () => {
      await page.mouse.move(...at(0.35, 0.2))
      await page.mouse.down()
      await page.mouse.move(...at(0.7, 0.7), { steps: 4 })
      await page.mouse.up()
    })
    await editor.screenshot('clicks on a picture')
    await doing(() => viewer.getByRole('button', { name: 'Start over' }).click())
    assert.deepEqual(editor.errors, [])
  })

  it('do the same on the page of a served chain: a click, a shift-click, a box', async () => {
    const page = await browser.newPage()
    const errors: string[] = []
    page.on('pageerror', ({ message }) => errors.push(message))
    await page.goto(`${server.url}/daisychain/cut`)
    await page.locator('input[type=file]').first().setInputFiles(photo)
    const at = async (field: string, x: number, y: number): Promise<[number, number]> => {
      const ground = page.getByRole('application', { name: field })
      await ground.scrollIntoViewIfNeeded()
      const place = await ground.boundingBox()
      assert.ok(place)
      return [place.x + place.width * x, place.y + place.height * y]
    }
    /** Runs the chain, then reads its mask at these places. */
    const masked = async (...places: [number, number][]) => {
      const before = await page.locator('.card .made img').count()
      await page.getByRole('button', { name: 'Run' }).click()
      await page.waitForFunction((count) => document.querySelectorAll('.card .made img').length > count, before)
      const src = (await page.locator('.card .made img').first().getAttribute('src')) ?? ''
      const { data, info } = await sharp(Buffer.from(src.slice(src.indexOf(',') + 1), 'base64'))
        .greyscale()
        .raw()
        .toBuffer({ resolveWithObject: true })
      return places.map(([x, y]) => data[Math.floor(y * info.height) * info.width + Math.floor(x * info.width)])
    }
    await page.mouse.click(...(await at('Points', 0.5, 0.5)))
    assert.deepEqual(await masked([0.5, 0.5], [0.55, 0.5], [0.1, 0.9]), [255, 255, 0])
    await page.keyboard.down('Shift')
    await page.mouse.click(...(await at('Points', 0.56, 0.5)))
    await page.keyboard.up('Shift')
    assert.deepEqual(await masked([0.43, 0.5], [0.56, 0.5]), [255, 0])
    await page.locator('.points').first().getByRole('button').first().click()
    await page.mouse.move(...(await at('Box', 0.5, 0.2)))
    await page.mouse.down()
    await page.mouse.move(...(await at('Box', 0.9, 0.9)), { steps: 4 })
    await page.mouse.up()
    assert.deepEqual(await masked([0.55, 0.5], [0.45, 0.5]), [255, 0])
    if (process.env.DAISYCHAIN_SCREENSHOTS)
      await page.screenshot({ path: 'test-results/clicks on a page.png', fullPage: true })
    assert.deepEqual(errors, [])
    await page.close()
  })
})
