import assert from 'node:assert/strict'
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { takeStill } from '../../nodes/camera/local-camera'
import { childEnvironment } from '../../src/apart/environment'
import { createEngine } from '../../src/engine'
import { installRuntime } from '../../src/engine/install-runtime'
import { countFrames, ffmpegEnd, startFfmpeg } from '../../src/files'
import { model } from '../engine/support'

/** Variables that other people's programs must never see, and `NEEDED`, which they need. */
const SECRETS = {
  NODE_RED_CREDENTIAL_SECRET: 'hush',
  MQTT_PASSWORD: 'hush',
  AWS_SECRET_ACCESS_KEY: 'hush',
  NVIDIA_API_KEY: 'hush',
  INTEL_TOKEN: 'hush',
  DATABASE_URL: 'postgres://me:hush@db',
  HTTPS_PROXY: 'http://me:hush@127.0.0.1:9',
  npm_config__auth: 'hush',
  constructor: 'hush',
  PATHOLOGY: 'hush',
}
const NEEDED = { LC_ALL: 'C', CUDA_VISIBLE_DEVICES: '0', VK_ICD_FILENAMES: '/x.json', TMPDIR: tmpdir() }

describe('apart/environment', () => {
  const before = { ...process.env }
  let folder: string
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'daisychain-test-'))
    Object.assign(process.env, SECRETS, NEEDED)
  })
  afterEach(() => {
    for (const name of Object.keys(process.env)) if (!(name in before)) delete process.env[name]
    Object.assign(process.env, before)
    rmSync(folder, { recursive: true })
  })

  it('gives a lane what ONNX Runtime needs, and no secrets', async function () {
    if (process.platform !== 'linux') this.skip()
    const engine = createEngine({ device: 'cpu', log() {} })
    try {
      await engine.load(model('add'))
      const text = readFileSync(`/proc/${engine.state.pid}/environ`, 'utf8')
      assert.doesNotMatch(text, /hush/)
      const names = text.split('\0').map((line) => line.split('=')[0])
      for (const name of ['PATH', 'HOME', 'MALLOC_ARENA_MAX', ...Object.keys(NEEDED)])
        assert.ok(names.includes(name), name)
    } finally {
      await engine.close()
    }
  })

  it('gives other people’s programs no secrets', async function () {
    if (process.platform !== 'linux') this.skip()
    const seen = join(folder, 'seen')
    for (const name of ['ffmpeg', 'ffprobe', 'fswebcam', 'npm']) {
      writeFileSync(join(folder, name), `#!/bin/sh\nenv > ${seen}-${name}\nexit 1\n`)
      chmodSync(join(folder, name), 0o755)
    }
    process.env.PATH = `${folder}:${before.PATH}`
    await ffmpegEnd(startFfmpeg([]), 'it').catch(() => {})
    await countFrames(__filename, 1)
    await takeStill({ device: '', width: 8, height: 8 }).catch(() => {})
    await installRuntime(folder).catch(() => {})
    for (const name of ['ffmpeg', 'ffprobe', 'fswebcam']) {
      const text = readFileSync(`${seen}-${name}`, 'utf8')
      assert.match(text, /^PATH=/m, name)
      assert.doesNotMatch(text, /hush/, name)
    }
    const npm = readFileSync(`${seen}-npm`, 'utf8')
    assert.match(npm, /^npm_config__auth=hush$/m, 'npm needs its own, and the proxy')
    assert.match(npm, /^HTTPS_PROXY=/m)
    assert.doesNotMatch(npm, /NODE_RED|MQTT|AWS|NVIDIA|DATABASE/)
  })

  it('knows the spellings of Windows and other systems', () => {
    const windows = {
      Path: 'C:\\bin',
      SystemRoot: 'C:\\Windows',
      windir: 'C:\\Windows',
      ComSpec: 'cmd.exe',
      'ProgramFiles(x86)': 'C:\\x',
      LOCALAPPDATA: 'C:\\u',
      CUDA_PATH_V12_4: 'C:\\cuda',
      NODE_EXTRA_CA_CERTS: 'C:\\ca.pem',
    }
    assert.deepEqual(childEnvironment('models', { ...windows, ...SECRETS }), windows)
    const libraries = {
      LD_LIBRARY_PATH: '/opt/rocm/lib',
      HIP_VISIBLE_DEVICES: '0',
      ROCR_VISIBLE_DEVICES: '0',
      HSA_OVERRIDE_GFX_VERSION: '10.3.0',
      OPENVINO_DEVICE: 'GPU',
      ORT_TENSORRT_CACHE_PATH: '/c',
      OMP_NUM_THREADS: '2',
      MESA_VK_DEVICE_SELECT: 'x',
      XDG_RUNTIME_DIR: '/run/user/1',
      __NV_PRIME_RENDER_OFFLOAD: '1',
    }
    assert.deepEqual(childEnvironment('models', { ...libraries, ...SECRETS }), libraries)
    assert.deepEqual(childEnvironment('program', { ...libraries, ...SECRETS }), {
      LD_LIBRARY_PATH: '/opt/rocm/lib',
      XDG_RUNTIME_DIR: '/run/user/1',
    })
  })
})
