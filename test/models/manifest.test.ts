import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  filesOf,
  isDownloadable,
  loadManifest,
  loadManifests,
  type Manifest,
  modelPath,
  validateManifest,
} from '../../src/models'
import { fixture, fixturesFolder } from './support'

const manifest = (): Manifest => structuredClone(fixture('depth'))

describe('validateManifest', () => {
  it('finds no fault in a valid one', () => {
    assert.deepEqual(validateManifest(manifest()), [])
  })

  const faults: [string, (broken: Manifest) => unknown, RegExp][] = [
    ['a missing label', (broken) => delete (broken as Partial<Manifest>).label, /"label" is missing/],
    ['no lists', (broken) => delete (broken as Partial<Manifest>).inputs, /"inputs" is missing/],
    ['a node type of somebody else', (broken) => Object.assign(broken, { node: 'function' }), /"node" must look like/],
    [
      'no colour',
      (broken) => Object.assign(broken, { color: '' }),
      /^"color": “” must be text that isn't empty, such as “#88aacc”$/,
    ],
    [
      'nothing that goes in',
      (broken) => Object.assign(broken.variants[0] ?? {}, { feeds: {} }),
      /its "feeds" are missing: nothing goes into its file/,
    ],
    [
      'a deviation of nothing',
      (broken) => Object.assign(broken.variants[0]?.feeds.image ?? {}, { std: [0.2, 0, 0.2] }),
      /feed "image", "std": 0 must be a number above 0/,
    ],
    [
      'numbers for other channels',
      (broken) => Object.assign(broken.variants[0]?.feeds.image ?? {}, { mean: [0.5, 0.5] }),
      /feed "image" needs 3 numbers as "mean", one a channel \(got 2\)/,
    ],
    [
      'a mean of bytes for numbers from 0 to 1',
      (broken) => Object.assign(broken.variants[0]?.feeds.image ?? {}, { range: [0, 1], mean: [123.7, 0.5, 0.5] }),
      /feed "image" has a "mean" of 123\.7, outside its "range" of 0 to 1/,
    ],
    [
      'two variants of one id',
      (broken) => broken.variants.push(structuredClone(broken.variants[0] as never)),
      /two variants have the id "mini"/,
    ],
    [
      'black that is white',
      (broken) => Object.assign(broken.variants[0]?.feeds.image ?? {}, { range: [1, 1] }),
      /feed "image", "range": the entries of the list must differ/,
    ],
    [
      'settings that nothing reads',
      (broken) => Object.assign(broken.variants[0] ?? {}, { settings: { minScore: 0.5 } }),
      /variant "mini", "settings": there is no "minScore" here/,
    ],
    [
      'a variant for the rest that there is not',
      (broken) => Object.assign(broken.variants[0] ?? {}, { knows: { otherwise: 'moon' } }),
      /"knows" names the variant "moon", which doesn't exist/,
    ],
    [
      'a property that messages cannot have',
      (broken) => Object.assign(broken.inputs[0] ?? {}, { property: 'a.b' }),
      /"property": “a\.b” must be text/,
    ],
    ['a colour by name', (broken) => Object.assign(broken, { color: 'red' }), /"color": “red” must be text/],
    [
      'steps that are no list',
      (broken) => Object.assign(broken.variants[0] ?? {}, { steps: {} }),
      /^variant "mini", "steps": an object must be a list$/,
    ],
    [
      'changed ports that are no ports',
      (broken) => Object.assign(broken.variants[0] ?? {}, { ports: { inputs: null } }),
      /^variant "mini", "ports", "inputs": null must be an object$/,
    ],
    [
      'a change of a port that is none',
      (broken) => Object.assign(broken.variants[0] ?? {}, { ports: { inputs: { image: 7 } } }),
      /port "image": 7 must be an object$/,
    ],
    [
      'a port that a variant leaves out',
      (broken) => Object.assign(broken.variants[0] ?? {}, { ports: { inputs: { image: null } } }),
      /port "image": null must be an object$/,
    ],
    [
      'variants that are no list',
      (broken) => Object.assign(broken, { variants: {} }),
      /^"variants": an object must be a list$/,
    ],
    ['an unknown task', (broken) => Object.assign(broken, { task: 'dance' }), /“dance” must be “transform”/],
    [
      'a task that every object has',
      (broken) => Object.assign(broken, { task: 'constructor' }),
      /“constructor” must be “transform”/,
    ],
    [
      'a reference that is a script',
      (broken) => Object.assign(broken, { references: [{ label: 'x', url: 'javascript:alert(1)' }] }),
      /web address as "url"/,
    ],
    [
      'no variant',
      (broken) => Object.assign(broken, { variants: [] }),
      /^"variants": the list must have at least 1 entry/,
    ],
    [
      'a port without a type',
      (broken) => Object.assign(broken.inputs[0] ?? {}, { type: {} }),
      /port "image": "type" is missing/,
    ],
    [
      'a size that cannot be',
      (broken) => Object.assign(broken.inputs[0] ?? {}, { type: { type: 'image', minWidth: 0 } }),
      /port "image".*: 0 must be a whole number from 1/,
    ],
    [
      'a least above the most',
      (broken) => Object.assign(broken.inputs[0] ?? {}, { type: { type: 'number', min: 2, max: 1 } }),
      /port "image".*: min \(2\) must not be above max \(1\)/,
    ],
    [
      'two inputs from payload',
      (broken) => broken.inputs.push({ ...(broken.inputs[0] as Manifest['inputs'][0]), name: 'b' }),
      /two inputs are read from payload/,
    ],
    [
      'a wrong hash',
      (broken) => Object.assign(broken.variants[0] ?? {}, { sha256: 'abc' }),
      /variant "mini": "sha256"/,
    ],
    [
      'an alternative that is no address',
      (broken) =>
        Object.assign(broken.variants[0] ?? {}, {
          files: [
            { path: 'mini.onnx', bytes: 1, sha256: 'a'.repeat(64), url: 'https://a.org/x', alternatives: ['b.org'] },
          ],
        }),
      /"alternatives" of "mini.onnx" must be a list of web addresses/,
    ],
    [
      'an alternative to nothing',
      (broken) =>
        Object.assign(broken.variants[0] ?? {}, {
          files: [{ path: 'mini.onnx', bytes: 1, sha256: 'a'.repeat(64), alternatives: ['https://b.org/x'] }],
        }),
      /"alternatives" of "mini.onnx" need a "url"/,
    ],
    ['a file elsewhere', (broken) => Object.assign(broken.variants[0] ?? {}, { file: '../x.onnx' }), /"file" must be/],
    [
      'a feed from nowhere',
      (broken) => Object.assign(broken.variants[0]?.feeds.image ?? {}, { from: 'moon' }),
      /names the port "moon"/,
    ],
    [
      'a feed of another type',
      (broken) => Object.assign(broken.variants[0]?.feeds ?? {}, { image: { kind: 'vector', from: 'image' } }),
      /needs a port of type vector, not image/,
    ],
    [
      'an unknown kind',
      (broken) => Object.assign(broken.variants[0]?.fetches.depth ?? {}, { kind: 'smell' }),
      /there is no kind “smell”/,
    ],
    [
      'a size from no picture',
      (broken) => Object.assign(broken.variants[0]?.fetches.depth ?? {}, { sizeOf: 'depth' }),
      /which isn't a picture/,
    ],
    [
      'an output that nothing makes',
      (broken) => Object.assign(broken.variants[0] ?? {}, { fetches: {} }),
      /no fetch produces the output "depth_image"/,
    ],
  ]
  for (const [name, spoil, sentence] of faults) {
    it(`names ${name}`, () => {
      const broken = manifest()
      spoil(broken)
      const found = validateManifest(broken)
      assert.ok(
        found.some((fault) => sentence.test(fault)),
        found.join('; '),
      )
    })
  }

  it('reports if the picture whose lightness is needed doesn’t exist', () => {
    const broken = manifest()
    Object.assign(broken.variants[0] ?? {}, { fetches: { depth: { kind: 'colors', to: 'depth_image', of: 'moon' } } })
    assert.match(validateManifest(broken).join(), /takes its lightness from "moon", which isn't a picture/)
  })

  it('reports errors about points', () => {
    const broken = manifest()
    const [variant] = broken.variants
    Object.assign(broken.outputs[0]?.[0] ?? {}, { type: { type: 'image_landmarks' } })
    const faults = (spec: Record<string, unknown>) => {
      Object.assign(variant ?? {}, { fetches: { depth: { to: 'depth_image', of: 'image', ...spec } } })
      return validateManifest(broken)
    }
    assert.deepEqual(faults({ kind: 'peaks' }), [])
    assert.deepEqual(faults({ kind: 'points', size: 2 }), [])
    assert.match(faults({ kind: 'peaks', of: 'moon' }).join(), /places its points in "moon", which isn't a picture/)
    assert.match(faults({ kind: 'peaks', down: 'depth' }).join(), /read with "depth", which is also fetched/)
    assert.match(faults({ kind: 'points', size: 3, scores: 'depth_image' }).join(), /needs a port of type vector/)
  })

  const detectorFaults: [string, Record<string, unknown>, RegExp][] = [
    ['a way to decode that there is not', { decode: 'guess' }, /"settings", "decode": “guess” must be “boxes”, /],
    ['a tensor that is missing', { scores: undefined }, /don't name the tensor "scores"/],
    ['names that are none', { names: 'cat' }, /"settings", "names": “cat” must be a list/],
    ['a score that is none', { minScore: 'high' }, /"minScore": “high” must be a number from 0 to 1/],
    ['columns without a score', { decode: 'rows', output: 'o', columns: 'xyxy' }, /"columns" .* where x, y and s are/],
    ['heads that are missing', { decode: 'anchors' }, /do not name the tensors "heads"/],
    [
      'a head without anchors',
      { decode: 'anchors', heads: ['a', 'b'], strides: [16, 32], anchors: [[1, 2]] },
      /"heads", "strides" and "anchors" .* of the same length/,
    ],
    [
      'half an anchor',
      { decode: 'anchors', heads: ['a'], strides: [16], anchors: [[1, 2, 3]] },
      /"anchors" .* width, height/,
    ],
    ['a turn of boxes', { turned: true }, /"turned" .* is for "yolo" and "rows", not for "boxes"/],
    ['prototypes of boxes', { masks: undefined, prototypes: 'p' }, /"prototypes" .* not for "boxes"/],
    ['masks of two kinds', { decode: 'rows', output: 'o', prototypes: 'p' }, /"masks" or "prototypes", not both/],
  ]
  it('finds no fault in a valid detector', () => assert.deepEqual(validateManifest(fixture('things')), []))
  for (const [name, changes, sentence] of detectorFaults) {
    it(`of a detector names ${name}`, () => {
      const broken = structuredClone(fixture('things')) as Manifest
      for (const variant of broken.variants) Object.assign(variant.settings ?? {}, changes)
      assert.match(validateManifest(broken).join('; '), sentence)
    })
  }

  it('rejects anything that isn’t a manifest', () => {
    for (const value of [null, 3, 'x', [], {}]) assert.ok(validateManifest(value).length > 0)
  })
})

describe('loadManifests', () => {
  it('reads the folders with a manifest, by id', () => {
    assert.deepEqual(
      loadManifests(fixturesFolder).map(({ id }) => id),
      [
        'bedroom',
        'blobs',
        'clicks',
        'depth',
        'glance',
        'imagine',
        'labels',
        'paint',
        'serial',
        'show',
        'slow',
        'story',
        'tell',
        'things',
      ],
    )
  })

  it('says which file is broken', () => {
    const folder = mkdtempSync(join(tmpdir(), 'daisychain-'))
    try {
      mkdirSync(join(folder, 'odd'))
      writeFileSync(join(folder, 'odd', 'manifest.json'), '{')
      assert.throws(() => loadManifests(folder), /odd.manifest\.json cannot be read/)
      writeFileSync(join(folder, 'odd', 'manifest.json'), '{}')
      assert.throws(() => loadManifest(join(folder, 'odd')), /odd.manifest\.json: "id" is missing/)
    } finally {
      rmSync(folder, { recursive: true })
    }
  })
})

describe('the bundled models', () => {
  for (const model of loadManifests()) {
    it(`${model.id} says the truth about its files`, () => {
      assert.equal(model.node, `daisychain-${model.id}`)
      const [first] = model.variants
      const isBundled = first !== undefined && existsSync(modelPath(model, first))
      // The first variant is the default. It must be bundled unless all must be downloaded.
      assert.equal(isBundled, !model.variants.every(isDownloadable))
      for (const variant of model.variants) {
        if (isDownloadable(variant)) continue
        for (const { path, bytes, sha256 } of filesOf(variant)) {
          const content = readFileSync(modelPath(model, variant, path))
          assert.equal(bytes, content.length)
          assert.equal(sha256, createHash('sha256').update(content).digest('hex'))
        }
      }
    })
  }
})
