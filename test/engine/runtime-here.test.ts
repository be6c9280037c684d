import assert from 'node:assert/strict'
import { thisSystem } from '../../src/apart/this-system'
import { hasNative, runtimeHere } from '../../src/engine/runtime-here'

describe('which ONNX Runtime runs here', () => {
  it('a native library exists only for some systems', () => {
    for (const [platform, arch, glibc, expected] of [
      ['linux', 'x64', '2.36', true],
      ['linux', 'arm64', '2.28', true],
      ['linux', 'x64', '2.27', false],
      ['linux', 'x64', null, false], // Alpine Linux
      ['linux', 'arm', '2.36', false], // a Raspberry Pi with a 32-bit system
      ['linux', 'riscv64', '2.39', false],
      ['win32', 'x64', null, true],
      ['win32', 'ia32', null, false],
      ['darwin', 'arm64', null, true],
      ['darwin', 'x64', null, false],
      ['freebsd', 'x64', null, false],
    ] as const)
      assert.equal(hasNative({ platform, arch, glibc }), expected, `${platform} ${arch} ${glibc}`)
  })

  it('the installed library is loaded in its own process', async () => {
    assert.deepEqual(await runtimeHere(), { runs: hasNative(thisSystem()) ? 'native' : 'wasm', why: null })
  })
})
