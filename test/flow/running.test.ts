import assert from 'node:assert/strict'
import { uniforms } from '../../src/random'
import { type Running, startRunning } from './running'

/**
 * How many minutes to run random flows (`npm run check:flows -- --minutes 60`). 0 means one round with a
 * fixed seed.
 */
const minutes = Number(process.env.DAISYCHAIN_FLOWS_MINUTES ?? 0)

describe('the check’s results for a flow, and what arrives in a running Node-RED', function () {
  this.timeout(minutes * 60_000 + 120_000)
  let running: Running

  before(async () => {
    running = await startRunning()
  })
  after(() => running?.stop())

  it('agree about messages from the network', async () => {
    const { wrong, judged } = await running.fromNetwork()
    assert.deepEqual(wrong, [])
    assert.ok(judged > 50, `${judged} wires were judged`)
  })

  it('agree', async () => {
    const end = Date.now() + minutes * 60_000
    const wrong: string[] = []
    let judged = 0
    let seed = Number(process.env.DAISYCHAIN_FLOWS_SEED) || (minutes > 0 ? Date.now() : 1)
    do {
      const found = await running.round(uniforms(seed), minutes > 0 ? 300 : 400)
      judged += found.judged
      wrong.push(...found.wrong)
      for (const one of found.wrong) console.log(`seed ${seed}: ${one}`)
      seed++
      if (minutes > 0) console.log(`${judged} wires held against what arrived, ${wrong.length} judged wrongly`)
    } while (Date.now() < end)
    assert.deepEqual(wrong, [])
    assert.ok(judged > 100, `${judged} wires were judged`)
  })
})
