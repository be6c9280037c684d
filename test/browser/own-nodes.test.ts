import assert from 'node:assert/strict'
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createEngine } from '../../src/engine'
import { inspectFile } from '../../src/inspect'
import { type Borrowed, borrowBrowser } from './support/borrow'
import { noChromium } from './support/browser'
import { Editor } from './support/editor'
import { type Server, startNodeRed } from './support/server'
import { eachVersion, packageFolder } from './support/versions'

const fixture = (name: string) => join(packageFolder, 'test/fixtures/inspect', name)
const flows = [
  { id: 'tab', type: 'tab', label: 'Own' },
  {
    id: 'go',
    type: 'inject',
    z: 'tab',
    x: 120,
    y: 120,
    props: [{ p: 'payload' }],
    payload: join(packageFolder, 'nodes/onnx/sample.jpg'),
    payloadType: 'str',
    wires: [['n']],
  },
  { id: 'n', type: 'daisychain-names', z: 'tab', x: 380, y: 120, wires: [['next'], []] },
  { id: 'next', type: 'daisychain-im2txt', z: 'tab', x: 640, y: 120, wires: [[]] },
]

/** A user directory with one valid node and two broken ones. */
async function userFolder(): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'daisychain-own-'))
  const nodes = join(folder, 'daisychain/nodes')
  const engine = createEngine({ device: 'cpu', log: () => {} })
  const { manifest } = await inspectFile(fixture('names.onnx'), engine)
  await engine.close()
  for (const name of ['names', 'clash', 'broken']) mkdirSync(join(nodes, name), { recursive: true })
  for (const name of ['names', 'clash']) cpSync(fixture('names.onnx'), join(nodes, name, 'names.onnx'))
  writeFileSync(join(nodes, 'names/manifest.json'), JSON.stringify(manifest))
  writeFileSync(
    join(nodes, 'clash/manifest.json'),
    JSON.stringify({ ...manifest, id: 'gpt2', node: 'daisychain-gpt2' }),
  )
  writeFileSync(join(nodes, 'broken/manifest.json'), '{ "id": "broken", ')
  return folder
}

for (const { name: redVersion, find } of eachVersion())
  describe(`nodes of a user's own manifests (Node-RED ${redVersion})`, function () {
    this.timeout(120_000)
    let browser: Borrowed
    let server: Server
    let folder: string
    before(async function () {
      if (noChromium) this.skip()
      folder = await userFolder()
      ;[browser, server] = [
        await borrowBrowser(),
        await startNodeRed(find(), flows, undefined, {}, (userDir) => cpSync(folder, userDir, { recursive: true })),
      ]
    })
    after(async () => {
      await server?.stop()
      await browser?.close()
      if (folder) rmSync(folder, { recursive: true, force: true })
    })

    it('are in the palette, have a dialog, types and help, and run', async () => {
      const editor = await Editor.open(browser, server.url, redVersion)
      const { page } = editor
      await page.locator('.red-ui-palette-node[data-palette-type="daisychain-names"]').waitFor({ state: 'attached' })
      assert.deepEqual(await editor.problems(), [])
      await editor.press('go')
      await editor.ran('n')
      await editor.edit('n')
      const strength = page.locator('#node-input-strength')
      await strength.waitFor()
      assert.equal(await strength.inputValue(), '1')
      assert.match((await page.locator('#dialog-form').textContent()) ?? '', /Strength.*Send as.*When busy/s)
      await editor.screenshot('own node dialog')
      await editor.cancel()
      const help = await page.evaluate(() => {
        // biome-ignore lint/suspicious/noExplicitAny: the editor's own global
        return (globalThis as any).RED.nodes.getNodeHelp('daisychain-names') as string
      })
      assert.match(help, /It takes one number/)
      await editor.screenshot('own node ran')
      assert.deepEqual(editor.errors, [])
      await editor.close()
    })

    it('are reported in the log with a sentence if they are broken', () => {
      const output = server.output()
      assert.match(
        output,
        /\[warn\].*clash cannot become a node: the node daisychain-gpt2 already exists; choose another "id"/,
      )
      assert.match(output, /\[warn\].*broken cannot become a node: .*manifest\.json cannot be read/)
    })
  })
