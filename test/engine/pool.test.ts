import assert from 'node:assert/strict'
import { createEngine, type Engine } from '../../src/engine'
import { laneCount } from '../../src/engine/pool'
import { FOREVER, model, row, slow, tensor, until } from './support'

describe('engine/pool', () => {
  it('has one lane per 4 cores, but one with a graphics card or a memory limit', () => {
    const auto = { device: 'auto', memoryLimit: 0 } as const
    assert.deepEqual(
      [1, 2, 4, 8, 64].map((cores) => laneCount(auto, cores)),
      [1, 1, 1, 2, 4],
    )
    assert.equal(laneCount({ ...auto, threads: 1 }, 2), 2)
    assert.equal(laneCount({ ...auto, device: 'cuda' }, 64), 1)
    assert.equal(laneCount({ ...auto, memoryLimit: 1 }, 64), 1)
    assert.equal(laneCount({ ...auto, lanes: 3 }, 1), 3)
  })

  it('runs two models at the same time, each in its lane', async () => {
    const engine = createEngine({ device: 'cpu', lanes: 2, log() {} })
    try {
      const endless = engine.run(model('slow'), slow(FOREVER), { y: tensor })
      for (let i = 0; i < 3; i++) await add(engine)
      await until(() => engine.state.loaded.length === 2)
      assert.deepEqual(
        engine.state.lanes.map(({ loaded }) => loaded.map(({ path }) => path)),
        [[model('slow')], [model('add')]],
      )
      engine.cancel()
      await assert.rejects(endless, { code: 'closed' })
    } finally {
      await engine.close()
    }
    assert.ok(engine.state.lanes.every(({ lane }) => lane === 'closed'))
  })

  it('gives each model its own thread', async () => {
    const engine = createEngine({ device: 'cpu', isolation: 'thread', lanes: 2 })
    try {
      const run = engine.run(model('slow'), slow(10), { y: tensor })
      await add(engine)
      assert.equal((await run).outputs.y.data[0], 1)
      assert.equal(engine.state.lanes.length, 2)
    } finally {
      await engine.close()
    }
  })
})

async function add(engine: Engine): Promise<void> {
  const { outputs } = await engine.run(model('add'), { a: row(1), b: row(2) }, { sum: tensor })
  assert.equal(outputs.sum.data[0], 3)
}
