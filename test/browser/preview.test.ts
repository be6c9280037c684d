import assert from 'node:assert/strict'
import type { Locator } from 'playwright-core'
import { eventually } from './support/eventually'
import { onOneVersion } from './support/suite'

declare const RED: { settings: { set(key: string, value: unknown): void } }

// 2 by 1 pixels: red, blue.
const picture =
  'data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAIAAAABCAIAAAB7QOjdAAAADklEQVR4nGP4z8AARAAH/wH/ZWR0yAAAAABJRU5ErkJggg=='

const inject = (id: string, to: string, props: unknown[], y: number) => ({
  id,
  type: 'inject',
  z: 'tab',
  name: id,
  props,
  repeat: '',
  once: false,
  x: 130,
  y,
  wires: [[to]],
})

const flow = [
  { id: 'tab', type: 'tab', label: 'Previews' },
  { id: 'other', type: 'tab', label: 'Other' },
  {
    id: 'box',
    type: 'group',
    z: 'tab',
    name: 'box',
    style: { label: true },
    nodes: ['picture'],
    x: 354,
    y: 79,
    w: 152,
    h: 82,
  },
  inject('show it', 'picture', [{ p: 'payload', v: picture, vt: 'str' }], 120),
  inject('clear it', 'picture', [{ p: 'payload', v: '', vt: 'str' }], 180),
  inject(
    'say it',
    'words',
    [
      {
        p: 'preview',
        v: 'A bed with a <b>red</b> blanket stands below a window, and a cat sleeps on the carpet in front of it.',
        vt: 'str',
      },
    ],
    360,
  ),
  { id: 'picture', type: 'test-picture', z: 'tab', g: 'box', name: '', x: 430, y: 120, wires: [] },
  { id: 'words', type: 'test-words', z: 'tab', name: '', x: 430, y: 360, wires: [[]] },
  { id: 'depth', type: 'daisychain-densedepth', z: 'tab', name: '', x: 650, y: 200, wires: [[]] },
]

onOneVersion('5.0', 'pictures inside nodes', (session) => {
  const inside = async (inner: Locator, outer: Locator) => {
    const [a, b] = [await inner.boundingBox(), await outer.boundingBox()]
    assert.ok(a && b)
    assert.ok(a.x >= b.x && a.y >= b.y && a.x + a.width <= b.x + b.width && a.y + a.height <= b.y + b.height)
  }

  it('are inside the node and its group, and survive a move, a change of tab and a reload', async () => {
    const editor = await session().open(flow)
    const body = editor.node('picture').locator('.red-ui-flow-node')
    const image = editor.picture('picture')
    await editor.press('show it')
    await image.waitFor()
    await eventually(async () => {
      assert.equal(await image.getAttribute('href'), picture)
      await inside(image, body)
      await inside(body, editor.page.locator('.red-ui-flow-group-outline').first())
    })
    await editor.screenshot('picture in a node')

    const before = await body.boundingBox()
    assert.ok(before)
    await editor.page.mouse.move(before.x + 15, before.y + 10)
    await editor.page.mouse.down()
    await editor.page.mouse.move(before.x + 75, before.y + 60, { steps: 5 })
    await editor.page.mouse.up()
    await editor.settle()
    const after = await body.boundingBox()
    assert.ok(after && after.y > before.y + 20, 'the node has moved')
    assert.ok(Math.abs(after.height - before.height) < 3, 'it is as tall as before')
    await inside(image, body)

    await editor.showTab('other')
    assert.equal(await image.count(), 0)
    await editor.showTab('tab')
    await inside(image, body)

    await editor.undo()
    await editor.reload()
    await editor.showTab('tab')
    await image.waitFor()
    assert.equal(await image.getAttribute('href'), picture)
    await inside(image, body)
    assert.deepEqual(editor.errors, [])
  })

  it('disappear when the runtime withdraws them, and the node is small again', async () => {
    const editor = await session().open(flow)
    const body = editor.node('picture').locator('.red-ui-flow-node')
    const small = (await body.boundingBox())?.height ?? 0
    assert.ok(small < 40)
    await editor.press('show it')
    const image = editor.picture('picture')
    await image.waitFor()
    await editor.press('clear it')
    await image.waitFor({ state: 'detached' })
    await eventually(async () => assert.ok(Math.abs(((await body.boundingBox())?.height ?? 0) - small) < 3))
  })

  it('are a few lines of plain text for text', async () => {
    const editor = await session().open(flow)
    await editor.press('say it')
    const lines = editor.node('words').locator('.daisychain-preview text')
    await lines.first().waitFor()
    const texts = await lines.allTextContents()
    assert.equal(texts.length, 3)
    assert.ok(texts.join(' ').startsWith('A bed with a <b>red</b> blanket'))
    assert.ok(texts[2]?.endsWith('…'))
    await inside(lines.nth(2), editor.node('words').locator('.red-ui-flow-node'))
  })

  it('have reserved space in our nodes from the start, and nowhere else', async () => {
    const editor = await session().open(flow)
    const height = async (id: string) => (await editor.node(id).locator('.red-ui-flow-node').boundingBox())?.height ?? 0
    assert.ok((await height('depth')) > 128)
    assert.ok((await height('words')) < 40)
    assert.equal(await editor.page.locator('#red-ui-header-button-deploy.disabled').count(), 1, 'nothing has changed')
  })

  it('can be switched off', async () => {
    const editor = await session().open(flow)
    // Another setting may be saved at the same time.
    const saved = editor.page.waitForResponse(
      (answer) =>
        answer.url().endsWith('/settings/user') && (answer.request().postData() ?? '').includes('"previews":false'),
    )
    await editor.page.evaluate(() => RED.settings.set('daisychain', { previews: false }))
    await saved
    await editor.reload()
    await editor.showTab('tab')
    await eventually(async () => {
      const height = (await editor.node('depth').locator('.red-ui-flow-node').boundingBox())?.height ?? 0
      assert.ok(height > 0 && height < 40)
    })
  })
})
