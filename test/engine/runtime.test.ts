import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { copyEngine, runScript } from './support'

const LOAD = (isolation: string) => `
  const engine = createEngine({ device: 'cpu', isolation: '${isolation}', log() {} })
  for (let i = 0; i < 2; i++)
    await engine.load(model('add')).catch((error) => console.log(JSON.stringify([error.code, error.message])))
  await engine.close()`

/** Tests the engine in a folder without ONNX Runtime, or with one that the test provides. */
describe('engine/lane/runtime', () => {
  let folder: string
  let engine: string
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'daisychain-test-'))
    engine = copyEngine(folder)
    writeFileSync(join(folder, 'package.json'), '{"optionalDependencies":{"onnxruntime-node":"9.8.7"}}')
  })
  afterEach(() => rmSync(folder, { recursive: true }))

  async function load(isolation: string): Promise<[string, string][]> {
    const { out, err, code } = await runScript(LOAD(isolation), engine).ended
    assert.equal(code, 0, err)
    return out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line))
  }

  function install(text: string) {
    const package_ = join(folder, 'node_modules', 'onnxruntime-node')
    mkdirSync(package_, { recursive: true })
    writeFileSync(join(package_, 'index.js'), text)
  }

  for (const isolation of ['process', 'thread']) {
    it(`says how to install a missing runtime (${isolation})`, async () => {
      for (const [code, message] of await load(isolation)) {
        assert.equal(code, 'runtime-missing')
        assert.match(message, /ONNX Runtime is not installed.*npm install onnxruntime-node@9\.8\.7 --ignore-scripts/)
      }
    })

    it(`says why a runtime cannot be loaded here (${isolation})`, async () => {
      install('throw new Error("version GLIBC_2.28 not found\\nmore")')
      for (const [code, message] of await load(isolation)) {
        assert.equal(code, 'runtime-missing')
        assert.match(message, /cannot be loaded on this machine \(.*\): version GLIBC_2\.28 not found\. It needs/)
      }
    })
  }

  /** Installs the WebAssembly version after the first attempt, as a click in the editor does. */
  const INSTALL_WEB = `
      const { symlinkSync } = require('node:fs')
      for (const name of ['onnxruntime-web', 'onnxruntime-common'])
        symlinkSync(${JSON.stringify(resolve('node_modules'))} + '/' + name, MODULES + '/' + name)`

  async function loadBeforeAndAfter(afterwards: string): Promise<string[]> {
    const { out, err, code } = await runScript(
      `const MODULES = ${JSON.stringify(join(folder, 'node_modules'))}
      const engine = createEngine({ device: 'cpu', log() {} })
      await engine.load(model('add')).catch((error) => console.log(error.code))
      ${INSTALL_WEB}
      ${afterwards}
      console.log((await engine.load(model('add'))).device)
      await engine.close()`,
      engine,
    ).ended
    assert.equal(code, 0, err)
    return out.trim().split('\n')
  }

  it('runs in WebAssembly as soon as that is installed, without a new engine', async () => {
    install('throw new Error("Error loading shared library ld-linux-x86-64.so.2")')
    assert.deepEqual(await loadBeforeAndAfter(''), ['runtime-missing', 'wasm'])
  })

  it('also if the library ends the process that loads it, as on a processor that is too old', async () => {
    install('process.kill(process.pid, "SIGILL"); for (;;);')
    const look = `console.log((await require(${JSON.stringify(join(engine, 'runtime-here'))}).runtimeHere()).why)`
    const said = await loadBeforeAndAfter(look)
    assert.deepEqual(said, ['lane-died', 'it ends the process (SIGILL)', 'wasm'])
  })

  it('survives a runtime that aborts, and passes on its last output', async () => {
    install('require("fs").writeSync(2, "no such instruction\\n"); process.abort()')
    for (const [code, message] of await load('process')) {
      assert.equal(code, 'lane-died')
      assert.match(message, /crashed \(SIGABRT\) while running add\.onnx\. It last said: ".*"/)
    }
  })
})
