import assert from 'node:assert/strict'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { KINDS, runScript } from './support'

describe('telemetry', () => {
  for (const isolation of KINDS) {
    it(`of ONNX Runtime is off: a run in a ${isolation} writes nothing into the user's folders`, async () => {
      const home = mkdtempSync(join(tmpdir(), 'daisychain-home-'))
      const { ended } = runScript(`
        Object.assign(process.env, { HOME: ${JSON.stringify(home)}, XDG_CACHE_HOME: '' })
        const engine = createEngine({ device: 'cpu', isolation: '${isolation}' })
        await engine.run(model('slow'), slow(1), { y: tensor })
        await engine.close()
        console.log('ran')`)
      const { out, err } = await ended
      assert.equal(out, 'ran\n', err)
      assert.deepEqual(readdirSync(home), [])
      rmSync(home, { recursive: true })
    })
  }
})
