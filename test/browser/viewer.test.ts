// biome-ignore-all lint/suspicious/noExplicitAny: the functions that run in the page use the editor's own globals, which have no types here
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import sharp from 'sharp'
import type { Editor } from './support/editor'
import { eventually } from './support/eventually'
import { onOneVersion } from './support/suite'

declare const RED: any
declare const document: any

const place = (id: string, type: string, x: number, y: number, wires: string[][] = [], more = {}) => ({
  id,
  type,
  z: 'tab',
  name: id,
  x,
  y,
  wires,
  ...more,
})

const flow = [
  { id: 'tab', type: 'tab', label: 'Looking' },
  place('go', 'inject', 90, 180, [['latent']], { props: [], repeat: '', once: false }),
  place('latent', 'daisychain-latent', 210, 180, [['bedroom']], { seed: '7' }),
  place('bedroom', 'daisychain-stylegan', 360, 180, [['labels', 'found', 'says']]),
  place('labels', 'daisychain-deeplab', 620, 120, [[]]),
  place('found', 'daisychain-maskrcnn', 620, 320, [[], []]),
  place('says', 'daisychain-im2txt', 620, 500, [[]]),
]

onOneVersion('4.1', 'the last result, large', (session) => {
  const open = async (options = {}): Promise<Editor> => {
    const editor = await session().open(flow, { width: 1400, height: 900, ...options })
    await editor.press('go')
    for (const id of ['bedroom', 'labels', 'found']) await editor.ran(id)
    await editor.node('says').locator('.red-ui-flow-node-status-label').getByText(/ ms/).waitFor()
    await editor.node('says').locator('.daisychain-preview text').first().waitFor()
    return editor
  }
  const viewer = (editor: Editor) => editor.page.locator('dialog.daisychain-viewer')
  const facts = (editor: Editor) => viewer(editor).locator('.daisychain-viewer-facts')
  /** The natural width of the displayed picture. */
  const pixels = (editor: Editor) =>
    viewer(editor)
      .locator('.daisychain-viewer-stage img')
      .evaluate((image: any) => (image.complete ? image.naturalWidth : 0))

  it('opens with a click on the picture, in full size, with its details', async () => {
    const editor = await open()
    await editor.picture('bedroom').click({ force: true })
    await facts(editor)
      .filter({ hasText: /128 × 128.*image.*ms on cpu/ })
      .waitFor()
    assert.equal(await pixels(editor), 128)
    assert.equal(await viewer(editor).locator('h2').textContent(), 'bedroom')
    await editor.screenshot('a picture, large')
    await editor.page.keyboard.press('Escape')
    await viewer(editor).waitFor({ state: 'detached' })
    assert.deepEqual(editor.errors, [])
  })

  it('moves with arrow keys through label maps, detections and text', async () => {
    const editor = await open()
    await editor.picture('bedroom').click({ force: true })
    await facts(editor).filter({ hasText: 'image' }).waitFor()
    const next = async (title: string, said: RegExp) => {
      await editor.page.keyboard.press('ArrowRight')
      await viewer(editor).locator('h2', { hasText: title }).waitFor()
      await facts(editor).filter({ hasText: said }).waitFor()
    }
    await next('labels', /128 × 128.*label map/)
    assert.ok((await viewer(editor).locator('.daisychain-viewer-legend li').count()) >= 3)
    await editor.screenshot('a label map, large')
    await next('found', /image/)
    await viewer(editor).getByRole('button', { name: 'instances' }).click()
    await facts(editor)
      .filter({ hasText: /\d+ found/ })
      .waitFor()
    assert.equal(await pixels(editor), 128)
    await editor.screenshot('found things, large')
    await next('says', /characters/)
    assert.match((await viewer(editor).locator('pre').textContent()) ?? '', /\w+ \w+/)
    await editor.screenshot('text, large')
    await next('bedroom', /image/)
    assert.deepEqual(editor.errors, [])
  })

  it('goes back in time next to the input, runs the same again, and sends a kept result on', async () => {
    const editor = await open()
    const timesOf = async (id: string) => {
      const answer = await fetch(`${session().server.url}/daisychain/results/${id}`)
      return ((await answer.json()) as { times: number[] }).times
    }
    const more = (id: string, count: number) => eventually(async () => assert.equal((await timesOf(id)).length, count))
    const before = await timesOf('labels')
    await editor.picture('labels').click({ force: true })
    const strip = viewer(editor).locator('.daisychain-viewer-strip')
    await strip.getByRole('button', { name: 'Again' }).click()
    await more('labels', before.length + 1)
    const moments = strip.locator('[aria-pressed]')
    await eventually(async () => assert.equal(await moments.count(), before.length + 1))
    await moments.first().click()
    await eventually(async () => assert.equal(await moments.first().getAttribute('aria-pressed'), 'true'))
    const came = viewer(editor).locator('.daisychain-viewer-came')
    await eventually(async () => assert.equal(await came.evaluate((image: any) => image.naturalWidth), 128))
    await editor.screenshot('back in time')
    await editor.page.keyboard.press('Escape')
    // Sending StyleGAN's result on runs the three nodes behind it, but not StyleGAN itself.
    const [rooms, labels] = [(await timesOf('bedroom')).length, (await timesOf('labels')).length]
    await editor.picture('bedroom').click({ force: true })
    await strip.getByRole('button', { name: 'Send on' }).click()
    await more('labels', labels + 1)
    assert.equal((await timesOf('bedroom')).length, rooms)
    assert.deepEqual(editor.errors, [])
  })

  it('updates while it is open, and keeps the focus', async () => {
    const editor = await open()
    await editor.page.evaluate(() => RED.view.select({ nodes: [RED.nodes.node('bedroom')] }))
    await editor.page.evaluate(() => RED.view.focus())
    await editor.page.keyboard.press('Shift+Enter')
    await facts(editor).filter({ hasText: 'image' }).waitFor()
    const address = () => viewer(editor).locator('.daisychain-viewer-stage img').getAttribute('src')
    const before = await address()
    const save = viewer(editor).getByRole('button', { name: 'Save as PNG' })
    await save.focus()
    await fetch(`${session().server.url}/inject/go`, { method: 'POST' })
    await editor.page.waitForFunction((old) => document.querySelector('.daisychain-viewer img').src !== old, before)
    assert.equal(await save.evaluate((button: any) => button === document.activeElement), true)
    assert.deepEqual(editor.errors, [])
  })

  it('can be saved in every kind of file', async () => {
    const editor = await open()
    const save = async (button: string) => {
      const downloading = editor.page.waitForEvent('download')
      await viewer(editor).getByRole('button', { name: button }).click()
      const download = await downloading
      return { name: download.suggestedFilename(), bytes: readFileSync(await download.path()) }
    }
    await editor.picture('bedroom').click({ force: true })
    const png = await save('Save as PNG')
    assert.deepEqual([png.name, (await sharp(png.bytes).metadata()).format], ['bedroom image.png', 'png'])
    const jpeg = await save('Save as JPEG')
    assert.deepEqual([jpeg.name, (await sharp(jpeg.bytes).metadata()).format], ['bedroom image.jpg', 'jpeg'])
    await editor.page.keyboard.press('ArrowRight')
    const colours = await save('Save in colours')
    assert.equal((await sharp(colours.bytes).metadata()).channels, 3)
    const ids = await save('Save ids')
    assert.equal(ids.name, 'labels image.ids.png')
    const shades = new Set(await sharp(ids.bytes).greyscale().raw().toBuffer())
    assert.ok(shades.size >= 3 && Math.max(...shades) < 12, `${[...shades]}`)
    await editor.page.keyboard.press('ArrowLeft')
    await editor.page.keyboard.press('ArrowLeft')
    const text = await save('Save as .txt')
    assert.equal(text.name, 'says caption.txt')
    assert.match(text.bytes.toString(), /\w+ \w+/)
    assert.deepEqual(editor.errors, [])
  })

  it('doesn’t interfere with moving a node, or with its dialog', async () => {
    const editor = await open()
    const box = await editor.picture('bedroom').boundingBox()
    assert.ok(box)
    await editor.page.mouse.move(box.x + 40, box.y + 40)
    await editor.page.mouse.down()
    await editor.page.mouse.move(box.x + 40, box.y + 140, { steps: 4 })
    await editor.page.mouse.up()
    await editor.page.mouse.dblclick(box.x + 40, box.y + 140)
    await editor.page.locator('#node-input-variant').waitFor()
    await editor.page.waitForTimeout(400)
    assert.equal(await viewer(editor).count(), 0)
  })

  it('can be switched off for a node: nothing is sent then', async () => {
    const editor = await session().open(flow.map((node) => (node.id === 'labels' ? { ...node, preview: false } : node)))
    await editor.press('go')
    await editor.ran('found')
    assert.equal((await fetch(`${session().server.url}/daisychain/results/labels`)).status, 404)
    assert.equal((await fetch(`${session().server.url}/daisychain/results/found`)).status, 200)
    assert.equal(await editor.node('labels').locator('.daisychain-preview').count(), 0)
  })

  it('is legible in the dark theme too', async () => {
    const editor = await open({ dark: true })
    await editor.picture('labels').click({ force: true })
    await facts(editor).filter({ hasText: 'label map' }).waitFor()
    await editor.screenshot('a label map, large, dark')
  })
})

onOneVersion('4.1', 'the characteristics of a model', (session) => {
  it('are a tab of its dialog', async () => {
    const editor = await session().open(flow, { width: 1400, height: 900 })
    await editor.press('go')
    await editor.ran('labels')
    await editor.edit('labels')
    await editor.page.locator('#node-input-variant').waitFor()
    await editor.screenshot('the dialog of a model')
    await editor.page.locator('.red-ui-tab-link-button .fa-info-circle, .red-ui-tab .fa-info-circle').last().click()
    const tab = editor.page.locator('.daisychain-characteristics')
    await tab.locator('h4').first().waitFor()
    const text = (await tab.innerText()) ?? ''
    for (const said of [
      /a label map of 12 labels/,
      /944 kB/,
      /Apache-2\.0/,
      /bundled/,
      /Device\s+CPU/,
      /Time\s+\d+ ms/,
      /mIoU[\s\S]*0\.\d{4}/,
    ])
      assert.match(text, said)
    await editor.screenshot('the characteristics of a model')
    assert.deepEqual(editor.errors, [])
  })
})
