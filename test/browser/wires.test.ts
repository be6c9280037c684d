import assert from 'node:assert/strict'
import { problemColors, typeColors } from '../../src/editor/canvas/colors'
import { rgb } from './support/color'
import { onEachVersion } from './support/suite'
import { typedFlow } from './support/typed-flow'

// biome-ignore lint/suspicious/noExplicitAny: the editor's own global, which has no types here
declare const RED: any

onEachVersion('wires in the editor', (session) => {
  it('are solid in the type’s colour if they fit, and thin dashes if nothing is known', async () => {
    const editor = await session().open(typedFlow({ words: ['read', 'plain'], unknown: ['show', 'plain'] }))
    const fits = await editor.wireLook({ from: 'words', to: 'read' })
    assert.equal(fits?.stroke, rgb(typeColors.text))
    assert.equal(fits?.dashes, 'none')
    const unknown = await editor.wireLook({ from: 'unknown', to: 'show' })
    assert.equal(unknown?.dashes, '3px, 5px')
    const untyped = await editor.wireLook({ from: 'unknown', to: 'plain' })
    assert.equal(untyped?.classes.includes('daisychain-typed'), false, 'a wire between untyped nodes is left alone')
    assert.deepEqual(editor.errors, [])
  })

  it('turn red if they don’t fit, with a notice, a triangle and a question at Deploy; undo removes them all', async () => {
    const editor = await session().open(typedFlow())
    await editor.drawWire({ from: 'words', to: 'show' })
    const look = await editor.wireLook({ from: 'words', to: 'show' })
    assert.equal(look?.stroke, rgb(problemColors.mismatch))
    assert.equal(look?.dashes, '9px, 6px')
    const notice = editor.page.locator('.daisychain-wire-notice')
    await notice.getByText(/needs an image, but “words” gives text/).waitFor()
    assert.equal(await editor.triangle('show').isVisible(), true)
    await editor.screenshot('wrong wire')
    await notice.getByRole('button', { name: 'Keep' }).click()
    await notice.waitFor({ state: 'detached' })

    await editor.page.locator('#red-ui-header-button-deploy').click()
    await editor.page.getByText('not properly configured').waitFor()
    await editor.page
      .getByRole('button', { name: 'Cancel' })
      .or(editor.page.locator('.red-ui-notification .pull-left'))
      .first()
      .dispatchEvent('click') // it is still sliding in

    await editor.undo()
    assert.equal(await editor.wireLook({ from: 'words', to: 'show' }), null)
    assert.equal(await editor.triangle('show').isVisible(), false)
    assert.deepEqual(await editor.problems(), [])
    await editor.redo()
    assert.equal((await editor.wireLook({ from: 'words', to: 'show' }))?.stroke, rgb(problemColors.mismatch))
    assert.deepEqual(editor.errors, [])
  })

  it('take their notice with them when they are undone, or when a node at their ends is removed', async () => {
    // Lower down, so that the first notice hides no port.
    const flow = typedFlow().map((node) => ('y' in node ? { ...node, y: Number(node.y) + 160 } : node))
    const editor = await session().open(flow)
    const notice = editor.page.locator('.daisychain-wire-notice')
    await editor.drawWire({ from: 'words', to: 'show' })
    await notice.waitFor()
    await editor.undo()
    await notice.waitFor({ state: 'detached' })

    // The second notice replaces the first, and stays when the first one's wire is removed.
    await editor.drawWire({ from: 'words', to: 'show' })
    await notice.getByText('“words” gives').waitFor()
    await editor.drawWire({ from: 'labels', to: 'read' })
    await notice.getByText('“labels” gives').waitFor()
    await editor.page.evaluate(() => {
      RED.nodes.removeLink(RED.nodes.filterLinks({ source: { id: 'words' } })[0])
      RED.view.redraw(true)
    })
    await editor.settle()
    assert.equal(await notice.isVisible(), true)
    await editor.page.evaluate(() => RED.nodes.remove('read'))
    await notice.waitFor({ state: 'detached' })
    assert.deepEqual(editor.errors, [])
  })

  it('can be undone with Ctrl+Z at once, and after Escape', async () => {
    const editor = await session().open(typedFlow())
    const isDrawn = async () => (await editor.wires()).some(({ from }) => from === 'words')
    const notice = editor.page.locator('.daisychain-wire-notice')
    for (const keys of [['Control+z'], ['Escape', 'Control+z']]) {
      await editor.drawWire({ from: 'words', to: 'show' })
      await notice.waitFor()
      assert.equal(await isDrawn(), true)
      for (const key of keys) await editor.page.keyboard.press(key)
      await notice.waitFor({ state: 'detached' })
      await editor.settle()
      assert.equal(await isDrawn(), false, keys.join())
    }
    assert.deepEqual(editor.errors, [])
  })

  it('get a converter with one key; it runs once deployed; one undo removes it again', async () => {
    const editor = await session().open(typedFlow())
    await editor.drawWire({ from: 'labels', to: 'show' })
    const drawn = await editor.wireLook({ from: 'labels', to: 'show' })
    assert.equal(drawn?.stroke, rgb(problemColors.convertible))
    const notice = editor.page.locator('.daisychain-wire-notice')
    assert.equal(await notice.locator('button:focus').textContent(), 'Insert converter')
    await editor.page.keyboard.press('Enter')
    await notice.waitFor({ state: 'detached' })
    await editor.settle()

    const wires = await editor.wires()
    const into = wires.find(({ from }) => from === 'labels')
    const out = wires.find(({ to }) => to === 'show')
    assert.ok(into && out && into.to === out.from, 'the converter stands between the two')
    assert.equal((await editor.wireLook(out))?.stroke, rgb(typeColors.image))
    assert.deepEqual(await editor.problems(), [])
    await editor.screenshot('converter inserted')

    await editor.undo()
    assert.deepEqual(
      (await editor.wires()).filter(({ from }) => from === 'labels'),
      [{ from: 'labels', port: 0, to: 'show' }],
    )
    assert.equal((await editor.problems()).length, 1)
    await editor.redo()
    assert.deepEqual(await editor.problems(), [])

    await editor.deploy()
    await editor.press('press-labels')
    await editor.node('show').getByText('image 8 by 6, 3 channels').waitFor()
    assert.deepEqual(editor.errors, [])
  })

  it('can be removed in the notice, as a single step that can be undone', async () => {
    const editor = await session().open(typedFlow())
    await editor.drawWire({ from: 'words', to: 'show' })
    await editor.page.locator('.daisychain-wire-notice').getByRole('button', { name: 'Remove wire' }).click()
    await editor.settle()
    assert.equal(
      (await editor.wires()).some(({ from }) => from === 'words'),
      false,
    )
    await editor.undo()
    assert.equal(
      (await editor.wires()).some(({ from, to }) => from === 'words' && to === 'show'),
      true,
    )
    assert.equal((await editor.problems()).length, 1)
  })

  it('say what they carry, or what is wrong, on hover', async () => {
    const editor = await session().open(typedFlow({ words: ['show', 'read'] }))
    const tip = editor.page.locator('.daisychain-tip')
    const wrong = await editor.wireMiddle({ from: 'words', to: 'show' })
    await editor.page.mouse.move(wrong.x, wrong.y)
    await tip.getByText(/needs an image, but “words” gives text/).waitFor()
    await editor.page.mouse.move(wrong.x, wrong.y + 300)
    await tip.waitFor({ state: 'hidden' })
    const right = await editor.wireMiddle({ from: 'words', to: 'read' })
    await editor.page.mouse.move(right.x, right.y)
    await tip.getByText(/“words” gives text/).waitFor()
  })

  it('end in ports that say what they need and output', async () => {
    const editor = await session().open(typedFlow())
    const tip = editor.page.locator('.red-ui-flow-port-tooltip')
    await editor.port('show', 'input').hover()
    await tip.getByText('Needs an image').waitFor()
    await editor.port('words', 'output').hover()
    await tip.getByText('Gives text').waitFor()
    const fill = (id: string) => editor.port(id, 'input').locator('.red-ui-flow-port').evaluate(fillInPage)
    assert.equal(await fill('show'), rgb(typeColors.image))
    assert.equal(await fill('read'), rgb(typeColors.text))
  })

  it('are redrawn after a change of tab, a paste, an import and a reload', async () => {
    const second = [{ id: 'tab2', type: 'tab', label: 'Second' }]
    const editor = await session().open([...typedFlow({ words: ['show'] }), ...second])
    const wrong = rgb(problemColors.mismatch)
    await editor.showTab('tab2')
    await editor.showTab('tab')
    await editor.settle()
    assert.equal((await editor.wireLook({ from: 'words', to: 'show' }))?.stroke, wrong)

    await editor.showTab('tab2')
    await editor.settle()
    const copy = [
      { id: 'giver', type: 'test-words', z: 'tab2', name: '', x: 300, y: 300, wires: [['taker']] },
      { id: 'taker', type: 'test-show', z: 'tab2', name: '', x: 600, y: 300, wires: [] },
    ]
    await editor.import(copy)
    assert.equal((await editor.wireLook({ from: 'giver', to: 'taker' }))?.stroke, wrong)
    assert.equal((await editor.problems()).length, 2)

    await editor.clickCanvas(700, 520)
    await editor.page.keyboard.press('Control+a')
    await editor.page.keyboard.press('Control+c')
    await editor.page.keyboard.press('Control+v')
    await editor.clickCanvas(400, 500)
    await editor.settle()
    assert.equal((await editor.problems()).length, 3)
    await editor.undo()
    assert.equal((await editor.problems()).length, 2)
    await editor.undo()
    assert.equal((await editor.problems()).length, 1)

    await editor.reload()
    await editor.showTab('tab')
    await editor.settle()
    assert.equal((await editor.wireLook({ from: 'words', to: 'show' }))?.stroke, wrong)
    assert.deepEqual(editor.errors, [])
  })

  it('follow the environment of a group', async () => {
    const group = { id: 'group', type: 'group', z: 'tab', nodes: ['pick'], x: 250, y: 440, w: 200, h: 80 }
    const flow = (field: string) => [
      ...typedFlow(),
      { ...group, env: [{ name: 'CONVERTER', value: field, type: 'str' }] },
      {
        id: 'pick',
        type: 'daisychain-convert',
        z: 'tab',
        g: 'group',
        // biome-ignore lint/suspicious/noTemplateCurlyInString: Node-RED puts the variable in
        converter: '${CONVERTER}',
        x: 350,
        y: 480,
        wires: [['show']],
      },
    ]
    const writes = await session().open(flow('write-number'))
    assert.equal((await writes.wireLook({ from: 'pick', to: 'show' }))?.stroke, rgb(problemColors.mismatch))
    const colors = await session().open(flow('color-labels'))
    assert.equal((await colors.wireLook({ from: 'pick', to: 'show' }))?.stroke, rgb(typeColors.image))
  })

  it('are rechecked where they are moved to, with the shift key', async () => {
    const editor = await session().open(typedFlow({ words: ['read'] }))
    const center = async (id: string) => {
      const box = await editor.port(id, 'input').boundingBox()
      assert.ok(box)
      return { x: box.x + box.width / 2, y: box.y + box.height / 2 }
    }
    const [start, end] = [await center('read'), await center('show')]
    await editor.page.keyboard.down('Shift')
    await editor.page.mouse.move(start.x, start.y)
    await editor.page.mouse.down()
    await editor.page.mouse.move(end.x, end.y, { steps: 6 })
    await editor.page.mouse.up()
    await editor.page.keyboard.up('Shift')
    await editor.settle()
    assert.deepEqual(
      (await editor.wires()).filter(({ from }) => from === 'words'),
      [{ from: 'words', port: 0, to: 'show' }],
    )
    assert.equal((await editor.wireLook({ from: 'words', to: 'show' }))?.stroke, rgb(problemColors.mismatch))
    await editor.page.locator('.daisychain-wire-notice').waitFor()
    await editor.undo()
    assert.equal((await editor.wireLook({ from: 'words', to: 'read' }))?.stroke, rgb(typeColors.text))
    assert.deepEqual(editor.errors, [])
  })

  it('are checked when a node is dropped on a wire, like drawn ones; undo shows no notice', async () => {
    const adjust = { id: 'adjust', type: 'daisychain-adjust', z: 'tab', name: '', x: 290, y: 440, wires: [[]] }
    const editor = await session().open([...typedFlow({ words: ['read'] }), adjust])
    const notice = editor.page.locator('.daisychain-wire-notice')
    const center = async (locator: ReturnType<typeof editor.node>) => {
      const box = await locator.boundingBox()
      assert.ok(box)
      return { x: box.x + box.width / 2, y: box.y + box.height / 2 }
    }
    const start = await center(editor.node('adjust').locator('.red-ui-flow-node'))
    const [from, to] = [await center(editor.port('words', 'output')), await center(editor.port('read', 'input'))]
    await editor.page.mouse.move(start.x, start.y)
    await editor.page.mouse.down()
    await editor.page.mouse.move((from.x + to.x) / 2, (from.y + to.y) / 2, { steps: 12 })
    await editor.page.locator('.red-ui-flow-link-splice').waitFor({ state: 'attached' })
    await editor.page.mouse.up()
    await editor.settle()
    assert.equal((await editor.wireLook({ from: 'words', to: 'adjust' }))?.stroke, rgb(problemColors.mismatch))
    await notice.getByText(/needs an image, but “words” gives text/).waitFor()
    await editor.screenshot('spliced')
    await notice.getByRole('button', { name: 'Keep' }).click()
    await editor.undo()
    assert.equal((await editor.wireLook({ from: 'words', to: 'read' }))?.stroke, rgb(typeColors.text))
    assert.equal(await notice.count(), 0)
    assert.deepEqual(editor.errors, [])
  })

  it('are marked on a locked tab, where nothing can be inserted', async () => {
    const [tab, ...nodes] = typedFlow({ labels: ['show'] })
    const editor = await session().open([{ ...tab, locked: true } as (typeof nodes)[number], ...nodes])
    assert.equal((await editor.wireLook({ from: 'labels', to: 'show' }))?.stroke, rgb(problemColors.convertible))
    await editor.startWire('words')
    await editor.page.mouse.up()
    assert.equal(
      (await editor.wires()).some(({ from }) => from === 'words'),
      false,
    )
    await editor.action('daisychain:show-problems')
    const problems = editor.page.locator('.daisychain-problems')
    await problems.getByText(/“labels” gives a label map/).waitFor()
    assert.equal(await problems.getByRole('button', { name: /^(Insert converter|Remove wire)$/ }).count(), 0)
    assert.deepEqual(editor.errors, [])
  })

  it('are checked inside subflows and through their instances', async () => {
    const subflow = [
      {
        id: 'sub',
        type: 'subflow',
        name: 'Inside',
        in: [{ x: 60, y: 100, wires: [{ id: 'inner' }] }],
        out: [{ x: 500, y: 100, wires: [{ id: 'made', port: 0 }] }],
      },
      { id: 'inner', type: 'test-show', z: 'sub', name: 'inner show', x: 250, y: 100, wires: [] },
      { id: 'made', type: 'test-words', z: 'sub', name: '', x: 250, y: 200, wires: [[]] },
      { id: 'use', type: 'subflow:sub', z: 'tab', name: '', x: 480, y: 80, wires: [[]] },
    ]
    const editor = await session().open([...typedFlow(), ...subflow])
    assert.deepEqual(await editor.problems(), [])
    await editor.drawWire({ from: 'use', to: 'show' })
    assert.equal((await editor.wireLook({ from: 'use', to: 'show' }))?.stroke, rgb(problemColors.mismatch))
    await editor.page.locator('.daisychain-wire-notice').getByRole('button', { name: 'Remove wire' }).click()
    await editor.settle()

    await editor.drawWire({ from: 'words', to: 'use' })
    const [problem] = await editor.problems()
    assert.equal(problem?.to.id, 'use', 'the wire to the instance is the wrong one')
    assert.equal((await editor.wireLook({ from: 'words', to: 'use' }))?.stroke, rgb(problemColors.mismatch))
    await editor.showTab('sub')
    await editor.settle()
    const inner = await editor.page.evaluate(() => document.querySelectorAll('g.daisychain-mismatch').length)
    assert.equal(inner, 0, 'nothing is wrong inside the subflow, which all instances share')
    assert.deepEqual(editor.errors, [])
  })
})

declare const document: { querySelectorAll(selector: string): { length: number } }

/** Runs in the page. */
function fillInPage(element: unknown): string {
  const { getComputedStyle } = globalThis as unknown as { getComputedStyle(of: unknown): { fill: string } }
  return getComputedStyle(element).fill
}
