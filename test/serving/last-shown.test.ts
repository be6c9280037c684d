import assert from 'node:assert/strict'
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { LastShown } from '../../src/serving/page/last-shown'
import { field, flat, look, type Served, serve, testModel } from './support'

/** The first frame of a show: its type, and its bytes. Beats between are passed over. */
async function firstFrame(served: Served, query = ''): Promise<[type: string, bytes: Buffer]> {
  const answer = await fetch(`${served.url}/show/stream${query}`)
  let got = Buffer.alloc(0)
  for await (const part of answer.body as unknown as AsyncIterable<Uint8Array>) {
    got = Buffer.concat([got, part])
    while (got.length >= 8 && got.readBigUInt64BE(0) === 0n) got = got.subarray(8)
    if (got.length < 8) continue
    const [type, bytes] = [got.readUInt32BE(0), got.readUInt32BE(4)]
    if (got.length < 8 + type + bytes) continue
    return [got.subarray(8, 8 + type).toString(), got.subarray(8 + type, 8 + type + bytes)]
  }
  throw new Error('The show ended before its first frame.')
}

describe('what a show showed last', function () {
  this.timeout(20_000)
  let folder: string
  const open: Served[] = []
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'daisychain-last-shown-'))
  })
  afterEach(async () => {
    for (const served of open.splice(0)) await served.close()
    rmSync(folder, { recursive: true, force: true })
  })
  async function begin(kept: string | null) {
    const outputs = [field('picture', { type: 'image' }), field('text', { type: 'text' })]
    const model = testModel([], outputs, () => ({}))
    const served = await serve(model, { path: '/daisychain/m', look: look({ folder: kept }) })
    open.push(served)
    return { model, served, close: () => open.pop()?.close() }
  }

  it('is shown again after a restart, each output its own, until there is a result', async () => {
    let { model, served, close } = await begin(folder)
    model.publish({ picture: flat(5, 4, [200, 10, 10]), text: 'before' })
    const picture = await firstFrame(served)
    assert.equal(picture[0], 'image/jpeg')
    assert.equal((await firstFrame(served, '?output=text'))[1].toString(), 'before')
    await close()
    ;({ model, served, close } = await begin(folder))
    assert.deepEqual(await firstFrame(served), picture)
    assert.deepEqual(await firstFrame(served, '?output=text'), ['text/plain', Buffer.from('before')])
    model.publish({ picture: flat(5, 4, [10, 10, 200]), text: 'now' })
    assert.equal((await firstFrame(served, '?output=text'))[1].toString(), 'now')
    assert.notDeepEqual(await firstFrame(served), picture)
    for (const name of readdirSync(folder))
      assert.equal(statSync(join(folder, name)).mode & 0o77, 0, 'nobody else reads it')
  })

  it('is not kept without being asked', async () => {
    const { model, served, close } = await begin(null)
    model.publish({ text: 'before' })
    await firstFrame(served)
    await close()
    assert.deepEqual(readdirSync(folder), [])
  })

  it('is the newest of many, and nothing where the file is damaged', async () => {
    const kept = new LastShown(folder)
    for (let i = 0; i < 100; i++) kept.keep('a', { type: 'text/plain', bytes: Buffer.from(`frame ${i}`) })
    await kept.close()
    const again = new LastShown(folder)
    assert.equal((await again.read('a'))?.bytes.toString(), 'frame 99')
    assert.equal(await again.read('b'), null)
    const file = join(folder, readdirSync(folder)[0] as string)
    const whole = readFileSync(file)
    for (const damaged of [whole.subarray(0, -1), Buffer.from('{"type":"text/html","length":1}\nx'), Buffer.alloc(0)]) {
      writeFileSync(file, damaged)
      assert.equal(await again.read('a'), null)
    }
  })
})
