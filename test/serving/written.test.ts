import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { History } from '../../src/serving/page/history'
import { lengthOf, Picture, partsOf, readyToWrite, written } from '../../src/serving/page/written'
import { flat } from './support'

const png = Buffer.concat([Buffer.from('89504e470d0a1a0a', 'hex'), randomBytes(400_000)])
const jpeg = Buffer.concat([Buffer.from('ffd8ff', 'hex'), randomBytes(50)])
const uri = (mime: string, bytes: Buffer) => `data:${mime};base64,${bytes.toString('base64')}`

describe("a result's JSON in pieces", () => {
  it('is the JSON with its pictures as data URIs, in short parts', async () => {
    const given = {
      text: 'picture 00000000-0000-0000-0000-000000000000 "quoted" ü',
      sent: png,
      list: [jpeg, Buffer.from('bytes')],
      made: flat(3, 2, [1, 2, 3]),
      found: [{ crop: flat(2, 2, [9]), score: 0.5 }],
    }
    const { values, pictures } = await readyToWrite([], given)
    assert.equal(pictures.length, 4)
    const pieces = written(values, pictures)
    const parts = [...partsOf(pieces)]
    assert.ok(parts.every((part) => part.length <= 2 ** 18))
    const read = JSON.parse(parts.join('')) as Record<string, unknown>
    assert.equal(read.text, given.text)
    assert.equal(read.sent, uri('image/png', png))
    assert.deepEqual(read.list, [uri('image/jpeg', jpeg), Buffer.from('bytes').toString('base64')])
    assert.match(String(read.made), /^data:image\/jpeg;base64,/)
    assert.match(String((read.found as { crop: string }[])[0]?.crop), /^data:image\/png;base64,/)
    assert.ok(lengthOf(pieces) > png.length && lengthOf(pieces) < png.length + 10_000)
  })

  it('is the same after a power cut, with its inputs, whatever they are', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'daisychain-written-'))
    const options = { count: 9, folder, lost: assert.fail }
    const inputs = { photo: png, several: [jpeg, 'x', jpeg], odd: { bytes: [0, 3], value: 1, list: [] }, n: '7' }
    const outputs = written({ a: new Picture('image/png', png), b: 'text' }, [])
    const { values, pictures } = await readyToWrite([], { a: png, b: 'text' })
    assert.notDeepEqual(outputs, written(values, pictures), 'a picture that was not named stays a mark')
    const first = new History(options)
    const id = first.add({
      ...{ visitor: 'v', inputs, outputs: written(values, pictures), ms: 5, models: ['m'], version: '1' },
    }) as string
    await first.settled()
    const second = new History(options)
    await second.settled()
    const found = second.find(id, 'v')
    assert.deepEqual(found?.inputs, inputs)
    assert.deepEqual(JSON.parse([...partsOf(found?.outputs ?? [])].join('')), { a: uri('image/png', png), b: 'text' })
    assert.equal(second.find(id, 'w'), undefined)
    rmSync(folder, { recursive: true, force: true })
  })
})
