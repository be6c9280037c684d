import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { readdirSync, readFileSync, rmSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { writeWhole } from '../../src/files'
import { temporaryFolder, until } from '../nodes/pictures'

const SIZE = 4 * 2 ** 20

describe('files/writeWhole', () => {
  const folder = temporaryFolder()
  after(() => folder.remove())

  it('leaves no partial file if the process is killed while writing', async () => {
    const program = `
      const { writeWhole } = require(${JSON.stringify(require.resolve('../../src/files'))})
      const { writeFile } = require('node:fs/promises')
      const bytes = Buffer.alloc(${SIZE}, 7)
      ;(async () => {
        for (let i = 0; ; i++) await writeWhole(${JSON.stringify(folder.path)} + '/' + i + '.bin', 'refuse', (name) => writeFile(name, bytes))
      })()`
    const halves = () => readdirSync(folder.path).filter((name) => name.endsWith('.part'))
    let seen = 0
    // Repeated until a process was killed in the middle of a file.
    for (let attempt = 0; attempt < 20 && seen === 0; attempt++) {
      for (const name of readdirSync(folder.path)) rmSync(join(folder.path, name))
      const child = spawn(process.execPath, ['-e', program])
      const over = new Promise((resolve) => child.once('exit', resolve))
      await until(() => halves().length > 0 && readdirSync(folder.path).length > 1)
      child.kill('SIGKILL')
      await over
      seen = halves().length
    }
    assert.ok(seen > 0, 'killed while it wrote')
    const whole = readdirSync(folder.path).filter((name) => name.endsWith('.bin'))
    assert.ok(whole.length > 0)
    for (const name of whole) assert.equal(readFileSync(join(folder.path, name)).length, SIZE, name)
    // The next write to the folder removes the remains.
    await writeWhole(join(folder.path, 'next.bin'), 'refuse', (name) => writeFile(name, 'next'))
    assert.deepEqual(halves(), [])
    assert.equal(readdirSync(folder.path).length, whole.length + 1)
  })

  it('leaves nothing if writing fails', async () => {
    for (const name of readdirSync(folder.path)) rmSync(join(folder.path, name))
    const failing = writeWhole(join(folder.path, 'a.txt'), 'refuse', () => Promise.reject(new Error('no more room')))
    await assert.rejects(failing, /a\.txt .*no more room/)
    assert.deepEqual(readdirSync(folder.path), [])
  })

  it('creates missing folders, or reports that they can’t be created', async () => {
    const write = (place: string) => writeWhole(place, 'overwrite', (name) => writeFile(name, 'x'))
    await Promise.all(['a', 'b'].map((name) => write(join(folder.path, 'one/two/three', name))))
    assert.deepEqual(readdirSync(join(folder.path, 'one/two/three')).sort(), ['a', 'b'])
    await assert.rejects(write(join(folder.path, 'one/two/three/a/b/c')), /is not a folder$/)
    if (process.platform === 'linux')
      await assert.rejects(
        write('/proc/x/y.txt'),
        /^ValueError: y\.txt cannot be written: the folder \/proc\/x cannot be/,
      )
  })
})
