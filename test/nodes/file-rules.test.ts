import assert from 'node:assert/strict'
import { mkdirSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { NodeAPI } from 'node-red'
import adjustNode from '../../nodes/adjust/adjust'
import convertNode from '../../nodes/convert/convert'
import exportNode from '../../nodes/export/export'
import modelNodes from '../../nodes/models/models'
import remoteNode from '../../nodes/remote/remote'
import { runnableUserFile } from '../../nodes/shared/chosen-variant'
import { applyFileSettings } from '../../nodes/shared/file-rules'
import { sharedEngine } from '../../src/engine'
import { loadManifests, type Model } from '../../src/models'
import { paint, startWith, temporaryFolder } from './pictures'
import { ask, refusal, stop } from './support'

/** A message may name a picture by its path. With `daisychainRoot`, no node reads pictures outside it. */
describe('pictures that messages name', function () {
  this.timeout(60_000)
  const folder = temporaryFolder()
  const root = join(folder.path, 'in')
  const engine = sharedEngine()
  const settings = { userDir: folder.path, fileWorkingDirectory: root, daisychainRoot: root }
  before(async () => {
    mkdirSync(root)
    await paint(join(root, 'mine.png'))
    await paint(join(folder.path, 'secret.png'))
    symlinkSync(join(folder.path, 'secret.png'), join(root, 'link.png'))
  })
  after(async () => {
    applyFileSettings({ settings: {} } as never)
    await engine.close()
    folder.remove()
  })
  afterEach(stop)

  const ports = { inputs: [{ name: 'image', property: 'payload', type: { type: 'image' } }], outputs: [[]] }
  const nodes: [string, (RED: NodeAPI) => void, object][] = [
    ['daisychain-densedepth', modelNodes, {}],
    ['daisychain-adjust', adjustNode, { flip: 'horizontal' }],
    ['daisychain-convert', convertNode, { converter: 'encode', format: 'png' }],
    ['daisychain-export', exportNode, { folder: root, format: 'png' }],
    ['daisychain-remote', remoteNode, { url: 'http://127.0.0.1:9', kind: 'app', model: 'query', ports }],
  ]
  for (const [type, register, config] of nodes)
    it(type, async () => {
      await startWith([register], [{ id: 'n', type, ...config }], settings)
      const outside = [
        join(folder.path, 'secret.png'),
        pathToFileURL(join(folder.path, 'secret.png')).href,
        '../secret.png',
        'link.png',
        './x/../../secret.png',
      ]
      for (const payload of outside) assert.match(await refusal('n', { payload }), /is outside .*only folder/, payload)
      for (const payload of ['./a\0.png', 'file:///%zz.png', '..\\..\\secret.png'])
        assert.match(await refusal('n', { payload }), /\.$/)
      const [where, msg] = await ask('n', { payload: 'mine.png' })
      if (type === 'daisychain-remote') assert.match(msg.error?.message ?? '', /cannot be reached/, 'it was read')
      else assert.equal(where, 'out', msg.error?.message)
    })

  it('and a user’s own models', async () => {
    const [model] = loadManifests() as [Model]
    const own = { file: join(folder.path, 'secret.onnx') }
    await assert.rejects(runnableUserFile({ settings } as never, model, own, engine), /secret\.onnx is outside/)
  })
})
