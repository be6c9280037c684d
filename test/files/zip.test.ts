import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { writeZip } from '../../src/files'

const python = ['/usr/bin/python3', 'python3'].find((name) => spawnSync(name, ['-c', 'import zipfile']).status === 0)

describe('files/zip', () => {
  const folder = mkdtempSync(join(tmpdir(), 'daisychain-test-zip-'))
  after(() => rmSync(folder, { recursive: true }))

  it('is readable by another program', async function () {
    if (!python) this.skip()
    const contents = new Map([
      ['index.html', Buffer.from('<p>Grüße</p>')],
      ['teile/größe.bin', Buffer.from(Uint8Array.from({ length: 300_000 }, (_, i) => (i * 7919) >> 3))],
      ['empty', Buffer.alloc(0)],
    ])
    mkdirSync(join(folder, 'teile'))
    for (const [name, bytes] of contents) writeFileSync(join(folder, name), bytes)
    const archive = join(folder, 'all.zip')
    await writeZip(folder, [...contents.keys()], archive)
    // Python's zipfile verifies the checksums while reading.
    const { status, stderr } = spawnSync(python, ['-m', 'zipfile', '-e', archive, join(folder, 'back')], {
      encoding: 'utf8',
    })
    assert.equal(status, 0, stderr)
    for (const [name, bytes] of contents) assert.deepEqual(readFileSync(join(folder, 'back', name)), bytes, name)
  })
})
