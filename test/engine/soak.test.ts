import assert from 'node:assert/strict'
import { BOUND, soak } from '../../scripts/soak'

/** The short form of `npm run soak`. */
describe('engine under load', function () {
  this.timeout(120_000)

  it('loses no run when lanes are killed, hang or reload (process)', async () => {
    const result = await soak({ runs: 400, loads: 10, kills: 10, isolation: 'process', timeLimit: 3000 })
    assert.deepEqual([result.runs, result.kills, result.hangs, result.lost, result.wrong], [400, 10, 1, 0, 0])
    assert.equal(result.delivered + result.killed + result.hung, 401)
    // On a busy computer, other runs may exceed the limit too.
    assert.ok(result.delivered >= 380 && result.hung >= 1, JSON.stringify(result))
    assert.ok(result.growth.own <= BOUND.own && result.growth.lane <= BOUND.lane, JSON.stringify(result.growth))
  })

  it('loses no run when lanes reload (thread)', async () => {
    const result = await soak({ runs: 400, loads: 20, kills: 0, isolation: 'thread' })
    assert.deepEqual([result.delivered, result.lost, result.wrong], [400, 0, 0])
  })
})
