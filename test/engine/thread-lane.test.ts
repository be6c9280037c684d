import assert from 'node:assert/strict'
import { createEngine } from '../../src/engine'
import { model, runScript, slow, tensor } from './support'

const BEGIN = `
  const engine = createEngine({ device: 'cpu', isolation: 'thread' })
  const run = engine.run(model('slow'), slow(500), { y: tensor })`
const INSIDE = `
  await until(() => engine.state.loaded.length > 0)
  await pause(30)
`

describe('engine/thread-lane', () => {
  // Without the exit guard each of these ends in SIGABRT or exit code 134.
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

  it('so does process.exit at any time of starting and loading', async () => {
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

  it('does not keep Node.js running when idle, but does while a run is on', async () => {
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
      assert.match(attempts[0]?.error ?? '', /another engine in this process uses the graphics card/)
    } finally {
      await Promise.all([first.close(), second.close()])
    }
  })
})
