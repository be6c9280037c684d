import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'

describe('a feedback loop in a real Node-RED', function () {
  this.timeout(240_000)

  it('keeps none of the pictures of finished laps', () => {
    const script = join(__dirname, '../../scripts/loop.js')
    const { status, stdout, stderr } = spawnSync(process.execPath, [script, '--laps', '60'], { encoding: 'utf8' })
    assert.equal(status, 0, `${stdout}${stderr}`)
    const [, laps, held] = /^(\d+) laps; (\d+) of their pictures/m.exec(stdout) ?? []
    assert.equal(laps, '60', stdout)
    assert.ok(Number(held) <= 10, stdout)
  })
})
