import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { distance } from '../../scripts/gpu/compare'
import type { FetchedTensor } from '../../src/engine'

const SWIFTSHADER = '/usr/lib/chromium/vk_swiftshader_icd.json'

function gpu(args: string[], env: Record<string, string> = {}) {
  const script = join(__dirname, '../../scripts/gpu.js')
  const options = { encoding: 'utf8', env: { ...process.env, ...env } } as const
  const { status, stdout, stderr } = spawnSync(process.execPath, [script, ...args], options)
  return { status, output: stdout + stderr }
}

describe('npm run gpu', function () {
  this.timeout(300_000)

  it('reports for each device that it was compared or why it could not be tried', () => {
    const { status, output } = gpu(['gpt2'])
    assert.equal(status, 0, output)
    for (const device of ['CUDA', 'WebGPU', 'DirectML', 'Core ML'])
      assert.match(output, new RegExp(`^${device}( could not be tried\\. \\S.*\\.\\)?|: gpt2 +[\\d.]+ ms)$`, 'm'))
    const isAnyHere = /: gpt2, difference from the CPU/.test(output)
    assert.equal(/so there is nothing to compare\.\n$/.test(output), !isAnyHere)
  })

  it('compares an available device, and prints the table', function () {
    // A software renderer is a real device, but takes half a minute.
    if (!existsSync(SWIFTSHADER) || process.env.DAISYCHAIN_WEBGPU !== 'all') this.skip()
    const { status, output } = gpu(['webgpu', 'gpt2'], { VK_ICD_FILENAMES: SWIFTSHADER })
    assert.equal(status, 0, output)
    assert.match(output, /^figure +measured +aim$/m)
    assert.match(output, /^WebGPU: gpt2, difference from the CPU +\S+ % +≤ 0\.1 +reached$/m)
    assert.match(output, /^WebGPU: gpt2, share of its operators that ran there +[1-9]\d(\.\d)? %$/m)
    assert.match(output, /^All that was run on WebGPU agrees with the processor\.$/m)
  })

  it('knows its devices and models', () => {
    const { status, output } = gpu(['vulkan'])
    assert.deepEqual([status, /no device or model “vulkan”; there are cuda, .*stylegan/.test(output)], [2, true])
  })

  it('measures the largest difference, and reports differences as such', () => {
    const tensor = (...data: number[]): FetchedTensor => ({
      dtype: 'float32',
      dims: [data.length],
      data: Float32Array.from(data),
    })
    assert.equal(distance('y', tensor(1, -4, 2), tensor(1, -4, 3)).most, 0.25)
    assert.equal(distance('y', tensor(0.5, 0), tensor(0, 0)).most, 0.5)
    assert.equal(distance('y', tensor(1, 2), tensor(1)).most, Number.POSITIVE_INFINITY)
    assert.equal(distance('y', tensor(), tensor()).most, Number.POSITIVE_INFINITY)
    assert.ok(!(distance('y', tensor(1, 2), tensor(Number.NaN, 2)).most <= 1))
  })
})
