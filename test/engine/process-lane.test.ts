import assert from 'node:assert/strict'
import { readdirSync } from 'node:fs'
import { createEngine, type Engine, type EngineError, type Feed } from '../../src/engine'
import { startProcessLane } from '../../src/engine/process-lane'
import { detach, type Request } from '../../src/engine/protocol'
import { createSupervisor } from '../../src/engine/supervisor'
import { ENGINE, FOREVER, isAlive, model, pause, row, runScript, SETTINGS, slow, tensor, until } from './support'

describe('engine/process-lane', () => {
  let engine: Engine
  let lines: string[]
  beforeEach(() => {
    lines = []
    engine = createEngine({ device: 'cpu', log: (line) => lines.push(line) })
  })
  afterEach(() => engine.close())

  /** Kills the lane with `signal` while it is inside a run. */
  async function killDuringRun(signal: NodeJS.Signals): Promise<EngineError> {
    const run = engine.run(model('slow'), slow(FOREVER), { y: tensor })
    await until(() => engine.state.running && engine.state.loaded.some(({ path }) => path === model('slow')))
    await pause(50)
    process.kill(engine.state.pid as number, signal)
    return run.then(
      () => assert.fail('the run must fail'),
      (error) => error,
    )
  }

  const add = (a: number, b: number) => engine.run(model('add'), { a: row(a), b: row(b) }, { sum: tensor })

  for (const signal of ['SIGKILL', 'SIGABRT', 'SIGSEGV'] as const)
    it(`${signal} during a run fails that run with a sentence, and the next one works`, async () => {
      await engine.load(model('slow'))
      const pid = engine.state.pid
      const error = await killDuringRun(signal)
      assert.equal(error.code, 'lane-died')
      assert.match(error.message, new RegExp(`^The inference process .*${signal}.* while running slow\\.onnx\\.`))
      const { outputs } = await engine.run(model('slow'), slow(2), { y: tensor })
      assert.equal(outputs.y.data[0], 1)
      assert.notEqual(engine.state.pid, pid)
      assert.equal(engine.state.restarts, 1)
    })

  it('keeps waiting runs if the lane is killed', async () => {
    const dying = killDuringRun('SIGKILL')
    const waiting = [add(1, 2), add(3, 4)]
    assert.equal((await dying).code, 'lane-died')
    const sums = (await Promise.all(waiting)).map(({ outputs }) => outputs.sum.data[0])
    assert.deepEqual(sums, [3, 7])
  })

  it('ends a run that takes too long, keeps waiting ones, and continues', async () => {
    const run = engine.run(model('slow'), slow(FOREVER), { y: tensor }, { timeLimit: 300 })
    const waiting = [add(1, 2), add(3, 4)]
    await assert.rejects(run, (error: EngineError) => {
      assert.equal(error.code, 'time-limit')
      assert.match(
        error.message,
        /^slow\.onnx produced no result within 0\.3 seconds, so the run was stopped\..*time limit/,
      )
      return true
    })
    const sums = (await Promise.all(waiting)).map(({ outputs }) => outputs.sum.data[0])
    assert.deepEqual(sums, [3, 7])
    assert.deepEqual([engine.state.hangs, engine.state.restarts], [1, 1])
  })

  it('cancel ends the current run at once and fails waiting ones', async () => {
    const run = engine.run(model('slow'), slow(FOREVER), { y: tensor })
    const waiting = add(1, 2)
    await until(() => engine.state.loaded.length > 0)
    engine.cancel()
    await Promise.all([
      assert.rejects(run, { code: 'closed', message: /The run was interrupted/ }),
      assert.rejects(waiting, { code: 'closed' }),
    ])
    assert.equal((await add(1, 2)).outputs.sum.data[0], 3)
    assert.deepEqual(engine.state.setAside, [])
  })

  it('reports if a run has used up the memory', async function () {
    if (process.platform !== 'linux') this.skip()
    const script = `
      const engine = createEngine({ device: 'cpu', log() {} })
      const x = (side) => ({ x: { kind: 'tensor', dtype: 'float32', dims: [1, 1, side, side], data: new Float32Array(side * side) } })
      await engine.load(model('same'))
      const { pid } = engine.state
      require('node:child_process').execSync('prlimit --as=' + (400 * 2 ** 20 + 1024 * Number(require('node:fs').readFileSync('/proc/' + pid + '/status', 'utf8').match(/VmSize:\\s+(\\d+)/)[1])) + ' --pid ' + pid)
      await engine.run(model('same'), x(8000), { y: tensor }).catch((error) => console.log(error.code, error.message))
      console.log((await engine.run(model('same'), x(2), { y: tensor })).outputs.y.dims.join())
      await engine.close()`
    const { out, err } = await runScript(script).ended
    assert.match(out, /^(memory|lane-died|run) .*memory.*\n1,1,2,2\n$/i, err)
  })

  it('starts another lane if one is killed while idle', async () => {
    await add(1, 1)
    process.kill(engine.state.pid as number, 'SIGKILL')
    await until(() => engine.state.lane === 'idle')
    assert.equal((await add(1, 2)).outputs.sum.data[0], 3)
    assert.match(lines.join('\n'), /was killed .* while idle/)
  })

  it('sets a model aside that crashes three times, not one whose lane is killed; others continue, and release gives it another chance', async () => {
    for (let i = 0; i < 3; i++) {
      assert.match((await killDuringRun('SIGKILL')).message, /send the message again/)
      await add(1, 2) // a success resets the pause before a restart
    }
    await killDuringRun('SIGABRT')
    await engine.run(model('slow'), slow(1), { y: tensor }) // a success resets the count of crashes
    for (let i = 0; i < 2; i++) assert.match((await killDuringRun('SIGSEGV')).message, /send the message again/)
    assert.match((await killDuringRun('SIGABRT')).message, /third time within minutes/)
    assert.deepEqual(engine.state.setAside, [model('slow')])
    await assert.rejects(engine.run(model('slow'), slow(1), { y: tensor }), { code: 'model-set-aside' })
    assert.equal((await add(1, 2)).outputs.sum.data[0], 3)
    await engine.release(model('slow'))
    assert.equal((await engine.run(model('slow'), slow(1), { y: tensor })).outputs.y.data[0], 1)
  })

  it('SIGTERM and SIGINT, which reach the whole process group, don’t interrupt a run', async () => {
    const run = engine.run(model('slow'), slow(300), { y: tensor })
    await until(() => engine.state.running && engine.state.lane === 'ready')
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.kill(engine.state.pid as number, signal)
    assert.equal((await run).outputs.y.data[0], 1)
    assert.equal(engine.state.restarts, 0)
  })

  it('ends with the engine', async () => {
    await add(1, 1)
    const pid = engine.state.pid as number
    await engine.close()
    assert.equal(isAlive(pid), false)
  })

  it('gives the same results through a pipe if there is no shared file', async () => {
    const supervisor = createSupervisor({
      start: (events) => ({ lane: startProcessLane(events, undefined, null), settings: SETTINGS }),
      stopped() {},
      log() {},
    })
    const data = Float32Array.from({ length: 500_000 }, (_, i) => i)
    const sent: Uint8Array[] = []
    const feeds = detach<Feed>({ x: { kind: 'tensor', dtype: 'float32', dims: [1, 1, 1, 500_000], data } }, sent)
    const path = model('same')
    const body: Request = { op: 'run', path, options: {}, runs: [{ feeds, fetches: { y: tensor } }] }
    const { blocks } = await supervisor.submit({ body, blocks: sent }, path)
    assert.ok(Buffer.from(blocks[0] as Uint8Array).equals(Buffer.from(data.buffer)))
    await supervisor.close()
  })

  it('ends at once if Node-RED is killed, even during a run, and leaves no file', async () => {
    const { child, out } = runScript(`
      const engine = createEngine({ device: 'cpu' })
      engine.run(model('slow'), slow(FOREVER), { y: tensor })
      await until(() => engine.state.loaded.length > 0)
      await pause(50)
      console.log(engine.state.pid)`)
    await until(() => out() !== '')
    const pid = Number(out())
    assert.ok(isAlive(pid))
    child.kill('SIGKILL')
    await until(() => !isAlive(pid))
    if (process.platform === 'linux') {
      const left = readdirSync('/dev/shm').filter((name) => name.startsWith('daisychain-'))
      assert.deepEqual(left, [])
    }
  })

  const endings: [string, string, number][] = [
    ['process.exit', 'process.exit(3)', 3],
    ['an uncaught exception', 'setTimeout(() => { throw new Error("boom") })', 1],
  ]
  for (const [what, text, code] of endings)
    it(`dies at once with Node-RED on ${what} during a run`, async () => {
      const { ended } = runScript(`
        const engine = createEngine({ device: 'cpu' })
        engine.run(model('slow'), slow(FOREVER), { y: tensor })
        await until(() => engine.state.loaded.length > 0)
        await pause(50)
        console.log(engine.state.pid)
        ${text}`)
      const result = await ended
      assert.equal(result.code, code)
      await until(() => !isAlive(Number(result.out)))
    })

  it('fails with a sentence if no process can be started, and works once one can', async function () {
    if (process.platform === 'win32') this.skip() // Windows has no such limit
    const script = `
      const { openSync, closeSync } = require('node:fs')
      const engine = createEngine({ device: 'cpu' })
      const open = []
      try {
        for (;;) open.push(openSync('/dev/null'))
      } catch {}
      await engine.load(model('add')).catch((error) => console.log(error.message))
      for (const file of open) closeSync(file)
      console.log((await engine.load(model('add'))).device)`
    const { code, out, err } = await runScript(script, ENGINE, 'ulimit -n 200').ended
    assert.equal(code, 0, err)
    assert.match(out, /^The inference process could not be started \(.*EMFILE.*\) before it was ready\..*\ncpu\n$/)
  })

  it('doesn’t keep Node.js running when idle', async () => {
    const { ended } = runScript(`
      const engine = createEngine({ device: 'cpu' })
      const { outputs } = await engine.run(model('add'), { a: row(1), b: row(2) }, { sum: tensor })
      console.log(outputs.sum.data[0])`)
    const { code, out, err } = await ended
    assert.deepEqual([code, out, err], [0, '3\n', ''])
  })
})
