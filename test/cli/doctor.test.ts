import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sayCuda } from '../../src/cli/doctor'
import { sampleFeeds } from '../../src/cli/doctor/sample-feeds'
import { sayShares } from '../../src/cli/doctor/try-device'
import { mayHaveNvidiaCard } from '../../src/engine'
import { copyEngine, model as fixture } from '../engine/support'
import { run, spawned } from './run'

const doctor = (args: string[] = []) => run(['doctor', ...args])

describe('daisychain doctor', () => {
  it('reports for each device whether it runs, what was measured, or what to do', async function () {
    this.timeout(120_000) // starts one lane per device, one after the other
    const { code: status, out: stdout } = await spawned(['doctor'])
    assert.equal(status, 0)
    assert.match(stdout, /^ONNX Runtime \d+\.\d+\.\d+ is installed\.$/m)
    assert.match(stdout, /^cpu: runs\. Measured: all \d+ operators of a test model ran on CPUExecutionProvider\.$/m)
    assert.match(stdout, /^wasm: runs\.$/m)
    assert.equal(/^No NVIDIA card found\.$/m.test(stdout), !mayHaveNvidiaCard())
    if (!mayHaveNvidiaCard()) assert.doesNotMatch(stdout, /CUDA|TensorRT/i)
    assert.match(stdout, /^Camera: .*\.$/m)
    if (process.platform === 'linux')
      assert.match(stdout, /^directml: doesn't run\. .* has no DirectML; .* Windows\. Choose another device\.$/m)
    for (const line of stdout.trim().split('\n')) assert.match(line, /[.)]$/)
  })

  it('measures a user’s own model', async function () {
    this.timeout(120_000)
    const { code: status, out: stdout } = await doctor([fixture('filter')])
    assert.equal(status, 0)
    assert.match(stdout, /^cpu: runs\. Measured: all \d+ operators of filter\.onnx ran on CPUExecutionProvider\.$/m)
    assert.match(stdout, /^filter\.onnx can run here\.$/m)
    assert.match((await doctor(['nowhere.onnx'])).error, /^There is no file nowhere\.onnx\. Check the path\.$/m)
  })

  it('refuses unknown options', async () => {
    const { code: status, error: stderr } = await doctor(['--install-windows'])
    assert.deepEqual([status, /doesn't know “--install-windows”/.test(stderr)], [2, true])
  })

  it('makes feeds for any kind of input', () => {
    const feeds = sampleFeeds([
      { name: 'image', dtype: 'float32', shape: ['n', 3, 'h', 'w'] },
      { name: 'ids', dtype: 'int64', shape: ['n', 7] },
      { name: 'one', dtype: 'bool', shape: [] },
    ])
    assert.deepEqual(
      Object.values(feeds).map((feed) => [feed.kind === 'tensor' && feed.dims, feed.data.length]),
      [
        [[1, 3, 64, 64], 12288],
        [[1, 7], 7],
        [[], 1],
      ],
    )
    assert.ok(feeds.ids?.data instanceof BigInt64Array)
  })

  it('reports how the work was shared', () => {
    const shares = [
      { provider: 'CUDAExecutionProvider', operators: 5, ms: 96 },
      { provider: 'CPUExecutionProvider', operators: 2, ms: 4 },
    ]
    assert.equal(
      sayShares(shares, 'a test model'),
      'Measured: 5 of 7 operators of a test model ran on CUDAExecutionProvider (96 % of the time), 2 on CPUExecutionProvider.',
    )
  })

  it('reports what an NVIDIA card needs here', () => {
    assert.match(
      sayCuda('1.30.0', 'linux'),
      /^On an NVIDIA card, ONNX Runtime 1\.30\.0 needs .* CUDA 12 and cuDNN 9\. /,
    )
    assert.match(sayCuda('1.30.0', 'win32'), /DirectML or WebGPU/)
  })

  /** Uses an ONNX Runtime whose installer is written by the test. */
  describe('--install-cuda', () => {
    let folder: string
    let runtime: string
    let engine: string
    before(function () {
      if (process.platform !== 'linux' || process.arch !== 'x64') this.skip()
    })
    beforeEach(() => {
      folder = mkdtempSync(join(tmpdir(), 'daisychain-test-'))
      runtime = join(folder, 'node_modules', 'onnxruntime-node')
      engine = copyEngine(folder)
      mkdirSync(join(runtime, 'script'), { recursive: true })
      writeFileSync(join(runtime, 'package.json'), '{"name":"onnxruntime-node","version":"9.8.7"}')
    })
    afterEach(() => rmSync(folder, { recursive: true, force: true }))
    const install = (text: string) => writeFileSync(join(runtime, 'script', 'install.js'), text)
    const runInstaller = (env: Record<string, string> = {}) =>
      spawnSync(
        process.execPath,
        [
          '-e',
          `require(${JSON.stringify(engine)}).installCuda((text) => process.stdout.write(text)).catch((error) => { console.error(error.message); process.exitCode = 1 })`,
        ],
        { encoding: 'utf8', env: { ...process.env, ...env } },
      )

    it('runs the runtime’s own installer, whatever the environment forbids', () => {
      install(
        "require('fs').writeFileSync(__dirname + '/../got', process.argv[2] + (process.env.ONNXRUNTIME_NODE_INSTALL ?? '')); console.log('fetching')",
      )
      const { status, stdout, stderr } = runInstaller({
        ONNXRUNTIME_NODE_INSTALL: 'skip',
        npm_config_onnxruntime_node_install: 'skip',
      })
      assert.deepEqual([status, stdout, stderr], [0, 'fetching\n', ''])
      assert.ok(existsSync(join(runtime, 'got')))
    })

    it('says what to do if the installer fails', () => {
      install('console.error("no route to host"); process.exit(1)')
      const { status, stdout, stderr } = runInstaller()
      assert.deepEqual([status, stdout], [1, 'no route to host\n'])
      assert.match(
        stderr,
        /could not be installed \(the installer ended with exit code 1\)\. Check that .* online .*copy libonnxruntime_providers_cuda\.so.* of ONNX Runtime 9\.8\.7 into .*linux\/x64\./,
      )
    })

    it('reports if there is no runtime', () => {
      rmSync(runtime, { recursive: true })
      assert.match(runInstaller().stderr, /ONNX Runtime is missing, so there is nothing to install CUDA for/)
    })
  })
})
