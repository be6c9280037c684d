import assert from 'node:assert/strict'
import { encodeImage } from '../../src/images/index'
import { mimeOf } from '../../src/serving/wire-forms'
import { type Audio, isAudio, readWav, writeWav } from '../../src/types/index'
import { sound } from '../types/values'
import { field, flat, type Served, serve, testModel } from './support'

/** Sounds over the network: in JSON, alone, in a form, as tensors. */
describe('a published model for sounds', () => {
  let served: Served
  let heard: unknown
  const model = testModel(
    [field('speech', { type: 'audio', sampleRate: 8000, channels: 1 }, { property: 'payload', required: true })],
    [field('answer', { type: 'audio' })],
    ({ speech }) => {
      heard = speech
      return { answer: speech }
    },
    { name: 'echo' },
  )
  before(async () => {
    served = await serve(model)
  })
  after(() => served.close())

  const tone = sound(0.1, 8000)
  const wav = Buffer.from(writeWav(tone))
  const uri = `data:audio/wav;base64,${wav.toString('base64')}`
  const ask = async (body: BodyInit | object, path = '/query') => {
    const isPlain = Object.getPrototypeOf(body) === Object.prototype
    const init = { method: 'POST', body: isPlain ? JSON.stringify(body) : (body as BodyInit) }
    const response = await fetch(served.url + path, init)
    return (await response.json()) as { answer?: string; error?: string; outputs?: Record<string, unknown>[] }
  }
  const isTone = (value: unknown) =>
    isAudio(value) &&
    value.frames === tone.frames &&
    value.data.every((sample, i) => Math.abs(sample - (tone.data[i] as number)) < 1e-4)

  it('accepts a data URI, base64, the file alone and a form, and returns a data URI', async () => {
    const form = new FormData()
    form.append('file', new Blob([new Uint8Array(wav)], { type: 'audio/wav' }), 'speech.wav')
    for (const body of [{ speech: uri }, { speech: wav.toString('base64') }, wav, form]) {
      heard = null
      const { answer = '', error } = await ask(body as BodyInit)
      assert.equal(error, undefined)
      assert.ok(isTone(heard))
      assert.match(answer, /^data:audio\/wav;base64,/)
      assert.ok(isTone(await readWav(Buffer.from(answer.slice(22), 'base64'))))
    }
  })

  it('accepts the right file of a form for a picture and a sound, whatever it is called, but no second one', async () => {
    const both = await serve(
      testModel(
        [field('image', { type: 'image' }), field('speech', { type: 'audio' })],
        [field('seen', { type: 'any' })],
        ({ image, speech }) => ({ seen: `${image}, ${speech}` }),
      ),
    )
    try {
      const png = await encodeImage(flat(2, 2, [1, 2, 3]), 'png')
      const send = async (...files: [string, Buffer][]) => {
        const form = new FormData()
        for (const [name, bytes] of files) form.append(name, new Blob([new Uint8Array(bytes)]), 'file')
        return (await (await fetch(`${both.url}/query`, { method: 'POST', body: form })).json()) as object
      }
      const seen = { seen: 'image 2×2 RGB, sound of 0.1 s, 8000 Hz, mono' }
      assert.deepEqual(await send(['a', wav], ['b', png]), seen)
      assert.deepEqual(await send(['image', png], ['upload', wav]), seen)
      const error = 'The form has several files for speech, which takes one.'
      assert.deepEqual(await send(['speech', wav], ['other', wav]), { error })
    } finally {
      await both.close()
    }
  })

  it('refuses base64 with other characters anywhere in it', async () => {
    for (const at of [100, 2000]) {
      const speech = `${uri.slice(0, at)}!${uri.slice(at + 1)}`
      assert.match(String((await ask({ speech })).error), /isn't base64/)
    }
    const { error } = await ask({ speech: uri.replace(/[^,]{76}/g, (line) => `${line}\r\n`) })
    assert.equal(error, undefined)
  })

  it('returns an encoded sound as a data URI of its kind', () => {
    const kinds: [string, string | null][] = [
      ['RIFF\x24\0\0\0WAVEfmt ', 'audio/wav'],
      ['fLaC\0\0\0\x22', 'audio/flac'],
      ['OggS\0\x02\0\0', 'audio/ogg'],
      ['ID3\x04\0\0\0\0', 'audio/mpeg'],
      ['\xff\xfb\x90\x64\0', 'audio/mpeg'],
      ['\0\0\0\x1cftypM4A ', 'audio/mp4'],
      ['\xff\xff\xff\xff', null],
      ['RIFF\x24\0\0\0AVI LIST', null],
    ]
    for (const [beginning, mime] of kinds) assert.equal(mimeOf(Buffer.from(beginning, 'latin1')), mime, beginning)
  })

  it('accepts tensors with their rate, and returns them', async () => {
    const tensor = {
      name: 'speech',
      datatype: 'FP32',
      shape: [800, 1],
      data: [...tone.data],
      parameters: { sampleRate: 8000 },
    }
    const { outputs = [] } = await ask({ inputs: [tensor] }, '/v2/models/echo/infer')
    assert.ok(isTone(heard))
    const [{ shape, parameters } = {}] = outputs
    assert.deepEqual([shape, parameters], [[800, 1], { sampleRate: 8000 }])
    const fast = { ...tensor, parameters: { sampleRate: 16_000 } }
    await ask({ inputs: [fast] }, '/v2/models/echo/infer')
    assert.equal((heard as Audio).frames, 400)
    const wide = { ...tensor, shape: [800], datatype: 'FP64' }
    assert.match(
      String((await ask({ inputs: [wide] }, '/v2/models/echo/infer')).error),
      /speech must be FP32 of the shape/,
    )
  })

  it('refuses anything but a sound, and paths', async () => {
    for (const speech of ['/etc/hostname.wav', 'hello', uri.replace('UklG', 'AAAA'), 7])
      assert.match(String((await ask({ speech })).error), /speech (isn't a sound|must be a sound)/)
    assert.match(String((await ask({ speech: `${uri.slice(0, 200)}` })).error), /ends too early/)
  })

  it('describes them', async () => {
    const { inputs } = (await (await fetch(`${served.url}/info`)).json()) as { inputs: object[] }
    assert.deepEqual(inputs, [
      { name: 'speech', type: 'audio', description: null, sampleRate: 8000, channels: 1, maxSeconds: null },
    ])
  })
})
