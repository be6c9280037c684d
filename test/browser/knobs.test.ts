// biome-ignore-all lint/suspicious/noExplicitAny: the functions that run in the page use the editor's own globals, which have no types here
import assert from 'node:assert/strict'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { writeMessage } from '../../src/serving/osc/codec'
import { onOneVersion } from './support/suite'

declare const RED: any

const place = { z: 'tab', x: 100, y: 100 }

onOneVersion('4.1', 'the knobs node', (session) => {
  it('assigns the first knob turned to the first option of the following model: open, turn, Done, deploy', async () => {
    const { open } = session()
    const socket = createSocket('udp4')
    socket.bind(0, '127.0.0.1')
    await once(socket, 'listening')
    const { port } = socket.address()
    await new Promise<void>((closed) => socket.close(() => closed()))
    const editor = await open([
      { id: 'tab', type: 'tab', label: 'test' },
      { ...place, id: 'knobs', type: 'daisychain-knobs', source: 'osc', port, wires: [['gan'], []] },
      { ...place, id: 'gan', type: 'daisychain-stylegan', variant: 'mini', x: 400, wires: [[]] },
    ])
    const { page } = editor
    const sender = createSocket('udp4')
    let turned: '' | '/1/fader1' | '/1/fader2' = ''
    const turning = setInterval(() => {
      if (turned) sender.send(writeMessage({ address: turned, args: [0.5] }), port, '127.0.0.1')
    }, 100)
    try {
      await editor.edit('knobs')
      await page.getByText('Turn a knob…').waitFor()
      turned = '/1/fader1'
      const field = (row: number, label: string) =>
        page.locator('.daisychain-knob-row').nth(row).getByLabel(label, { exact: true })
      await field(0, 'Control, such as cc/1/7').waitFor()
      assert.deepEqual(
        await Promise.all(
          ['Control, such as cc/1/7', 'Option', 'from', 'to'].map((label) => field(0, label).inputValue()),
        ),
        ['/1/fader1', 'truncation', '0', '1'],
      )
      turned = '/1/fader2'
      await page.getByRole('button', { name: '/1/fader2: 0.5' }).click()
      assert.equal(await field(1, 'Control, such as cc/1/7').inputValue(), '/1/fader2')
      assert.ok(!(await page.isVisible('#daisychain-knobs-install')))
      if (process.env.DAISYCHAIN_SCREENSHOTS) await editor.screenshot('knobs dialog')
      await page.locator('.daisychain-knob-row').nth(1).getByTitle('Remove this knob').click()
      turned = '/1/fader1'
      await editor.done()
      await editor.deploy()
      const { knobs, ports } = await page.evaluate(() => {
        const { knobs, ports } = RED.nodes.node('knobs')
        return { knobs, ports }
      })
      assert.deepEqual(knobs[0], { control: '/1/fader1', option: 'truncation', from: 0, to: 1, step: 0.01 })
      assert.deepEqual(ports.outputs[0], [
        { property: 'truncation', name: 'truncation', type: { type: 'number', min: 0, max: 1 } },
      ])
      await page.getByText('truncation 0.5', { exact: true }).waitFor()
      await editor.edit('knobs')
      await page.selectOption('#node-input-source', 'midi')
      await page.locator('#daisychain-knobs-problem', { hasText: 'MIDI' }).waitFor()
      await editor.cancel()
    } finally {
      clearInterval(turning)
      sender.close()
    }
  })
})
