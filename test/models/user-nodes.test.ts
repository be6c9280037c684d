import assert from 'node:assert/strict'
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { declaredBeside } from '../../src/declarations'
import { loadUserNodes, type Manifest, validateManifest } from '../../src/models'
import { userNode } from '../../src/node-html/user-node'
import { fixturesFolder } from './support'

const depth = () => JSON.parse(readFileSync(join(fixturesFolder, 'depth/manifest.json'), 'utf8')) as Manifest

describe('nodes from manifests in the user directory', () => {
  let folder: string
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'daisychain-own-'))
  })
  afterEach(() => rmSync(folder, { recursive: true }))

  /** Writes a manifest to the user directory, with its weights unless `weights` is false. */
  function put(name: string, manifest: object | string, weights = true): void {
    const place = join(folder, 'daisychain/nodes', name)
    mkdirSync(place, { recursive: true })
    writeFileSync(join(place, 'manifest.json'), typeof manifest === 'string' ? manifest : JSON.stringify(manifest))
    if (weights) cpSync(resolve(fixturesFolder, 'depth/mini.onnx'), join(place, 'mini.onnx'))
  }
  const own = (id: string, changes: object = {}) => ({ ...depth(), id, node: `daisychain-${id}`, ...changes })

  it('are found, with known types', () => {
    put('far', own('how-far'))
    const { models, problems } = loadUserNodes(folder, [])
    assert.deepEqual([models.map(({ node }) => node), problems], [['daisychain-how-far'], []])
    const declared = declaredBeside(folder)['daisychain-how-far']
    const type = declared?.inputs?.payload?.type
    assert.ok(type && 'type' in type)
    assert.equal(type.type, 'image')
  })

  it('are refused if a file lacks an input or output, with a list of those it has', () => {
    const { variants } = depth()
    const [{ feeds, fetches, ...variant }] = variants as [Manifest['variants'][0]]
    put('feed', own('feed', { variants: [{ ...variant, fetches, feeds: { imge: feeds.image } }] }))
    put('fetch', own('fetch', { variants: [{ ...variant, feeds, fetches: { '#1': fetches.depth } }] }))
    put('fine', own('fine', { variants: [{ ...variant, feeds: { '#0': feeds.image }, fetches }] }))
    const { models, problems } = loadUserNodes(folder, [])
    assert.deepEqual(
      models.map(({ id }) => id),
      ['fine'],
    )
    assert.match(problems[0] ?? '', /feed cannot become a node: mini\.onnx has no input "imge", only "image"\./)
    assert.match(problems[1] ?? '', /fetch cannot become a node: mini\.onnx has no output "#1", only "depth"\./)
  })

  it('don’t exist without the folder', () => assert.deepEqual(loadUserNodes(folder, []), { models: [], problems: [] }))

  it('that are broken are each reported in a sentence, and the others exist', () => {
    put('a-clash', own('gpt2'))
    put('b-twice', own('far'))
    put('c-twice', own('far'))
    put('d-json', '{ "id": ')
    put('e-weights', own('lost'), false)
    put('f-name', own('bad name'))
    mkdirSync(join(folder, 'daisychain/nodes/g-empty'))
    const { models, problems } = loadUserNodes(folder, ['daisychain-gpt2'])
    assert.deepEqual(
      models.map(({ id }) => id),
      ['far'],
    )
    const expected = [
      /a-clash cannot become a node: the node daisychain-gpt2 already exists; choose another "id"/,
      /c-twice cannot become a node: the node daisychain-far already exists/,
      /d-json cannot become a node: .*manifest\.json cannot be read/,
      /e-weights cannot become a node: its file mini\.onnx is missing/,
      /f-name cannot become a node: .*"node" must look like/,
      /g-empty is not a node: there is no manifest\.json in it\./,
    ]
    assert.equal(problems.length, expected.length)
    for (const [i, sentence] of expected.entries()) assert.match(problems[i] ?? '', sentence)
  })

  it('can’t bring code into the editor', () => {
    const evil = '"><script>alert(1)</script>'
    const input = { name: 'strength', property: 'strength', help: 'x' }
    const faults = (inputs: object[]) => validateManifest({ ...own('evil'), inputs: [...depth().inputs, ...inputs] })
    assert.match(faults([{ ...input, name: evil, type: { type: 'number' } }])[0] ?? '', /may only contain letters/)
    assert.match(faults([{ ...input, type: { type: 'number', min: evil } }])[0] ?? '', /"min": .* must be a number/)
    assert.match(validateManifest(own('evil', { id: evil }))[0] ?? '', /"id" must consist/)
    const html = userNode(own('far', { label: evil, summary: evil, icon: evil }) as Manifest)
    assert.ok(!html.includes('<script>alert'))
  })
})
