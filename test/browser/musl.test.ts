import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import type { Browser } from 'playwright-core'
import { noChromium, startBrowser } from './support/browser'
import { Editor } from './support/editor'
import { npm } from './support/registry'
import { type FlowEntry, type Server, startNodeRed } from './support/server'
import { nodeRed4, packageFolder } from './support/versions'

/** The `node` binary of a Node.js for musl, with npm next to it. */
const node = process.env.DAISYCHAIN_MUSL_NODE

const flow = JSON.parse(readFileSync(join(packageFolder, 'examples/01 Imaginary bedrooms.json'), 'utf8')) as FlowEntry[]
const idOf = (type: string) => flow.find((entry) => entry.type === type)?.id ?? ''

/** Alpine Linux, Node-RED's Docker image and Home Assistant use musl. */
describe('on a Node.js for musl (DAISYCHAIN_MUSL_NODE)', function () {
  this.timeout(600_000)
  const env = { PATH: `${dirname(node ?? '')}${delimiter}${process.env.PATH}`, npm_config_libc: 'musl' }
  let folder: string
  let server: Server
  let browser: Browser
  before(async function () {
    if (!node || noChromium) this.skip()
    folder = mkdtempSync(join(tmpdir(), 'daisychain-pack-'))
    npm(['pack', '--ignore-scripts', '--pack-destination', folder])
    server = await startNodeRed({ ...nodeRed4(), node }, [], [], env)
    browser = await startBrowser()
  })
  after(async () => {
    await browser?.close()
    await server?.stop()
    if (folder) rmSync(folder, { recursive: true })
  })

  it('the first picture takes two clicks, without a restart', async () => {
    const [tarball = ''] = readdirSync(folder)
    const form = new FormData()
    form.set('tarball', new Blob([readFileSync(join(folder, tarball))]), 'daisychain.tgz')
    const answer = await fetch(`${server.url}/nodes`, { method: 'POST', body: form })
    assert.equal(answer.status, 200, await answer.clone().text())
    await server.setFlows(flow)

    const editor = await Editor.open(browser, server.url, '4.1', { width: 1500 })
    const notice = editor.page.locator('.red-ui-notification', { hasText: 'cannot be loaded on this system' })
    await notice.getByRole('button', { name: 'Install runtime' }).click()
    await editor.page.getByText('ONNX Runtime is installed: models can run').waitFor({ timeout: 240_000 })
    await editor.press(idOf('inject'))
    await editor.picture(idOf('daisychain-densedepth')).waitFor({ timeout: 240_000 })
    await editor
      .node(idOf('daisychain-stylegan'))
      .getByText(/^wasm \d+ ms$/)
      .waitFor()
    await editor.screenshot('the first picture in WebAssembly')
    assert.deepEqual(editor.errors, [])
    await editor.close()
  })

  it('daisychain doctor reports what runs, and why it is slow', () => {
    const doctor = join(server.folder, 'node_modules/.bin/daisychain')
    const said = execFileSync(node ?? '', [doctor, 'doctor'], { env: { ...process.env, ...env }, encoding: 'utf8' })
    assert.match(said, /^cpu: doesn't run\. .*glibc 2\.28/m)
    assert.match(said, /^wasm: runs\.$/m)
    assert.match(said, /^Models run in WebAssembly here, .*Debian/m)
    assert.match(said, /^Models can run here\.$/m)
  })
})
