import assert from 'node:assert/strict'
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { copyNodeFiles } from '../../scripts/build/copy-node-files'
import { writeDeclarations } from '../../scripts/build/declarations'
import { writeModelNodes } from '../../scripts/build/model-nodes'
import { nodePages } from '../../scripts/docs/node-pages'
import { portsInWords } from '../../scripts/seal/ports'
import { sealManifests, sealModels } from '../../scripts/seal/seal'
import { loadManifests, type Manifest, type Model } from '../../src/models'

const root = resolve(__dirname, '../../..')
const json = (file: string) => JSON.parse(readFileSync(file, 'utf8'))

/**
 * Copies the package and adds a model. Everything about the model is in its own folder, and no other file is
 * changed.
 */
describe('adding a model', () => {
  let place: string
  let folder: string
  const said: string[] = []
  const say = (line: string) => void said.push(line)

  before(() => {
    place = mkdtempSync(join(tmpdir(), 'daisychain-toy-'))
    for (const name of ['nodes', 'plugins', 'src']) symlinkSync(join(root, name), join(place, name))
    for (const name of ['icons', 'examples']) cpSync(join(root, name), join(place, name), { recursive: true })
    mkdirSync(join(place, 'models'))
    cpSync(join(root, 'models/gpt2'), join(place, 'models/gpt2'), { recursive: true })
    folder = join(place, 'models/toy')
    mkdirSync(folder)
    const sketch = json(join(root, 'models/photosketch/manifest.json')) as Manifest
    const [mini] = sketch.variants
    const toy = {
      ...sketch,
      id: 'toy',
      node: 'daisychain-toy',
      label: 'Toy',
      icon: 'daisychain-toy.svg',
      // Photosketch's `knows` names another variant, which this copy lacks.
      variants: [{ ...mini, knows: undefined, sha256: '0'.repeat(64), bytes: 1 }],
    }
    writeFileSync(join(folder, 'manifest.json'), JSON.stringify(toy, null, 2))
    for (const file of ['mini.onnx', 'CARD.md']) cpSync(join(root, 'models/photosketch', file), join(folder, file))
    writeFileSync(join(folder, 'icon.svg'), '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 60"/>')
    writeFileSync(join(folder, 'example.json'), JSON.stringify([{ id: 't', type: 'daisychain-toy', wires: [[]] }]))
  })
  after(() => rmSync(place, { recursive: true }))

  it('seals two files of the same size, and refuses a manifest without fields for them', () => {
    const place = mkdtempSync(join(tmpdir(), 'daisychain-seal-'))
    try {
      mkdirSync(join(place, 'twins'))
      const [one, two] = ['a', 'b'].map((name, i) => ({ file: `${name}.onnx`, sha256: String(i).repeat(64), bytes: 3 }))
      const manifest = join(place, 'twins/manifest.json')
      writeFileSync(join(place, 'twins/a.onnx'), 'old')
      writeFileSync(join(place, 'twins/b.onnx'), 'newer')
      writeFileSync(manifest, JSON.stringify({ variants: [one, two] }, null, 2))
      assert.deepEqual(
        sealManifests(place, () => {}),
        ['twins'],
      )
      assert.deepEqual(
        json(manifest).variants.map(({ bytes }: { bytes: number }) => bytes),
        [3, 5],
      )
      assert.deepEqual(
        sealManifests(place, () => {}),
        [],
      )
      const without = JSON.stringify({ variants: [{ file: 'a.onnx' }] })
      writeFileSync(manifest, without)
      assert.throws(() => sealManifests(place, () => {}), /The manifest of a\.onnx must have "sha256" and "bytes"/)
      assert.equal(readFileSync(manifest, 'utf8'), without)
    } finally {
      rmSync(place, { recursive: true })
    }
  })

  const models = () => loadManifests(join(place, 'models'))
  const toy = () => models().find(({ id }) => id === 'toy') as Model

  it('seals it: its size and checksum, its ports, its golden output', async () => {
    const changed = sealManifests(join(place, 'models'), say)
    await sealModels(join(place, 'models'), changed, say)
    assert.deepEqual(said.splice(0), [
      'toy: size and checksum written',
      'gpt2: as sealed',
      'toy: ports.json written; golden output written',
    ])
    const [{ sha256, bytes } = { sha256: '', bytes: 0 }] = toy().variants
    const [real] = (json(join(root, 'models/photosketch/manifest.json')) as Manifest).variants
    assert.deepEqual([sha256, bytes], [real?.sha256, real?.bytes])
    assert.deepEqual(json(join(folder, 'ports.json')), portsInWords(toy()))
    assert.deepEqual(
      readFileSync(join(folder, 'golden/output.png')),
      readFileSync(join(root, 'models/photosketch/golden/output.png')),
    )
  })

  it('generates its node, icon, declaration, example and page', () => {
    mkdirSync(join(place, 'dist'))
    copyNodeFiles(place, models())
    writeModelNodes(place, models())
    writeDeclarations(place, models())
    const html = readFileSync(join(place, 'dist/nodes/models/models.html'), 'utf8')
    assert.match(html, /registerType\('daisychain-toy', \{\s*category: 'daisychain'/)
    assert.match(html, /data-help-name="daisychain-toy"/)
    assert.ok(existsSync(join(place, 'dist/nodes/models/icons/daisychain-toy.svg')))
    assert.equal(json(join(place, 'dist/declarations.json'))['daisychain-toy'].label, 'Toy')
    assert.equal(json(join(place, 'examples/models/Toy.json'))[0].type, 'daisychain-toy')
    assert.match(nodePages(place).get('toy.md') ?? '', /^# Toy\n/)
  })

  it('reports each time what cannot be sealed, and leaves nothing that looks sealed', async () => {
    rmSync(join(folder, 'golden'), { recursive: true })
    writeFileSync(join(folder, 'mini.onnx'), 'no model')
    for (const _ of ['the first time', 'the second time']) {
      await assert.rejects(sealModels(join(place, 'models'), sealManifests(join(place, 'models'), say), say), {
        message: 'Not sealed: toy.',
      })
      assert.match(said.splice(0).at(-1) ?? '', /^toy: no golden output: ./)
      assert.ok(!existsSync(join(folder, 'golden')) || readdirSync(join(folder, 'golden')).length === 0)
    }
  })
})
