import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Borrowed, borrowBrowser } from './support/borrow'
import { noChromium } from './support/browser'
import { Editor } from './support/editor'
import { npm, type Registry, startRegistry } from './support/registry'
import { type FlowEntry, type Server, startNodeRed } from './support/server'
import { eachVersion, type NodeRedVersion, packageFolder } from './support/versions'

const name = '@daisychain/node-red-models'
/** The largest download that people can be expected to wait for in the palette manager. */
const MEGABYTES = 15

interface Packed {
  filename: string
  size: number
  files: { path: string }[]
}

const folder = mkdtempSync(join(tmpdir(), 'daisychain-pack-'))
const [packed] = JSON.parse(npm(['pack', '--json', '--ignore-scripts', '--pack-destination', folder])) as [Packed]
const tarball = join(folder, packed.filename.replace(/^@/, '').replace('/', '-'))
const { version, 'node-red': nodeRed } = JSON.parse(readFileSync(join(packageFolder, 'package.json'), 'utf8')) as {
  version: string
  'node-red': { nodes: object }
}
const REPOSITORY = 'https://git.example.org/someone/daisychain'
/** The next patch version. */
const later = version.replace(/\d+$/, (patch) => String(Number(patch) + 1))
const nodeSets = Object.keys(nodeRed.nodes)

const firstChain = JSON.parse(
  readFileSync(join(packageFolder, 'examples/01 Imaginary bedrooms.json'), 'utf8'),
) as FlowEntry[]
const idOf = (flow: FlowEntry[], type: string) => flow.find((node) => node.type === type)?.id ?? ''

describe('the package', function () {
  this.timeout(120_000)
  const files = packed.files.map(({ path }) => path)

  it(`is smaller than ${MEGABYTES} MB`, () => {
    assert.ok(packed.size < MEGABYTES * 1e6, `it has ${(packed.size / 1e6).toFixed(1)} MB`)
  })

  it('is as large as the README says', () => {
    const readme = readFileSync(join(packageFolder, 'README.md'), 'utf8')
    const [, said] = /\((\d+) MB; Node-RED/.exec(readme) ?? []
    assert.equal(said, (packed.size / 1e6).toFixed(0))
  })

  it('has the nodes, the plugin, icons, texts, resources, examples and models', () => {
    for (const wanted of [
      'dist/nodes/models/models.js',
      'dist/nodes/models/models.html',
      'dist/nodes/models/icons/daisychain-stylegan.svg',
      'dist/nodes/paint/locales/en-US/paint.json',
      'dist/plugins/daisychain.html',
      'resources/daisychain-editor.js',
      'resources/daisychain-editor.css',
      'examples/01 Imaginary bedrooms.json',
      'models/stylegan/mini.onnx',
      'models/stylegan/CARD.md',
      'LICENSE',
      'README.md',
    ])
      assert.ok(files.includes(wanted), wanted)
  })

  it('of the next release is packed by a dry run, which changes nothing here', () => {
    const read = () =>
      ['package.json', 'CHANGELOG.md', 'package-lock.json'].map((file) =>
        readFileSync(join(packageFolder, file), 'utf8'),
      )
    const before = read()
    const tarball = nextRelease()
    assert.ok(tarball.endsWith(`${later}.tgz`), tarball)
    const packed = JSON.parse(execFileSync('tar', ['xzOf', tarball, 'package/package.json'], { encoding: 'utf8' }))
    assert.deepEqual(
      [packed.version, packed.repository.url, packed.bugs.url, packed.homepage],
      [later, `git+${REPOSITORY}.git`, `${REPOSITORY}/issues`, `${REPOSITORY}#readme`],
    )
    assert.deepEqual(read(), before)
  })

  it('contains no tests, no training code and no sources', () => {
    const stray = files.filter((path) =>
      /^(test|bench|scripts|docs|src|nodes)\/|^models\/.*\.py$|dist\/(test|bench|scripts)\//.test(path),
    )
    assert.deepEqual(stray, [])
  })
})

/** The Node-RED versions to run everything on. Tests that don't depend on the version run only on these. */
const whole = eachVersion('5.0').map(({ name }) => name)

describe('the palette manager', function () {
  this.timeout(300_000)
  let registry: Registry
  let browser: Borrowed
  before(async function () {
    if (noChromium) this.skip()
    registry = await startRegistry()
    await registry.publish(tarball)
    await registry.publish(nextRelease())
    browser = await borrowBrowser()
  })
  after(async () => {
    await browser?.close()
    registry?.stop()
  })

  for (const { name, find } of eachVersion()) inVersion(name, find, whole.includes(name))

  function inVersion(redVersion: NodeRedVersion['name'], find: () => NodeRedVersion, isWhole: boolean): void {
    describe(`of Node-RED ${redVersion}`, () => {
      let server: Server
      before(async () => {
        server = await startNodeRed(find(), [], [], {
          npm_config_registry: registry.url,
          npm_config_audit: 'false',
          npm_config_prefer_offline: 'true',
          ONNXRUNTIME_NODE_INSTALL: 'skip', // leaves out the CUDA libraries
        })
      })
      after(() => server?.stop())

      it('installs it from a registry, without a restart, with everything that belongs to it', async () => {
        const answer = await admin('POST', '/nodes', { module: name, version })
        assert.equal(answer.status, 200, await answer.clone().text())
        const { nodes, plugins } = (await answer.json()) as {
          nodes: { name: string; err?: unknown; enabled: boolean }[]
          plugins: unknown[]
        }
        assert.deepEqual(nodes.map((set) => set.name).sort(), nodeSets.sort())
        assert.deepEqual(
          nodes.filter(({ err, enabled }) => err || !enabled),
          [],
        )
        assert.equal(plugins.length, 1)
        const html = await (await admin('GET', '/nodes', undefined, 'text/html')).text()
        for (const type of ['stylegan', 'latent', 'paint', 'camera', 'export', 'convert'])
          assert.match(html, new RegExp(`registerType\\('daisychain-${type}'`))
        assert.match(html, /data-help-name="daisychain-stylegan"/)
        assert.equal((await admin('GET', `/icons/${name}/daisychain-stylegan.svg`)).status, 200)
        assert.equal((await admin('GET', `/resources/${name}/daisychain-editor.js`)).status, 200)
        const texts = (await (await admin('GET', `/nodes/${name}/daisychain-paint/messages?lng=en-US`)).json()) as {
          installed: boolean
          wasm?: boolean
        }
        assert.ok('paint' in texts)
      })

      it('offers its examples, and the first one runs', async () => {
        const editor = await Editor.open(browser, server.url, redVersion, { width: 1500 })
        await editor.action('core:show-examples-import-dialog')
        const dialog = editor.page.locator('.ui-dialog:visible')
        await dialog.getByText(name).first().click()
        await dialog.getByText('Imaginary bedrooms').first().click()
        await dialog.getByRole('button', { name: 'Import', exact: true }).click()
        await editor.settle()
        await editor.deploy()
        const flow = await server.getFlows()
        await editor.showTab(flow.find(({ type, label }) => type === 'tab' && label === 'Imaginary bedrooms')?.id ?? '')
        await editor.press(idOf(flow, 'inject'))
        await editor.picture(idOf(flow, 'daisychain-densedepth')).waitFor({ timeout: 150_000 })
        await editor.screenshot('installed from the registry')
        assert.deepEqual(editor.errors, [])
        await editor.close()
      })

      it('runs the second chain with a bear, without a download', async () => {
        const flow = JSON.parse(readFileSync(join(packageFolder, 'examples/02 Exquisite corpse.json'), 'utf8'))
        await server.setFlows(flow)
        const editor = await Editor.open(browser, server.url, redVersion, { width: 1500 })
        await editor.showTab(idOf(flow, 'tab'))
        await editor.press(idOf(flow, 'daisychain-paint'))
        for (const type of ['daisychain-spade', 'daisychain-attngan'])
          await editor.picture(idOf(flow, type)).waitFor({ timeout: 150_000 })
        await editor.node(idOf(flow, 'daisychain-im2txt')).getByText(/bear/).waitFor()
        await editor.screenshot('a bear, painted, told and painted again')
        assert.deepEqual(editor.errors, [])
        await editor.close()
      })

      if (isWhole)
        it('installs the next release', async () => {
          const answer = await admin('POST', '/nodes', { module: name, version: later })
          assert.equal(answer.status, 200, await answer.clone().text())
          const installed = JSON.parse(readFileSync(join(server.folder, 'node_modules', name, 'package.json'), 'utf8'))
          assert.deepEqual([installed.version, installed.homepage], [later, `${REPOSITORY}#readme`])
        })

      it('removes it, and leaves nothing behind', async () => {
        await server.setFlows([])
        const answer = await admin('DELETE', `/nodes/${name}`)
        assert.equal(answer.status, 204, await answer.text())
        const html = await (await admin('GET', '/nodes', undefined, 'text/html')).text()
        assert.equal(/registerType\('daisychain-|@daisychain/.test(html), false)
        assert.equal(existsSync(join(server.folder, 'node_modules', name)), false)
        assert.equal((await admin('GET', '/daisychain/declarations')).status, 404)
        const editor = await Editor.openPlain(browser, server.url, redVersion)
        assert.equal(await editor.page.evaluate(() => 'daisychain' in RED), false)
        await editor.close()
        const names = readdirSync(server.folder).filter((entry) => entry.includes('daisychain'))
        assert.deepEqual(names, [])
        // The engine stays alive for some seconds, so that the next deploy can reuse it.
        for (let left = lanes(); left.length > 0; left = lanes()) {
          await new Promise((resolve) => setTimeout(resolve, 250))
        }
      })

      if (!isWhole) return

      it('accepts its tarball; if the runtime is missing it says so, and installs it', async () => {
        const form = new FormData()
        form.set('tarball', new Blob([readFileSync(tarball)]), 'daisychain.tgz')
        const answer = await fetch(`${server.url}/nodes`, { method: 'POST', body: form })
        assert.equal(answer.status, 200, await answer.clone().text())
        // npm leaves this state behind when the runtime's own installation fails.
        const runtime = join(server.folder, 'node_modules/onnxruntime-node')
        rmSync(runtime, { recursive: true })

        assert.deepEqual(await (await admin('GET', '/daisychain/runtime')).json(), { installed: false })
        await server.setFlows(firstChain)
        const editor = await Editor.open(browser, server.url, redVersion, { width: 1500 })
        const notice = editor.page.locator('.red-ui-notification', { hasText: 'Models cannot run yet' })
        await notice.waitFor()
        await editor.screenshot('runtime missing')
        await editor.press(idOf(firstChain, 'inject'))
        await editor
          .node(idOf(firstChain, 'daisychain-stylegan'))
          .getByText(/ONNX Runtime is not installed/)
          .first()
          .waitFor({ state: 'attached' })
        await notice.getByRole('button', { name: 'Install runtime' }).click()
        await editor.page.getByText('ONNX Runtime is installed').waitFor({ timeout: 240_000 })
        await editor.press(idOf(firstChain, 'inject'))
        await editor.picture(idOf(firstChain, 'daisychain-densedepth')).waitFor({ timeout: 150_000 })
        assert.deepEqual(editor.errors, [])
        await editor.close()
      })

      it('needs two clicks for the first picture if the library can’t be loaded', async () => {
        await server.setFlows([])
        for (let left = lanes(); left.length > 0; left = lanes())
          await new Promise((resolve) => setTimeout(resolve, 250))
        // On Alpine Linux the library can't be loaded, because what it links against is missing.
        const bin = join(server.folder, 'node_modules/onnxruntime-node/bin')
        for (const file of readdirSync(bin, { recursive: true, encoding: 'utf8' }))
          if (/libonnxruntime\.[^/]*$/.test(file)) rmSync(join(bin, file))
        const told = (await (await admin('GET', '/daisychain/runtime')).json()) as {
          installed: boolean
          wasm?: boolean
        }
        assert.deepEqual([told.installed, told.wasm], [false, true])

        await server.setFlows(firstChain)
        const editor = await Editor.open(browser, server.url, redVersion, { width: 1500 })
        const notice = editor.page.locator('.red-ui-notification', { hasText: 'cannot be loaded on this system' })
        await notice.getByRole('button', { name: 'Install runtime' }).click()
        await editor.page.getByText('ONNX Runtime is installed: models can run').waitFor({ timeout: 240_000 })
        await editor.press(idOf(firstChain, 'inject'))
        await editor.picture(idOf(firstChain, 'daisychain-densedepth')).waitFor({ timeout: 150_000 })
        assert.deepEqual(editor.errors, [])
        await editor.close()
      })

      /** The running processes that Node-RED has started. */
      function lanes(): string[] {
        const processes = execFileSync('ps', ['-eo', 'ppid,stat,args'], { encoding: 'utf8' }).split('\n')
        return processes.filter((line) => line.trim().startsWith(`${server.pid} `) && !line.includes('<defunct>'))
      }

      function admin(method: string, path: string, body?: unknown, accept = 'application/json'): Promise<Response> {
        return fetch(server.url + path, {
          method,
          headers: { accept, ...(body !== undefined && { 'content-type': 'application/json' }) },
          ...(body !== undefined && { body: JSON.stringify(body) }),
        })
      }
    })
  }
})

/** The tarball that a release of the next version would publish. */
function nextRelease(): string {
  const into = join(folder, 'release')
  if (!existsSync(into)) {
    const env = { ...process.env, DAISYCHAIN_REPOSITORY: REPOSITORY }
    execFileSync(process.execPath, [join(packageFolder, 'dist/scripts/release.js'), later, '--dry-run', into], { env })
  }
  const [name = ''] = readdirSync(into)
  return join(into, name)
}

after(() => rmSync(folder, { recursive: true, force: true }))

declare const RED: object
