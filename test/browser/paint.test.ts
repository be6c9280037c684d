// biome-ignore-all lint/suspicious/noExplicitAny: the functions that run in the page use the editor's own globals, which have no types here
import assert from 'node:assert/strict'
import type { Locator } from 'playwright-core'
import { decodeIds, readDrawing, roomDrawing, storeDrawing } from '../../src/drawing'
import type { Editor } from './support/editor'
import { onOneVersion, type Session } from './support/suite'

declare const RED: any
declare const document: any

/** Shows in its status what arrived: the size, and the labels at a few places. */
const look = `
const { width, height, data, labels } = msg.payload
const at = (x, y) => labels[data[y * width + x]]
node.status({ text: [width + ' by ' + height, at(10, 10), at(64, 64), at(120, 120), at(30, 100)].join(' ') })`

/** The settings that the editor gives a new node. */
const untouched = { name: '', map: '', labels: [], colors: [], follow: false }

function flow(settings: object = {}, wires = ['look', 'spade']) {
  return [
    { id: 'tab', type: 'tab', label: 'Paint' },
    { id: 'n', type: 'daisychain-paint', z: 'tab', x: 200, y: 200, wires: [wires], ...untouched, ...settings },
    { id: 'look', type: 'function', z: 'tab', x: 500, y: 100, func: look, outputs: 0, wires: [] },
    { id: 'spade', type: 'daisychain-spade', z: 'tab', x: 520, y: 300, wires: [[]] },
  ]
}

async function open(editor: Editor): Promise<{ canvas: Locator; done(): Promise<void> }> {
  await editor.edit('n')
  const canvas = editor.page.locator('.daisychain-painter-sheet canvas')
  await canvas.waitFor()
  // The dialog slides in and the drawing is fitted to it: wait until it stops moving.
  for (let [place, before] = ['', '-']; place !== before; ) {
    await editor.page.waitForTimeout(250)
    before = place
    place = JSON.stringify(await canvas.boundingBox())
  }
  return {
    canvas,
    done: () => editor.done(),
  }
}

/** Draws with the mouse between pixels of a 128 × 128 drawing. */
async function draw(editor: Editor, canvas: Locator, ...places: [number, number][]): Promise<void> {
  await editor.page.locator('.daisychain-painter-bar').scrollIntoViewIfNeeded()
  const box = await canvas.boundingBox()
  if (!box) throw new Error('The drawing is not on the screen.')
  const { mouse } = editor.page
  for (const [i, [x, y]] of places.entries()) {
    await mouse.move(box.x + ((x + 0.5) * box.width) / 128, box.y + ((y + 0.5) * box.height) / 128, { steps: 3 })
    if (i === 0) await mouse.down()
  }
  await mouse.up()
}

function choose(editor: Editor, label: string): Promise<void> {
  return editor.page.locator('.daisychain-painter-labels label', { hasText: new RegExp(`^${label}$`) }).click()
}

const press = (editor: Editor, title: string) => editor.page.locator(`.daisychain-painter [title^="${title}"]`).click()

/** The displayed colour of a pixel of the drawing. */
function shown(editor: Editor, x: number, y: number): Promise<number[]> {
  return editor.page.evaluate(
    ([x, y]) =>
      new Promise<number[]>((done) =>
        setTimeout(() => {
          const canvas = document.querySelector('.daisychain-painter-sheet canvas')
          done([...canvas.getContext('2d').getImageData(x, y, 1, 1).data].slice(0, 3) as number[])
        }, 60),
      ),
    [x, y],
  )
}

const kept = async ({ server }: Session) => (await server.getFlows()).find(({ id }) => id === 'n')

const room = roomDrawing()
const color = (label: string) => [...(room.colors[room.labels.indexOf(label)] ?? [])]

onOneVersion('4.1', 'painting a label map', (session) => {
  it('starts with a room, draws, undoes and redoes; the drawing arrives', async () => {
    const editor = await session().open(flow())
    const { canvas, done } = await open(editor)
    await editor.screenshot('paint opened')
    const names = await editor.page.locator('.daisychain-painter-labels label').allTextContents()
    assert.deepEqual(names, room.labels, 'the labels that the wired model wants, by name')

    await choose(editor, 'cat')
    await draw(editor, canvas, [5, 10], [20, 10], [20, 30])
    assert.deepEqual(await shown(editor, 10, 10), color('cat'))
    await choose(editor, 'ball')
    await press(editor, 'Rectangle')
    await draw(editor, canvas, [54, 54], [74, 74])
    assert.deepEqual(await shown(editor, 64, 64), color('ball'))
    await editor.screenshot('paint drawn')

    await press(editor, 'Undo')
    assert.notDeepEqual(await shown(editor, 64, 64), color('ball'))
    await press(editor, 'Undo')
    assert.deepEqual(await shown(editor, 10, 10), color('wall'))
    await editor.page.keyboard.press('Control+y')
    await editor.page.keyboard.press('Control+y')
    assert.deepEqual(await shown(editor, 64, 64), color('ball'))
    await editor.page.keyboard.press('Control+z')
    assert.notDeepEqual(await shown(editor, 64, 64), color('ball'), 'keys undo too')
    await press(editor, 'Redo')

    await choose(editor, 'floor')
    await editor.page.keyboard.press('f')
    await choose(editor, 'plant')
    await draw(editor, canvas, [120, 120])
    assert.deepEqual(await shown(editor, 120, 120), color('plant'), 'the floor is filled')
    await press(editor, 'Eraser')
    await draw(editor, canvas, [30, 100], [30, 101])
    await done()
    await editor.deploy()

    const node = await kept(session())
    assert.ok(String(node?.map).length < 2000, `the flow keeps ${String(node?.map).length} characters`)
    assert.deepEqual(node?.labels, room.labels)
    await editor.press('n')
    await editor.node('look').getByText('128 by 128 cat ball plant wall').waitFor()
    await editor.node('n').locator('.daisychain-preview image').waitFor()
    await editor.node('spade').locator('.daisychain-preview image').waitFor()
    await editor.screenshot('paint and spade')

    assert.deepEqual(editor.errors, [])
  })

  it('saves changes on Done as one step of the editor’s history, and nothing if nothing was drawn', async () => {
    const editor = await session().open(flow())
    const first = await open(editor)
    await first.done()
    assert.equal(await editor.page.evaluate(() => RED.nodes.dirty()), false, 'nothing to deploy')
    const second = await open(editor)
    await draw(editor, second.canvas, [5, 5], [30, 5])
    assert.deepEqual(await shown(editor, 20, 5), color('floor'))
    await second.done()
    const map = () => editor.page.evaluate(() => RED.nodes.node('n').map as string)
    const drawn = await map()
    assert.notEqual(drawn, '')
    await editor.undo()
    assert.equal(await map(), '')
    await editor.redo()
    assert.equal(await map(), drawn)
    const third = await open(editor)
    await draw(editor, third.canvas, [5, 50], [30, 50])
    await editor.cancel()
    assert.equal(await map(), drawn, 'Cancel keeps nothing')
    assert.deepEqual(editor.errors, [])
  })

  it('sends the drawing to the flow while drawing, if set to', async () => {
    const editor = await session().open(flow())
    const { canvas } = await open(editor)
    await choose(editor, 'rug')
    await draw(editor, canvas, [64, 64], [70, 64])
    assert.equal(await editor.node('look').getByText('128 by 128').count(), 0, 'not unless it is asked for')
    await editor.page.locator('#node-input-follow').check()
    await editor.node('look').getByText('128 by 128 wall rug').waitFor({ state: 'attached' })
    await choose(editor, 'bed')
    await draw(editor, canvas, [5, 10], [20, 10])
    await editor.node('look').getByText('128 by 128 bed rug').waitFor({ state: 'attached' })
    assert.equal((await kept(session()))?.map, '', 'the flow keeps nothing of it yet')
    assert.deepEqual(editor.errors, [])
  })

  it('names labels in German, and keeps their own names as hints and in what it sends', async () => {
    const editor = await session().open(
      [...flow(), { id: 'r', type: 'daisychain-maskrcnn', z: 'tab', x: 200, y: 400, wires: [[], []] }],
      { locale: 'de-DE' },
    )
    const { done } = await open(editor)
    const labels = editor.page.locator('.daisychain-painter-labels label')
    assert.deepEqual((await labels.allTextContents()).slice(0, 3), ['Wand', 'Boden', 'Teppich'])
    assert.deepEqual(await labels.evaluateAll((all: any[]) => all.map(({ title }) => title)), room.labels)
    await editor.screenshot('paint in German')
    await choose(editor, 'Katze')
    await draw(editor, editor.page.locator('.daisychain-painter-sheet canvas'), [5, 10], [20, 10])
    await done()
    await editor.deploy()
    assert.deepEqual((await kept(session()))?.labels, room.labels)

    await editor.edit('r')
    const bed = editor.page.locator('#node-input-category option[value=bed]')
    assert.deepEqual([await bed.textContent(), await bed.getAttribute('title')], ['Bett', 'bed'])
    await editor.screenshot('categories in German')
    await editor.page.locator('#node-dialog-cancel').click()
    assert.deepEqual(editor.errors, [])
  })

  it('keeps labels that the model doesn’t know, marked, until they are painted over', async () => {
    const drawing = { ...roomDrawing(), labels: room.labels.map((label) => (label === 'cat' ? 'dragon' : label)) }
    const editor = await session().open(flow(storeDrawing(drawing)))
    const { canvas, done } = await open(editor)
    const marked = editor.page.locator('.daisychain-painter-extra')
    assert.deepEqual(await marked.allTextContents(), ['dragon'])
    await editor.screenshot('paint unknown label')
    await press(editor, 'Clear')
    await choose(editor, 'lamp')
    await draw(editor, canvas, [10, 10])
    await done()
    await editor.deploy()
    const node = await kept(session())
    assert.deepEqual(node?.labels, room.labels, 'the dragon is gone')
    const { data } = decodeIds(node?.map, 12)
    assert.deepEqual(
      [...new Set(data)].map((id) => room.labels[id]),
      ['wall', 'lamp'],
    )
    assert.deepEqual(editor.errors, [])
  })

  it('zooms, changes its size, draws on a received map, and shows a picture to trace', async () => {
    const labels = { id: 'labels', type: 'test-labels', z: 'tab', x: 100, y: 400, wires: [['n']] }
    const inject = { id: 'go', type: 'inject', z: 'tab', x: 100, y: 500, props: [], wires: [['labels']] }
    const editor = await session().open([...flow(), labels, inject])
    await editor.press('go')
    await editor.node('look').getByText('128 by 128 wall').waitFor()
    const { canvas, done } = await open(editor)
    const width = async () => (await canvas.boundingBox())?.width ?? 0
    const whole = await width()
    await press(editor, 'Zoom in')
    assert.ok(Math.abs((await width()) / whole - 1.5) < 0.05)
    await editor.page.waitForTimeout(100)
    assert.ok((await width()) > whole * 1.4, 'it stays zoomed')
    await press(editor, 'Fit to view')
    assert.equal(await width(), whole)

    await editor.page.getByRole('button', { name: 'Draw on the last received map' }).click()
    await editor.page.waitForFunction(() => document.querySelector('[data-do=undo]').ariaDisabled === 'false')
    assert.deepEqual(await shown(editor, 64, 100), color('bed'))
    assert.deepEqual(await shown(editor, 64, 10), color('wall'))
    await editor.page.locator('#daisychain-painter-pixels').selectOption('64x64')
    assert.deepEqual(await shown(editor, 32, 50), color('bed'))

    const svg = '<svg xmlns="http://www.w3.org/2000/svg" width="64" height="64"><circle cx="32" cy="32" r="20"/></svg>'
    const file = editor.page.locator('#daisychain-painter-file')
    await file.setInputFiles({ name: 'a.svg', mimeType: 'image/svg+xml', buffer: Buffer.from(svg) })
    await editor.page.locator('.daisychain-painter-sheet img').waitFor()
    await editor.screenshot('paint tracing')
    await file.setInputFiles({ name: 'b.png', mimeType: 'image/png', buffer: Buffer.from('no picture') })
    await editor.page.getByText('The browser cannot show this file').waitFor()
    await done()
    await editor.deploy()
    const node = await kept(session())
    const { ids } = readDrawing({ map: node?.map, labels: node?.labels, colors: node?.colors })
    assert.deepEqual([ids.width, ids.height], [64, 64])
    assert.deepEqual(editor.errors, [])
  })

  for (const dark of [false, true]) {
    it(`has all its rows on a screen of 800 pixels${dark ? ', in the dark theme' : ''}`, async () => {
      const editor = await session().open(flow(), { dark })
      await open(editor)
      await editor.screenshot(`the painter at 800 pixels${dark ? ', dark' : ''}`)
      const dialog = await editor.page.locator('.red-ui-tray-body').last().boundingBox()
      assert.ok(dialog)
      for (const id of ['daisychain-painter-choose', 'daisychain-painter-pixels', 'node-input-follow']) {
        const row = await editor.page.locator(`#${id}`).boundingBox()
        assert.ok(row && row.y + row.height <= dialog.y + dialog.height, `${id} is cut off`)
      }
      const about = editor.page.locator('.daisychain-painter-labels > label').first()
      const [ink, ground] = await about.evaluate((label: any) => {
        const view = label.ownerDocument.defaultView
        let behind = label
        while (/, 0\)$/.test(view.getComputedStyle(behind).backgroundColor)) behind = behind.parentElement
        return [view.getComputedStyle(label).color, view.getComputedStyle(behind).backgroundColor]
      })
      assert.ok(Math.abs(shade(ink) - shade(ground)) > 60, `${ink} on ${ground}`)
      assert.deepEqual(editor.errors, [])
    })
  }

  it('supports touch', async () => {
    const editor = await session().open(flow(), { touch: true })
    const { canvas, done } = await open(editor)
    await editor.page.getByText('lamp', { exact: true }).tap()
    const box = await canvas.boundingBox()
    assert.ok(box)
    const at = (x: number, y: number) => ({ x: box.x + (x * box.width) / 128, y: box.y + (y * box.height) / 128 })
    const touch = await editor.page.context().newCDPSession(editor.page)
    const send = (type: 'touchStart' | 'touchMove' | 'touchEnd', points: { x: number; y: number }[]) =>
      touch.send('Input.dispatchTouchEvent', { type, touchPoints: points })
    await send('touchStart', [at(20, 64)])
    for (const x of [40, 60, 80, 100]) await send('touchMove', [at(x, 64)])
    await send('touchEnd', [])
    await done()
    const node = await editor.page.evaluate(() => {
      const { map, labels, colors } = RED.nodes.node('n')
      return { map, labels, colors }
    })
    const { data } = decodeIds(node.map, 12)
    for (const x of [22, 50, 98]) assert.equal(node.labels[data[64 * 128 + x] as number], 'lamp')
  })
})

/** The brightness of a colour, from 0 to 255. */
function shade(color: string): number {
  const [red = 0, green = 0, blue = 0] = (color.match(/[\d.]+/g) ?? []).map(Number)
  return (red + green + blue) / 3
}
