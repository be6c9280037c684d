import assert from 'node:assert/strict'
import { onEachVersion } from './support/suite'
import { typedFlow } from './support/typed-flow'

onEachVersion('pulling a wire', (session) => {
  it('highlights the ports that fit, dims the others, and leaves no trace when released', async () => {
    const editor = await session().open(typedFlow())
    await editor.startWire('words')
    const look = (selector: string) => editor.page.locator(`path.${selector}`).boundingBox()
    const fits = await look('daisychain-fits.daisychain-text')
    const veil = await look('daisychain-veil')
    const square = (id: string) => editor.port(id, 'input').locator('.red-ui-flow-port').boundingBox()
    const [read, show] = [await square('read'), await square('show')]
    assert.ok(fits && veil && read && show)
    for (const side of ['x', 'y'] as const) {
      const center = side === 'x' ? fits.width - read.width : fits.height - read.height
      assert.ok(
        Math.abs(fits[side] + center / 2 - read[side]) < 2,
        `${JSON.stringify(fits)} is around ${JSON.stringify(read)}`,
      )
    }
    assert.ok(veil.y < show.y && veil.y + veil.height > show.y + show.height && veil.y + veil.height < read.y)
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
    assert.equal(await editor.page.locator('.daisychain-fits, .daisychain-veil, .daisychain-pulling').count(), 0)
    assert.deepEqual(editor.errors, [])
  })

  it('to an empty place suggests nodes that fit first', async () => {
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
