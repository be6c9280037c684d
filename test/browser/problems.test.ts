import assert from 'node:assert/strict'
import { contrastOf } from './support/contrast'
import { onOneVersion } from './support/suite'
import { typedFlow } from './support/typed-flow'

declare const RED: { view: { selection(): { links?: { target: { id: string } }[] } }; workspaces: { active(): string } }

onOneVersion('4.1', 'the list of problems', (session) => {
  it('can be used with the keyboard: it lists, jumps there, and fixes', async () => {
    const elsewhere = [{ id: 'tab2', type: 'tab', label: 'Elsewhere' }]
    const editor = await session().open([...typedFlow({ words: ['show'], labels: ['show'] }), ...elsewhere])
    await editor.showTab('tab2')
    await editor.action('daisychain:show-problems')
    const { page } = editor
    const rows = page.locator('.daisychain-problem')
    assert.equal(await rows.count(), 2)
    const texts = await rows.locator('.daisychain-problem-text').allTextContents()
    const wordsFirst = /“words” gives/.test(texts[0] ?? '')
    const labelsRow = rows.filter({ hasText: '“labels” gives' })

    await rows.first().locator('.daisychain-problem-text').focus()
    await page.keyboard.press(wordsFirst ? 'ArrowDown' : 'ArrowUp')
    assert.match((await page.locator('.daisychain-problem-text:focus').textContent()) ?? '', /“labels” gives/)
    await page.keyboard.press('Enter')
    assert.equal(await page.evaluate(() => RED.workspaces.active()), 'tab')
    assert.deepEqual(await page.evaluate(() => RED.view.selection().links?.map(({ target }) => target.id)), ['show'])
    await editor.screenshot('problems')

    await labelsRow.locator('.daisychain-problem-text').focus()
    await page.keyboard.press('Tab')
    assert.equal(await page.locator('button:focus').textContent(), 'Insert converter')
    await page.keyboard.press('Enter')
    await editor.settle()
    assert.equal(await rows.count(), 1)

    await rows.getByRole('button', { name: 'Remove wire' }).press('Enter')
    await editor.settle()
    assert.equal(await rows.count(), 0)
    await page.getByText('All wires between typed ports fit.').waitFor()
    assert.deepEqual(editor.errors, [])
  })

  it('shows names as typed, never as HTML', async () => {
    const hostile = '<img src=x onerror="hacked=1">'
    const flow = typedFlow({ words: ['show'] }).map((node) =>
      node.id === 'show' || node.id === 'words' ? { ...node, name: hostile } : node,
    )
    const editor = await session().open(flow)
    await editor.action('daisychain:show-problems')
    assert.ok((await editor.page.locator('.daisychain-problem-text').textContent())?.includes(hostile))
    const middle = await editor.wireMiddle({ from: 'words', to: 'show' })
    await editor.page.mouse.move(middle.x, middle.y)
    await editor.page.locator('.daisychain-tip.daisychain-shown').waitFor()
    await editor.drawWire({ from: 'labels', to: 'show' })
    await editor.page.locator('.daisychain-wire-notice').waitFor()
    assert.equal(
      await editor.page.locator('.daisychain-problems img, .daisychain-tip img, .daisychain-wire-notice img').count(),
      0,
    )
    assert.equal(await editor.page.evaluate(() => 'hacked' in globalThis), false)
  })

  it('reports faults in other packages’ declarations', async () => {
    const editor = await session().open(typedFlow())
    const sentence = 'their-package: The declaration of “sharpen” is wrong: there is no "<b>input" here.'
    await editor.page.route('**/daisychain/declarations/mistakes', (route) => route.fulfill({ json: [sentence] }))
    await editor.reload()
    await editor.action('daisychain:show-problems')
    const mistake = editor.page.locator('.daisychain-mistake')
    await mistake.waitFor()
    assert.equal(await mistake.textContent(), sentence)
  })

  it('is legible in the dark theme, if there is one', async () => {
    const editor = await session().open(typedFlow({ words: ['show', 'read'], labels: ['show'], unknown: ['read'] }), {
      dark: true,
    })
    await editor.action('daisychain:show-problems')
    await editor.screenshot('problems, dark theme')
    const text = await editor.page.locator('.daisychain-problem-text').first().evaluate(contrastOf)
    assert.ok(text > 4.5, `the text's contrast is only ${text.toFixed(1)}`)
  })
})
