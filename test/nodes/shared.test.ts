import assert from 'node:assert/strict'
import type { NodeAPI } from 'node-red'
import { createPreview } from '../../nodes/shared/preview'
import { asSentence } from '../../nodes/shared/sentence'
import { throttle } from '../../nodes/shared/throttle'
import { EngineError } from '../../src/engine'
import { ValueError } from '../../src/types'
import { paint } from '../models/support'

const until = async (test: () => boolean) => {
  while (!test()) await new Promise((resolve) => setTimeout(resolve, 5))
}

describe('throttle', () => {
  it('passes the first at once and the last in the end, and few between', async () => {
    const passed: number[] = []
    const call = throttle(20, (value: number) => passed.push(value))
    for (let i = 0; i < 1000; i++) call(i)
    assert.deepEqual(passed, [0])
    await until(() => passed.includes(999))
    assert.deepEqual(passed, [0, 999])
  })

  it('forgets what is held when it is cancelled', async () => {
    const passed: number[] = []
    const call = throttle(5, (value: number) => passed.push(value))
    call(1)
    call(2)
    call.cancel()
    call(3)
    await until(() => passed.length === 2)
    assert.deepEqual(passed, [1, 3])
  })
})

describe('createPreview', () => {
  const sent: [string, { image?: string; text?: string }, boolean | undefined][] = []
  const RED = { comms: { publish: (...args: never) => sent.push(args) }, log: { debug() {} } } as unknown as NodeAPI
  beforeEach(() => sent.splice(0))

  it('publishes a small picture, kept for editors that open later', async () => {
    const preview = createPreview(RED, 'abc')
    preview.show(paint(500, 300, () => [1, 2, 3]))
    await until(() => sent.length === 1)
    const [topic, { image }, retained] = sent[0] as (typeof sent)[number]
    assert.equal(topic, 'daisychain/preview/abc')
    assert.match(image ?? '', /^data:image\/jpeg;base64,/)
    assert.equal(retained, true)
    preview.close()
    assert.deepEqual(sent[1], ['daisychain/preview/abc', {}, false])
  })

  it('publishes the beginning of a text, and nothing for other values', async () => {
    const preview = createPreview(RED, 'abc')
    preview.show([1, 2])
    preview.show('x'.repeat(500))
    await until(() => sent.length === 1)
    assert.equal(sent[0]?.[1].text, 'x'.repeat(200))
    preview.close()
  })

  it('sends nothing after it was closed', async () => {
    const preview = createPreview(RED, 'abc')
    preview.show(paint(500, 300, () => [1, 2, 3]))
    preview.close()
    await new Promise((resolve) => setTimeout(resolve, 60))
    assert.deepEqual(sent, [['daisychain/preview/abc', {}, false]])
  })
})

describe('asSentence', () => {
  it('gives a Catch node the bare sentence', () => {
    const plain = asSentence(new ValueError('z is missing'))
    assert.equal(`${plain}`, 'z is missing.')
    assert.equal(plain.stack, 'z is missing.')
    assert.equal(`${asSentence(new EngineError('closed', 'It is closed.'))}`, 'It is closed.')
    assert.equal((asSentence(new EngineError('closed', 'It is closed.')) as EngineError).code, 'closed')
  })

  it('leaves a mistake of ours as it is', () => {
    const mistake = new TypeError('x is not a function')
    assert.equal(asSentence(mistake), mistake)
  })
})
