import assert from 'node:assert/strict'
import { once } from 'node:events'
import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import { createEngine, type EngineError } from '../../src/engine'
import type { LaneSettings, Request } from '../../src/engine/protocol'
import { ENGINE, model, runScript, SETTINGS, slow, tensor } from './support'

const BEGIN = `
  const engine = createEngine({ device: 'cpu', isolation: 'thread' })
  const run = engine.run(model('slow'), slow(500), { y: tensor })`
const INSIDE = `
  await until(() => engine.state.loaded.length > 0)
  await pause(30)
`

describe('engine/thread-lane', () => {
  it('a run that takes too long fails with a sentence, and others continue in another thread', async () => {
    const engine = createEngine({ device: 'cpu', isolation: 'thread', threads: 1, log() {} })
    const hanging = engine.run(model('slow'), slow(5000), { y: tensor }, { timeLimit: 300 })
    const waiting = engine.run(model('slow'), slow(1), { y: tensor })
    await assert.rejects(hanging, (error: EngineError) => {
      assert.equal(error.code, 'time-limit')
      assert.match(
        error.message,
        /^slow\.onnx produced no result within 0\.3 seconds, so the run was stopped\..*raise the time/,
      )
      return true
    })
    assert.equal((await waiting).outputs.y.data[0], 1)
    assert.equal(engine.state.hangs, 1)
    await engine.close()
  })

  it('no native call starts once the process is ending', async () => {
    const flags = new Int32Array(new SharedArrayBuffer(8))
    const worker = new Worker(join(ENGINE, 'lane', 'main.js'), { workerData: { flags: flags.buffer } })
    const ask = async (body: Request) => {
      const reply = once(worker, 'message')
      worker.postMessage({ body, blocks: [] })
      return (await reply)[0].body
    }
    const settings: LaneSettings = { ...SETTINGS, ownProcess: false }
    const load: Request = { op: 'load', path: model('add'), options: {} }
    assert.deepEqual(await ask({ op: 'start', settings }), { ok: null })
    await ask(load) // the first message reports the loaded model, the second is the reply
    await once(worker, 'message')
    Atomics.store(flags, 1, 1)
    assert.match((await ask({ ...load, path: model('slow') })).error.message, /Node-RED is shutting down/)
    assert.equal(Atomics.load(flags, 0), 0)
    await worker.terminate() // safe, because no native code is on its stack
  })

  it('an exit during a run that doesn’t end takes some seconds and ends by a signal, not by a crash', async () => {
    const script = BEGIN.replace('500', 'FOREVER') + INSIDE
    const result = await runScript(`process.on('SIGTERM', () => {}); ${script}; process.exit(3)`).ended
    assert.deepEqual([result.code, result.signal, result.err], [null, 'SIGTERM', ''])
  })

  // Without the exit guard, each of these would end in SIGABRT or exit code 134.
  const endings: [string, string, number][] = [
    ['process.exit', 'process.exit(3)', 3],
    ['an uncaught exception', 'setTimeout(() => { throw new Error("boom") })', 1],
    ['an unhandled rejection', 'Promise.reject(new Error("boom"))', 1],
  ]
  for (const [what, text, code] of endings)
    it(`${what} during a run ends Node.js cleanly`, async () => {
      const result = await runScript(BEGIN + INSIDE + text).ended
      assert.deepEqual([result.code, result.signal], [code, null], result.err)
    })

  it('so does process.exit at any time during start and loading', async () => {
    for (const delay of [0, 20, 40, 60, 80, 100, 130, 160]) {
      const result = await runScript(`${BEGIN}; await pause(${delay}); process.exit(3)`).ended
      assert.deepEqual([result.code, result.signal], [3, null], `after ${delay} ms: ${result.err}`)
    }
  })

  it('and during the release of a model', async () => {
    const result = await runScript(
      `${BEGIN}; await run; engine.release(model('slow')); engine.close(); setImmediate(() => process.exit(3))`,
    ).ended
    assert.deepEqual([result.code, result.signal], [3, null], result.err)
  })

  it('doesn’t keep Node.js running when idle, but does during a run', async () => {
    const { code, out } = await runScript(`${BEGIN}; console.log((await run).outputs.y.data[0])`).ended
    assert.deepEqual([code, out], [0, '1\n'])
  })

  it('close during a run waits for it', async () => {
    const engine = createEngine({ device: 'cpu', isolation: 'thread' })
    const run = engine.run(model('slow'), slow(300), { y: tensor })
    await engine.close()
    assert.equal((await run).outputs.y.data[0], 1)
  })

  it('only one thread of a process gets the graphics card', async () => {
    const first = createEngine({ device: 'webgpu', isolation: 'thread' })
    const second = createEngine({ device: 'webgpu', isolation: 'thread' })
    try {
      await first.load(model('add'))
      const { device, attempts } = await second.load(model('add'))
      assert.equal(device, 'cpu')
      assert.match(attempts[0]?.error ?? '', /Another engine in this process is using the graphics card/)
    } finally {
      await Promise.all([first.close(), second.close()])
    }
  })
})
