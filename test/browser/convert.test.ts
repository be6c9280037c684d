import assert from 'node:assert/strict'
import type { Page } from 'playwright-core'
import { eventually } from './support/eventually'
import { onEachVersion } from './support/suite'

const tab = { id: 'tab', type: 'tab', label: 'Convert' }
const converter = (settings: object = {}) => [
  tab,
  { id: 'n', type: 'daisychain-convert', z: 'tab', x: 300, y: 200, wires: [[]], ...settings },
]

/** The visible rows of the dialog, as the names of their settings. */
function shownRows(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const { document } = globalThis as unknown as { document: { querySelectorAll(selector: string): Iterable<Row> } }
    interface Row {
      offsetParent: unknown
      querySelector(selector: string): { id: string } | null
    }
    return [...document.querySelectorAll('#dialog-form [data-when]')]
      .filter(({ offsetParent }) => offsetParent !== null)
      .map((row) => row.querySelector('[id^="node-input"], [id^="daisychain-convert"]')?.id.replace(/^.*-/, '') ?? '')
  })
}

onEachVersion("the converter's dialog", (session) => {
  it('shows the settings of the chosen converter, and keeps what is typed', async () => {
    const editor = await session().open(converter())
    const { page } = editor
    await editor.edit('n')
    const choice = page.locator('#node-input-converter')
    await choice.waitFor()
    await eventually(async () => assert.equal(await choice.inputValue(), 'auto'))
    await eventually(async () => assert.deepEqual(await shownRows(page), []))

    const rows: Record<string, string[]> = {
      join: ['separator', 'field'],
      pick: ['index', 'field'],
      'remap-labels': ['labels', 'map', 'otherwise'],
      draw: ['on', 'width', 'lineWidth'],
      encode: ['format', 'quality'],
      choose: ['choices', 'map', 'otherwise'],
    }
    for (const [converter, expected] of Object.entries(rows)) {
      await choice.selectOption(converter)
      await eventually(async () => assert.deepEqual(await shownRows(page), expected, converter))
      await editor.screenshot(`convert ${converter}`)
    }

    await page.locator('#daisychain-convert-choices').fill('cat\n\n dog \n')
    await page.locator('#node-input-otherwise').fill('dog')
    const map = page.locator('.form-row', { has: page.locator('#daisychain-convert-map') })
    await map.locator('.red-ui-editableList-addButton').click()
    await map.locator('.daisychain-from').fill('kitten')
    await map.locator('.daisychain-to').fill('cat')
    await editor.done()
    await editor.deploy()

    const node = (await session().server.getFlows()).find(({ id }) => id === 'n')
    assert.deepEqual([node?.converter, node?.choices, node?.otherwise], ['choose', ['cat', 'dog'], 'dog'])
    assert.deepEqual(node?.map, [{ from: 'kitten', to: 'cat' }])
    assert.deepEqual(editor.errors, [])
  })

  it('shows the settings of a proposed converter, and keeps them', async () => {
    const settings = {
      converter: 'remap-labels',
      labels: ['wall', 'bed'],
      colors: ['#010203', '#ff0000'],
      otherwise: 'wall',
    }
    const map = [{ from: 'sofa', to: 'bed' }]
    const editor = await session().open(converter({ ...settings, map }))
    const { page } = editor
    await editor.edit('n')
    await page.locator('#node-input-converter').waitFor()
    await editor.screenshot('convert labels')
    const values = (selector: string) =>
      page
        .locator(selector)
        .evaluateAll((fields) => fields.map((field) => (field as unknown as { value: string }).value))
    assert.deepEqual(await values('.daisychain-label'), settings.labels)
    assert.deepEqual(await values('.daisychain-color'), settings.colors)
    await page.locator('#node-input-name').fill('labels')
    await editor.done()
    await editor.deploy()
    const node = (await session().server.getFlows()).find(({ id }) => id === 'n')
    assert.deepEqual(
      [node?.labels, node?.colors, node?.map, node?.otherwise],
      [settings.labels, settings.colors, map, 'wall'],
    )
    assert.deepEqual(editor.errors, [])
  })
})
