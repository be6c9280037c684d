import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { ownTag, removeLeft, temporaryName } from '../../src/apart/left-behind'
import { temporaryFolder } from '../nodes/pictures'

describe('apart/left-behind', () => {
  const folder = temporaryFolder()
  after(() => folder.remove())

  /** A process that creates a temporary folder there and then waits. */
  async function other() {
    const program = `
      const { temporaryName } = require(${JSON.stringify(require.resolve('../../src/apart/left-behind'))})
      const { mkdtempSync, writeFileSync } = require('node:fs')
      const made = mkdtempSync(${JSON.stringify(folder.path)} + '/' + temporaryName('sound'))
      writeFileSync(made + '/sound', 'x')
      console.log(made)
      setInterval(() => {}, 1000)`
    const child = spawn(process.execPath, ['-e', program], { stdio: ['ignore', 'pipe', 'inherit'] })
    const [said] = await once(child.stdout, 'data')
    return {
      child,
      name: String(said)
        .trim()
        .slice(folder.path.length + 1),
    }
  }

  it('removes what a killed process left behind, and nothing else', async () => {
    const [killed, alive] = await Promise.all([other(), other()])
    killed.child.kill('SIGKILL')
    await once(killed.child, 'exit')
    const own = mkdtempSync(join(folder.path, temporaryName('sound'))).slice(folder.path.length + 1)
    // Names that a process with the same id may have used before its container was restarted.
    const [computer, pid] = ownTag.split('-')
    const before = `.cat.png.${computer}-${pid}-00000f.part`
    const elsewhere = `daisychain-sound-00000000-${pid}-00000f-x`
    writeFileSync(join(folder.path, before), 'half')
    mkdirSync(join(folder.path, elsewhere))
    writeFileSync(join(folder.path, 'a picture.png'), 'whole')
    try {
      await removeLeft(folder.path, () => true)
      assert.deepEqual(readdirSync(folder.path).sort(), ['a picture.png', alive.name, own, elsewhere].sort())
      await removeLeft(join(folder.path, 'nowhere'), () => true)
    } finally {
      alive.child.kill()
    }
  })
})
