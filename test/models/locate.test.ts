import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { declarationOf } from '../../src/declarations'
import type { Engine } from '../../src/engine'
import {
  findVariant,
  isPresent,
  loadManifests,
  type Model,
  modelPath,
  modelStore,
  modelsFolder,
  outputPorts,
  runModel,
  setUserDirectory,
  stepFile,
  type Variant,
  type VariantFile,
  validateManifest,
  variantFolder,
} from '../../src/models'
import { fixture } from './support'

const file = (path: string, more: object = {}): VariantFile => ({
  path,
  bytes: 3,
  sha256: '0'.repeat(64),
  url: `https://example.org/r1/${path}`,
  ...more,
})

/** The model "depth" with a second, downloadable variant. */
function withDownload(changes: Partial<Variant> = {}): [Model, Variant] {
  const model = structuredClone(fixture('depth'))
  const { sha256: _, bytes: __, ...first } = model.variants[0] as Variant
  const variant: Variant = {
    ...first,
    id: 'large-one',
    label: 'Large One',
    file: 'onnx/model.onnx',
    files: [file('onnx/model.onnx'), file('tokenizer.json', { url: undefined })],
    ...changes,
  }
  model.variants.push(variant)
  return [model, variant]
}

describe('the location of weights', () => {
  let folder: string
  const before = process.env.DAISYCHAIN_MODELS
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'daisychain-store-'))
    process.env.DAISYCHAIN_MODELS = folder
  })
  afterEach(() => {
    rmSync(folder, { recursive: true })
    if (before === undefined) delete process.env.DAISYCHAIN_MODELS
    else process.env.DAISYCHAIN_MODELS = before
  })

  it('is the model’s folder for bundled ones', () => {
    const [model] = withDownload()
    const mini = findVariant(model)
    assert.equal(variantFolder(model, mini), model.folder)
    assert.equal(modelPath(model, mini), join(model.folder, 'mini.onnx'))
    assert.ok(isPresent(model, mini))
  })

  it('is another model’s folder if a step names it', () => {
    const model = loadManifests().find(({ id }) => id === 'im2txt') as Model
    const mini = findVariant(model)
    const [eyes, words] = (mini.steps ?? []).map(stepFile)
    assert.equal(modelPath(model, mini, eyes), join(modelsFolder, 'deeplab', 'mini.onnx'))
    assert.equal(modelPath(model, mini, words), join(model.folder, 'mini.onnx'))
    // Even if a step's main file is another model's, the tokenizer is in this model's own folder.
    const step = { ...mini, file: eyes as string }
    assert.equal(modelPath(model, step, 'tokenizer.json'), join(model.folder, 'tokenizer.json'))
    assert.ok(isPresent(model, mini))
  })

  it('is a folder in the store for downloads, and the model’s for files without an address', () => {
    const [model, variant] = withDownload()
    assert.equal(variantFolder(model, variant), join(folder, 'depth', 'large-one'))
    assert.equal(modelPath(model, variant), join(folder, 'depth', 'large-one', 'onnx', 'model.onnx'))
    assert.equal(modelPath(model, variant, 'tokenizer.json'), join(model.folder, 'tokenizer.json'))
  })

  it('is in Node-RED’s user directory unless the environment says otherwise', () => {
    assert.equal(modelStore(), folder)
    delete process.env.DAISYCHAIN_MODELS
    setUserDirectory('/somewhere')
    assert.equal(modelStore(), join('/somewhere', 'daisychain', 'models'))
  })

  it('counts as present once every file exists with its size', () => {
    const [model, variant] = withDownload({ files: [file('onnx/model.onnx'), file('labels.txt')] })
    assert.equal(isPresent(model, variant), false)
    mkdirSync(join(folder, 'depth', 'large-one', 'onnx'), { recursive: true })
    writeFileSync(modelPath(model, variant), 'abc')
    assert.equal(isPresent(model, variant), false)
    writeFileSync(modelPath(model, variant, 'labels.txt'), 'ab')
    assert.equal(isPresent(model, variant), false)
    writeFileSync(modelPath(model, variant, 'labels.txt'), 'abc')
    assert.equal(isPresent(model, variant), true)
  })

  it('is reported, with advice, if a missing model is to run', async () => {
    const [model, variant] = withDownload()
    await assert.rejects(
      runModel(model, variant, {}, {} as Engine),
      /Large One is not downloaded yet: open the node and press Download, or run “npx daisychain models fetch depth\/large-one”\./,
    )
  })
})

describe('a downloadable variant in a manifest', () => {
  it('is valid with a main file among its files, each with size, hash and address', () => {
    const [{ folder: _, ...manifest }] = withDownload({
      licenceUrl: 'https://example.org/licence',
      nonCommercial: true,
    })
    assert.deepEqual(validateManifest(manifest), [])
  })

  const faults: [string, Partial<Variant>, RegExp][] = [
    ['a main file that is none of them', { file: 'other.onnx' }, /"file" isn't one of its "files"/],
    ['no files', { files: [] }, /"files" must be a list/],
    ['an id that is not a folder’s name', { id: '../up' }, /lower-case letters/],
    ['the id of the user’s own file', { id: 'own' }, /own file/],
    ['an address that is none', { files: [file('onnx/model.onnx', { url: 'file:///etc/passwd' })] }, /"url" of/],
    ['an address with a password', { files: [file('onnx/model.onnx', { url: 'https://a:b@c.d/e' })] }, /"url" of/],
    ['no size', { files: [file('onnx/model.onnx', { bytes: undefined })] }, /"bytes" is missing/],
    ['no hash', { files: [file('onnx/model.onnx', { sha256: 'abc' })] }, /"sha256" of/],
    [
      'the same name twice, on disks that know no capitals',
      { files: [file('onnx/model.onnx'), file('a.txt'), file('A.txt')] },
      /two files are called "a.txt"/,
    ],
    ['a picture that lies elsewhere', { picture: '../secret.png' }, /"picture" must be the name/],
    ['a picture that may run', { picture: 'drawing.svg' }, /PNG, JPEG or WebP/],
    ['an unknown task', { task: 'dance' as never }, /“dance” must be/],
  ]
  for (const [name, changes, sentence] of faults) {
    it(`is wrong with ${name}`, () => {
      const found = validateManifest(withDownload(changes)[0])
      assert.ok(
        found.some((fault) => sentence.test(fault)),
        found.join('; '),
      )
    })
  }

  for (const path of [
    '../x',
    '/etc/x',
    'a/../../x',
    'a\\..\\x',
    'C:x',
    'C:/x',
    '',
    'a//b',
    './x',
    '.x',
    'x.',
    'nul',
    'COM1.txt',
    'x\0',
    'x y',
    'm.onnx.part',
    'm.lock',
  ]) {
    it(`never names a file ${JSON.stringify(path)}`, () => {
      const found = validateManifest(withDownload({ file: path, files: [file(path)] })[0])
      assert.ok(found.length > 0)
    })
  }

  it('changes the declared types of ports, and removes parameters', () => {
    const [model, variant] = withDownload({
      ports: { inputs: { image: { width: 518, channels: null } }, outputs: { depth_image: { height: 7 } } },
    })
    assert.deepEqual(outputPorts(model, variant)[0]?.[0]?.type, { type: 'image', channels: 1, height: 7 })
    const { cases } = declarationOf(model)
    assert.deepEqual(cases?.[0]?.when, { variant: 'large-one' })
    assert.deepEqual(cases?.[0]?.inputs?.payload?.type, { type: 'image', width: 518 })
  })

  it('has its own case even if only the first variant changes the ports', () => {
    const [model] = withDownload()
    Object.assign(model.variants[0] as Variant, { ports: { outputs: { depth_image: { width: 64 } } } })
    const { cases } = declarationOf(model)
    assert.deepEqual(cases?.[0]?.outputs?.[0]?.payload, { type: 'image', channels: 1, format: { $config: 'format' } })
  })
})
