import assert from 'node:assert/strict'
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { identify, wholeSize } from '../../src/engine/lane/identify'
import { nativeOptions, providerFor } from '../../src/engine/lane/open-session'
import { sumUp } from '../../src/engine/lane/profile'
import { adviceFor } from '../../src/engine/lane/reasons'
import { createSessions } from '../../src/engine/lane/sessions'
import type { LoadedModel } from '../../src/engine/types'
import { model, SETTINGS } from './support'

const MB = 2 ** 20

describe('engine/lane/sessions', () => {
  let folder: string
  let loaded: LoadedModel[]
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'daisychain-test-'))
    for (const name of ['a', 'b']) copyFileSync(model('negative'), join(folder, `${name}.onnx`))
  })
  after(() => rmSync(folder, { recursive: true }))
  const path = (name: string) => join(folder, `${name}.onnx`)
  const make = (memoryLimit = 0) =>
    createSessions({ ...SETTINGS, memoryLimit }, (models) => {
      loaded = models
    })
  const bytesOf = (name: string) => loaded.find((one) => one.path === path(name))?.bytes ?? 0

  it('follows a link to a model, unless its weights are next to the link, as in Hugging Face’s cache', async () => {
    const network = [
      'CAg6gwIKJgoBeAoBdxIBYyIEQ29udioVCgxrZXJuZWxfc2hhcGVAAUABoAEHChAKAWMKA29uZRIBeSIDQWRkEgFnKkcIAwgDCAEIARABQgF3ahsKCGxvY2F0aW9u',
      'Eg9tb2RlbC5vbm54X2RhdGFqCwoGb2Zmc2V0EgEwagwKBmxlbmd0aBICMzZwASpBEAFCA29uZWobCghsb2NhdGlvbhIPbW9kZWwub25ueF9kYXRhagwKBm9mZnNl',
      'dBICMzZqCwoGbGVuZ3RoEgE0cAFaGwoBeBIWChQIARIQCgIIAQoCCAMKAghACgIIQGIbCgF5EhYKFAgBEhAKAggBCgIIAwoCCEAKAghAQgQKABAN',
    ].join('')
    const weights = Float32Array.of(-1, 0, 0, 0, -1, 0, 0, 0, -1, 1)
    const put = (place: string, model: string, data: string) => {
      mkdirSync(join(folder, place), { recursive: true })
      writeFileSync(join(folder, place, model), Buffer.from(network, 'base64'))
      writeFileSync(join(folder, place, data), Buffer.from(weights.buffer))
      return (name: string) => join(folder, place, name)
    }
    const sessions = make()
    const blobs = put('hub/blobs', 'aaaa1111', 'bbbb2222')
    mkdirSync(join(folder, 'hub/snapshots/abc/onnx'), { recursive: true })
    const link = join(folder, 'hub/snapshots/abc/onnx/model.onnx')
    symlinkSync('../../../blobs/aaaa1111', link)
    symlinkSync('../../../blobs/bbbb2222', `${link}_data`)
    assert.equal((await sessions.get(link, {})).model.outputs[0]?.name, 'y')
    // Weights of any name are found next to the file itself, even if the link to the model is elsewhere.
    const elsewhere = put('store', 'model.onnx', 'model.onnx_data')
    symlinkSync(elsewhere('model.onnx'), join(folder, 'current.onnx'))
    assert.equal((await sessions.get(join(folder, 'current.onnx'), {})).model.outputs[0]?.name, 'y')
    await assert.rejects(sessions.get(blobs('aaaa1111'), { arena: false }), /aaaa1111 could not be loaded/)
    await sessions.releaseAll()
  })

  it('loads a session although no descriptor is left to measure its memory', async () => {
    const { rss } = process.memoryUsage
    process.memoryUsage.rss = () => {
      throw Object.assign(new Error('EMFILE: too many open files, uv_resident_set_memory'), { code: 'EMFILE' })
    }
    try {
      const sessions = make()
      await sessions.get(path('a'), {})
      assert.ok(bytesOf('a') > 0)
      await sessions.releaseAll()
    } finally {
      process.memoryUsage.rss = rss
    }
  })

  it('counts a session with the memory that a run was measured to take, also after loading it again', async () => {
    const sessions = make()
    const { model: a } = await sessions.get(path('a'), {})
    const before = bytesOf('a')
    await sessions.ran(a, 1000, 50 * MB)
    assert.equal(bytesOf('a'), before + 50 * MB)
    await sessions.releaseAll()
    await sessions.get(path('a'), {})
    assert.ok(bytesOf('a') >= before + 50 * MB)
    await sessions.releaseAll()
  })

  it('unloads other models if a run took more than the limit allows', async () => {
    const sessions = make(1000 * MB)
    await sessions.get(path('a'), {})
    const { model: b } = await sessions.get(path('b'), {})
    await sessions.ran(b, 1000, 950 * MB)
    await sessions.get(path('a'), {})
    await sessions.ran(b, 2000, 100 * MB)
    assert.deepEqual(
      loaded.map((one) => one.path).filter((one) => one === path('b')),
      [],
      'alone it is too much, so that it is loaded again without an arena',
    )
    const { load } = await sessions.get(path('b'), {})
    assert.ok(load > 0)
    await sessions.releaseAll()
  })

  it('keeps no working memory for large inputs of variable size, unless told to', async () => {
    const sessions = make()
    const { model: small } = await sessions.get(path('a'), {}, MB)
    const { model: large, load } = await sessions.get(path('a'), {}, 30 * MB)
    assert.ok(load > 0 && large !== small)
    assert.equal((await sessions.get(path('a'), {}, MB)).model, large)
    const { model: told } = await sessions.get(path('b'), { arena: true }, 30 * MB)
    assert.equal((await sessions.get(path('b'), { arena: true }, MB)).model, told)
    assert.equal(loaded.length, 2)
    await sessions.releaseAll()
  })

  it('counts weights next to the model', () => {
    const { size } = identify(path('a'))
    writeFileSync(join(folder, 'a.onnx_data'), Buffer.alloc(1000))
    writeFileSync(join(folder, 'a.onnx.txt'), Buffer.alloc(5000))
    assert.equal(wholeSize(identify(path('a'))), size + 1000)
  })

  it('passes the card’s number only if it can be chosen', () => {
    assert.deepEqual(providerFor('cuda', 1), { name: 'cuda', deviceId: 1 })
    assert.deepEqual(providerFor('directml', 0), { name: 'dml', deviceId: 0 })
    assert.equal(providerFor('webgpu', 1), 'webgpu')
    assert.equal(providerFor('cuda'), 'cuda')
  })

  it('excludes the processor if the engine is strict', () => {
    const strict = nativeOptions('', 'cuda', { ...SETTINGS, strict: true }, {})
    assert.deepEqual(strict.executionProviders, ['cuda'])
    assert.deepEqual((strict.extra as { session: object }).session, {
      intra_op: { allow_spinning: '0' },
      inter_op: { allow_spinning: '0' },
      disable_cpu_ep_fallback: '1',
    })
    assert.deepEqual(nativeOptions('', 'cuda', SETTINGS, {}).executionProviders, ['cuda', 'cpu'])
  })

  it('lets CUDA run what TensorRT can’t compile, on the same card', () => {
    const { executionProviders } = nativeOptions('', 'tensorrt', { ...SETTINGS, deviceId: 1 }, {})
    assert.deepEqual(executionProviders, [{ name: 'tensorrt', deviceId: 1 }, { name: 'cuda', deviceId: 1 }, 'cpu'])
  })

  it('sums up a profile by provider', () => {
    const node = (provider: string, dur: number) => ({ cat: 'Node', dur, args: { provider } })
    assert.deepEqual(sumUp([node('A', 1000), { cat: 'Session', dur: 9 }, node('B', 5000), node('A', 500)]), [
      { provider: 'B', operators: 1, ms: 5 },
      { provider: 'A', operators: 2, ms: 1.5 },
    ])
  })

  it('explains native errors, each with advice', () => {
    const said: [Parameters<typeof adviceFor>[0], string, RegExp][] = [
      [
        'webgpu',
        'Failed to get a WebGPU adapter: No supported adapters.',
        /no graphics card it can use.*Vulkan driver/,
      ],
      [
        'cuda',
        'OrtSessionOptionsAppendExecutionProvider_Cuda: Failed to load shared library',
        /install NVIDIA’s driver, CUDA 12 and cuDNN 9, and restart/,
      ],
      [
        'cuda',
        'Failed to load library libonnxruntime_providers_cuda.so with error: libcublasLt.so.13: cannot open shared object file',
        /missing: install CUDA 13, and restart/,
      ],
      ['cuda', 'with error: libcudnn_graph.so.9: cannot open shared object file', /missing: install cuDNN 9, and/],
      ['tensorrt', 'with error: libnvinfer.so.10: cannot open shared object file', /missing: install TensorRT 10, and/],
      ['cuda', 'CUDA failure 100: no CUDA-capable device is detected', /nvidia-smi/],
      [
        'tensorrt',
        'CUDA failure 35: CUDA driver version is insufficient',
        /older than CUDA 12 needs: update the driver/,
      ],
      ['directml', 'invalid device ordinal', /choose another GPU number/],
      ['cuda', 'Failed to allocate memory for requested buffer', /choose a smaller variant/],
      ['coreml', 'something new', /^ONNX Runtime could not use Core ML: something new\.$/],
    ]
    for (const [device, words, sentence] of said) assert.match(adviceFor(device, words), sentence)
  })
})
