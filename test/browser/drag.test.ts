import assert from 'node:assert/strict'
import { eventually } from './support/eventually'
import { onEachVersion } from './support/suite'
import { typedFlow } from './support/typed-flow'

onEachVersion('pulling a wire', (session) => {
  it('lights the ports that fit, dims those that do not, and leaves no trace when let go', async () => {
    const editor = await session().open(typedFlow())
    await editor.startWire('words')
    const classes = async (id: string) => (await editor.port(id, 'input').getAttribute('class')) ?? ''
    assert.match(await classes('read'), /daisychain-fits/)
    assert.match(await classes('show'), /daisychain-unfit/)
    const opacity = (port: unknown) => {
      const { getComputedStyle } = globalThis as unknown as { getComputedStyle(of: unknown): { fillOpacity: string } }
      return Number(getComputedStyle((port as { firstElementChild: unknown }).firstElementChild).fillOpacity)
    }
    await eventually(async () => assert.ok((await editor.port('show', 'input').evaluate(opacity)) < 0.5))
    await editor.screenshot('pulling a wire')
    const port = await editor.port('read', 'input').boundingBox()
    assert.ok(port)
    await editor.page.mouse.move(port.x + 5, port.y + 5, { steps: 3 })
    await editor.page.mouse.up()
    await editor.settle()
    assert.equal(
      (await editor.wires()).some(({ from, to }) => from === 'words' && to === 'read'),
      true,
    )
    assert.equal(await editor.page.locator('.daisychain-fits, .daisychain-unfit, .daisychain-dragging').count(), 0)
    assert.deepEqual(editor.errors, [])
  })

  it('to an empty place suggests the nodes that fit first', async () => {
    const editor = await session().open(typedFlow())
    await editor.startWire('words')
    await editor.page.mouse.move(700, 560, { steps: 3 })
    await editor.page.mouse.up()
    const search = editor.page.locator('#red-ui-type-search')
    await search.waitFor()
    const first = search.locator('.red-ui-search-result').first()
    await first.waitFor()
    const labels = (await search.locator('.red-ui-editableList-container li').allTextContents()).map((text) =>
      text.trim(),
    )
    const read = labels.findIndex((label) => label.includes('read'))
    const core = labels.findIndex((label) => label.includes('debug'))
    assert.ok(
      read >= 0 && read < core,
      `"read" comes before Node-RED's own nodes in: ${labels.slice(0, 12).join(', ')}`,
    )
    assert.equal(
      labels.slice(0, core).some((label) => label.includes('show')),
      false,
      'what does not fit is not suggested',
    )
    await editor.screenshot('suggestions')
    await search.locator('li', { hasText: 'read' }).first().click()
    await editor.settle()
    const wires = await editor.wires()
    assert.equal(wires.filter(({ from }) => from === 'words').length, 1)
    assert.deepEqual(await editor.problems(), [])
    assert.deepEqual(editor.errors, [])
  })
})
