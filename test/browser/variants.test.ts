import assert from 'node:assert/strict'
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Locator, Route } from 'playwright-core'
import sharp from 'sharp'
import { declarationOf } from '../../src/declarations'
import { loadManifests, type Manifest, type Port, type Variant } from '../../src/models'
import { userNode } from '../../src/node-html/user-node'
import { bytes, downloadable } from '../models/store/server'
import { fixture, fixturesFolder } from '../models/support'
import { type Borrowed, borrowBrowser } from './support/borrow'
import { noChromium } from './support/browser'
import type { Editor } from './support/editor'
import { createPages, type Pages } from './support/pages'
import { type Server, startNodeRed } from './support/server'
import { eachVersion, packageFolder } from './support/versions'

const ROOM = ['wall', 'floor', 'bed', 'window']
const BEACH = ['sky', 'sea', 'sand', 'ship']
const weights = readFileSync(join(fixturesFolder, 'labels/mini.onnx'))
/** Makes the download long enough to be visible. */
const ballast = bytes(2_000_000)

/**
 * Serves the two files, the large one slowly and only while `open`. If `refuse` is a status, answers every
 * request with it.
 */
async function serveSlowly() {
  const state = { open: true, refuse: 0 }
  const server = createServer((request, response) => {
    if (state.refuse) return void response.writeHead(state.refuse).end()
    const content = request.url === '/model.onnx' ? weights : ballast
    response.writeHead(200, { 'content-length': content.length })
    let at = 0
    const timer = setInterval(() => {
      if (!state.open && at > 0) return
      if (at >= content.length) response.end()
      else response.write(content.subarray(at, at + 50_000))
      at += 50_000
    }, 15)
    response.on('close', () => clearInterval(timer))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const close = () => {
    server.closeAllConnections()
    server.close()
  }
  return { state, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, close }
}

/**
 * A package with the nodes "labels" and "shores". Their bundled variant knows a room; the variant to be
 * downloaded knows a beach.
 */
function writePackage(folder: string, url: string): void {
  const [, variant] = downloadable(url, { 'model.onnx': weights, 'ballast.bin': ballast })
  const labels = fixture('labels')
  const { feeds, fetches } = labels.variants[0] as Variant
  const manifest: Manifest = {
    ...labels,
    outputs: [[{ ...(labels.outputs[0]?.[0] as Port), type: { type: 'segmentation' } }]],
    variants: [
      {
        ...labels.variants[0],
        ports: { outputs: { map: { labels: ROOM } } },
        knows: { world: 'rooms', otherwise: variant?.id },
      } as Variant,
      {
        ...variant,
        feeds,
        fetches,
        ports: { outputs: { map: { labels: BEACH } } },
        nonCommercial: true,
        about: 'Sees beaches, and ships on the sea.',
      },
    ],
  }
  for (const more of [{}, { id: 'shores', node: 'daisychain-shores', label: 'Shores' }]) {
    const written = { ...manifest, ...more, folder: undefined }
    const home = join(folder, 'models', written.id)
    mkdirSync(home, { recursive: true })
    writeFileSync(join(home, 'manifest.json'), JSON.stringify(written))
    copyFileSync(join(fixturesFolder, 'labels/mini.onnx'), join(home, 'mini.onnx'))
  }
  const models = loadManifests(join(folder, 'models'))
  const nodes = join(folder, 'dist/nodes/models')
  mkdirSync(join(nodes, 'locales/en-US'), { recursive: true })
  writeFileSync(join(nodes, 'models.html'), models.map(userNode).join('\n'))
  copyFileSync(
    join(packageFolder, 'dist/nodes/models/locales/en-US/models.json'),
    join(nodes, 'locales/en-US/models.json'),
  )
  const declarations = Object.fromEntries(models.map((each) => [each.node, declarationOf(each)]))
  writeFileSync(
    join(folder, 'dist/nodes/models/models.js'),
    `const { registerModel } = require(${JSON.stringify(join(packageFolder, 'dist/nodes/models/model-node.js'))})
const { loadManifests } = require(${JSON.stringify(join(packageFolder, 'dist/src/models'))})
module.exports = (RED) => {
  for (const model of loadManifests(${JSON.stringify(join(folder, 'models'))})) registerModel(RED, model)
}
`,
  )
  writeFileSync(
    join(folder, 'plugin.js'),
    `module.exports = (RED) =>
  RED.plugins.registerPlugin('test-weights', { type: 'daisychain-declarations', declarations: ${JSON.stringify(declarations)} })
`,
  )
  const parts = { nodes: { models: 'dist/nodes/models/models.js' }, plugins: { weights: 'plugin.js' } }
  const about = { name: 'daisychain-test-weights', version: '1.0.0', 'node-red': parts }
  writeFileSync(join(folder, 'package.json'), JSON.stringify(about))
}

const flow = (picture: string, settings: object = {}) => [
  { id: 'tab', type: 'tab', label: 'Variants' },
  {
    id: 'go',
    type: 'inject',
    z: 'tab',
    x: 120,
    y: 120,
    wires: [['n']],
    props: [{ p: 'payload' }],
    payload: picture,
    payloadType: 'str',
    repeat: '',
    once: false,
  },
  { id: 'n', type: 'daisychain-labels', z: 'tab', x: 320, y: 120, wires: [['painter']], ...settings },
  { id: 'painter', type: 'daisychain-spade', z: 'tab', x: 620, y: 120, wires: [[]] },
]

for (const { name, find } of eachVersion('4.1')) {
  describe(`a model's variants in its dialog (Node-RED ${name})`, function () {
    this.timeout(120_000)
    let folder: string
    let files: Awaited<ReturnType<typeof serveSlowly>>
    let server: Server
    let browser: Borrowed
    let pages: Pages
    let editor: Editor
    let picture: string

    before(async function () {
      if (noChromium) this.skip()
      folder = mkdtempSync(join(tmpdir(), 'daisychain-variants-'))
      files = await serveSlowly()
      writePackage(join(folder, 'package'), files.url)
      picture = join(folder, 'picture.png')
      await sharp({ create: { width: 60, height: 40, channels: 3, background: '#00c800' } }).toFile(picture)
      server = await startNodeRed(find(), [], [packageFolder, join(folder, 'package')])
      browser = await borrowBrowser()
      // The page makes each offer only once, so every test needs a new page.
      pages = createPages(browser, server, name, true)
    })
    after(async () => {
      await browser?.close()
      await server?.stop()
      files?.close()
      if (folder) rmSync(folder, { recursive: true, force: true })
    })
    afterEach(async function () {
      await pages?.leave(this.currentTest)
    })

    async function open(settings?: object) {
      editor = await pages.open(flow(picture, settings))
      await editor.edit('n')
      await editor.page.locator('#daisychain-weights .daisychain-weights').waitFor()
      return editor.page.locator('#daisychain-weights')
    }

    it('reports missing weights in the status, and to senders of messages how to get them', async () => {
      await open({ variant: 'large' })
      await editor.cancel()
      const status = editor.node('n').locator('.red-ui-flow-node-status-label')
      await status.getByText('not downloaded: open to download').waitFor()
      const said = editor.page.locator('.red-ui-debug-msg').getByText(/Large is not downloaded yet/)
      await editor.press('go')
      await said.first().waitFor({ state: 'attached' })
      const notice = editor.page.locator('.red-ui-notification', { hasText: 'These models must be downloaded:' })
      await notice.getByRole('button', { name: /^Download / }).waitFor()
    })

    it('shows the licence, downloads with progress, rechecks the wires, and runs', async () => {
      const box = await open()
      const { page } = editor
      assert.match((await box.textContent()) ?? '', /Licence: Apache-2\.0 ?Bundled\./)
      assert.deepEqual(await editor.problems(), [])
      await editor.screenshot('variants, bundled')

      await page.locator('#node-input-variant').selectOption('large')
      assert.match(
        (await box.textContent()) ?? '',
        /Sees beaches.*Licence: MIT.*Not for commercial use.*Not downloaded yet\./,
      )
      assert.equal(await box.getByRole('link', { name: 'MIT' }).getAttribute('href'), 'https://example.org/licence')
      await editor.screenshot('variants, to be downloaded')

      files.state.open = false
      await box.getByRole('button', { name: 'Download 2.0 MB' }).click()
      await page.waitForFunction('document.querySelector("#daisychain-weights progress")?.value > 40000')
      assert.match((await box.textContent()) ?? '', /\d+ kB of 2\.0 MB/)
      await editor.screenshot('variants, downloading')
      await box.getByRole('button', { name: 'Cancel' }).click()
      await box.getByRole('button', { name: /Download/ }).waitFor()

      files.state.open = true
      await box.getByRole('button', { name: /Download/ }).click()
      await box.getByText('Downloaded.').waitFor()
      await editor.screenshot('variants, downloaded')

      await editor.done()
      const [problem] = await editor.problems()
      assert.match(problem?.message ?? '', /of which none exists on the other side/)
      await editor.deploy()
      await editor.press('go')
      await editor.ran('n')
      await editor.screenshot('variants, run')
      assert.deepEqual(editor.errors, [])
    })

    it('from the catalogue: other labels make a drawn wire wrong, and it is right again with the bundled ones', async () => {
      editor = await pages.open([
        { id: 'tab', type: 'tab', label: 'Variants' },
        { id: 'n', type: 'daisychain-deeplab', z: 'tab', x: 320, y: 120, wires: [['painter']] },
        { id: 'painter', type: 'daisychain-spade', z: 'tab', x: 620, y: 120, wires: [[]] },
      ])
      const { page } = editor
      const choose = async (id: string) => {
        await editor.edit('n')
        await page.locator('#daisychain-weights .daisychain-weights').waitFor()
        await page.locator('#node-input-variant').selectOption(id)
        await editor.done()
      }
      assert.deepEqual(await editor.problems(), [])
      await choose('deeplabv3-mobilenet')
      const [problem, ...others] = await editor.problems()
      assert.deepEqual([problem?.from.id, problem?.to.id, others.length], ['n', 'painter', 0])
      assert.match(problem?.message ?? '', /21 labels|of which/)
      await editor.screenshot('variants, a drawn wire judged anew')
      await choose('mini')
      assert.deepEqual(await editor.problems(), [])
      assert.deepEqual(editor.errors, [])
    })

    it('offers a variant that knows the picture if a small model doesn’t: one click downloads, switches and runs again', async () => {
      rmSync(join(server.folder, 'daisychain/models/labels'), { recursive: true, force: true })
      editor = await pages.open(flow(picture))
      const { page } = editor
      await editor.press('go')
      const notice = page.locator('.red-ui-notification', { hasText: 'only guesses' })
      await notice.getByText(/Labels: .*2\.0 MB, MIT/).waitFor()
      const status = editor.node('n').locator('.red-ui-flow-node-status-label')
      await status.getByText(/^only a guess/).waitFor()
      await editor.screenshot('variants, only a guess')
      files.state.open = true
      await notice.getByRole('button', { name: 'Download (2.0 MB)' }).click()
      await status.getByText(/^cpu \d+ ms/).waitFor()
      const saved = (await server.getFlows()).find(({ id }) => id === 'n')
      assert.equal(saved?.variant, 'large')
      await editor.screenshot('variants, the larger model ran by itself')
      assert.deepEqual(editor.errors, [])
    })

    it('says why a download waits or has failed, and how to install without internet', async () => {
      rmSync(join(server.folder, 'daisychain/models/labels'), { recursive: true, force: true })
      editor = await pages.open(flow(picture))
      const { page } = editor
      const offer = page.locator('.red-ui-notification', { hasText: 'only guesses' })
      const way = async (notice: Locator) => {
        await notice.getByText('How to install without internet').click()
        await notice.getByText(/daisychain models fetch labels.large/).waitFor()
        await notice.getByText(join('daisychain/models/labels/large')).waitFor()
      }
      files.state.refuse = 503
      await editor.press('go')
      await offer.getByRole('button', { name: /^Download/ }).click()
      const waiting = page.locator('.red-ui-notification', { hasText: /Trying again in \d+ s/ })
      await way(waiting)
      await editor.screenshot('variants, a download that waits')
      await waiting.getByRole('button', { name: 'Cancel' }).click()
      // The notice covers the node until it closes.
      await page.waitForFunction(() => !document.querySelector('.red-ui-notification:not(.red-ui-notification-error)'))
      assert.equal(await page.locator('.red-ui-notification-error').count(), 0, 'nobody is told what they did')

      files.state.refuse = 404
      await editor.picture('n').click({ force: true })
      await page.getByRole('button', { name: /^Download and run/ }).click()
      await page.keyboard.press('Escape')
      const failed = page.locator('.red-ui-notification-error', { hasText: '404' })
      await way(failed)
      await editor.screenshot('variants, a download that failed')
      files.state.refuse = 0
      await failed.getByRole('button', { name: 'Try again' }).click()
      await offer.waitFor()
      assert.deepEqual(editor.errors, [])
    })

    it('offers them for all nodes of a tab at once: one click downloads each model once, switches and runs all', async () => {
      for (const model of ['labels', 'shores'])
        rmSync(join(server.folder, 'daisychain/models', model), { recursive: true, force: true })
      const more = [
        { id: 'again', type: 'daisychain-labels', z: 'tab', x: 320, y: 320, wires: [[]] },
        { id: 'shores', type: 'daisychain-shores', z: 'tab', x: 320, y: 520, wires: [[]] },
      ]
      const [tab, go = assert.fail(), ...rest] = flow(picture)
      editor = await pages.open([
        tab as { id: string; type: string },
        { ...go, wires: [['n', 'again', 'shores']] },
        ...rest,
        ...more,
      ])
      const { page } = editor
      await editor.press('go')
      const notices = page.locator('.red-ui-notification', { hasText: 'only guesses' })
      await notices.getByText(/^Shores: .*2\.0 MB, MIT/).waitFor()
      assert.deepEqual((await notices.locator('li').allInnerTexts()).map((text) => text.split(':')[0]).sort(), [
        'Labels',
        'Labels',
        'Shores',
      ])
      await editor.screenshot('variants, one notice for three nodes')
      files.state.open = true
      await notices.getByRole('button', { name: 'Download all 2 (4.0 MB)' }).click()
      for (const id of ['n', 'again', 'shores'])
        await editor
          .node(id)
          .locator('.red-ui-flow-node-status-label')
          .getByText(/^cpu \d+ ms/)
          .waitFor()
      const saved = (await server.getFlows()).filter(({ id }) => ['n', 'again', 'shores'].includes(id as string))
      assert.deepEqual(
        saved.map(({ variant }) => variant),
        ['large', 'large', 'large'],
      )
      assert.equal(await notices.count(), 0)
      assert.deepEqual(editor.errors, [])
    })

    it('offers it next to the last result too, and doesn’t ask again after “later”', async () => {
      rmSync(join(server.folder, 'daisychain/models/labels'), { recursive: true, force: true })
      editor = await pages.open(flow(picture))
      const { page } = editor
      await editor.press('go')
      const notice = page.locator('.red-ui-notification', { hasText: 'only guesses' })
      await notice.getByRole('button', { name: 'Later' }).click()
      await notice.waitFor({ state: 'detached' })
      await editor.edit('n')
      await editor.cancel()
      await editor.picture('n').click({ force: true })
      files.state.open = true
      await page.getByRole('button', { name: /^Download and run .*\(2\.0 MB, MIT/ }).click()
      await editor
        .node('n')
        .locator('.red-ui-flow-node-status-label')
        .getByText(/^cpu \d+ ms/)
        .waitFor()
      assert.equal((await server.getFlows()).find(({ id }) => id === 'n')?.variant, 'large')
      assert.equal(await notice.count(), 0)
      assert.deepEqual(editor.errors, [])
    })

    it('accepts a user’s own file if it fits, and otherwise says why not', async () => {
      const box = await open()
      const { page } = editor
      await page.locator('#node-input-variant').selectOption('own')
      await page.locator('#daisychain-own-file').fill(join(folder, 'nothing.onnx'))
      await box.getByText(/nothing\.onnx/).waitFor()
      await editor.screenshot('variants, own file that is not there')

      await page.locator('#daisychain-own-file').fill(join(fixturesFolder, 'depth/mini.onnx'))
      await box.getByText(/doesn't fit Labels/).waitFor()

      await page.locator('#daisychain-own-file').fill(join(fixturesFolder, 'labels/mini.onnx'))
      await page.locator('#daisychain-own-labels').fill('sky, sea')
      await box.getByText(/has 4 labels instead of 2/).waitFor()
      await page.locator('#daisychain-own-labels').fill(BEACH.join(', '))
      await box.getByText(/Fits: a colour image → a label map of 4 labels/).waitFor()
      await editor.screenshot('variants, own file')

      await editor.done()
      assert.match((await editor.problems())[0]?.message ?? '', /of which none exists on the other side/)
      await editor.deploy()
      await editor.press('go')
      await editor.ran('n')
      const own = (await server.getFlows()).find(({ id }) => id === 'n')?.own as { file: string; labels: string[] }
      assert.deepEqual([own.file, own.labels], [join(fixturesFolder, 'labels/mini.onnx'), BEACH])
      assert.deepEqual(editor.errors, [])
    })

    it('accepts an uploaded file, with its labels next to it, and rechecks the wires', async () => {
      const box = await open()
      const { page } = editor
      assert.deepEqual(await editor.problems(), [])
      await page.locator('#node-input-variant').selectOption('own')
      const [model, labels] = [join(folder, 'beach.onnx'), join(folder, 'labels.txt')]
      writeFileSync(model, weights)
      writeFileSync(labels, BEACH.join('\n'))
      const chosen = page.locator('#daisychain-own-upload-chosen')
      await chosen.setInputFiles([labels, model])
      await box.getByText(/Fits: a colour image → a label map of 4 labels/).waitFor()
      assert.equal(await page.locator('#daisychain-own-file').inputValue(), 'daisychain/onnx/beach/beach.onnx')
      await editor.screenshot('variants, own file uploaded')
      await editor.done()
      assert.match((await editor.problems())[0]?.message ?? '', /of which none exists on the other side/)
      await editor.deploy()
      await editor.press('go')
      await editor.ran('n')
      assert.deepEqual(editor.errors, [])
    })

    it('shows the progress of an upload, which can be cancelled and leaves nothing', async () => {
      const box = await open()
      const { page } = editor
      await page.locator('#node-input-variant').selectOption('own')
      const large = join(folder, 'large.onnx')
      writeFileSync(large, bytes(4_000_000))
      const network = await page.context().newCDPSession(page)
      const speed = { offline: false, latency: 0, downloadThroughput: -1, uploadThroughput: 400_000 }
      await network.send('Network.emulateNetworkConditions', speed)
      await page.locator('#daisychain-own-upload-chosen').setInputFiles(large)
      await page.waitForFunction('document.querySelector(".daisychain-upload progress")?.value > 100000')
      assert.match((await box.textContent()) ?? '', /large\.onnx: [\d.]+ [kM]B of 4\.0 MB/)
      await editor.screenshot('variants, uploading')
      await box.getByRole('button', { name: 'Cancel' }).click()
      await page.locator('.daisychain-upload progress').waitFor({ state: 'detached' })
      await network.send('Network.emulateNetworkConditions', { ...speed, uploadThroughput: -1 })
      assert.equal(await page.locator('#daisychain-own-file').inputValue(), '')
      const left = join(server.folder, 'daisychain/onnx/large')
      for (let i = 0; existsSync(left) && i < 100; i++) await page.waitForTimeout(50)
      assert.equal(existsSync(left), false)
    })

    it('says in a sentence why a file couldn’t be uploaded, or isn’t a model', async () => {
      const box = await open()
      const { page } = editor
      await page.locator('#node-input-variant').selectOption('own')
      const give = (file: string, content: Buffer | string = 'x') => {
        writeFileSync(join(folder, file), content)
        return page.locator('#daisychain-own-upload-chosen').setInputFiles(join(folder, file))
      }
      await give('picture.gif')
      await box
        .getByText('"picture.gif" isn\'t a model: choose an .onnx file, its weights, or a list of labels.')
        .waitFor()
      await give('web.onnx', '<!doctype html>')
      await box
        .getByText(/web\.onnx.*/)
        .first()
        .waitFor()
      await box.locator('.daisychain-weights-error').waitFor()
      await editor.screenshot('variants, uploaded a web page')

      const answers: [string, (route: Route) => Promise<void>, RegExp][] = [
        [
          'uploads',
          (route) => route.abort(),
          /one\.onnx could not be uploaded: the connection to Node-RED was lost\. Try again\./,
        ],
        [
          'uploads',
          (route) => route.fulfill({ status: 401, body: 'Unauthorized' }),
          /You aren't allowed to upload files/,
        ],
        [
          'uploads',
          (route) => route.fulfill({ status: 413, body: '' }),
          /too large for the proxy in front of Node-RED/,
        ],
        [
          'files',
          (route) => route.fulfill({ json: { files: [], largest: 1000 } }),
          /one\.onnx has 5 kB, more than the upload limit of 1 kB: copy it to the computer/,
        ],
      ]
      for (const [address, answer, sentence] of answers) {
        const route = `**/daisychain-onnx/${address}*`
        await page.route(route, answer)
        await give('one.onnx', bytes(5000))
        await box.getByText(sentence).waitFor()
        await page.unroute(route)
      }
      await editor.screenshot('variants, too large to upload')
    })
  })
}
