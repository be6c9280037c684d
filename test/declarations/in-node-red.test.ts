import assert from 'node:assert/strict'
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Node, NodeAPI, NodeDef } from 'node-red'
import helper from 'node-red-node-test-helper'
import convertNode from '../../nodes/convert/convert'
import serveNode from '../../nodes/serve/serve'
import { declaredWrongly } from '../../src/declarations'
import { Segmentation } from '../../src/types'
import { fixturesFolder } from '../models/support'
import { ask, start, stop } from '../nodes/support'

const core = (file: string) => require(`@node-red/nodes/core/${file}`) as (RED: NodeAPI) => void

/** Other people's nodes, loaded by Node-RED. They pass their messages on. */
function others(RED: NodeAPI): void {
  for (const type of ['their-seven', 'daisychain-how-far'])
    RED.nodes.registerType(type, function (this: Node, config: NodeDef) {
      RED.nodes.createNode(this, config)
      this.on('input', (msg, send, done) => {
        send(msg)
        done()
      })
    })
}

/** Running nodes must know the same about the following nodes as the checker does. */
describe('users of declarations in a running Node-RED', () => {
  let userDir: string

  before(async () => {
    userDir = mkdtempSync(join(tmpdir(), 'daisychain-door-'))
    const theirs = join(userDir, 'node_modules/their-package')
    const folder = join(userDir, 'daisychain/nodes/far')
    for (const place of [theirs, folder]) mkdirSync(place, { recursive: true })
    writeFileSync(join(userDir, 'package.json'), JSON.stringify({ dependencies: { 'their-package': '1.0.0' } }))
    const payload = { type: { type: 'vector', length: 7 }, name: 'z' }
    const nodes = { 'their-seven': { inputs: { payload }, outputs: [{ payload: { type: 'text' } }], passes: true } }
    writeFileSync(join(theirs, 'package.json'), JSON.stringify({ name: 'their-package', daisychain: { nodes } }))
    const manifest = JSON.parse(readFileSync(join(fixturesFolder, 'depth/manifest.json'), 'utf8')) as object
    const mine = { ...manifest, id: 'how-far', node: 'daisychain-how-far' }
    writeFileSync(join(folder, 'manifest.json'), JSON.stringify(mine))
    cpSync(join(fixturesFolder, 'depth/mini.onnx'), join(folder, 'mini.onnx'))
    helper.settings({ userDir } as never)
    await new Promise<void>((ready) => helper.startServer(ready))
  })
  after(async () => {
    helper.settings({} as never)
    await new Promise<void>((stopped) => helper.stopServer(stopped))
    rmSync(userDir, { recursive: true })
  })
  afterEach(stop)

  it('a latent node sends what another package’s node needs, also before a change node', async () => {
    const rules = [{ t: 'set', p: 'note', pt: 'msg', to: 'x', tot: 'str' }]
    await start(
      [
        { id: 'l', type: 'daisychain-latent', wires: [['s']] },
        { id: 's', type: 'junction', wires: [['n']] },
        { id: 'n', type: 'their-seven' },
        { id: 'c', type: 'change', rules, wires: [['n']] },
        { id: 'm', type: 'daisychain-latent', wires: [['c']] },
      ],
      [],
      [others, core('common/05-junction'), core('function/15-change')],
    )
    for (const id of ['l', 'm']) {
      const [where, { payload }] = await ask(id, {})
      assert.deepEqual([where, (payload as number[]).length], ['out', 7])
    }
  })

  it('a converter on auto makes what a user’s own model needs', async () => {
    await start(
      [
        { id: 'c', type: 'daisychain-convert', wires: [['n']] },
        { id: 'n', type: 'daisychain-how-far' },
      ],
      [],
      [others, convertNode],
    )
    const ids = new Segmentation({ width: 1, height: 2, data: new Uint8Array([0, 1]), labels: ['wall', 'cat'] })
    const [where, { payload, error }] = await ask('c', { payload: ids })
    assert.deepEqual([where, (payload as { type?: string }).type], ['out', 'image'], error?.message)
  })

  it('errors in a package’s declarations are reported by package and node type', () => {
    const broken = join(userDir, 'node_modules/broken-package')
    mkdirSync(broken, { recursive: true })
    const payload = { type: { type: 'imgae' } }
    const daisychain = { nodes: { sharpen: { inputs: { payload } } } }
    writeFileSync(join(broken, 'package.json'), JSON.stringify({ name: 'broken-package', daisychain }))
    const dependencies = { 'their-package': '1.0.0', 'broken-package': '1.0.0' }
    writeFileSync(join(userDir, 'package.json'), JSON.stringify({ dependencies }))
    const plugins = { getByType: () => [{ id: 'late-types', declarations: { blur: { outputs: {} } } }] }
    assert.deepEqual(declaredWrongly({ settings: { userDir }, plugins }), [
      'broken-package: The declaration of “sharpen” is wrong, in inputs.payload.type.type: there is no type “imgae”. Did you mean “image”?',
      'late-types: The declaration of “blur” is wrong, in outputs: an object must be a list.',
    ])
    assert.deepEqual(declaredWrongly({ settings: {} }), [])
  })

  it('a published flow has the inputs that they need', async () => {
    await start(
      [
        { id: 'in', type: 'daisychain-serve-in', name: 'doors', where: 'port', port: 0, wires: [['n']] },
        { id: 'n', type: 'daisychain-how-far', wires: [['end']] },
        { id: 'end', type: 'daisychain-serve-out', wires: [] },
      ],
      [],
      [others, serveNode],
    )
    const answer = await helper.request().get('/daisychain-serve-in/in').expect(200)
    const { inputs } = answer.body as { inputs: { name: string; type: string; required: boolean }[] }
    assert.deepEqual(
      inputs.map(({ name, required }) => [name, required]),
      [['image', true]],
    )
    assert.match(inputs[0]?.type ?? '', /image/)
  })
})
