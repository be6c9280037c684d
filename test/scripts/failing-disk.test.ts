import assert from 'node:assert/strict'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Code, type Disk, failing } from '../../scripts/torture/failing-disk'
import { writeJoined } from '../../src/compile/write-file'
import { History } from '../../src/serving/page/history'
import { createLastFrame } from '../../src/serving/page/last-frame'

const CODES: Code[] = ['ENOSPC', 'EMFILE', 'EIO', 'EACCES', 'EROFS', 'SHORT']
const bytes = (length: number) => Buffer.alloc(length, 'bytes')

/** Messages that Node-RED's operator would see. */
let told: string[] = []
const lost = (what: string) => void told.push(what)

type Operation = (folder: string, beside: string) => Promise<void>

/** Operations that write files without a running Node-RED. */
const operations: Record<string, Operation> = {
  async 'a compiled chain'(folder, beside) {
    const content = { path: join(beside, 'weights') }
    const data = [
      { name: 'copied.data', content },
      { name: 'joined.data', content: { pieces: [bytes(900), bytes(7)] } },
    ]
    writeJoined({ pieces: [bytes(50), bytes(20)], data } as Parameters<typeof writeJoined>[0], folder, 'chain.onnx')
  },
  async "a show's last frame"(folder) {
    const kept = createLastFrame(folder, lost)
    kept.note(null, { type: 'image/png', bytes: bytes(3000) })
    await kept.settled()
  },
  async "a page's result"(folder) {
    const history = new History({ count: 5, folder, lost })
    await history.settled()
    const inputs = { picture: bytes(3000) }
    history.add({ visitor: 'me', inputs, outputs: ['{}'], ms: 1, models: [], version: '1' })
    await history.settled()
  },
}

describe('failing disk', () => {
  const place = mkdtempSync(join(tmpdir(), 'daisychain-failing-'))
  const folder = join(place, 'written')
  const beside = join(place, 'beside')
  mkdirSync(beside)
  writeFileSync(join(beside, 'weights'), bytes(5000))
  after(() => rmSync(place, { recursive: true, force: true }))
  beforeEach(() => rmSync(folder, { recursive: true, force: true }))

  /** The files' sizes, by the end of their names, because some names are random. */
  const sizes = () =>
    existsSync(folder)
      ? readdirSync(folder).map(
          (name) => `${name.replace(/^.*(?=\.result)/, '')} ${readFileSync(join(folder, name)).length}`,
        )
      : []

  async function run(operation: Operation, disk: Pick<Disk, 'at' | 'stays' | 'code'>) {
    rmSync(folder, { recursive: true, force: true })
    told = []
    failing({ under: [folder], ...disk })
    const error = await operation(folder, beside).catch((reason: Error) => reason)
    return { error, ...failing({}), left: sizes(), said: error ? [error.message] : told }
  }

  /**
   * Makes one call fail, either only this one or all after it too.
   * @param whole the files written if none fails
   */
  async function once(operation: Operation, disk: Pick<Disk, 'at' | 'stays' | 'code'>, whole: string[]) {
    const { error, failed, left, said } = await run(operation, disk)
    const where = `${disk.code} at ${disk.at} (${failed})`
    assert.ok(failed.length > 0)
    const canRemove = !failed.some((call) => call.startsWith('rm'))
    const half = left.filter((file) => !whole.includes(file) && (canRemove || !file.includes('.part')))
    assert.deepEqual(half, [], where)
    if (left.join() !== whole.join()) assert.equal(said.length, 1, `${where}: it is lost without a word`)
    if (disk.code === 'SHORT') assert.deepEqual([error, left], [undefined, whole], where)
    const again = await run(operation, { ...disk, at: 0 })
    assert.deepEqual([again.error, again.left], [undefined, whole], `${where}: afterwards it doesn't work`)
  }

  for (const [name, operation] of Object.entries(operations)) {
    it(`leaves nothing half of ${name}, whichever call fails`, async () => {
      for (const code of CODES) {
        const { count, left } = await run(operation, { at: 0, stays: false, code })
        // Node.js itself writes some files internally, where a test can't intercept the calls.
        if (code !== 'SHORT') assert.ok(count > 0 && left.length > 0)
        for (let at = 1; at <= count; at++)
          for (const stays of [false, true]) await once(operation, { at, stays, code }, left)
      }
    })
  }

  it('handles short writes in every form of writing', async () => {
    mkdirSync(folder)
    const path = join(folder, 'file')
    const written: number[] = []
    const file = await open(path, 'w')
    await file.close()
    failing({ under: [folder], at: 1, stays: true, code: 'SHORT' })
    const handle = await open(path, 'w')
    written.push((await handle.write(bytes(100))).bytesWritten)
    written.push((await handle.write(bytes(100), 20)).bytesWritten)
    written.push((await handle.write(bytes(100), 20, 10, 0)).bytesWritten)
    written.push((await handle.write('letters!')).bytesWritten)
    written.push((await handle.writev([bytes(0), bytes(10), bytes(10)])).bytesWritten)
    await handle.close()
    failing({})
    assert.deepEqual(written, [50, 40, 5, 4, 5])
  })
})
