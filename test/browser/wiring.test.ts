// biome-ignore-all lint/suspicious/noExplicitAny: the functions that run in the page use the editor's own globals, which have no types here
import assert from 'node:assert/strict'
import { problemColors, typeColors } from '../../src/editor/canvas/colors'
import { type Box, overlap } from '../../src/editor/canvas/free-place'
import { rgb } from './support/color'
import { contrastOf } from './support/contrast'
import type { Editor } from './support/editor'
import { eventually } from './support/eventually'
import { onEachVersion } from './support/suite'
import { typedFlow } from './support/typed-flow'

declare const RED: any
declare const document: any
declare const getComputedStyle: any
declare const requestAnimationFrame: any

const at = (id: string, type: string, x: number, y: number, more = {}) => ({
  ...{ id, type, z: 'tab', name: '', x, y, wires: [] },
  ...more,
})

/** Models that take or give label maps, pictures and text. */
const models = [
  { id: 'tab', type: 'tab', label: 'Models' },
  at('segment', 'daisychain-deeplab', 200, 120, { wires: [[]] }),
  at('dream', 'daisychain-stylegan', 200, 320, { wires: [[]] }),
  at('tell', 'daisychain-gpt2', 560, 120),
  at('fresh', 'inject', 140, 500, {
    ...{ props: [{ p: 'payload' }, { p: 'topic', vt: 'str' }], payload: '', payloadType: 'date', wires: [[]] },
  }),
  at('depth', 'daisychain-densedepth', 560, 360),
]

const wrong = [rgb(problemColors.mismatch), rgb(problemColors.convertible), 'rgb(255, 127, 14)']

onEachVersion('while wiring', (session) => {
  it('the reason is shown at the mouse before it is released, and nodes that don’t fit are dim at every zoom', async () => {
    const editor = await session().open(typedFlow())
    const { page } = editor
    const tip = page.locator('.daisychain-tip.daisychain-shown')
    for (const steps of [0, -4, 5]) {
      await zoom(editor, steps)
      await editor.drawWire({ from: 'words', to: 'show' }, false)
      await tip.getByText('“show” needs an image, but “words” gives text').waitFor()
      const text = await tip.boundingBox()
      const port = await editor.port('show', 'input').boundingBox()
      assert.ok(text && port)
      assert.ok(Math.abs(text.y + text.height / 2 - port.y) < 120 && text.x < port.x && text.x + text.width > port.x)
      const hover = page.locator('.red-ui-flow-port-tooltip')
      await hover.waitFor({ state: 'attached' })
      assert.equal(await hover.isVisible(), false, 'the hover text of the port does not cover the wire')
      assert.equal(await isDim(editor, 'show'), true, `after ${steps} steps`)
      assert.equal(await isDim(editor, 'read'), false)
      await editor.screenshot(`reason at the mouse, zoom ${steps}`)
      const looks = await page.evaluate(looksWhilePulling)
      assert.equal(looks.line, rgb(typeColors.text))
      for (const ring of looks.rings) assert.ok(!wrong.includes(ring), ring)
      assert.match(looks.font, /Helvetica|Inter|Arial|sans-serif/)
      assert.equal(looks.font, looks.editor)
      // A wire released over an empty place leaves neither a wire nor a trace.
      await page.keyboard.press('Escape')
      await page.mouse.up()
      await page.keyboard.press('Escape')
      await tip.waitFor({ state: 'detached' })
      await eventually(async () => assert.equal(await isDim(editor, 'show'), false))
      await page.evaluate(() => RED.typeSearch.hide())
      for (const { from } of await editor.wires()) if (from === 'words') await editor.undo()
      const notice = page.locator('.daisychain-wire-notice')
      if (await notice.isVisible()) await page.keyboard.press('Escape')
    }
    await zoom(editor, -1)
    assert.deepEqual(editor.errors, [])
  })

  it('quick add offers what fits, then what fits with a converter, and the rest after Show all', async () => {
    const editor = await session().open(models)
    const { page } = editor
    const search = page.locator('#red-ui-type-search')
    const labels = async () =>
      (await search.locator('ol > li:visible .red-ui-search-result-node-label').allTextContents()).map((text) =>
        text.trim(),
      )
    const drop = async (id: string, index = 0) => {
      await editor.startWire(id, index)
      await page.mouse.move(620, 420, { steps: 3 })
      await page.mouse.up()
      await search.locator('.daisychain-show-all').waitFor()
      await search.locator('li.selected').waitFor()
      // The editor moves the focus there a moment later.
      await search.locator('input:focus').waitFor()
    }
    await drop('segment')
    const offered = await labels()
    assert.equal(offered[0], 'SPADE')
    assert.ok(offered.indexOf('paint') > 0, offered.join())
    const depth = offered.indexOf('DenseDepth (with a converter)')
    assert.ok(depth > offered.indexOf('paint'), offered.join())
    assert.ok(offered.indexOf('debug') > depth, 'the usual nodes come last')
    for (const none of ['GPT-2', 'StyleGAN', 'inject', 'mqtt in', 'link in']) assert.ok(!offered.includes(none), none)
    await editor.screenshot('quick add')
    await search.getByRole('button', { name: 'Show all' }).click()
    const all = await labels()
    assert.ok(all.length > offered.length && all.some((label) => label.startsWith('StyleGAN')), all.join())
    await page.keyboard.press('Escape')
    await search.waitFor({ state: 'hidden' })

    // Typed words are searched for among all nodes.
    await drop('segment')
    await page.keyboard.type('stylegan')
    await eventually(async () => assert.ok((await labels()).some((label) => label.startsWith('StyleGAN'))))
    await page.keyboard.press('Escape')
    await search.waitFor({ state: 'hidden' })

    await drop('segment')
    await search.locator('li', { hasText: 'DenseDepth (with a converter)' }).click()
    await editor.settle()
    assert.deepEqual(await editor.problems(), [])
    const types = await page.evaluate(() =>
      RED.nodes
        .filterLinks({ source: { id: 'segment' } })
        .map(({ target }: any) => [
          target.type,
          RED.nodes.filterLinks({ source: { id: target.id } }).map((link: any) => link.target.type),
        ]),
    )
    assert.deepEqual(types, [['daisychain-convert', ['daisychain-densedepth']]])
    await editor.undo()
    assert.equal((await editor.wires()).length, 0)
    assert.deepEqual(editor.errors, [])
  })

  it('a model of the package that makes what is needed is offered, inserted with one click and removed with one undo', async () => {
    const editor = await session().open(models)
    const notice = editor.page.locator('.daisychain-wire-notice')
    await editor.drawWire({ from: 'dream', to: 'tell' })
    await notice.getByRole('button', { name: 'Insert im2txt' }).waitFor()
    await editor.screenshot('a model is offered')
    await editor.page.keyboard.press('Enter')
    await notice.waitFor({ state: 'detached' })
    await editor.settle()
    const types = await editor.page.evaluate(() =>
      RED.nodes.filterLinks({ source: { id: 'dream' } }).map(({ target }: any) => target.type),
    )
    assert.deepEqual(types, ['daisychain-im2txt'])
    assert.deepEqual(await editor.problems(), [])
    await editor.undo()
    assert.deepEqual(await editor.wires(), [{ from: 'dream', port: 0, to: 'tell' }])
    await editor.undo()
    // An inject's default timestamp wasn't chosen by anyone, so it causes no warning, neither during the drag
    // nor afterwards.
    await editor.drawWire({ from: 'fresh', to: 'depth' }, false)
    assert.equal(await isDim(editor, 'depth'), false)
    assert.equal(await editor.page.locator('.daisychain-tip.daisychain-shown').count(), 0)
    await editor.page.mouse.up()
    await editor.settle()
    assert.equal(await notice.count(), 0)
    assert.deepEqual(editor.errors, [])
  })

  it('the notice covers neither wire nor node nor dialog, is announced, and disappears when the wire is right', async () => {
    const editor = await session().open(typedFlow())
    const notice = editor.page.locator('.daisychain-wire-notice')
    for (const [from, to] of [
      ['words', 'show'],
      ['labels', 'read'],
    ] as const) {
      await editor.drawWire({ from, to })
      await notice.waitFor()
      const box = (await notice.boundingBox()) as Box
      const { nodes, wire } = await editor.page.evaluate(drawnInPage, { from, to })
      for (const node of nodes)
        assert.equal(overlap(box, node), 0, `${JSON.stringify(box)} covers ${JSON.stringify(node)}`)
      for (const point of wire) assert.equal(overlap(box, { ...point, width: 1, height: 1 }), 0)
      await editor.page.keyboard.press('Control+z')
      await notice.waitFor({ state: 'detached' })
      await editor.settle()
    }
    const live = editor.page.locator('.daisychain-wire-notices')
    assert.deepEqual([await live.getAttribute('aria-live'), await live.getAttribute('role')], ['polite', 'status'])

    await editor.drawWire({ from: 'words', to: 'show' })
    await notice.waitFor()
    await editor.edit('read')
    const covered = await editor.page.evaluate(() => {
      const tray = document.querySelector('.red-ui-tray').getBoundingClientRect()
      const card = document.querySelector('.daisychain-wire-notice')
      const { left, right, top, bottom } = card.getBoundingClientRect()
      if (right < tray.left) return false
      const x = (Math.max(left, tray.left) + right) / 2
      return card.contains(document.elementFromPoint(x, (top + bottom) / 2))
    })
    assert.equal(covered, false, 'the dialog is in front')
    await editor.cancel()
    // The notice goes whichever change makes the wire right: here the receiver becomes a node that needs
    // text.
    await editor.page.evaluate(() => {
      const [link] = RED.nodes.filterLinks({ source: { id: 'words' }, target: { id: 'show' } })
      link.target.type = 'test-read'
      RED.events.emit('nodes:change', link.target)
    })
    await notice.waitFor({ state: 'detached' })
  })

  it('the notice is completely visible even if there is little room', async () => {
    const grid = Array.from({ length: 48 }, (_, i) =>
      at(`d${i}`, 'debug', 100 + (i % 6) * 130, 300 + 50 * Math.floor(i / 6)),
    )
    const ends = typedFlow().filter(({ id }) => ['tab', 'words', 'show'].includes(id))
    const editor = await session().open([...ends, ...grid])
    await editor.drawWire({ from: 'words', to: 'show' })
    await editor.page.locator('.daisychain-wire-notice').waitFor()
    const hidden = await editor.page.evaluate(() => {
      const card = document.querySelector('.daisychain-wire-notice')
      const { left, right, top, bottom } = card.getBoundingClientRect()
      const corners = [left + 8, right - 8].flatMap((x) => [top + 8, bottom - 8].map((y) => [x, y]))
      return corners.filter(([x, y]) => !card.contains(document.elementFromPoint(x, y)))
    })
    assert.deepEqual(hidden, [])
  })

  for (const dark of [false, true])
    it(`buttons and sentences are readable${dark ? ' in the dark' : ''}`, async () => {
      const editor = await session().open(typedFlow(), { dark })
      await editor.drawWire({ from: 'labels', to: 'show' })
      const notice = editor.page.locator('.daisychain-wire-notice')
      await notice.waitFor()
      await editor.screenshot(`notice${dark ? ', dark' : ''}`)
      assert.equal(await notice.locator('button').count(), 3)
      for (const part of await notice.locator('button, p, strong').all()) {
        await part.hover()
        const contrast = await part.evaluate(contrastOf)
        assert.ok(contrast >= 4.5, `${await part.textContent()}: ${contrast.toFixed(2)}`)
      }
      await editor.page.keyboard.press('Escape')
    })

  it('ports and wires have names for screen readers', async () => {
    const editor = await session().open(typedFlow({ words: ['show'], labels: [] }))
    const named = (name: string) => editor.page.getByRole('img', { name, exact: true })
    await named('show, input: Needs an image').waitFor()
    await named('words, output 1: Gives text').waitFor()
    await editor.page.getByRole('img', { name: /^Wire from words to show: “show” needs an image/ }).waitFor()
    // A level wire's box has no height, so it never counts as visible: wait until it is attached.
    await named('Wire from go to labels').first().waitFor({ state: 'attached' })
    await editor.page.evaluate(() => {
      RED.nodes.node('show').name = 'Screen'
      RED.events.emit('nodes:change', RED.nodes.node('show'))
    })
    await named('Screen, input: Needs an image').waitFor()
    await editor.page.getByRole('img', { name: /^Wire from words to Screen: “Screen” needs an image/ }).waitFor()
  })
})

/** Whether the node is dimmed by the veil, to a quarter of its opacity. */
function isDim(editor: Editor, id: string): Promise<boolean> {
  return editor
    .node(id)
    .locator('rect.red-ui-flow-node')
    .evaluate((rect: any) => {
      const veil = document.querySelector('.daisychain-veil')
      if (!veil || Number(getComputedStyle(veil).fillOpacity) < 0.6) return false
      const { x, y, width, height } = rect.getBoundingClientRect()
      const corners = [0.02, 0.98].flatMap((dx) => [0.05, 0.95].map((dy) => [x + dx * width, y + dy * height]))
      return corners.every(([cx, cy]) => {
        const point = veil.ownerSVGElement.createSVGPoint()
        Object.assign(point, { x: cx, y: cy })
        return veil.isPointInFill(point.matrixTransform(veil.getScreenCTM().inverse()))
      })
    })
}

/** Presses + or − this many times; Node-RED 5 takes a moment for each. */
async function zoom({ page }: Editor, steps: number): Promise<void> {
  for (let step = 0; step < Math.abs(steps); step++) {
    const before = await page.evaluate(() => RED.view.scale() as number)
    await page.evaluate((action) => RED.actions.invoke(action), steps < 0 ? 'core:zoom-out' : 'core:zoom-in')
    await page.evaluate(zoomed, before)
  }
  await page.evaluate(() => document.getElementById('red-ui-workspace-chart').scrollTo(0, 0))
}

/** Runs in the page: waits until the zoom has changed and then stayed the same for some frames. */
async function zoomed(before: number): Promise<void> {
  let last = before
  for (let still = 0; still < 10; ) {
    await new Promise((done) => requestAnimationFrame(done))
    const now = RED.view.scale()
    still = now !== before && now === last ? still + 1 : 0
    last = now
  }
}

/** Runs in the page. */
function looksWhilePulling() {
  const styleOf = (element: unknown) => getComputedStyle(element)
  const rings = [...document.querySelectorAll('.daisychain-fits, .daisychain-nearly, .red-ui-flow-port-hovered')]
  return {
    line: styleOf(document.querySelector('.red-ui-flow-drag-line')).stroke as string,
    rings: rings.flatMap((port) => [styleOf(port).stroke, styleOf(port).fill]) as string[],
    font: styleOf(document.querySelector('.daisychain-tip')).fontFamily as string,
    editor: styleOf(document.querySelector('.red-ui-palette-label')).fontFamily as string,
  }
}

/** Runs in the page: the boxes of all nodes, and points of a wire. */
function drawnInPage({ from, to }: { from: string; to: string }) {
  const boxOf = (element: any) => {
    const { x, y, width, height } = element.getBoundingClientRect()
    return { x, y, width, height }
  }
  const nodes = [...document.querySelectorAll('rect.red-ui-flow-node')].map(boxOf)
  const group = [...document.querySelectorAll('g.red-ui-flow-link')].find(
    ({ __data__ }: any) => __data__.source.id === from && __data__.target.id === to,
  )
  const path = group.querySelector('.red-ui-flow-link-line')
  const wire = Array.from({ length: 60 }, (_, i) => {
    const { x, y } = path.getPointAtLength((path.getTotalLength() * i) / 59).matrixTransform(path.getScreenCTM())
    return { x, y } as { x: number; y: number }
  })
  return { nodes, wire }
}
