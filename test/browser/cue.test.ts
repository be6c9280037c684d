// biome-ignore-all lint/suspicious/noExplicitAny: the functions that run in the page use the editor's own globals, which have no types here
import assert from 'node:assert/strict'
import { mkdirSync } from 'node:fs'
import { onOneVersion } from './support/suite'

declare const RED: any

const place = { z: 'tab', x: 100, y: 100 }
const flow = [
  { id: 'tab', type: 'tab', label: 'test' },
  { ...place, id: 'cue', type: 'daisychain-cue', name: 'light', wires: [['gan'], []] },
  { ...place, id: 'gan', type: 'daisychain-stylegan', variant: 'mini', x: 400, wires: [[]] },
]

onOneVersion('4.1', 'the cue node', (session) => {
  it('has cues in its dialog, which the checker knows, and goes to them with the keys of its page', async () => {
    const { open } = session()
    const editor = await open(flow)
    const { page } = editor
    await editor.edit('cue')
    const field = (row: number, label: string) =>
      page.locator('.daisychain-cue-row').nth(row).getByLabel(label, { exact: true })
    await field(0, 'Cue').fill('day')
    await field(0, 'Options and their values').fill('truncation = 1, msg.mood: bright')
    await field(1, 'Cue').fill('night')
    await field(1, 'Options and their values').fill('truncation 0.2')
    assert.ok(
      await field(1, 'Options and their values').evaluate((input: any) => input.classList.contains('input-error')),
    )
    await field(1, 'Options and their values').fill('truncation = 0.2')
    await field(1, 'Time of day (optional)').fill('18:30')
    if (process.env.DAISYCHAIN_SCREENSHOTS) await editor.screenshot('cue dialog')
    await editor.done()
    const { cues, ports } = await page.evaluate(() => {
      const { cues, ports } = RED.nodes.node('cue')
      return { cues, ports }
    })
    assert.deepEqual(cues, [
      { name: 'day', at: '', values: { truncation: 1, mood: 'bright' } },
      { name: 'night', at: '18:30', values: { truncation: 0.2 } },
    ])
    assert.deepEqual(ports.outputs[0], [
      { property: 'truncation', name: 'truncation', type: { type: 'number', min: 0.2, max: 1 } },
      { property: 'mood', name: 'mood', type: { type: 'category', oneOf: ['bright'] } },
    ])
    await editor.deploy()
    await editor.edit('cue')
    assert.equal(await field(0, 'Options and their values').inputValue(), 'truncation = 1, mood = bright')
    const opened = page.context().waitForEvent('page')
    await page.click('#daisychain-cue-open')
    const keys = await opened
    await keys.getByRole('button', { name: 'night' }).waitFor()
    await keys.keyboard.press('2')
    await keys.locator('button[aria-current]', { hasText: 'night' }).waitFor()
    if (process.env.DAISYCHAIN_SCREENSHOTS) {
      mkdirSync('test-results', { recursive: true })
      await keys.screenshot({ path: 'test-results/cue page.png' })
    }
    await keys.keyboard.press(' ')
    await keys.locator('button[aria-current]', { hasText: 'day' }).waitFor()
    await keys.close()
    await editor.cancel()
  })
})
