import assert from 'node:assert/strict'
import { onOneVersion } from './support/suite'

const place = (id: string, type: string, x: number, y: number, wires: string[][] = [], more = {}) => ({
  id,
  type,
  z: 'tab',
  name: id,
  x,
  y,
  wires,
  ...more,
})

const flow = [
  { id: 'tab', type: 'tab', label: 'Run control' },
  place('go', 'inject', 120, 180, [['latent']], { props: [], repeat: '', once: false }),
  place('latent', 'daisychain-latent', 250, 180, [['bedroom']], { seed: '7' }),
  place('bedroom', 'daisychain-stylegan', 440, 180, [['depth', 'labels']]),
  place('depth', 'daisychain-densedepth', 700, 120, [[]]),
  place('labels', 'daisychain-deeplab', 700, 330, [['found']], { preview: false }),
  place('found', 'daisychain-maskrcnn', 960, 200, [[], []]),
]

onOneVersion('5.0', 'the button of a model', (session) => {
  it('stops and starts it, and shows which', async () => {
    const editor = await session().open(flow)
    const glyph = editor.node('depth').locator('.daisychain-run')
    await glyph.waitFor()
    assert.equal(await glyph.getAttribute('data-press'), 'stop')
    await editor.press('go')
    await editor.ran('depth')
    await editor.screenshot('models that run')

    await editor.press('depth')
    await editor.node('depth').locator('[data-press="start"]').waitFor()
    const status = editor.node('depth').locator('.red-ui-flow-node-status-label')
    await status.filter({ hasText: /^stopped$/ }).waitFor()
    await editor.press('go')
    await status.filter({ hasText: 'stopped, 1 waiting: press ▶' }).waitFor()
    await editor.screenshot('a stopped model')

    await editor.press('depth')
    await editor.node('depth').locator('[data-press="stop"]').waitFor()
    await status.filter({ hasText: /^cpu \d+ ms$/ }).waitFor()
    assert.deepEqual(editor.errors, [])
  })

  it('never covers an input port, even of a low node', async () => {
    const editor = await session().open(flow)
    for (const id of ['labels', 'depth']) {
      const button = await editor.node(id).locator('.red-ui-flow-node-button-background').boundingBox()
      const port = await editor.port(id, 'input').locator('.red-ui-flow-port').boundingBox()
      assert.ok(button && port)
      assert.ok(button.y + button.height <= port.y, `${id}: ${JSON.stringify(button)} is above ${JSON.stringify(port)}`)
    }
  })
})
