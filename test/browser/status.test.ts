import assert from 'node:assert/strict'
import { onEachVersion } from './support/suite'

const tab = { id: 'tab', type: 'tab', label: 'Statuses' }
const images = { id: 'n', type: 'daisychain-images', z: 'tab', x: 200, y: 150, source: 'upload', wires: [[], []] }
const next = { id: 'next', type: 'daisychain-densedepth', z: 'tab', variant: 'mini', wires: [[]] }

onEachVersion('statuses', (session) => {
  it('end where the next node begins, and show the rest on hover', async () => {
    const editor = await session().open([tab, images, { ...next, x: 420, y: 260 }])
    await editor.press('n')
    const group = editor.node('n').locator('.red-ui-flow-node-status-group')
    const label = group.locator('.red-ui-flow-node-status-label')
    await label.getByText(/^no pictures.*…$/).waitFor()
    const [status, node] = [await group.boundingBox(), await editor.node('next').boundingBox()]
    assert.ok(status && node)
    assert.ok(status.x + status.width <= node.x, `${status.x + status.width} is right of ${node.x}`)
    assert.equal(await group.locator('title').textContent(), 'no pictures yet: open this node and add some.')
    await editor.screenshot('a status beside a node')
    // Once the next node is moved away, the status has room again.
    await editor.page.evaluate(() => {
      Object.assign(RED.nodes.node('next'), { x: 700, dirty: true })
      RED.view.redraw(true)
    })
    await label.getByText('no pictures yet: open this node and add some.', { exact: true }).waitFor()
    assert.deepEqual(editor.errors, [])
  })
})

// biome-ignore lint/suspicious/noExplicitAny: the editor's own globals have no types here
declare const RED: any
