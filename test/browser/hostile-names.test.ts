// biome-ignore-all lint/suspicious/noExplicitAny: the functions that run in the page use the editor's own globals, which have no types here
import assert from 'node:assert/strict'
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createEngine } from '../../src/engine'
import { inspectFile } from '../../src/inspect'
import { type Borrowed, borrowBrowser } from './support/borrow'
import { noChromium } from './support/browser'
import { Editor } from './support/editor'
import { type Server, startNodeRed } from './support/server'
import { eachVersion, packageFolder } from './support/versions'

declare const RED: any
declare const window: any

/** Runs a script of ours if anything treats it as HTML. */
const hostile = (where: string) => `<img src=x onerror="window.hacked='${where}'">'"`

const declared = JSON.parse(readFileSync(join(packageFolder, 'dist/declarations.json'), 'utf8')) as object
const types = [...Object.keys(declared).filter((type) => type.startsWith('daisychain-')), 'daisychain-engine']

/** A user directory whose files have hostile names, with a node whose manifest contains hostile text. */
async function userFolder(): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'daisychain-hostile-'))
  const place = join(folder, 'daisychain/nodes/names')
  const model = join(packageFolder, 'test/fixtures/inspect/names.onnx')
  const engine = createEngine({ device: 'cpu', log: () => {} })
  const { manifest } = await inspectFile(model, engine)
  await engine.close()
  mkdirSync(place, { recursive: true })
  cpSync(model, join(place, 'names.onnx'))
  cpSync(model, join(folder, `daisychain/${hostile('file')}.onnx`))
  const text = JSON.stringify({
    ...manifest,
    label: hostile('label'),
    summary: `${hostile('summary')}</script><script>window.hacked='script'</script>`,
    inputs: manifest.inputs.map((port) => ({ ...port, help: hostile('help') })),
    variants: manifest.variants.map((variant) => ({
      ...variant,
      label: hostile('variant'),
      licence: hostile('licence'),
      about: hostile('about'),
    })),
  })
  writeFileSync(join(place, 'manifest.json'), text)
  return folder
}

for (const { name, find } of eachVersion('5.0'))
  describe(`hostile names are text (Node-RED ${name})`, function () {
    this.timeout(300_000)
    let browser: Borrowed
    let server: Server
    let folder: string
    // A remote server whose description of itself is hostile.
    const elsewhere = createServer((request, response) => {
      const field = { name: hostile('field'), type: 'image', description: hostile('description') }
      const models = {
        commands: [1, 2].map((i) => ({ name: hostile(`command ${i}`), inputs: [field], outputs: [field] })),
      }
      response.writeHead(request.url === '/meta' ? 200 : 404).end(JSON.stringify(models))
    })

    before(async function () {
      if (noChromium) this.skip()
      folder = await userFolder()
      await new Promise<void>((resolve) => elsewhere.listen(0, '127.0.0.1', resolve))
      const placed = [...types, 'daisychain-names'].map((type, i) => ({
        id: `n${i}`,
        type,
        z: 'tab',
        name: hostile(`name of ${type}`),
        x: 420 + (i % 2) * 640,
        // So far apart that no node covers another's port.
        y: 120 + Math.floor(i / 2) * 210,
        wires: [[]],
        ...(type === 'daisychain-remote' && { url: `http://127.0.0.1:${(elsewhere.address() as AddressInfo).port}` }),
        ...(type === 'daisychain-paint' && { labels: [hostile('label map'), 'sky'] }),
        ...(type === 'daisychain-engine' && { x: undefined, y: undefined, wires: undefined }),
      }))
      const says = types.indexOf('daisychain-gpt2')
      const wrong = types.indexOf('daisychain-densedepth')
      const flow = [
        { id: 'tab', type: 'tab', label: hostile('tab') },
        {
          id: 'go',
          type: 'inject',
          z: 'tab',
          name: hostile('inject'),
          x: 420,
          y: 40,
          props: [{ p: 'payload' }],
          payload: hostile('prompt'),
          payloadType: 'str',
          wires: [[`n${says}`, `n${wrong}`]],
        },
        ...placed,
      ]
      browser = await borrowBrowser()
      server = await startNodeRed(find(), flow, undefined, {}, (userDir) =>
        cpSync(folder, userDir, { recursive: true }),
      )
    })
    after(async () => {
      await browser?.close()
      await server?.stop()
      elsewhere.close()
      if (folder) rmSync(folder, { recursive: true, force: true })
    })

    it('on the canvas, in every dialog, in notes, previews and the large view', async () => {
      assert.ok(types.length >= 20, `${types}`)
      const editor = await Editor.open(browser, server.url, find().name, { width: 1900, height: 1100 })
      const { page } = editor
      const unharmed = async (where: string) => {
        assert.equal(await page.evaluate(() => window.hacked), undefined, where)
        assert.equal(await page.locator('img[src="x"]').count(), 0, where)
      }
      await unharmed('canvas')
      // Wire text into a node that needs a picture: this shows the note about the wire and the sentence under
      // the node.
      await editor.drawWire({ from: 'go', to: `n${types.indexOf('daisychain-deeplab')}` })
      await page.mouse.move(10, 10)
      await unharmed('note about a wire')
      await page.keyboard.press('Escape')
      assert.equal((await fetch(`${server.url}/inject/go`, { method: 'POST' })).status, 200)
      const says = editor
        .node(`n${types.indexOf('daisychain-gpt2')}`)
        .locator('.daisychain-preview text')
        .first()
      await says.waitFor({ timeout: 60_000 })
      await unharmed('preview')
      await page.evaluate(
        (id) => {
          RED.view.select({ nodes: [RED.nodes.node(id)] })
          RED.actions.invoke('daisychain:show-last-result')
        },
        `n${types.indexOf('daisychain-gpt2')}`,
      )
      await page.locator('dialog.daisychain-viewer').waitFor()
      await unharmed('the large view')
      await editor.screenshot('hostile text, large')
      await page.keyboard.press('Escape')

      for (const [i, type] of [...types, 'daisychain-names'].entries()) {
        await page.evaluate((id) => {
          const node = RED.nodes.node(id)
          if (node._def.category === 'config') RED.editor.editConfig('', node.type, node.id)
          else RED.editor.edit(node)
        }, `n${i}`)
        const tray = page.locator('.red-ui-tray').last()
        await tray.locator('.red-ui-tray-body form').first().waitFor()
        const ask = tray.locator('#daisychain-remote-ask')
        if ((await ask.count()) > 0) {
          await ask.click()
          await tray.locator('#daisychain-remote-said', { hasText: 'field' }).waitFor()
        }
        for (const tab of await tray.locator('.red-ui-tab a').all()) await tab.click({ force: true }).catch(() => {})
        await page.waitForTimeout(150)
        await unharmed(`the dialog of ${type}`)
        if (type === 'daisychain-remote') await editor.screenshot('hostile server')
        await editor.cancel()
      }
      await page.evaluate(() => RED.actions.invoke('core:show-help-tab'))
      await editor.node(`n${types.length}`).click()
      await page.locator('.red-ui-help').last().waitFor()
      await unharmed('the help')
      await editor.screenshot('hostile names')
      assert.deepEqual(editor.errors, [])
    })
  })
