import assert from 'node:assert/strict'
import { createEngine, type Device, type EngineError } from '../../src/engine'
import { candidates, createLadder } from '../../src/engine/lane/ladder'
import { nativeRuntime } from '../../src/engine/lane/runtime'
import { KINDS, model, row, SETTINGS, tensor } from './support'

/** A device that no build of ONNX Runtime for this system supports. */
const foreign: Device = process.platform === 'win32' ? 'coreml' : 'directml'

describe('engine/lane/ladder', () => {
  it('orders the devices of each system and ends with the CPU', () => {
    assert.deepEqual(candidates({ device: 'auto', strict: false }, 'linux'), ['cuda', 'webgpu', 'cpu'])
    assert.deepEqual(candidates({ device: 'auto', strict: false }, 'win32'), ['cuda', 'directml', 'webgpu', 'cpu'])
    assert.deepEqual(candidates({ device: 'auto', strict: false }, 'darwin'), ['coreml', 'webgpu', 'cpu'])
    assert.deepEqual(candidates({ device: 'tensorrt', strict: false }, 'linux'), ['tensorrt', 'cuda', 'cpu'])
    assert.deepEqual(candidates({ device: 'cpu', strict: false }, 'linux'), ['cpu'])
  })

  it('strict never falls back to the CPU', () => {
    assert.deepEqual(candidates({ device: 'cuda', strict: true }, 'linux'), ['cuda'])
    assert.deepEqual(candidates({ device: 'tensorrt', strict: true }, 'linux'), ['tensorrt'])
    assert.deepEqual(candidates({ device: 'auto', strict: true }, 'linux'), ['cuda', 'webgpu'])
    assert.deepEqual(candidates({ device: 'cpu', strict: true }, 'linux'), ['cpu'])
  })

  it('checks each device once', async () => {
    const { InferenceSession } = nativeRuntime()
    const create = InferenceSession.create
    let asked = 0
    InferenceSession.create = async () => {
      asked++
      throw new Error('Failed to get a WebGPU adapter: No supported adapters')
    }
    try {
      const ladder = createLadder({ ...SETTINGS, device: 'webgpu' })
      const climbs = [1, 2, 3].map((made) => ladder.climb(async () => made))
      const reasons = await Promise.all(
        climbs.map(async (climb) => {
          const { device, attempts } = await climb
          return [device, ...attempts.map(({ device, error }) => `${device}: ${error}`)]
        }),
      )
      for (const [device, reason, ...more] of reasons) {
        assert.deepEqual([device, more], ['cpu', []])
        assert.match(reason ?? '', /^webgpu: WebGPU found no graphics card it can use\. On Linux install /)
      }
      assert.equal(asked, 1)
    } finally {
      InferenceSession.create = create
    }
  })

  for (const isolation of KINDS) {
    it(`falls back to the CPU and says why (${isolation})`, async () => {
      const engine = createEngine({ device: foreign, isolation })
      try {
        const loaded = await engine.load(model('add'))
        assert.equal(loaded.device, 'cpu')
        assert.equal(loaded.attempts.length, 1)
        assert.equal(loaded.attempts[0]?.device, foreign)
        assert.match(
          loaded.attempts[0]?.error ?? '',
          /^ONNX Runtime for this system .* has no \w.*\. Choose another device\.$/,
        )
        const { device, attempts, outputs } = await engine.run(model('add'), { a: row(1), b: row(2) }, { sum: tensor })
        assert.equal(device, 'cpu')
        assert.deepEqual(attempts, loaded.attempts)
        assert.deepEqual([...outputs.sum.data], [3])
        assert.deepEqual(engine.state.loaded[0]?.attempts, loaded.attempts)
      } finally {
        await engine.close()
      }
    })

    it(`strict makes the fallback an error with the reasons (${isolation})`, async () => {
      const engine = createEngine({ device: foreign, strict: true, isolation })
      try {
        await assert.rejects(engine.load(model('add')), (error: EngineError) => {
          assert.equal(error.code, 'device')
          assert.match(
            error.message,
            /add\.onnx cannot run entirely on \w+\. Switch off “Fail if this device is unavailable” .* \w+: ONNX Runtime for this system/,
          )
          return true
        })
      } finally {
        await engine.close()
      }
    })
  }
})
