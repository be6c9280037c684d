// biome-ignore-all lint/suspicious/noExplicitAny: the functions that run in the page use the editor's own globals, which have no types here
import assert from 'node:assert/strict'
import type { Locator } from 'playwright-core'
import { randomPoint, readPoints, spaceOf, storePoints } from '../../src/latent'
import type { Editor } from './support/editor'
import { onOneVersion, type Session } from './support/suite'

declare const RED: any

const space = spaceOf({})
const points = storePoints(
  ['Morning', 'Evening'].map((name) => ({ name, vector: Float32Array.from(randomPoint(name, space)) })),
)

/**
 * The model is behind a junction and a switch, as it may be in real flows. The button sends `msg.point` or
 * nothing.
 */
function flow(settings: object = {}, model: object = {}) {
  const at = { z: 'tab', y: 200 }
  const rules = [{ t: 'else' }]
  return [
    { id: 'tab', type: 'tab', label: 'Latent' },
    { id: 'go', type: 'inject', ...at, x: 110, props: [], repeat: '', once: false, wires: [['n']] },
    { id: 'n', type: 'daisychain-latent', ...at, x: 260, wires: [['j']], name: '', length: '', seed: '', ...settings },
    { id: 'j', type: 'junction', ...at, x: 340, wires: [['s']] },
    { id: 's', type: 'switch', ...at, x: 430, property: 'payload', rules, outputs: 1, wires: [['g']] },
    { id: 'g', type: 'daisychain-stylegan', ...at, x: 600, variant: 'mini', truncation: 0.8, wires: [[]], ...model },
  ]
}

class Dialog {
  private constructor(
    readonly editor: Editor,
    readonly root: Locator,
  ) {}

  static async open(editor: Editor): Promise<Dialog> {
    await editor.edit('n')
    const root = editor.page.locator('#daisychain-explorer')
    await root.waitFor()
    // The dialog slides in: wait until it stops moving.
    for (let [place, before] = ['', '-']; place !== before; ) {
      await editor.page.waitForTimeout(250)
      before = place
      place = JSON.stringify(await root.boundingBox())
    }
    return new Dialog(editor, root)
  }

  button = (name: string | RegExp) => this.root.getByRole('button', { name })
  cell = (number: number) => this.root.locator('.daisychain-explorer-cell').nth(number)
  cards = () => this.root.locator('.daisychain-explorer-card')
  pad = () => this.root.getByRole('slider', { name: /move through latent space/ })

  /** The pictures in the grid, once all 12 are up to date. */
  async grid(): Promise<string[]> {
    await this.editor.page.waitForFunction(() => {
      const { document } = globalThis as any
      return (
        document.querySelectorAll('.daisychain-explorer-cell img[src]').length === 12 &&
        document.querySelectorAll('.daisychain-explorer-waiting').length === 0
      )
    })
    return this.sources('.daisychain-explorer-cell img')
  }

  sources(selector: string): Promise<string[]> {
    return this.root.locator(selector).evaluateAll((all) => all.map((image: any) => image.getAttribute('src') ?? ''))
  }

  /** The large picture, once it differs from `before`. */
  async large(before = ''): Promise<string> {
    for (;;) {
      const [now = ''] = await this.sources('[data-part=large]')
      if (now && now !== before) return now
      await this.editor.page.waitForTimeout(50)
    }
  }

  /** The large picture, once it shows the explorer's current place. */
  async settled(): Promise<string> {
    await this.root.locator('[data-part=large][aria-busy=false]').waitFor()
    return (await this.sources('[data-part=large]'))[0] ?? ''
  }

  async end(how: 'ok' | 'cancel'): Promise<void> {
    await (how === 'ok' ? this.editor.done() : this.editor.cancel())
  }
}

const kept = async ({ server }: Session) => {
  const node = (await server.getFlows()).find(({ id }) => id === 'n')
  return readPoints(node?.points)
}

const distance = (a: ArrayLike<number>, b: ArrayLike<number>) =>
  Math.sqrt(Array.from(a).reduce((sum, x, i) => sum + (x - (b[i] as number)) ** 2, 0))

onOneVersion('5.0', 'exploring latent space', (session) => {
  // Each of these tests makes dozens of pictures, which takes a while on a busy machine.
  beforeEach(function () {
    this.currentTest?.timeout(180_000)
  })

  it('shows the model’s pictures, picks, keeps, moves, and sends kept points', async () => {
    const editor = await session().open(flow())
    const dialog = await Dialog.open(editor)
    const first = await dialog.grid()
    assert.equal(new Set(first).size, 12, 'twelve different pictures')
    const start = await dialog.settled()
    await editor.screenshot('latent opened')

    await dialog.cell(5).getByRole('button', { name: 'Choose' }).click()
    const picked = await dialog.settled()
    assert.notEqual(picked, start)
    assert.equal(picked, first[5], 'what was chosen')
    await dialog.button(/Keep$/).click()
    await dialog.cell(6).hover()
    await dialog.cell(6).getByRole('button', { name: 'Keep this one' }).click()
    await dialog.root.locator('.daisychain-explorer-card img[src]').nth(1).waitFor()
    assert.deepEqual(await dialog.sources('.daisychain-explorer-card img'), [first[5], first[6]])
    await dialog.button('Re-sample').click()
    const second = await dialog.grid()
    assert.equal(new Set([...first, ...second]).size, 24, 'all of them are new')

    const box = await dialog.pad().boundingBox()
    if (!box) throw new Error('The pad is not on the screen.')
    const { mouse } = editor.page
    await mouse.move(box.x + box.width / 2, box.y + box.height / 2)
    await mouse.down()
    const seen = [await dialog.settled()]
    for (const part of [0.65, 0.8, 0.95]) {
      await mouse.move(box.x + box.width * part, box.y + box.height * 0.3, { steps: 4 })
      seen.push(await dialog.settled())
    }
    await mouse.up()
    assert.equal(new Set([picked, ...seen.slice(1)]).size, 4, 'the picture follows the pointer')
    await dialog.button(/Keep$/).click()
    await dialog.button('New directions').click()
    assert.equal(await dialog.settled(), seen[3], 'turning the pad goes nowhere')
    await dialog.root.locator('.daisychain-explorer-card img[src]').nth(2).waitFor()
    assert.equal((await dialog.sources('.daisychain-explorer-card img'))[2], seen[3], 'what the pad led to is kept')
    await dialog.cards().nth(2).getByRole('textbox').fill('Far out')
    await editor.screenshot('latent kept')
    await dialog.end('ok')
    assert.equal((await kept(session())).length, 0, 'nothing is deployed yet')
    await editor.deploy()

    const [one, , far, ...more] = await kept(session())
    assert.ok(one && far && more.length === 0)
    assert.equal(far.name, 'Far out')
    assert.ok(distance(one.vector, far.vector) > 5)
    await editor.press('go')
    await editor.node('g').locator('.daisychain-preview image').waitFor()
    assert.deepEqual(editor.errors, [])
  })

  it('keeps points as one step of the editor’s history, undoes inside the dialog too, and keeps nothing on Cancel', async () => {
    const editor = await session().open(flow({ points }))
    const names = () => editor.page.evaluate(() => RED.nodes.node('n').points.map(({ name }: any) => name) as string[])
    const dialog = await Dialog.open(editor)
    const fields = () =>
      dialog
        .cards()
        .getByRole('textbox')
        .evaluateAll((all) => all.map((field: any) => field.value))
    await dialog.root.locator('.daisychain-explorer-card img[src]').nth(1).waitFor()

    const card = dialog.cards().nth(0)
    await card.getByRole('button', { name: 'Copy' }).click()
    assert.deepEqual(await fields(), ['Morning', 'Morning 2', 'Evening'])
    await dialog.cards().nth(2).getByRole('button', { name: 'Move to the front' }).click()
    assert.deepEqual(await fields(), ['Morning', 'Evening', 'Morning 2'])
    await editor.page.keyboard.press('Alt+ArrowLeft')
    assert.deepEqual(await fields(), ['Evening', 'Morning', 'Morning 2'])
    await editor.page.keyboard.press('Delete')
    assert.deepEqual(await fields(), ['Morning', 'Morning 2'])
    await editor.page.keyboard.press('Control+z')
    assert.deepEqual(await fields(), ['Evening', 'Morning', 'Morning 2'])
    await dialog.button('Redo').click()
    assert.deepEqual(await fields(), ['Morning', 'Morning 2'])
    await dialog.cards().nth(1).dragTo(dialog.cards().nth(0))
    assert.deepEqual(await fields(), ['Morning 2', 'Morning'])
    await dialog.end('ok')
    assert.deepEqual(await names(), ['Morning 2', 'Morning'])
    await editor.undo()
    assert.deepEqual(await names(), ['Morning', 'Evening'])
    await editor.redo()
    assert.deepEqual(await names(), ['Morning 2', 'Morning'])

    const again = await Dialog.open(editor)
    await again.button(/Keep$/).click()
    await again.end('cancel')
    assert.deepEqual(await names(), ['Morning 2', 'Morning'])
    assert.deepEqual(editor.errors, [])
  })

  it('can be used with the keyboard alone', async () => {
    const editor = await session().open(flow())
    const dialog = await Dialog.open(editor)
    await dialog.grid()
    const start = await dialog.settled()
    const { keyboard } = editor.page
    await dialog.cell(0).locator('.daisychain-explorer-pick').focus()
    for (const key of ['ArrowRight', 'ArrowDown', 'Enter']) await keyboard.press(key)
    assert.equal(await dialog.cell(5).locator('.daisychain-explorer-pick').getAttribute('aria-pressed'), 'true')
    const picked = await dialog.settled()
    assert.notEqual(picked, start)
    await keyboard.press('k')
    assert.equal(await dialog.cards().count(), 1)
    await dialog.pad().focus()
    for (const key of ['Shift+ArrowRight', 'Shift+ArrowUp']) await keyboard.press(key)
    assert.notEqual(await dialog.settled(), picked)
    await keyboard.press('Home')
    assert.equal(await dialog.settled(), picked)
    assert.deepEqual(editor.errors, [])
  })

  it('applies similarity, and the model’s truncation', async () => {
    const editor = await session().open(flow({ points }))
    const dialog = await Dialog.open(editor)
    await dialog.grid()
    const varied = await dialog.settled()
    await dialog.root.locator('[data-part=similarity]').fill('1')
    assert.equal(new Set(await dialog.grid()).size, 1, 'all the same')
    await dialog.end('cancel')

    await editor.page.evaluate(() => {
      RED.nodes.node('g').truncation = 0
    })
    const average = await Dialog.open(editor)
    await average.root.locator('[data-part=similarity]').fill('0')
    assert.equal(new Set(await average.grid()).size, 1, 'without deploying: all are the average')
    assert.notEqual(await average.settled(), varied)
    assert.deepEqual(editor.errors, [])
  })

  it('reports a missing model, and walks with its settings', async () => {
    const editor = await session().open([...flow({ points }).filter(({ id }) => id !== 'g')])
    const dialog = await Dialog.open(editor)
    await dialog.root.getByText('Connect this node to an image generator').waitFor()
    await editor.screenshot('latent without model')
    await editor.page.getByRole('link', { name: 'Send' }).click()
    await editor.page.locator('#node-input-sends').selectOption('walk')
    await editor.page.locator('#node-input-pace').selectOption('play')
    await editor.page.locator('#node-input-rate').fill('20')
    await editor.screenshot('latent send')
    await dialog.end('ok')
    await editor.deploy()
    await editor.press('go')
    await editor
      .node('n')
      .getByText(/^\d+\/80$/)
      .waitFor()
    assert.deepEqual(editor.errors, [])
  })

  it('reports points that it can’t show, and changes none of them', async () => {
    const foreign = storePoints([{ name: 'Small', vector: Float32Array.of(1, 2, 3) }, ...readPoints(points)])
    const editor = await session().open(flow({ points: foreign }))
    const dialog = await Dialog.open(editor)
    await dialog.grid()
    await dialog
      .cards()
      .nth(0)
      .getByRole('button', { name: /Show it/ })
      .click()
    await dialog.root.getByText('This point has 3 numbers, but the model needs 512').waitFor()
    await dialog.end('cancel')

    const broken = await session().open(flow({ points: [{ name: 'x', vector: '?' }] }))
    const again = await Dialog.open(broken)
    await again.grid()
    await again.root.getByText('Points kept in this node cannot be shown').waitFor()
    await again.end('ok')
    const stays = await broken.page.evaluate(() => RED.nodes.node('n').points[0].vector as string)
    assert.equal(stays, '?')
    assert.deepEqual([...editor.errors, ...broken.errors], [])
  })

  it('is legible in the dark theme, and plays the walk', async () => {
    const editor = await session().open(flow({ points }), { dark: true, width: 1100 })
    const dialog = await Dialog.open(editor)
    await dialog.grid()
    const still = await dialog.settled()
    await dialog.button('Watch the walk').click()
    const one = await dialog.large(still)
    await dialog.large(one)
    await editor.screenshot('latent dark')
    await dialog.button('Watch the walk').click()
    assert.equal(await dialog.settled(), still, 'then it is back where it was')
    assert.deepEqual(editor.errors, [])
  })
})
