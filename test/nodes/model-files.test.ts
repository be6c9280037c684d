import assert from 'node:assert/strict'
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { IncomingMessage } from 'node:http'
import { Socket } from 'node:net'
import { join } from 'node:path'
import { addAdminRoutes } from '../../nodes/onnx/admin'
import { forgetUpload, isBeside, keepModel, listModels } from '../../nodes/shared/model-files'
import { temporaryFolder } from './pictures'

function body(bytes: Buffer | string, { breaksOff = false, length }: { breaksOff?: boolean; length?: number } = {}) {
  const message = new IncomingMessage(new Socket())
  if (length !== undefined) message.headers['content-length'] = String(length)
  message.push(bytes)
  if (breaksOff) setImmediate(() => message.destroy(new Error('the line was cut')))
  else message.push(null)
  return message
}

describe('uploaded models', () => {
  const folder = temporaryFolder()
  after(() => folder.remove())
  const keep = (name: string, beside = '', content = name) => keepModel(folder.path, { name, beside }, body(content))
  const read = (path: string) => readFileSync(join(folder.path, path), 'utf8')
  const left = () =>
    existsSync(join(folder.path, 'daisychain/onnx')) ? readdirSync(join(folder.path, 'daisychain/onnx')) : []

  it('get a folder each, so that two with the same name don’t mix', async () => {
    assert.equal(await keep('model.onnx', '', 'first'), 'daisychain/onnx/model/model.onnx')
    assert.equal(await keep('model.onnx', '', 'second'), 'daisychain/onnx/model (2)/model.onnx')
    assert.deepEqual(
      ['model', 'model (2)'].map((name) => read(`daisychain/onnx/${name}/model.onnx`)),
      ['first', 'second'],
    )
    assert.deepEqual(
      (await listModels(folder.path)).map(({ path }) => path),
      ['daisychain/onnx/model/model.onnx', 'daisychain/onnx/model (2)/model.onnx'],
    )
  })

  it('have files uploaded for them next to them, the newest ones', async () => {
    const model = 'daisychain/onnx/model (2)/model.onnx'
    for (const content of ['{}', '{"a":1}'])
      assert.equal(await keep('tokenizer.json', model, content), 'daisychain/onnx/model (2)/tokenizer.json')
    assert.equal(read('daisychain/onnx/model (2)/tokenizer.json'), '{"a":1}')
    assert.equal(await keep('labels.txt', join(folder.path, model)), 'daisychain/onnx/model (2)/labels.txt')
  })

  it('are removed one by one, a model with its folder, and nothing elsewhere', async () => {
    const model = await keep('forget.onnx')
    const labels = { name: 'names.txt', beside: model }
    assert.equal(await isBeside(folder.path, labels), false)
    const beside = await keep(labels.name, model)
    assert.equal(await isBeside(folder.path, labels), true)
    await forgetUpload(folder.path, beside)
    assert.deepEqual(readdirSync(join(folder.path, 'daisychain/onnx/forget')), ['forget.onnx'])
    // Labels uploaded without a model get their own folder.
    await forgetUpload(folder.path, await keep('alone.txt'))
    await keep(labels.name, model)
    await forgetUpload(folder.path, model)
    assert.deepEqual(
      left().filter((name) => /^(alone|forget)/.test(name)),
      [],
    )
    writeFileSync(join(folder.path, 'mine.txt'), 'x')
    for (const path of ['mine.txt', '../mine.txt', 'daisychain/onnx/../../mine.txt', ''])
      await forgetUpload(folder.path, path)
    assert.equal(read('mine.txt'), 'x')
  })

  it('put nothing next to files elsewhere, whatever is requested', async () => {
    mkdirSync(join(folder.path, 'elsewhere'))
    writeFileSync(join(folder.path, 'elsewhere/x.onnx'), 'x')
    for (const beside of [
      'elsewhere/x.onnx',
      '../x.onnx',
      'daisychain/onnx/../../elsewhere/x.onnx',
      'daisychain/onnx',
      '/etc/x',
    ])
      assert.match(await keep('names.txt', beside), /^daisychain\/onnx\/names( \(\d\))?\/names\.txt$/)
    assert.deepEqual(readdirSync(join(folder.path, 'elsewhere')), ['x.onnx'])
  })

  it('have plain names', async () => {
    assert.equal(await keep('../../up.onnx'), 'daisychain/onnx/up/up.onnx')
    assert.equal(await keep('C:\\models\\größe;1.onnx'), 'daisychain/onnx/größe_1/größe_1.onnx')
  })

  it('are complete or absent, with a sentence', async () => {
    const before = left()
    const refused = (name: string, given: IncomingMessage, sentence: RegExp) =>
      assert.rejects(keepModel(folder.path, { name }, given, 1000), { name: 'ValueError', message: sentence })
    await refused('half.onnx', body('x', { breaksOff: true }), /half\.onnx cannot be used \(the line was cut\)/)
    await refused('run.sh', body('x'), /^"run\.sh" isn't a model: choose an \.onnx file/)
    const tooLarge =
      /^big\.onnx is larger than 1 kB: copy it to the computer that runs Node-RED instead, and enter its path$/
    await refused('big.onnx', body('x', { length: 1001 }), tooLarge)
    await refused('big.onnx', body('x'.repeat(1001)), tooLarge)
    await assert.rejects(keepModel(folder.path, { name: 'big.onnx' }, body('x', { length: 2 ** 52 }), 2 ** 53), {
      message: /^big\.onnx has .* GB, and the disk of .* has only .* free: free some space and try again$/,
    })
    assert.deepEqual(left(), before)
  })

  it('require the editor’s permissions, like all the dialog’s requests', () => {
    const guards: string[] = []
    const note = (method: string) => (path: string, _foreign: object, guard: string) =>
      guards.push(`${method} ${path} ${guard}`)
    const RED = {
      settings: {},
      httpAdmin: { get: note('get'), post: note('post') },
      auth: { needsPermission: (permission: string) => permission.replace('daisychain-onnx.', '') },
    }
    addAdminRoutes(RED as never)
    assert.deepEqual(guards, [
      'get /daisychain-onnx/files read',
      'get /daisychain-onnx/reasons read',
      'get /daisychain-onnx/sample read',
      'post /daisychain-onnx/uploads write',
      'post /daisychain-onnx/inspect write',
      'post /daisychain-onnx/forget write',
      'post /daisychain-onnx/try write',
      'post /daisychain-onnx/labels write',
    ])
  })
})
