// biome-ignore-all lint/suspicious/noExplicitAny: the functions that run in the page use the editor's own globals, which have no types here
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Locator, Page } from 'playwright-core'
import type { Editor } from './support/editor'
import { eventually } from './support/eventually'
import { onOneVersion } from './support/suite'
import { packageFolder } from './support/versions'

declare const RED: any
declare const $: any
declare const requestAnimationFrame: any

const example = JSON.parse(readFileSync(join(packageFolder, 'examples/17 Rock, paper, scissors.json'), 'utf8')) as any[]
const idOf = (name: string) => example.find((node) => node.name === name || node.type === name)?.id as string
const signs = ['rock', 'paper', 'scissors']

/**
 * Replaces the camera with a drawn hand in front of a drawn wall, which keeps moving and turning and changing
 * its size, colour and light. `show` names the sign. No real hand was ever filmed.
 */
const film = `
  const canvas = document.createElement('canvas')
  canvas.width = 320; canvas.height = 240
  const ctx = canvas.getContext('2d')
  let at = 0
  const wave = (k) => Math.sin(at * (0.37 + 0.11 * k) + 2.1 * k)
  const finger = (angle, length) => {
    ctx.beginPath(); ctx.moveTo(30 * Math.sin(angle), -30 * Math.cos(angle))
    ctx.lineTo((34 + length) * Math.sin(angle), -(34 + length) * Math.cos(angle)); ctx.stroke()
  }
  const draw = () => {
    at += 0.25
    ctx.fillStyle = 'hsl(210 20% ' + (62 + 8 * wave(1)) + '%)'; ctx.fillRect(0, 0, 320, 240)
    ctx.fillStyle = 'hsl(30 30% 40%)'; ctx.fillRect(0, 200, 320, 40)
    ctx.save()
    ctx.translate(160 + 40 * wave(2), 135 + 20 * wave(3)); ctx.rotate(0.3 * wave(4)); ctx.scale(1 + 0.2 * wave(5), 1 + 0.2 * wave(5))
    ctx.strokeStyle = ctx.fillStyle = 'hsl(22 55% ' + (60 + 8 * wave(6)) + '%)'; ctx.lineCap = 'round'
    ctx.lineWidth = 34; ctx.beginPath(); ctx.moveTo(0, 20); ctx.lineTo(0, 120); ctx.stroke()
    ctx.beginPath(); ctx.ellipse(0, 0, 36, 40, 0, 0, 7); ctx.fill()
    ctx.lineWidth = 15
    const open = { rock: [], scissors: [-0.25, 0.25], paper: [-0.55, -0.2, 0.15, 0.5] }[window.sign] || []
    for (const angle of open) finger(angle, 62)
    if (window.sign === 'paper') { ctx.lineWidth = 17; finger(-1.2, 34) }
    ctx.restore()
    if (window.sign === 'nothing') { ctx.fillStyle = 'hsl(120 60% 30%)'; for (let i = 0; i < 40; i++) ctx.fillRect(8 * i, 0, 4, 240) }
  }
  setInterval(draw, 60)
  navigator.mediaDevices.getUserMedia = async () => canvas.captureStream(15)
  navigator.mediaDevices.enumerateDevices = async () => []
`

onOneVersion('5.0', 'teaching by showing', (session) => {
  let camera: Page | undefined
  afterEach(async () => {
    await camera?.close()
    camera = undefined
  })

  async function openCamera(editor: Editor): Promise<Page> {
    const answer = await fetch(`${session().server.url}/daisychain-camera/${idOf('daisychain-camera')}/key`, {
      method: 'POST',
    })
    const { key } = (await answer.json()) as { key: string }
    camera = await editor.page.context().newPage()
    await camera.addInitScript(film)
    await camera.goto(`${session().server.url}/daisychain-camera/${idOf('daisychain-camera')}/page#${key}`)
    await camera.waitForFunction("/[1-9]\\d* pictures? sent/.test(document.getElementById('status').textContent)")
    return camera
  }

  /**
   * Waits until the camera has sent pictures taken after this call: it sends one when the flow has finished
   * the last.
   */
  async function sendMore(camera: Page): Promise<void> {
    const sent = "Number(/(\\d+) pictures? sent/.exec(document.getElementById('status').textContent)?.[1])"
    const before = Number(await camera.evaluate(sent))
    await camera.waitForFunction(`${sent} >= ${before + 3}`)
  }

  const show = (page: Page, sign: string) => page.evaluate((sign) => void Object.assign(window, { sign }), sign)

  it('says while recording that nothing arrives, until something does', async () => {
    const editor = await session().open(example)
    const { page } = editor
    await editor.edit(idOf('hand signs'))
    const status = page.locator('.daisychain-teach-status')
    await page
      .locator('.daisychain-teach-class[data-name="rock"]')
      .getByRole('button', { name: 'Hold to record' })
      .hover()
    await page.mouse.down()
    await status.getByText('Nothing arrives at this node').waitFor()
    await page.mouse.up()
    await openCamera(editor)
    await page.bringToFront()
    await page.mouse.down()
    await status.getByText(/^\d+ examples?\./).waitFor()
    await page.mouse.up()
    await page.locator('#node-dialog-cancel').click()
    assert.deepEqual(editor.errors, [])
  })

  it('a newcomer teaches three signs with a camera in two minutes, and the check knows them', async () => {
    const began = Date.now()
    const editor = await session().open(example)
    const { page } = editor
    const hands = await openCamera(editor)
    await page.bringToFront()
    await editor.edit(idOf('hand signs'))
    const column = (name: string) => page.locator(`.daisychain-teach-class[data-name="${name}"]`)
    for (const sign of signs) {
      await show(hands, sign)
      await sendMore(hands)
      await column(sign).getByRole('button', { name: 'Hold to record' }).hover()
      await page.mouse.down()
      await column(sign).locator('.daisychain-teach-example').nth(11).waitFor()
      await page.mouse.up()
    }
    await page.locator('.daisychain-teach-confusion').waitFor()
    // Wait until the last examples have been learnt.
    await page
      .locator('.daisychain-teach-status')
      .getByText(/\d+ examples\. \d+ % right on its own examples\./)
      .waitFor()
    await editor.screenshot('teach dialog')
    await page.locator('#node-dialog-ok').click()
    // Teaching doesn't change the flow: the examples aren't part of it.
    assert.equal(await page.evaluate((id) => Boolean(RED.nodes.node(id).changed), idOf('hand signs')), false)

    for (const sign of [...signs].reverse()) {
      await show(hands, sign)
      await page.waitForFunction(
        ([id, sign]) => new RegExp(`^${sign} \\d+ %`).test(RED.nodes.node(id)?.status?.text ?? ''),
        [idOf('hand signs'), sign] as const,
      )
    }
    await show(hands, 'nothing')
    await page.waitForFunction(
      (id) => /^none of these/.test(RED.nodes.node(id)?.status?.text ?? ''),
      idOf('hand signs'),
    )
    await editor.screenshot('teach at work')
    assert.ok(Date.now() - began < 120_000, `${(Date.now() - began) / 1000} s`)
    assert.deepEqual(editor.errors, [])
  })

  it('a visitor teaches on the page of a served chain, with a phone, and queries it', async () => {
    const place = { z: 'tab', x: 100, y: 100 }
    const editor = await session().open([
      { id: 'tab', type: 'tab', label: 'Hands' },
      { ...place, id: 'in', type: 'daisychain-serve-in', name: 'hands', rate: 600, wires: [['hand']] },
      {
        ...place,
        id: 'hand',
        type: 'daisychain-teach',
        classes: ['rock'],
        unknown: 'nearest',
        wires: [['out'], ['out']],
      },
      { ...place, id: 'out', type: 'daisychain-serve-out' },
    ])
    const phone = await editor.page.context().newPage()
    try {
      await phone.setViewportSize({ width: 390, height: 844 })
      await phone.addInitScript(film)
      await phone.goto(`${session().server.url}/daisychain/hands`)
      await phone.getByRole('button', { name: 'Live camera' }).click()
      await eventually(async () => {
        const width = await phone.locator('video').evaluate((video) => (video as HTMLVideoElement).videoWidth)
        assert.ok(width > 0)
      })
      await phone.getByRole('textbox', { name: 'New class' }).fill('paper')
      await phone.keyboard.press('Enter')
      for (const sign of ['rock', 'paper']) {
        await show(phone, sign)
        await phone.getByRole('button', { name: sign, exact: true }).hover()
        await phone.mouse.down()
        await phone.getByText(new RegExp(`^Examples of ${sign}: ([89]|\\d\\d)$`)).waitFor()
        await phone.mouse.up()
        await phone.locator('.held').waitFor({ state: 'detached' })
      }
      await editor.screenshot('teach on the page', phone)
      await show(phone, 'paper')
      await phone.getByRole('button', { name: 'Run' }).click()
      await phone.locator('.card .words').getByText('paper').waitFor()
      // Examples aren't results, so neither the page nor the show has anything else.
      assert.equal(await phone.locator('.card').count(), 1)
    } finally {
      await phone.close()
    }
  })

  it('renames, moves, deletes and undoes; the check follows the classes', async () => {
    const { server } = session()
    const flow = [
      { id: 'tab', type: 'tab', label: 'Teach' },
      {
        id: 'n',
        type: 'daisychain-teach',
        z: 'tab',
        x: 300,
        y: 100,
        name: '',
        classes: ['a', 'b'],
        wires: [['s', 'k'], []],
      },
      {
        id: 's',
        type: 'switch',
        z: 'tab',
        x: 500,
        y: 100,
        property: 'payload',
        propertyType: 'msg',
        rules: [
          { t: 'eq', v: 'a', vt: 'str' },
          { t: 'eq', v: 'b', vt: 'str' },
        ],
        outputs: 2,
        wires: [[], []],
      },
      { id: 'k', type: 'daisychain-convert', z: 'tab', x: 500, y: 200, converter: 'auto', wires: [[]] },
      { id: 'h', type: 'http in', z: 'tab', x: 100, y: 100, url: '/teach', method: 'post', wires: [['n', 'r']] },
      { id: 'r', type: 'http response', z: 'tab', x: 300, y: 200, wires: [] },
    ]
    const editor = await session().open(flow)
    const { page } = editor
    const edit = (asked: object) =>
      fetch(`${server.url}/daisychain-teach/n/edit`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(asked),
      })
    assert.equal((await edit({ do: 'add', name: 'c' })).status, 200)
    await page.waitForFunction(() => RED.nodes.node('n').classes.join() === 'a,b,c')
    await editor.edit('n')
    const names = () =>
      page.locator('.daisychain-teach-name').evaluateAll((fields: any[]) => fields.map(({ value }) => value))
    await page.locator('.daisychain-teach-name').nth(2).waitFor()
    assert.deepEqual(await names(), ['a', 'b', 'c'])
    await page.locator('#daisychain-teach-new').fill('d')
    await page.locator('#daisychain-teach-new').press('Enter')
    await page.locator('.daisychain-teach-class[data-name="d"]').waitFor()
    await page.getByRole('button', { name: 'Delete “d” and its examples' }).click()
    await page.locator('.daisychain-teach-class[data-name="d"]').waitFor({ state: 'detached' })
    await page.getByRole('button', { name: 'Undo' }).click()
    await page.locator('.daisychain-teach-class[data-name="d"]').waitFor()

    // A press counts even if something else changes before its release.
    await page.getByRole('button', { name: 'Delete “d” and its examples' }).hover()
    await page.mouse.down()
    const news = page.waitForResponse((response) => response.url().includes('/daisychain-teach/n/book'))
    assert.equal((await edit({ do: 'add', name: 'e' })).status, 200)
    await (await news).finished()
    await page.evaluate(() => new Promise((done) => requestAnimationFrame(done)))
    await page.mouse.up()
    await page.locator('.daisychain-teach-class[data-name="d"]').waitFor({ state: 'detached' })
    await page.locator('.daisychain-teach-class[data-name="e"]').waitFor()
    await page.getByRole('button', { name: 'Undo' }).click()
    await page.locator('.daisychain-teach-class[data-name="d"]').waitFor()

    await page.locator('.daisychain-teach-name').nth(1).fill('beta')
    await page.locator('.daisychain-teach-name').nth(1).press('Tab')
    await page.locator('.daisychain-teach-class[data-name="beta"]').waitFor()
    await editor.done()
    // The switch still looks for the old name.
    await page.waitForFunction(() => RED.daisychain.settled() && RED.daisychain.errorsFor({ id: 's' }).length === 1)
    const [sentence] = await page.evaluate(() => RED.daisychain.errorsFor({ id: 's' }))
    assert.match(sentence, /“teach” never gives “b”/)

    // Its dialog offers the new name, and so does a converter's table; neither offers words where a number is
    // expected.
    const offered = async (field: Locator) => {
      await field.focus()
      return field.evaluate((input: any) => Array.from(input.list?.options ?? [], ({ value }: any) => value))
    }
    await editor.edit('s')
    const rule = page.locator('#node-input-rule-container .red-ui-typedInput-input:visible').nth(1)
    assert.deepEqual(await offered(rule), ['a', 'beta', 'c', 'd', 'e'])
    await page.evaluate(() => $('.node-input-rule-value').eq(1).typedInput('type', 'num'))
    await page.locator('#node-input-name').focus()
    assert.deepEqual(await offered(rule), [])
    await editor.cancel()
    await editor.edit('k')
    await page.locator('#node-input-converter').selectOption('choose')
    await page.locator('.red-ui-editableList-addButton:visible').first().click()
    assert.deepEqual(await offered(page.locator('.daisychain-from:visible')), ['a', 'beta', 'c', 'd', 'e'])
    await editor.cancel()
    assert.deepEqual(editor.errors, [])
  })
})
