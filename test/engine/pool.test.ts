import assert from 'node:assert/strict'
import { createEngine } from '../../src/engine'
import { laneCount } from '../../src/engine/pool'
import { KINDS, model, row, slow, tensor, until } from './support'

describe('engine/pool', () => {
  it('takes a lane for each 4 cores, but one with a card or a limit', () => {
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

  for (const isolation of KINDS)
    it(`runs two models at the same time, each in its lane (${isolation})`, async () => {
      const engine = createEngine({ device: 'cpu', isolation, lanes: 2 })
      try {
        const long = engine.run(model('slow'), slow(3000), { y: tensor })
        let isOver = false
        long.then(() => {
          isOver = true
        })
        const add = () => engine.run(model('add'), { a: row(1), b: row(2) }, { sum: tensor })
        for (let i = 0; i < 3; i++) assert.equal((await add()).outputs.sum.data[0], 3)
        assert.equal(isOver, false)
        await until(() => engine.state.loaded.length === 2)
        assert.deepEqual(
          engine.state.lanes.map(({ loaded }) => loaded.map(({ path }) => path)),
          [[model('slow')], [model('add')]],
        )
        assert.equal((await long).outputs.y.data[0], 1)
      } finally {
        await engine.close()
      }
      assert.ok(engine.state.lanes.every(({ lane }) => lane === 'closed'))
    })
})
