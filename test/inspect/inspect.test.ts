import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { cpSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { createEngine, type Engine, EngineError } from '../../src/engine'
import { inspectFile } from '../../src/inspect'
import { explainLoadError } from '../../src/inspect/load-error'
import { runModel, validateManifest } from '../../src/models'
import { Image, isImage } from '../../src/types'

const fixtures = resolve(__dirname, '../../../test/fixtures/inspect')
const fixture = (name: string) => join(fixtures, `${name}.onnx`)

/**
 * The proposal for each fixture: inputs and outputs as `kind property`, pictures with layout, channels and
 * range.
 */
const PROPOSED: Record<string, [takes: string[], gives: string[]]> = {
  invert: [['picture payload NCHW 3 0..1'], ['picture NCHW 3 0..1']],
  'any-size': [['picture payload NCHW 3 0..1'], ['picture NCHW 3 0..1']],
  'no-batch': [['picture payload CHW 3 0..1'], ['picture CHW 3 0..1']],
  'channels-last': [['picture payload NHWC 3 0..1'], ['picture NHWC 3 0..1']],
  unnamed: [['picture payload NCHW 3 0..1'], ['picture NCHW 3 0..1']],
  bytes: [['picture payload NHWC 3 0..255'], ['picture NHWC 3 0..255']],
  signed: [['picture payload NCHW 3 -128..127'], ['picture NCHW 3 0..1']],
  half: [['picture payload NCHW 3 0..1'], ['picture NCHW 3 0..1']],
  'own-mean': [['picture payload NCHW 3 0..255'], ['picture NCHW 3 0..255']],
  tanh: [['picture payload NCHW 3 0..255'], ['picture NCHW 3 0..255']],
  mask: [['picture payload NCHW 3 0..1'], ['picture NCHW 1 0..1']],
  planes: [['picture payload NCHW 3 imagenet'], ['labels 5']],
  classes: [['picture payload NCHW 3 imagenet'], ['category red,green,blue,none']],
  names: [
    ['picture payload NHWC 3 0..1', 'number strength', 'switch on'],
    ['picture NHWC 3 0..1', 'number'],
  ],
  latent: [['numbers payload'], ['picture NCHW 3 -1..1']],
  lists: [['numbers payload'], ['numbers']],
  recurrent: [
    ['numbers payload', 'state h < hn'],
    ['numbers', 'state'],
  ],
  video: [
    ['picture payload NCHW 3 0..1', 'state r1i < r1o'],
    ['picture NCHW 3 0..1', 'state'],
  ],
  sequence: [['numbers payload'], ['numbers']],
  external: [['numbers payload'], ['numbers']],
}

/** Unusable files, and the message about each. */
const REFUSED: Record<string, RegExp> = {
  'unknown-operator': /^unknown-operator\.onnx uses the operator Frobnicate, which .* does not have\. Export/,
  'custom-domain': /^custom-domain\.onnx uses the operator Frobnicate of "my\.company", .*\. Look for/,
  'future-opset': /newer operators .* opsets up to \d+\. Export it with opset_version=\d+ or less/,
  'future-format': /in version 99 of the ONNX format, .* up to \d+\. Export/,
  'huge-input': /needs 447\.0 GB for "x" alone, more than the [\d.]+ GB of memory in this computer\. Choose/,
}

describe('interpretations of an ONNX file', () => {
  let engine: Engine
  let folder: string
  before(() => {
    engine = createEngine({ device: 'cpu', log: () => {} })
    folder = mkdtempSync(join(tmpdir(), 'daisychain-inspect-'))
  })
  after(async () => {
    await engine.close()
    rmSync(folder, { recursive: true })
  })

  for (const [name, [takes, gives]] of Object.entries(PROPOSED))
    it(name, async () => {
      const { manifest } = await inspectFile(fixture(name), engine)
      const { inputs, outputs } = manifest.proposal
      const picture = (each: { picture?: { layout: string; channels: number; range: string } }) =>
        each.picture ? ` ${each.picture.layout} ${each.picture.channels} ${each.picture.range}` : ''
      const taken = inputs.map((input) =>
        input.as === 'state' ? `state ${input.tensor} < ${input.of}` : `${input.as} ${input.property}${picture(input)}`,
      )
      const names = new Map(
        manifest.outputs
          .flat()
          .map(({ name: port, type }) => [
            port,
            type.type === 'category'
              ? ` ${type.oneOf}`
              : type.type === 'segmentation'
                ? ` ${type.labels?.length}`
                : undefined,
          ]),
      )
      const given = outputs.map((output) => `${output.as}${names.get(output.name) ?? picture(output)}`)
      assert.deepEqual([taken, given], [takes, gives])
      for (const { why } of [...inputs, ...outputs]) assert.match(why, /^[A-Z].*\.$/)
      const faults = validateManifest({ ...manifest, node: 'daisychain-test' })
      assert.deepEqual(faults, [])
    })

  for (const [name, sentence] of Object.entries(REFUSED))
    it(`${name} is refused`, () => assert.rejects(inspectFile(fixture(name), engine), { message: sentence }))

  it('numbers of a type that can’t be passed on are named', () => {
    const error = new EngineError('model-broken', 'half.onnx could not be loaded (Unsupported data type: 16)')
    assert.match(String(explainLoadError('half.onnx', error)), /half\.onnx has inputs or outputs of the type bfloat16/)
  })

  it('a file that needs more memory than there is reports it when it runs', function () {
    if (process.platform !== 'linux') this.skip()
    const script = `
      const { createEngine } = require(${JSON.stringify(resolve(__dirname, '../../src/engine'))})
      const engine = createEngine({ device: 'cpu', log() {} })
      const x = { kind: 'tensor', dtype: 'float32', dims: [1, 4], data: new Float32Array(4) }
      engine.run(${JSON.stringify(fixture('huge-inside'))}, { x }, { y: { kind: 'tensor' } })
        .then(() => console.log('it ran'), ({ message }) => console.log(message))
        .then(() => engine.close())`
    // The run needs 160 GB. This limit makes it fail on any computer.
    const limited = 'ulimit -v 16000000; exec "$0" -e "$1"'
    const { stdout, stderr } = spawnSync('bash', ['-c', limited, process.execPath, script], { encoding: 'utf8' })
    assert.match(
      stdout,
      /^huge-inside\.onnx could not run, because there was not enough memory: choose a smaller/,
      stderr,
    )
  })

  it('files that aren’t models are named for what they are', async () => {
    const kinds: [Buffer | string, RegExp][] = [
      ['version https://git-lfs.github.com/spec/v1\noid sha256:1\n', /only a pointer to the model/],
      ['<!DOCTYPE html><html></html>', /a web page, not a model/],
      ['PK\u0003\u0004 and more', /a zip archive, as PyTorch saves models/],
      ['    TFL3 and more', /a TensorFlow Lite model/],
      ['{"a": 1}', /text \(JSON\), not a model/],
      ['GGUF....', /a GGUF file/],
      ['just words', /is not an ONNX file, or it is damaged/],
      ['', /is empty/],
    ]
    for (const [content, sentence] of kinds) {
      const file = join(folder, 'other.onnx')
      writeFileSync(file, content)
      await assert.rejects(inspectFile(file, engine), { name: 'InspectError', message: sentence })
    }
    await assert.rejects(inspectFile(join(folder, 'none.onnx'), engine), { message: /^There is no file .*none\.onnx/ })
    await assert.rejects(inspectFile(folder, engine), { message: /is a folder\. Choose the \.onnx file in it/ })
  })

  it('a truncated file reports how much is missing', async () => {
    const file = join(folder, 'short.onnx')
    const size = readFileSync(fixture('latent')).length
    cpSync(fixture('latent'), file)
    for (const length of [size - 1, Math.floor(size / 2), 60]) {
      truncateSync(file, length)
      await assert.rejects(inspectFile(file, engine), {
        message: /^short\.onnx breaks off: [\d,]+ of at least [\d,]+ bytes/,
      })
    }
  })

  it('weights in another file must be there, and complete', async () => {
    const file = join(folder, 'external.onnx')
    const weights = join(folder, 'external-weights.bin')
    cpSync(fixture('external'), file)
    await assert.rejects(inspectFile(file, engine), {
      message: `external.onnx keeps its weights in the file external-weights.bin, which is missing. Put it into ${folder}.`,
    })
    cpSync(join(fixtures, 'external-weights.bin'), weights)
    await inspectFile(file, engine)
    truncateSync(weights, 100)
    await assert.rejects(inspectFile(file, engine), { message: /breaks off: 100 of 1,024 bytes are there/ })
  })

  it('labels of another length are refused, with the likely reason', async () => {
    const labels = join(folder, 'names.txt')
    writeFileSync(labels, 'a\nb\nc\n')
    await assert.rejects(inspectFile(fixture('classes'), engine, { labels }), {
      message:
        /^names\.txt has 3 names, but the model distinguishes 4 things\. Often the first value is the background/,
    })
    writeFileSync(labels, '["a", "b", "c", "d"]')
    const { manifest } = await inspectFile(fixture('classes'), engine, { labels })
    assert.deepEqual(manifest.outputs[0]?.[0]?.type, { type: 'category', oneOf: ['a', 'b', 'c', 'd'] })
  })

  it('proposals run unchanged', async () => {
    const grey = (byte: number) =>
      new Image({ width: 24, height: 16, channels: 3, data: new Uint8Array(24 * 16 * 3).fill(byte) })
    // Networks that invert a picture.
    for (const name of ['invert', 'any-size', 'no-batch', 'channels-last', 'bytes', 'half']) {
      const { manifest, path } = await inspectFile(fixture(name), engine)
      const model = { ...manifest, folder: resolve(path, '..') }
      const [variant] = model.variants
      assert.ok(variant)
      const given = { [manifest.inputs[0]?.name ?? '']: grey(50) }
      const { outputs } = await runModel(model, variant, given, engine)
      const [value] = Object.values(outputs)
      assert.ok(isImage(value), name)
      assert.deepEqual([name, value.data[0], value.width], [name, 205, 24])
    }
  })

  it('a recurrent model remembers from run to run', async () => {
    const { manifest, path } = await inspectFile(fixture('recurrent'), engine)
    const model = { ...manifest, folder: resolve(path, '..') }
    const [variant] = model.variants
    assert.ok(variant)
    const memory = new Map()
    const values: number[] = []
    for (let i = 0; i < 3; i++) {
      const { outputs } = await runModel(model, variant, { x_value: [1, 2, 3, 4] }, engine, { state: memory })
      values.push((Object.values(outputs)[0] as Float32Array)[1] as number)
    }
    assert.deepEqual(values, [4, 8, 12])
    const { outputs } = await runModel(model, variant, { x_value: [1, 2, 3, 4] }, engine)
    assert.equal((Object.values(outputs)[0] as Float32Array)[1], 4)
  })
})
