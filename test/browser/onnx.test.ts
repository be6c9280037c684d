import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { UserManifest } from '../../src/inspect'
import type { Editor } from './support/editor'
import { onOneVersion } from './support/suite'
import { packageFolder } from './support/versions'

const fixture = (name: string) => join(packageFolder, 'test/fixtures/inspect', name)
const photo = join(packageFolder, 'nodes/onnx/sample.jpg')
const tab = { id: 'tab', type: 'tab', label: 'Any model' }
const press = { id: 'go', type: 'inject', z: 'tab', x: 120, y: 120, props: [{ p: 'payload' }], payloadType: 'str' }

/** Opens the node's dialog and enters a model file. */
async function choose(editor: Editor, id: string, file: string): Promise<void> {
  await editor.edit(id)
  const field = editor.page.locator('#node-input-file')
  await field.waitFor()
  await field.fill(file)
  await field.press('Tab')
}

/** Drags a node of this type from the palette to the canvas, and returns its id. */
async function drop(editor: Editor, type: string, x: number, y: number): Promise<string> {
  const { page } = editor
  await page.locator('#red-ui-palette-search input').fill(type.replace('daisychain-', ''))
  const entry = page.locator(`.red-ui-palette-node[data-palette-type="${type}"]`)
  await entry.dragTo(page.locator('#red-ui-workspace-chart'), { targetPosition: { x, y } })
  await page.locator('#red-ui-palette-search input').fill('')
  await editor.settle()
  const id = await page.evaluate((wanted) => {
    // biome-ignore lint/suspicious/noExplicitAny: the editor's own global
    const { RED } = globalThis as any
    let found = ''
    RED.nodes.eachNode((node: { id: string; type: string }) => {
      if (node.type === wanted) found = node.id
    })
    return found
  }, type)
  assert.ok(id, `no ${type} on the canvas`)
  return id
}

function readManifest(value: unknown): UserManifest {
  assert.ok(value, 'the node keeps a manifest')
  return value as UserManifest
}

onOneVersion('5.0', 'any ONNX file', (session) => {
  it('becomes a typed node that runs, within a minute and without code', async () => {
    const started = Date.now()
    const editor = await session().open([tab, { ...press, payload: photo, wires: [[]] }])
    const { page } = editor
    const id = await drop(editor, 'daisychain-onnx', 420, 120)
    await choose(editor, id, fixture('invert.onnx'))

    await page.locator('#daisychain-onnx-takes .daisychain-onnx-port').waitFor()
    assert.match((await page.locator('#daisychain-onnx-takes').textContent()) ?? '', /24 × 16/)
    const kinds = page.locator('#daisychain-onnx .daisychain-onnx-head select')
    assert.deepEqual(await kinds.evaluateAll((all) => all.map((one) => (one as unknown as { value: string }).value)), [
      'picture',
      'picture',
    ])
    await page.locator('#daisychain-onnx-try').click()
    await page.locator('.daisychain-onnx-results img').waitFor()
    assert.match((await page.locator('.daisychain-onnx-trial').textContent()) ?? '', /\d+ ms on cpu/)
    await page.locator('#daisychain-onnx-try').scrollIntoViewIfNeeded()
    await editor.screenshot('onnx dialog tried')
    await editor.done()

    await editor.drawWire({ from: 'go', to: id })
    await editor.deploy()
    const room = await editor.node(id).locator('.red-ui-flow-node').boundingBox()
    await editor.press('go')
    await editor.picture(id).waitFor()
    const filled = await editor.node(id).locator('.red-ui-flow-node').boundingBox()
    assert.deepEqual(filled, room, 'the node has room for its picture before the first run')
    assert.ok((await editor.shownPicture(id))?.startsWith('data:image/'))
    assert.ok(Date.now() - started < 60_000, 'within a minute')
    await editor.screenshot('onnx node ran')
    assert.deepEqual(editor.errors, [])
  })

  it('is judged by the chosen types, at once', async () => {
    const editor = await session().open([
      tab,
      { ...press, payload: 'text', wires: [[]] },
      { id: 'n', type: 'daisychain-onnx', z: 'tab', x: 380, y: 120, wires: [[]] },
      { id: 'next', type: 'daisychain-im2txt', z: 'tab', x: 640, y: 120, wires: [[]] },
    ])
    const { page } = editor
    await choose(editor, 'n', fixture('classes.onnx'))
    await page.locator('#daisychain-onnx-gives').getByText('red, green, blue, none').waitFor()
    await editor.screenshot('onnx dialog classes')
    await editor.done()
    await editor.drawWire({ from: 'n', to: 'next' })
    const [problem] = await editor.problems()
    assert.equal(problem?.to.id, 'next')
    assert.match(problem?.message ?? '', /one of red, green, blue and none/)
    // The notice may cover the node.
    await page.locator('.daisychain-wire-notice').getByRole('button', { name: 'Keep' }).click()
    await page.locator('.daisychain-wire-notice').waitFor({ state: 'detached' })

    await choose(editor, 'n', fixture('mask.onnx'))
    await page.locator('#daisychain-onnx-gives').getByText('a mask').waitFor()
    await editor.done()
    await editor.settle()
    assert.deepEqual(await editor.problems(), [])
    assert.deepEqual(editor.errors, [])
  })

  it('asks what the file doesn’t state, and a click answers', async () => {
    const editor = await session().open([
      tab,
      { id: 'n', type: 'daisychain-onnx', z: 'tab', x: 380, y: 120, wires: [[]] },
    ])
    const { page } = editor
    await choose(editor, 'n', fixture('classes.onnx'))
    const question = page.locator('#daisychain-onnx-question')
    await question.getByText('Which result is right?').waitFor()
    const ways = question.locator('.daisychain-onnx-way')
    await ways.nth(1).waitFor()
    await editor.screenshot('onnx dialog question')
    const numbers = page.locator('#daisychain-onnx-takes').getByLabel('Numbers')
    const before = await numbers.inputValue()
    await ways.nth(1).click()
    await question.waitFor({ state: 'hidden' })
    assert.notEqual(await numbers.inputValue(), before)
    await editor.done()
    await editor.edit('n')
    await numbers.waitFor()
    assert.equal(await question.isVisible(), false)
    // One picture proves little, so the dialog tries two.
    await page.locator('#daisychain-onnx-try').click()
    await page.locator('.daisychain-onnx-samples').nth(1).waitFor()
    // Trying a picture of one's own keeps the current choice, and its result stays visible.
    const chosen = await numbers.inputValue()
    const trial = page.locator('.daisychain-onnx-trial')
    await trial.locator('input[type=file]').setInputFiles(photo)
    await trial.getByText(/\d+ ms on cpu/).waitFor()
    await trial
      .locator('.daisychain-onnx-results')
      .first()
      .getByText(/red|green|blue|none/)
      .first()
      .waitFor()
    assert.equal(await numbers.inputValue(), chosen)
    // Another choice removes the results of the previous one.
    await numbers.selectOption('1..0')
    await trial.getByText(/\d+ ms on cpu/).waitFor({ state: 'detached' })
    assert.equal(await trial.locator('.daisychain-onnx-results > *').count(), 0)
    await editor.cancel()
    assert.deepEqual(editor.errors, [])
  })

  it('can be corrected, and keeps the corrections', async () => {
    const editor = await session().open([
      tab,
      { id: 'n', type: 'daisychain-onnx', z: 'tab', x: 380, y: 120, wires: [[]] },
    ])
    const { page } = editor
    await choose(editor, 'n', fixture('names.onnx'))
    const takes = page.locator('#daisychain-onnx-takes .daisychain-onnx-port')
    await takes.first().waitFor()
    await editor.screenshot('onnx dialog several')
    await takes.nth(0).getByLabel('Numbers').selectOption('0..1')
    await takes.nth(1).getByLabel('Value').fill('0.5')
    await takes.nth(1).getByLabel('Value').press('Tab')
    await page.locator('#daisychain-onnx-gives select').last().selectOption('unused')
    await editor.done()
    await editor.deploy()
    const node = (await session().server.getFlows()).find(({ id }) => id === 'n')
    const { variants, inputs, outputs } = readManifest(node?.manifest)
    const feed = variants[0]?.feeds['serving/x:0']
    assert.deepEqual(feed?.kind === 'image' && feed.range, [0, 1])
    assert.deepEqual([inputs.length, outputs.length, node?.options], [3, 1, { strength: 0.5, on: false }])

    await editor.edit('n')
    await takes.first().waitFor()
    assert.equal(await takes.nth(1).getByLabel('Value').inputValue(), '0.5')
    await editor.cancel()
    assert.deepEqual(editor.errors, [])
  })

  it('is shared as a manifest: corrections are exported, and imported elsewhere', async () => {
    const editor = await session().open([
      tab,
      { id: 'n', type: 'daisychain-onnx', z: 'tab', x: 380, y: 120, wires: [[]] },
    ])
    const { page } = editor
    await choose(editor, 'n', fixture('names.onnx'))
    const numbers = page.locator('#daisychain-onnx-takes .daisychain-onnx-port').first().getByLabel('Numbers')
    await numbers.selectOption('-1..1')
    const download = page.waitForEvent('download')
    await page.locator('#daisychain-onnx').getByRole('button', { name: 'Export…' }).click()
    const file = await download
    assert.equal(file.suggestedFilename(), 'manifest.json')
    const shared = await file.path()
    const manifest = readManifest(JSON.parse(readFileSync(shared, 'utf8')))
    const feed = manifest.variants[0]?.feeds['serving/x:0']
    assert.deepEqual(feed?.kind === 'image' && feed.range, [-1, 1])

    await page.locator('#node-input-file').fill(fixture('invert.onnx'))
    await page.locator('#node-input-file').press('Tab')
    await page.locator('#daisychain-onnx-takes .daisychain-onnx-why').getByText('24 × 16').waitFor()
    const importing = page.locator('#daisychain-onnx input[accept=".json"]')
    await importing.setInputFiles({ name: 'x.json', mimeType: 'application/json', buffer: Buffer.from('{"a":1}') })
    await page.locator('.daisychain-onnx-state.bad').getByText("This file isn't a model manifest").waitFor()
    await importing.setInputFiles(shared)
    await page.locator('.daisychain-onnx-state.bad').waitFor({ state: 'detached' })
    assert.equal(await numbers.inputValue(), '-1..1')
    await editor.cancel()
    assert.deepEqual(editor.errors, [])
  })

  it('is uploaded, with its labels', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'daisychain-onnx-'))
    const model = join(folder, 'colours (1).onnx')
    const labels = join(folder, 'mine.txt')
    writeFileSync(model, readFileSync(fixture('classes.onnx')))
    writeFileSync(labels, 'rot\ngrün\nblau\n')
    const editor = await session().open([
      tab,
      { id: 'n', type: 'daisychain-onnx', z: 'tab', x: 380, y: 120, wires: [[]] },
    ])
    const { page } = editor
    await editor.edit('n')
    const files = page.locator('#daisychain-onnx-upload-chosen')
    await files.waitFor({ state: 'attached' })
    await files.setInputFiles(model)
    await page.locator('#daisychain-onnx-gives .daisychain-onnx-port').waitFor()
    assert.equal(await page.locator('#node-input-file').inputValue(), 'daisychain/onnx/colours (1)/colours (1).onnx')
    await files.setInputFiles(labels)
    await page.locator('.daisychain-onnx-state.bad').waitFor()
    assert.match(
      (await page.locator('.daisychain-onnx-state').textContent()) ?? '',
      /3 names, but the model distinguishes 4 things/,
    )
    await editor.screenshot('onnx dialog wrong labels')
    writeFileSync(labels, 'rot\ngrün\nblau\nnichts\n')
    await files.setInputFiles(labels)
    await page.getByText('rot, grün, blau, nichts').waitFor()
    assert.equal(await page.locator('#node-input-file.input-error').count(), 0)
    const forgotten = page.waitForResponse(/daisychain-onnx\/forget/)
    await editor.cancel()
    await forgotten
    const left = (await (await fetch(`${session().server.url}/daisychain-onnx/files`)).json()) as {
      files: { path: string }[]
    }
    assert.deepEqual(
      left.files.filter(({ path }) => path.includes('colours')),
      [],
    )
    rmSync(folder, { recursive: true })
    assert.deepEqual(editor.errors, [])
  })

  it('uses one text for all its tokens, is tried on it, and is corrected', async () => {
    const texts = (name: string) => join(packageFolder, 'test/fixtures/texts', name, 'model.onnx')
    const editor = await session().open([
      tab,
      { ...press, payload: 'The film was bad.', wires: [[]] },
      { id: 'n', type: 'daisychain-onnx', z: 'tab', x: 380, y: 120, wires: [[]] },
      { id: 'next', type: 'daisychain-im2txt', z: 'tab', x: 640, y: 120, wires: [[]] },
    ])
    const { page } = editor
    await choose(editor, 'n', texts('sentiment'))
    await page.locator('#daisychain-onnx-gives').getByText('NEGATIVE, POSITIVE').waitFor()
    assert.equal(await page.locator('#daisychain-onnx-takes .daisychain-onnx-property').count(), 1)
    await page.locator('#daisychain-onnx-text').fill('A great film')
    await page.locator('#daisychain-onnx-try').click()
    await page.locator('.daisychain-onnx-results').getByText('POSITIVE', { exact: true }).waitFor()
    await page.locator('#daisychain-onnx-try').scrollIntoViewIfNeeded()
    await editor.screenshot('onnx dialog text')

    await page.locator('#node-input-file').fill(texts('sentences'))
    await page.locator('#node-input-file').press('Tab')
    const gives = page.locator('#daisychain-onnx-gives')
    await gives.getByLabel('For each token').waitFor()
    await editor.screenshot('onnx dialog embeddings')
    await gives.getByLabel('For each token').selectOption('each')
    await gives.getByLabel('For each token').selectOption('first')
    await editor.done()
    await editor.drawWire({ from: 'n', to: 'next' })
    assert.match((await editor.problems())[0]?.message ?? '', /a vector of 4 numbers/)
    await page.locator('.daisychain-wire-notice').getByRole('button', { name: 'Keep' }).click()
    await page.locator('.daisychain-wire-notice').waitFor({ state: 'detached' })

    await choose(editor, 'n', join(packageFolder, 'models/gpt2/mini.onnx'))
    await gives.getByLabel('Looks back (tokens)').waitFor()
    assert.equal(await page.locator('.daisychain-onnx-more').count(), 2)
    await page.locator('#daisychain-onnx-try').click()
    await page.locator('.daisychain-onnx-results').getByText('A red boat on a blue lake').waitFor()
    await page.locator('#daisychain-onnx-takes').scrollIntoViewIfNeeded()
    await editor.screenshot('onnx dialog writer')
    await editor.done()
    assert.match((await editor.problems())[0]?.message ?? '', /text/)
    assert.deepEqual(editor.errors, [])
  })

  it('says in a sentence why a file can’t be used', async () => {
    const editor = await session().open([
      tab,
      { id: 'n', type: 'daisychain-onnx', z: 'tab', x: 380, y: 120, wires: [[]] },
    ])
    const { page } = editor
    await choose(editor, 'n', photo)
    const state = page.locator('.daisychain-onnx-state.bad')
    await state.waitFor()
    assert.equal(await state.textContent(), 'sample.jpg is a picture or a sound, not a model. Choose an .onnx file.')
    await editor.screenshot('onnx dialog no model')
    await editor.cancel()
  })
})
