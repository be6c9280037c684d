import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import helper from 'node-red-node-test-helper'
import { offerVariants } from '../../nodes/models/offer-variants'
import { isPresent, type Model, modelPath, type Variant } from '../../src/models'
import { bytes, downloadable, type FileServer, serveFiles, stallAfter, well } from '../models/store/server'
import { fixture, fixturesFolder, paint } from '../models/support'
import { ask, refusal, start, statuses, stop } from './support'

const weights = readFileSync(join(fixturesFolder, 'depth/mini.onnx'))
const ballast = bytes(300_000)
const picture = paint(20, 10, () => [100, 100, 100])

describe('the variants of a model node', () => {
  let store: string
  let files: FileServer
  let model: Model
  let variant: Variant
  const chosen = process.env.DAISYCHAIN_MODELS

  before(() => new Promise<void>((resolve) => helper.startServer(resolve)))
  after(() => new Promise<void>((resolve) => helper.stopServer(resolve)))
  beforeEach(async () => {
    store = mkdtempSync(join(tmpdir(), 'daisychain-store-'))
    process.env.DAISYCHAIN_MODELS = store
    files = await serveFiles({ '/model.onnx': weights, '/ballast.bin': ballast })
    ;[model, variant] = downloadable(files.url, { 'model.onnx': weights, 'ballast.bin': ballast })
  })
  afterEach(async () => {
    await stop()
    await files.close()
    rmSync(store, { recursive: true, force: true })
    if (chosen === undefined) delete process.env.DAISYCHAIN_MODELS
    else process.env.DAISYCHAIN_MODELS = chosen
  })

  const until = async (done: () => boolean) => {
    while (!done()) await new Promise((resolve) => setTimeout(resolve, 10))
  }
  const download = '/daisychain-models/depth/large/download'
  const agreed = { licence: 'MIT' }

  it('are refused until they are downloaded, after which the same node runs', async () => {
    await start([{ id: 'n', type: 'daisychain-depth', variant: 'large' }], [model])
    const texts = statuses('n')
    assert.match(
      await refusal('n', { payload: picture }),
      /^Depth's Large is not downloaded yet: open the node and press Download, or run “npx daisychain models fetch depth\/large”\.$/,
    )
    files.next.push(well, (_request, response, content) => {
      response.writeHead(200, { 'content-length': content.length }).write(content.subarray(0, 200_000))
      setTimeout(() => response.end(content.subarray(200_000)), 600)
    })
    await helper.request().post(download).send(agreed).expect(202)
    await until(() => texts.includes('downloaded'))
    assert.ok(
      texts.some((text) => /^downloading \d+ %$/.test(text)),
      texts.join(', '),
    )
    const [where, msg] = await ask('n', { payload: picture })
    assert.equal(where, 'out', msg.error?.message)
  })

  it('are reported as damaged if they are, in the status, to the message and in the dialog', async () => {
    const path = modelPath(model, variant)
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, 'half')
    await start([{ id: 'n', type: 'daisychain-depth', variant: 'large' }], [model])
    const texts = statuses('n')
    assert.match(
      await refusal('n', { payload: picture }),
      /^Depth's Large is damaged \(.* has 4 instead of .* bytes\): open /,
    )
    await until(() => texts.includes('damaged: open to download again'))
    for (const [language, words] of Object.entries({ en: /has 4 instead of/, de: /hat 4 statt/, ja: /4バイトです/ })) {
      const asked = helper.request().get('/daisychain-models/depth').set('Accept-Language', language)
      const large = (await asked.expect(200)).body.variants[1]
      assert.equal(large.present, false)
      assert.match(large.error, words)
    }
    await helper.request().post(download).send(agreed).expect(202)
    await until(() => texts.includes('downloaded'))
    const [where, msg] = await ask('n', { payload: picture })
    assert.equal(where, 'out', msg.error?.message)
  })

  it('are described to the dialog, with licence, size, and progress', async () => {
    await start([{ id: 'n', type: 'daisychain-depth', variant: 'large' }], [model])
    const read = async () => (await helper.request().get('/daisychain-models/depth').expect(200)).body.variants
    const [mini, large] = await read()
    assert.deepEqual([mini.bundled, mini.present, large.bundled, large.present], [true, true, false, false])
    assert.deepEqual(
      [large.licence, large.licenceUrl, large.nonCommercial, large.bytes, large.progress],
      ['MIT', 'https://example.org/licence', false, weights.length + ballast.length, null],
    )
    files.next.push(stallAfter(100))
    await helper.request().post(download).send(agreed).expect(202)
    await until(() => files.asked.length > 0)
    assert.equal((await read())[1].progress.total, large.bytes)
    await helper.request().delete(download).expect(204)
    await helper.request().get('/daisychain-models/nothing').expect(404)
  })

  it('aren’t downloaded before someone has agreed to this licence', async () => {
    await start([{ id: 'n', type: 'daisychain-depth' }], [model])
    for (const body of [{}, { licence: 'GPL-3.0' }]) {
      const { body: answer } = await helper.request().post(download).send(body).expect(400)
      assert.match((answer as { message: string }).message, /Agree to the licence first: MIT\./)
    }
    assert.equal(files.asked.length, 0)
    await helper.request().post('/daisychain-models/depth/mini/download').send(agreed).expect(404)
    await helper.request().post('/daisychain-models/depth/../download').send(agreed).expect(404)
  })

  it('can be cancelled', async () => {
    await start([{ id: 'n', type: 'daisychain-depth', variant: 'large' }], [model])
    files.next.push(stallAfter(100))
    await helper.request().post(download).send(agreed).expect(202)
    await until(() => files.asked.length > 0)
    const texts = statuses('n')
    await helper.request().delete(download).expect(204)
    await until(() => texts.includes('not downloaded: open to download'))
    assert.equal(isPresent(model, variant), false)
  })

  it('may be a user’s own file, with its inputs and outputs, or the reason why it doesn’t fit', async () => {
    await start([{ id: 'n', type: 'daisychain-depth' }], [fixture('depth')])
    const own = '/daisychain-models/depth/own'
    const { body } = await helper
      .request()
      .post(own)
      .send({ file: join(fixturesFolder, 'depth/mini.onnx') })
      .expect(200)
    assert.equal((body as Model).inputs[0]?.type.type, 'image')
    const { body: answer } = await helper
      .request()
      .post(own)
      .send({ file: join(fixturesFolder, 'bedroom/mini.onnx') })
      .expect(400)
    assert.match((answer as { message: string }).message, /^mini\.onnx doesn't fit Depth: .*\.$/)
    const bad: [string, RegExp][] = [
      ['depth/manifest.json', /^manifest\.json is text \(JSON\), not a model\. Choose an \.onnx file\.$/],
      ['../inspect/custom-domain.onnx', /^custom-domain\.onnx uses the operator Frobnicate of "my\.company"/],
      ['../inspect/unknown-operator.onnx', /^unknown-operator\.onnx uses the operator Frobnicate, .* Export/],
      ['../inspect/future-opset.onnx', /^future-opset\.onnx needs newer operators/],
      ['nothing.onnx', /^There is no file .*nothing\.onnx\. Check the path\.$/],
    ]
    for (const [file, sentence] of bad) {
      const refused = await helper
        .request()
        .post(own)
        .send({ file: join(fixturesFolder, file) })
        .expect(400)
      assert.match((refused.body as { message: string }).message, sentence)
    }
  })

  it('each require the editor’s permissions', () => {
    const routes: [string, string, unknown][] = []
    const note = (method: string) => (path: string, _foreign: object, guard: unknown) =>
      routes.push([method, path, guard])
    const RED = {
      httpAdmin: { get: note('get'), post: note('post'), delete: note('delete') },
      auth: { needsPermission: (permission: string) => permission },
      comms: { publish() {} },
    }
    offerVariants(RED as never, model)
    assert.deepEqual(
      routes.map(([method, , guard]) => [method, guard]),
      [
        ['get', 'daisychain-models.read'],
        ['post', 'daisychain-models.write'],
        ['post', 'daisychain-models.write'],
        ['post', 'daisychain-models.write'],
        ['delete', 'daisychain-models.write'],
        ['post', 'daisychain-models.write'],
      ],
    )
  })
})
