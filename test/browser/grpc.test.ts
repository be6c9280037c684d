import assert from 'node:assert/strict'
import { onOneVersion } from './support/suite'

const flow = [
  { id: 'tab', type: 'tab', label: 'gRPC' },
  { id: 'far', type: 'daisychain-engine', name: 'far', server: '' },
  { id: 'in', type: 'daisychain-serve-in', z: 'tab', name: 'rooms', x: 200, y: 100, wires: [[]] },
]

onOneVersion('4.1', 'gRPC where its package is not installed', (session) => {
  it('is offered by the dialogs that need it, and installed with one click', async () => {
    const editor = await session().open(flow)
    const { page } = editor
    let isInstalled = false
    await page.route('**/daisychain/grpc', async (route) => {
      if (route.request().method() === 'POST') isInstalled = true
      await route.fulfill({ json: { installed: isInstalled } })
    })
    const install = page.getByRole('button', { name: 'Install gRPC' })
    const missing = page.getByText("gRPC needs the package @grpc/grpc-js, which isn't installed yet.")

    // @ts-expect-error: the editor's own global
    await page.evaluate(() => RED.editor.editConfig('', 'daisychain-engine', 'far'))
    const server = page.locator('#node-config-input-server')
    await server.fill('http://a:8000')
    assert.equal(await install.isVisible(), false)
    await server.fill('http://a:8000, grpc://b:8001')
    await missing.waitFor()
    assert.equal(await server.evaluate((field) => field.classList.contains('input-error')), false)
    await editor.screenshot('gRPC missing')
    await editor.cancel()

    await editor.edit('in')
    await page.locator('#node-input-grpcPort').fill('8001')
    await missing.waitFor()
    await install.click()
    await page.getByText('gRPC is installed. Deploy to use it.').waitFor()
    assert.equal(await install.count(), 0)
    assert.ok(isInstalled)
    assert.deepEqual(editor.errors, [])
  })
})
