// biome-ignore-all lint/suspicious/noExplicitAny: the functions that run in the page use the editor's own globals, which have no types here
import assert from 'node:assert/strict'
import sharp from 'sharp'
import { readFlow } from '../../src/flow'
import { provenanceOf, toXmp } from '../../src/provenance'
import type { Editor } from './support/editor'
import { onOneVersion, type Session } from './support/suite'

declare const RED: any

const at = { z: 'tab', x: 300, y: 200 }
const chain = [
  { ...at, id: 'l', type: 'daisychain-latent', name: 'Where from', wires: [['f']] },
  { ...at, id: 'f', type: 'function', name: '<b>code</b>', func: 'throw 1', outputs: 1, wires: [['e']] },
  { ...at, id: 'e', type: 'daisychain-export', folder: '/somewhere', provenance: true, wires: [[]] },
]
const record = provenanceOf(readFlow(chain), 'e', {
  ...{ version: '9.8.7', message: {}, secrets: [] },
  modelOf: ({ id }) =>
    id === 'l' ? { node: 'l', label: 'A model', licence: 'CC BY-NC 4.0', nonCommercial: true, sha256: [] } : null,
  optionsOf: () => [],
})

onOneVersion('5.0', 'a picture dropped on the canvas', (session: () => Session) => {
  const drop = async (editor: Editor, bytes: Buffer) =>
    editor.page.evaluate((base64) => {
      const { document, DataTransfer, File, DragEvent, atob } = globalThis as any
      const data = Uint8Array.from(atob(base64), (sign: string) => sign.charCodeAt(0))
      const dataTransfer = new DataTransfer()
      dataTransfer.items.add(new File([data], 'made.png', { type: 'image/png' }))
      const send = (on: string, type: string) =>
        document.querySelector(on).dispatchEvent(new DragEvent(type, { dataTransfer, bubbles: true, cancelable: true }))
      send('#red-ui-workspace-chart', 'dragenter')
      send('#red-ui-drop-target', 'drop')
    }, bytes.toString('base64'))
  const picture = (xmp?: string) => {
    const red = sharp({ create: { width: 8, height: 8, channels: 3, background: 'red' } })
    return (xmp ? red.withXmp(xmp) : red).webp().toBuffer()
  }

  it('shows its chain and models, imports it on request only, without code; one that says nothing imports nothing', async () => {
    const editor = await session().open([{ id: 'tab', type: 'tab', label: 'Dropped' }])
    await drop(editor, await picture())
    await editor.page.getByText("This picture doesn't say how it was made.").waitFor()
    await drop(editor, await picture(toXmp(record)))
    const notice = editor.page.locator('.red-ui-notification', { hasText: 'Daisychain 9.8.7' })
    await notice.waitFor()
    const said = await notice.innerText()
    for (const word of ['Where from', '<b>code</b>', 'A model (CC BY-NC 4.0)', 'Nothing runs before you deploy'])
      assert.ok(said.includes(word), `${word} in ${said}`)
    const count = () => editor.page.evaluate(() => RED.nodes.filterNodes({}).length as number)
    assert.equal(await count(), 0)
    assert.equal(await editor.page.locator('#red-ui-drop-target').isVisible(), false)
    await notice.getByRole('button', { name: 'Import' }).click()
    await editor.page.mouse.move(500, 300)
    await editor.page.mouse.click(500, 300)
    await editor.page.waitForFunction(() => RED.nodes.filterNodes({}).length === 3)
    const [func, folder] = await editor.page.evaluate(() => {
      const of = (type: string) => RED.nodes.filterNodes({ type })[0]
      return [of('function').func, of('daisychain-export').folder]
    })
    assert.ok(!func && !folder, `${func} ${folder}`)
  })
})
