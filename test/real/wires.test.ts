import assert from 'node:assert/strict'
import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sharedEngine } from '../../src/engine'
import { loadManifests, type Model } from '../../src/models'
import { ask, refusal, start, stop } from '../nodes/support'
import { manifests, writeLabels } from './manifests'
import { installRealModels, needsRealModels, photosFolder, realFolder } from './support'

/** Runs each network as a node in Node-RED, with a JPEG as the message, and checks the type on its wire. */
describe('real networks as nodes', function () {
  this.timeout(120_000)
  const engine = sharedEngine()
  let undo: (() => void) | undefined
  let folder = ''
  let models: Model[] = []
  before(function () {
    needsRealModels(this)
    undo = installRealModels()
    folder = mkdtempSync(join(tmpdir(), 'daisychain-real-'))
    writeLabels(folder)
    const others = Object.values(manifests).map((make) => ({ ...make(), folder }))
    for (const { variants } of others) {
      const { file } = variants[0] as { file: string }
      cpSync(join(realFolder, file), join(folder, file))
    }
    models = [...loadManifests(), ...others]
  })
  after(async () => {
    undo?.()
    if (folder) rmSync(folder, { recursive: true, force: true })
    await engine.close()
  })
  afterEach(stop)

  const jpeg = (name: string) => readFileSync(join(photosFolder, `${name}.jpg`))
  const nodes: [type: string, variant: string | undefined, photo: string, wanted: RegExp][] = [
    ['deeplab', 'deeplabv3-mobilenet', 'astronaut', /^label map 512×512, 21 labels$/],
    ['style', undefined, 'astronaut', /^image 512×512 RGB$/],
    ['upscale', undefined, 'cat', /^image 1353×900 RGB$/],
    ['faces', undefined, 'astronaut', /^image 512×512 RGB$/],
    ['detect', undefined, 'coffee', /^image 600×400 RGB$/],
    ['matte', 'prisma-portrait', 'astronaut', /^image 512×512 RGBA$/],
    ['mnist8', undefined, 'cat', /^\d$/],
    ['squeezenetfp16winml', undefined, 'coffee', /^espresso$/],
    ['scilowlight240x320', undefined, 'rocket', /^image 640×427 RGB$/],
  ]
  for (const [type, variant, photo, wanted] of nodes)
    it(`daisychain-${type}`, async () => {
      await start([{ id: 'n', type: `daisychain-${type}`, ...(variant && { variant }) }], models)
      const [where, msg] = await ask('n', { payload: jpeg(photo), topic: photo })
      assert.equal(where, 'out', msg.error?.message)
      assert.match(`${msg.payload}`, wanted)
      assert.equal(msg.topic, photo)
    })

  it('work in a chain: cut out, enlarged, painted', async () => {
    await start(
      [
        { id: 'a', type: 'daisychain-matte', variant: 'prisma-portrait', wires: [['b'], []] },
        { id: 'b', type: 'daisychain-upscale', wires: [['c']] },
        { id: 'c', type: 'daisychain-style' },
      ],
      models,
    )
    const [where, msg] = await ask('a', { payload: jpeg('astronaut') })
    assert.equal(where, 'out', msg.error?.message)
    assert.equal(`${msg.payload}`, 'image 1536×1536 RGB')
  })

  it('say what to do if a network isn’t downloaded', async () => {
    await start([{ id: 'n', type: 'daisychain-matte' }], models)
    assert.match(await refusal('n', { payload: jpeg('cat') }), /not downloaded yet.*models fetch matte\/modnet-q8/)
  })
})
