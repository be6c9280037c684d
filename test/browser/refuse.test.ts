import assert from 'node:assert/strict'
import type { Editor } from './support/editor'
import { onEachVersion } from './support/suite'
import { typedFlow } from './support/typed-flow'

async function choose(editor: Editor, text: RegExp): Promise<void> {
  await editor.action('core:show-user-settings')
  await editor.page.locator('a[href="#red-ui-settings-tab-daisychain"]').click()
  const saved = editor.page.waitForResponse((answer) => answer.url().endsWith('/settings/user'))
  await editor.page.getByLabel(text).click()
  await saved
  await editor.page.getByRole('button', { name: 'Close' }).click()
  await editor.page.locator('.daisychain-settings').waitFor({ state: 'detached' })
}

onEachVersion('refusing wires that do not fit', (session) => {
  it('leaves no wire and nothing to undo, says why, and offers the converter', async () => {
    const editor = await session().open(typedFlow())
    await choose(editor, /Refuse it/)
    await editor.drawWire({ from: 'words', to: 'show' })
    await editor.page.getByText('The wire was not added').waitFor()
    await editor.page.getByText(/needs an image, but “words” gives text/).waitFor()
    assert.equal(
      (await editor.wires()).some(({ from }) => from === 'words'),
      false,
    )
    assert.equal(await editor.page.evaluate(() => RED.nodes.dirty()), false, 'there is nothing to deploy')
    assert.equal(await editor.page.evaluate(() => RED.history.peek() === undefined), true, 'there is nothing to undo')
    await editor.screenshot('refused')
    await editor.page.getByRole('button', { name: 'Close' }).click()

    await editor.drawWire({ from: 'words', to: 'read' })
    assert.equal(
      (await editor.wires()).some(({ from, to }) => from === 'words' && to === 'read'),
      true,
    )

    await editor.drawWire({ from: 'labels', to: 'show' })
    assert.equal(
      (await editor.wires()).some(({ from }) => from === 'labels'),
      false,
    )
    await editor.page.getByRole('button', { name: 'Insert converter' }).click()
    await editor.settle()
    assert.equal(
      (await editor.wires()).some(({ to }) => to === 'show'),
      true,
    )
    assert.deepEqual(await editor.problems(), [])
    await editor.undo()
    assert.equal(
      (await editor.wires()).some(({ from }) => from === 'labels'),
      false,
    )
    assert.deepEqual(editor.errors, [])
  })

  it('still lets import bring a wrong wire, and marks it', async () => {
    const editor = await session().open(typedFlow())
    await choose(editor, /Refuse it/)
    await editor.import([
      { id: 'giver', type: 'test-words', z: 'tab', name: '', x: 300, y: 500, wires: [['taker']] },
      { id: 'taker', type: 'test-show', z: 'tab', name: '', x: 600, y: 500, wires: [] },
    ])
    assert.equal((await editor.wireLook({ from: 'giver', to: 'taker' }))?.classes.includes('daisychain-mismatch'), true)
  })

  it('is kept when the page is loaded again', async () => {
    const editor = await session().open(typedFlow())
    await choose(editor, /Refuse it/)
    await editor.reload()
    await editor.drawWire({ from: 'words', to: 'show' })
    assert.equal(
      (await editor.wires()).some(({ from }) => from === 'words'),
      false,
    )
  })
})

declare const RED: { nodes: { dirty(): boolean }; history: { peek(): unknown } }
