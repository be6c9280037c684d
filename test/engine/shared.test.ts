import assert from 'node:assert/strict'
import { sharedEngine } from '../../src/engine'
import { FOREVER, model, pause, row, runScript, slow, tensor, until } from './support'

describe('engine/shared', () => {
  const options = { isolation: 'thread', device: 'cpu', idleRelease: 12_345 } as const

  it('returns the same engine for the same options, including stated defaults', async () => {
    const a = sharedEngine(options)
    const b = sharedEngine({ ...options, strict: false, log() {} })
    const other = sharedEngine({ ...options, idleRelease: 54_321 })
    try {
      await a.load(model('add'))
      assert.equal(b.state.loaded.length, 1)
      assert.equal(other.state.loaded.length, 0)
    } finally {
      await Promise.all([a.close(), b.close(), other.close()])
    }
  })

  it('close releases one reference after the caller’s own runs; models survive a deploy', async () => {
    const a = sharedEngine(options)
    const run = a.run(model('slow'), slow(200), { y: tensor })
    let ended = false
    void run.then(() => {
      ended = true
    })
    await a.close()
    assert.ok(ended)
    await assert.rejects(a.load(model('add')), { code: 'closed' })
    const b = sharedEngine(options)
    assert.ok(b.state.loaded.length > 0)
    const { outputs, ms } = await b.run(model('slow'), slow(1), { y: tensor })
    assert.equal(outputs.y.data[0], 1)
    assert.equal(ms.load, 0)
    await b.close()
  })

  it('a new user gives models that were set aside another chance', async () => {
    const a = sharedEngine({ device: 'cpu', log() {} })
    for (let i = 0; i < 3; i++) {
      const run = a.run(model('slow'), slow(FOREVER), { y: tensor })
      await until(() => a.state.loaded.length > 0)
      await pause(50)
      process.kill(a.state.pid as number, 'SIGSEGV')
      await assert.rejects(run, { code: 'lane-died' })
    }
    await assert.rejects(a.run(model('slow'), slow(1), { y: tensor }), { code: 'model-set-aside' })
    const b = sharedEngine({ device: 'cpu', log() {} })
    assert.equal((await a.run(model('slow'), slow(1), { y: tensor })).outputs.y.data[0], 1)
    await Promise.all([a.close(), b.close()])
  })

  it('doesn’t keep Node.js running', async () => {
    const { code } = await runScript(`
      for (const isolation of ['process', 'thread']) {
        const engine = sharedEngine({ isolation, device: 'cpu' })
        await engine.run(model('add'), { a: row(1), b: row(2) }, { sum: tensor })
        await engine.close()
      }`).ended
    assert.equal(code, 0)
  })

  it('a failed run is reported to its caller', async () => {
    const engine = sharedEngine(options)
    await assert.rejects(engine.run(model('add'), { a: row(1) }, { sum: tensor }), { code: 'feed' })
    await engine.close()
  })
})
