import assert from 'node:assert/strict'
import type { Editor, WireRef } from './support/editor'
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

/** Drags a node onto the middle of a wire. */
async function dropOnWire(editor: Editor, id: string, wire: WireRef): Promise<void> {
  const start = await editor.node(id).locator('.red-ui-flow-node').boundingBox()
  assert.ok(start)
  const middle = await editor.wireMiddle(wire)
  await editor.page.mouse.move(start.x + start.width / 2, start.y + start.height / 2)
  await editor.page.mouse.down()
  await editor.page.mouse.move(middle.x, middle.y, { steps: 12 })
  await editor.page.locator('.red-ui-flow-link-splice').waitFor({ state: 'attached' })
  await editor.page.mouse.up()
}

const placeOf = (editor: Editor) =>
  editor.page.evaluate(() => {
    const { x, y } = RED.nodes.node('adjust')
    return { x, y }
  })

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

  it('restores a wire if the node dropped on it doesn’t fit, and leaves the node there', async () => {
    const adjust = { id: 'adjust', type: 'daisychain-adjust', z: 'tab', name: '', x: 290, y: 440, wires: [[]] }
    const editor = await session().open([...typedFlow({ words: ['read'] }), adjust])
    await choose(editor, /Refuse it/)
    await dropOnWire(editor, 'adjust', { from: 'words', to: 'read' })
    await editor.page.getByText('The wire was not added').waitFor()
    await editor.page.getByText(/needs an image, but “words” gives text/).waitFor()
    await editor.settle()
    const wires = await editor.wires()
    assert.equal(
      wires.some(({ from, to }) => from === 'adjust' || to === 'adjust'),
      false,
      JSON.stringify(wires),
    )
    assert.equal(wires.filter(({ from, to }) => from === 'words' && to === 'read').length, 1)
    await editor.screenshot('refused on a wire')
    const dropped = await placeOf(editor)
    assert.notDeepEqual(dropped, { x: 290, y: 440 })
    await editor.page.getByRole('button', { name: 'Close' }).click()
    // Undo reverts the move and nothing else.
    await editor.undo()
    assert.deepEqual(await placeOf(editor), { x: 290, y: 440 })
    assert.deepEqual(await editor.wires(), wires)
    assert.deepEqual(editor.errors, [])
  })

  it('allows a node that fits to be dropped on a wire', async () => {
    const adjust = { id: 'adjust', type: 'function', z: 'tab', name: '', x: 290, y: 440, wires: [[]], outputs: 1 }
    const editor = await session().open([...typedFlow({ words: ['read'] }), adjust])
    await choose(editor, /Refuse it/)
    await dropOnWire(editor, 'adjust', { from: 'words', to: 'read' })
    await editor.settle()
    const wires = await editor.wires()
    for (const [from, to, count] of [
      ['words', 'adjust', 1],
      ['adjust', 'read', 1],
      ['words', 'read', 0],
    ] as const)
      assert.equal(wires.filter((wire) => wire.from === from && wire.to === to).length, count, `${from} to ${to}`)
    assert.equal(await editor.page.getByText('The wire was not added').count(), 0)
  })

  it('still allows imports with a wrong wire, and marks it', async () => {
    const editor = await session().open(typedFlow())
    await choose(editor, /Refuse it/)
    await editor.import([
      { id: 'giver', type: 'test-words', z: 'tab', name: '', x: 300, y: 500, wires: [['taker']] },
      { id: 'taker', type: 'test-show', z: 'tab', name: '', x: 600, y: 500, wires: [] },
    ])
    assert.equal((await editor.wireLook({ from: 'giver', to: 'taker' }))?.classes.includes('daisychain-mismatch'), true)
  })

  it('is kept when the page is reloaded', async () => {
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

declare const RED: {
  nodes: { dirty(): boolean; node(id: string): { x: number; y: number } }
  history: { peek(): unknown }
}
