// biome-ignore-all lint/suspicious/noExplicitAny: the functions that run in the page use the editor's own globals, which have no types here
import assert from 'node:assert/strict'
import type { Locator } from 'playwright-core'
import sharp from 'sharp'
import type { Editor } from './support/editor'
import { eventually } from './support/eventually'
import { onOneVersion } from './support/suite'

// The editor's own globals, as seen by the functions that run in the page.
declare const RED: any
declare const document: any

const model = (id: string, type: string, x: number) => ({
  ...{ id, type: `daisychain-${type}`, z: 'tab', name: '', x, y: 120, wires: [[]] },
})

onOneVersion('5.0', 'dialogs', (session) => {
  it('of all nodes open without an error, fit a narrow editor, and name every field', async () => {
    const types: string[] = await (await session().open([])).page.evaluate(() =>
      RED.nodes.registry.getNodeTypes().filter((type: string) => type.startsWith('daisychain-')),
    )
    assert.ok(types.length >= 24, types.join(', '))
    const tab = { id: 'tab', type: 'tab', label: 'All' }
    const nodes = types.map((type, index) => {
      const node = { id: type, type, name: '' }
      return type === 'daisychain-engine' ? node : { ...node, z: 'tab', x: 200, y: 100 + index * 200, wires: [[]] }
    })
    const editor = await session().open([tab, ...nodes], { width: 1000, height: 800 })
    const logged: string[] = []
    editor.page.on('console', (message) => logged.push(message.text()))
    const faults: string[] = []
    for (const type of types) {
      await openDialog(editor, type)
      // The narrowest width that the editor allows.
      for (const fault of await editor.page.evaluate(findFaults)) faults.push(`${type}: ${fault}`)
      await editor.cancel()
    }
    assert.deepEqual(faults, [])
    // The editor catches and logs errors thrown by dialogs, so look for them in the log.
    assert.deepEqual(
      logged.filter((line) => /oneditprepare|TypeError|ReferenceError/.test(line)),
      [],
    )
    assert.deepEqual(editor.errors, [])
  }).timeout(180_000)

  it('show pictures of each world that a bundled variant knows', async () => {
    const tab = { id: 'tab', type: 'tab', label: 'Worlds' }
    const models = { sketch: 'photosketch', things: 'maskrcnn', depth: 'densedepth' }
    const nodes = Object.entries(models).map(([id, type], i) => ({ ...model(id, type, 200), y: 100 + 100 * i }))
    const editor = await session().open([tab, ...nodes], { width: 1280, height: 800 })
    const shown = async (id: string) => {
      await editor.edit(id)
      const pictures = editor.page.locator('.daisychain-weights img')
      await pictures.last().scrollIntoViewIfNeeded()
      const widths: number[] = await pictures.evaluateAll((all: any[]) => all.map(({ naturalWidth }) => naturalWidth))
      await editor.screenshot(`worlds of ${id}`)
      await editor.cancel()
      return widths.map((width) => width > 100)
    }
    assert.deepEqual(await shown('sketch'), [true, true])
    assert.deepEqual(await shown('things'), [true, true])
    assert.deepEqual(await shown('depth'), [true])
    assert.deepEqual(editor.errors, [])
  }).timeout(60_000)

  it('set a model’s numbers by slider or field, which agree; an empty field leaves them to the model', async () => {
    const tab = { id: 'tab', type: 'tab', label: 'Numbers' }
    const editor = await session().open([tab, model('rooms', 'stylegan', 200), model('story', 'gpt2', 600)])
    await editor.edit('rooms')
    const field = editor.page.locator('#node-input-truncation')
    const slider = editor.page.getByRole('slider', { name: 'Truncation' })
    assert.deepEqual([await field.inputValue(), await slider.inputValue()], ['0.8', '0.8'])
    await pressOn(slider, 'ArrowLeft')
    await eventually(async () => assert.equal(await field.inputValue(), '0.79'))
    await field.fill('0.25')
    assert.equal(await slider.inputValue(), '0.25')
    await editor.page.locator('#node-input-queue').selectOption('latest')
    assert.equal(await editor.page.locator('#node-input-limit').isVisible(), false)
    await editor.screenshot('slider and field')
    await editor.done()
    await editor.page.locator('.red-ui-tray').waitFor({ state: 'detached' })
    const saved = await editor.page.evaluate(() => RED.nodes.node('rooms').truncation)
    assert.equal(Number(saved), 0.25)

    await editor.edit('story')
    const engine = editor.page.locator('#node-input-engine option:checked')
    assert.equal(await engine.textContent(), 'Automatic (best device)')
    const temperature = editor.page.getByRole('slider', { name: 'Temperature' })
    const isPale = () => temperature.evaluate((element: any) => element.matches('.daisychain-slider-unset'))
    await editor.page.locator('#node-input-temperature[placeholder="auto (0.8)"]').waitFor()
    assert.equal(await temperature.inputValue(), '0.8', 'the value in use')
    assert.equal(await editor.page.locator('#node-input-seed').getAttribute('placeholder'), 'auto')
    assert.equal(await isPale(), true)
    await pressOn(temperature, 'ArrowRight')
    await eventually(async () => assert.equal(await isPale(), false))
    assert.equal(await editor.page.locator('#node-input-temperature').inputValue(), '0.85')
    await editor.page.locator('#node-input-temperature').fill('')
    assert.equal(await temperature.inputValue(), '0.8')
    assert.equal(await isPale(), true)
    const seed = editor.page.locator('#node-input-seed')
    const seedSlider = editor.page.getByRole('slider', { name: 'Seed' })
    assert.equal(await hasKnob(temperature), true)
    assert.equal(await hasKnob(seedSlider), false, 'each run draws another seed')
    assert.equal(await seedSlider.getAttribute('aria-valuetext'), 'auto')
    await editor.screenshot('seed at auto')
    await pressOn(seedSlider, 'ArrowRight')
    await eventually(async () => assert.match(await seed.inputValue(), /^\d+$/))
    assert.equal(await hasKnob(seedSlider), true)
    assert.equal(await seedSlider.getAttribute('aria-valuetext'), null)
    await seed.fill('a rainy day')
    assert.equal(await hasKnob(seedSlider), false, 'a word has no place on the slider')
    assert.equal(await seed.evaluate((element: any) => element.matches('.input-error')), false)
    await editor.done()
    await editor.page.locator('.red-ui-tray').waitFor({ state: 'detached' })
    assert.equal(await editor.page.evaluate(() => RED.nodes.node('story').seed), 'a rainy day')
    assert.equal(await editor.triangle('story').isVisible(), false)
    assert.deepEqual(editor.errors, [])
  })
})

/** Whether a slider shows a position: its knob and the track up to it are blue, an empty track is grey. */
async function hasKnob(slider: Locator): Promise<boolean> {
  const { channels } = await sharp(await slider.screenshot()).stats()
  return (channels[2]?.mean ?? 0) - (channels[0]?.mean ?? 0) > 3
}

/**
 * Presses a key on an element once it has the focus. A dialog that is still sliding in doesn't give it the
 * focus, so keep trying.
 */
async function pressOn(element: Locator, key: string): Promise<void> {
  await eventually(async () => {
    await element.focus()
    assert.equal(await element.evaluate((one: any) => document.activeElement === one), true)
  })
  await element.press(key)
}

async function openDialog(editor: Editor, type: string): Promise<void> {
  if (type === 'daisychain-engine') await editor.page.evaluate((id) => RED.editor.editConfig('', id, id), type)
  else await editor.edit(type)
  await editor.page.locator('#node-dialog-ok, #node-config-dialog-ok').waitFor()
  // Wait until the dialog has slid in and has its final width.
  await editor.page.waitForFunction(() => {
    const tray = document.querySelector('.red-ui-tray')
    return tray && tray.getAnimations().length === 0 && Number.parseFloat(tray.style.right) === 0
  })
}

/** Lists the layout and labelling faults of the open dialog. Runs in the page. */
function findFaults(): string[] {
  const tray = document.querySelector('.red-ui-tray')
  const right = tray.getBoundingClientRect().right
  const faults: string[] = []
  for (const element of tray.querySelectorAll('.red-ui-tray-body form *')) {
    const { width, height, right: end } = element.getBoundingClientRect()
    if (width === 0 || height === 0) continue
    const name = `${element.tagName.toLowerCase()} ${element.id || element.className}`
    if (end > right + 1) faults.push(`${name} ends ${Math.round(end - right)} pixels beyond the dialog`)
    const isField = /^(INPUT|SELECT|TEXTAREA)$/.test(element.tagName) && element.tabIndex >= 0
    // Skip Node-RED's own elements: its fields against autofill, and the field inside "msg.".
    if (!isField || element.closest('.red-ui-typedInput-container') || /trap/.test(element.id)) continue
    const named = document.getElementById(element.getAttribute('aria-labelledby') ?? '')
    const labels = [...(element.labels ?? []), ...(named ? [named] : [])]
    const label = labels.map(({ textContent }: any) => textContent.trim()).join(' ')
    if (!label && !element.getAttribute('aria-label') && !element.title) faults.push(`${name} has no name`)
  }
  return faults
}
