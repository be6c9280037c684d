// biome-ignore-all lint/suspicious/noExplicitAny: the functions that run in the page use the editor's own globals, which have no types here
import assert from 'node:assert/strict'
import * as ort from 'onnxruntime-node'
import type { Editor } from './support/editor'
import { onOneVersion } from './support/suite'

declare const RED: any

const place = (id: string, type: string, x: number, wires: string[][] = [], more = {}) => ({
  id,
  type,
  z: 'tab',
  name: id,
  x,
  y: 180,
  wires,
  ...more,
})

const flow = [
  { id: 'tab', type: 'tab', label: 'Compiling' },
  place('numbers', 'daisychain-latent', 160, [['bedroom']]),
  place('bedroom', 'daisychain-stylegan', 360, [['depth']]),
  place('depth', 'daisychain-densedepth', 560, [['sums']]),
  place('sums', 'function', 760, [['end']], { func: 'return msg', outputs: 1 }),
  place('end', 'debug', 940),
]

onOneVersion('4.1', 'compile from here', (session) => {
  const dialog = (editor: Editor) => editor.page.locator('dialog.daisychain-compile')
  const last = (editor: Editor) => dialog(editor).getByLabel('Last node')

  async function open(...selected: string[]): Promise<Editor> {
    const editor = await session().open(flow)
    await editor.page.evaluate(
      (ids) => RED.view.select({ nodes: ids.map((id: string) => RED.nodes.node(id)) }),
      selected,
    )
    await editor.page.evaluate(() => RED.actions.invoke('daisychain:compile-from-here'))
    return editor
  }

  it('saves the drawn chain as a file that runs, and shows how far it is from the flow', async () => {
    const editor = await open('bedroom', 'depth', 'numbers')
    // Compiling takes the flow as drawn, not as deployed.
    await editor.page.evaluate(() => {
      RED.nodes.node('bedroom').truncation = 0.5
    })
    assert.match((await dialog(editor).locator('h2').textContent()) ?? '', /^Compile from “numbers”$/)
    assert.equal(await last(editor).inputValue(), 'depth')
    await editor.screenshot('compile from here')
    const saved = editor.page.waitForEvent('download')
    await dialog(editor).getByRole('button', { name: 'Compile' }).click()
    const file = await saved
    assert.equal(file.suggestedFilename(), 'chain.onnx')
    await dialog(editor).getByRole('status').getByText('chain.onnx matches the flow and was saved.').waitFor()
    await dialog(editor)
      .getByText(/“depth_image”: at most .* of the range apart/)
      .waitFor()
    await editor.screenshot('compiled')
    const run = await ort.InferenceSession.create(await file.path())
    const z = new ort.Tensor('float32', new Float32Array(512), [512])
    const truncation = new ort.Tensor('float32', [0.5], [1])
    const { depth_image } = await run.run({ z, truncation })
    assert.deepEqual(depth_image?.dims, [128, 128])
    await run.release()
    await dialog(editor).getByRole('button', { name: 'Close' }).click()
    await dialog(editor).waitFor({ state: 'detached' })
    assert.deepEqual(editor.errors, [])
  })

  it('shows the sentence that names the node that can’t be compiled, and compiles the part before it', async () => {
    const editor = await open('bedroom')
    assert.equal(await last(editor).inputValue(), 'end')
    const go = dialog(editor).getByRole('button', { name: 'Compile' })
    await go.click()
    const refusal = dialog(editor).getByRole('alert')
    await refusal.getByText('“sums” (function) is not a model').waitFor()
    await editor.screenshot('compiling refused')
    await dialog(editor).getByLabel('Picture size').fill('640 by 480')
    await last(editor).selectOption('bedroom')
    await go.click()
    await refusal.getByText('“640 by 480” is not a size').waitFor()
    await dialog(editor).getByLabel('Picture size').fill('')
    const saved = editor.page.waitForEvent('download')
    await go.click()
    await (await saved).path()
    assert.equal(await refusal.count(), 0)
    assert.deepEqual(editor.errors, [])
  })

  it('is in the menu and in the action list, and requires a selection', async () => {
    const editor = await open()
    await editor.page.getByText('Select the first node of the chain').waitFor()
    assert.equal(await dialog(editor).count(), 0)
    await editor.page.evaluate(() => RED.view.select({ nodes: [RED.nodes.node('depth')] }))
    await editor.page.locator('#red-ui-header-button-sidemenu').click()
    await editor.page.locator('#menu-item-edit-menu').hover()
    await editor.page.getByText('Compile from here…').click()
    await dialog(editor).waitFor()
    await editor.page.keyboard.press('Escape')
    await dialog(editor).waitFor({ state: 'detached' })
    const label = await editor.page.evaluate(
      () => RED.actions.list().find(({ id }: { id: string }) => id === 'daisychain:compile-from-here')?.label,
    )
    assert.equal(label, 'Compile from here…')
    assert.deepEqual(editor.errors, [])
  })
})
