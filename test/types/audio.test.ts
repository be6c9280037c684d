import assert from 'node:assert/strict'
import {
  Audio,
  checkWire,
  converters,
  describeType,
  isAudio,
  loudness,
  mayHaveSound,
  readValue,
  readWav,
  resample,
  type Settings,
  soundFormat,
  typeOf,
  writeWav,
} from '../../src/types'
import { fakeCodec, sound } from './values'

const read = (value: unknown, parameters: object = {}) =>
  readValue({ type: 'audio', ...parameters }, value, 'sound', fakeCodec()) as Promise<Audio>

const { cloneMessage } = require('@node-red/util').util as { cloneMessage<T>(message: T): T }

describe('Audio', () => {
  it('describes itself', () => {
    const audio = sound(2.5, 44_100, 2)
    assert.equal(String(audio), 'sound of 2.5 s, 44100 Hz, stereo')
    assert.equal(audio.seconds, 2.5)
    assert.deepEqual(Object.keys(audio), ['type', 'sampleRate', 'channels', 'samples'])
    assert.deepEqual(JSON.parse(JSON.stringify(audio)), {
      ...{ type: 'audio', sampleRate: 44_100, channels: 2, seconds: 2.5 },
      summary: 'sound of 2.5 s, 44100 Hz, stereo',
    })
    assert.deepEqual(typeOf(audio), { type: 'audio', sampleRate: 44_100, channels: 2, maxSeconds: 2.5 })
  })

  it('is cloned by Node-RED without its samples', () => {
    const audio = sound(60, 48_000, 2)
    for (const clone of [cloneMessage(audio), cloneMessage({ payload: audio }).payload, { ...audio }])
      assert.equal((clone as Audio).samples, audio.samples)
    assert.ok(isAudio(cloneMessage(audio)))
  })

  const refused: [string, object, RegExp][] = [
    ['no rate', { sampleRate: undefined }, /sampleRate must be from 1 to 768000 Hz \(got undefined\)/],
    ['a rate of 0', { sampleRate: 0 }, /sampleRate must be from 1/],
    ['no channel', { channels: 0 }, /must have 1 to 64 channels \(got 0\)/],
    ['a list', { data: [0, 1] }, /data must be a Float32Array/],
    ['no sample', { data: new Float32Array() }, /at least one sample/],
    ['half a moment', { channels: 2, data: new Float32Array(3) }, /2 channels cannot have 3 samples/],
    ['NaN', { data: Float32Array.of(0, Number.NaN) }, /must be numbers \(got NaN after 0.0000625 seconds\)/],
    ['infinity', { data: Float32Array.of(Number.POSITIVE_INFINITY) }, /must be from −1|must be numbers/],
    ['numbers of 16 bits', { data: Float32Array.of(0, -12_000) }, /from −1 to 1 \(got -12000 .*for 16 bits 32768/],
  ]
  for (const [what, fields, sentence] of refused)
    it(`cannot be made of ${what}`, () => {
      const whole = { sampleRate: 16_000, channels: 1, data: new Float32Array(2), ...fields }
      assert.throws(() => new Audio(whole as Audio), sentence)
    })

  it('has a size limit', () => {
    const samples = { place: { kind: 'floats', length: 3600 * 44_100 * 2 } }
    Object.defineProperty(samples, Symbol.toStringTag, { value: 'DaisychainPixels' })
    assert.throws(
      () => new Audio({ sampleRate: 44_100, channels: 2, samples } as unknown as Audio),
      /the sound is 3600 seconds long, but at most 1133 fit into one value: read it in pieces, with an audio node/,
    )
  })
})

describe('reading a sound', () => {
  const tone = sound(0.05, 8000, 2)
  const near = (one: Audio, other: Audio, apart: number) => {
    assert.deepEqual([one.sampleRate, one.channels, one.frames], [other.sampleRate, other.channels, other.frames])
    for (let i = 0; i < one.data.length; i++)
      assert.ok(Math.abs((one.data[i] as number) - (other.data[i] as number)) <= apart, `sample ${i}`)
  }

  it('accepts a WAV in anything that contains bytes', async () => {
    const wav = Buffer.from(writeWav(tone))
    const own = Uint8Array.from(wav)
    for (const bytes of [wav, own, own.buffer, new DataView(own.buffer), JSON.parse(JSON.stringify(wav))])
      near(await read(bytes), tone, 1 / 32_768)
    near(await read(`data:audio/wav;base64,${wav.toString('base64')}`), tone, 1 / 32_768)
    assert.deepEqual((await read(Buffer.from(writeWav(tone, 32)))).data, tone.data)
  })

  it('accepts base64, and data URIs with any media type', async () => {
    const base64 = Buffer.from(writeWav(tone)).toString('base64')
    for (const kind of ['audio/mp3', 'application/octet-stream', 'text/plain', 'image/png', ''])
      for (const text of [`data:${kind};base64,${base64}`, `  data:${kind};base64,${base64}`])
        near(await read(text), tone, 1 / 32_768)
    near(await read(base64), tone, 1 / 32_768)
    assert.deepEqual(typeOf(base64), { type: 'audio', format: 'base64' })
    assert.equal(describeType({ type: 'audio', format: 'base64' }), 'a sound as base64 text')
    await assert.rejects(
      async () => readValue({ type: 'image' }, base64, 'image', fakeCodec()),
      /a sound as base64 text, but an image is needed/,
    )
    // A network path may have only base64's characters, and begin like an MP3.
    assert.deepEqual(typeOf('//server/share/folder/music'), {
      type: 'category',
      oneOf: ['//server/share/folder/music'],
    })
    const mp3 = Buffer.concat([Buffer.of(0xff, 0xfb, 0x90, 0x64), Buffer.alloc(9000)]).toString('base64')
    assert.deepEqual(typeOf(mp3), { type: 'audio', format: 'base64' })
  })

  it('accepts WAVs with any number of bits, with other parts before the samples', async () => {
    for (const bits of [8, 16, 24, 32] as const) {
      const audio = await readWav(wavOf(bits, [-1, -0.5, 0, 0.5]))
      near(audio as Audio, new Audio({ sampleRate: 8000, channels: 1, data: Float32Array.of(-1, -0.5, 0, 0.5) }), 0)
    }
  })

  it('reads a WAV whose writer didn’t know its length, and refuses one that ends too early', async () => {
    const wav = writeWav(tone)
    const open = Uint8Array.from(wav)
    new DataView(open.buffer).setUint32(40, 0xffffffff, true)
    near((await readWav(open)) as Audio, tone, 1 / 32_768)
    await assert.rejects(readWav(wav.subarray(0, -10)), /the WAV ends too early/)
  })

  it('refuses a WAV with more samples than its header says, but accepts other data after them', async () => {
    const wav = writeWav(tone)
    const short = Uint8Array.from(wav)
    new DataView(short.buffer).setUint32(40, 100, true)
    await assert.rejects(readWav(short), /the WAV has a header that leaves out its last \d+ bytes/)
    for (const behind of ['LIST\x04\0\0\0abcd', 'ID3\x03\0\0\0\0\0\0\0', 'TAG of old', '\0'.repeat(400), 'ab'])
      near((await readWav(Buffer.concat([wav, Buffer.from(behind, 'latin1')]))) as Audio, tone, 1 / 32_768)
  })

  it('doesn’t take other parts for samples', async () => {
    const header = Buffer.from(writeWav(tone)).subarray(0, 44)
    header.writeUInt32LE(0, 40)
    const list = Buffer.from('LIST\x1a\0\0\0INFOISFT\x0e\0\0\0Lavf58.29.100\0', 'latin1')
    await assert.rejects(readWav(Buffer.concat([header, list])), /must have at least one sample/)
    await assert.rejects(readWav(header), /must have at least one sample/)
  })

  it('reads samples stored in more bits than they use', async () => {
    const roomy = wavOf(32, [-1, -0.5, 0, 0.5])
    new DataView(roomy.buffer, roomy.byteOffset).setUint16(34, 24, true)
    const wanted = new Audio({ sampleRate: 8000, channels: 1, data: Float32Array.of(-1, -0.5, 0, 0.5) })
    near((await readWav(roomy)) as Audio, wanted, 0)
    // Careless writers get only one of the two lengths wrong.
    const careless = wavOf(16, [-1, -0.5, 0, 0.5])
    new DataView(careless.buffer, careless.byteOffset).setUint16(32, 4, true)
    near((await readWav(careless)) as Audio, wanted, 0)
  })

  it('leaves other formats to the codec', async () => {
    const codec = fakeCodec()
    for (const bytes of [
      'fLaC0000',
      'OggS0000',
      'ID3\x03000',
      '0000ftypM4A 0000',
      '0000ftypisom0000',
      '\x1aE\xdf\xa30000',
      '\xff\xfb\x90\0',
      '\xff\xfd\x90\0',
      'RIFF0000AVI LIST',
      '0&\xb2u\x8ef\xcf\x11',
      'FLV\x01',
      '\0\0\x01\xba',
      'riff.\x91\xcf\x11',
    ]) {
      const buffer = Buffer.from(bytes, 'latin1')
      assert.ok(mayHaveSound(buffer), bytes)
      await readValue({ type: 'audio' }, buffer, 'sound', codec)
    }
    await readValue({ type: 'audio' }, 'sounds/hello.ogg', 'sound', codec)
    assert.equal(codec.asked.length, 14)
    for (const bytes of ['0000ftypheic0000', '\xff\xd8\xff\xe0', 'RIFF0000WEBP', 'hello'])
      assert.ok(!mayHaveSound(Buffer.from(bytes, 'latin1')), bytes)
  })

  it('accepts records as other packages make them', async () => {
    const int16 = Int16Array.of(-32_768, 0, 16_384, 0)
    assert.deepEqual([...(await read({ sampleRate: 8000, channels: 2, data: int16 })).data], [-1, 0, 0.5, 0])
    const left = Float32Array.of(0.5, 0.25)
    const right = Float32Array.of(-0.5, -0.25)
    const planes = await read({ sampleRate: 8000, channelData: [left, right] })
    assert.deepEqual([...planes.data], [0.5, -0.5, 0.25, -0.25])
    const raw = Buffer.from(int16.buffer)
    assert.deepEqual([...(await read({ sampleRate: '8000', data: raw, format: 's16le' })).data], [-1, 0, 0.5, 0])
    assert.deepEqual([...(await read({ sampleRate: 8000, data: [0.5, -0.5] })).data], [0.5, -0.5])
  })

  const refused: [string, unknown, object, RegExp][] = [
    [
      'bytes that say nothing',
      { sampleRate: 8000, data: Buffer.alloc(8) },
      {},
      /known "format" \(got undefined\).*s16le/,
    ],
    ['planes of two lengths', { sampleRate: 8000, channelData: [[0], [0, 0]] }, {}, /channels differ in length/],
    ['floats of 16 bits', { sampleRate: 8000, data: [0, 20_000] }, {}, /from −1 to 1/],
    ['NaN', { sampleRate: 8000, data: [0, Number.NaN] }, {}, /must be numbers \(got NaN/],
    [
      'what JSON makes of NaN',
      { sampleRate: 8000, data: [0, null] },
      {},
      /data must be numbers, but .* place 1 is null/,
    ],
    ['true and false', { sampleRate: 8000, channelData: [[true, 0]] }, {}, /channelData\[0\] must be numbers/],
    ['bytes of anything', Buffer.from('hello'), {}, /neither a picture nor a sound, but a sound is needed/],
    ['a word', 'cat', {}, /sound is the text "cat", but a sound is needed/],
    [
      'a picture',
      Buffer.from('\x89PNG\r\n0000', 'latin1'),
      {},
      /sound is a PNG image in a Buffer, but a sound is needed/,
    ],
    [
      'a summary',
      JSON.parse(JSON.stringify(sound())),
      {},
      /only the summary of a sound .*samples were lost.*"encode the sound"/,
    ],
    ['a web address', 'https://example.org/a.mp3', {}, /must be fetched first/],
    ['one too long', sound(3, 1000), { maxSeconds: 2 }, /is 3 seconds long, but at most 2 are allowed: cut it first/],
    [
      'six channels for two',
      sound(0.1, 8000, 6),
      { channels: 2 },
      /with 6 channels.*but a stereo sound is needed|mix it down/,
    ],
    ...['data:audio&#x2F;wav;base64,UklGRrw', ' data:video&#47;webm;base64,GkXf'].map(
      (text): [string, unknown, object, RegExp] => [text, text, {}, /slashes .* escaped by a template.*three braces/],
    ),
    ...['ID3\x04\0\0', 'fLaC\0\0', 'OggS\0\x02', 'RIFF\ufffd\t\x04\0WAVEfmt '].map(
      (start): [string, unknown, object, RegExp] => [
        `bytes as text, ${JSON.stringify(start)}`,
        `${start}\ufffdmore and more`.repeat(9),
        {},
        /bytes were turned into text .*"a binary buffer".*http request/,
      ],
    ),
    ['a broken data URI', 'data:audio/wav,hello', {}, /must be written as base64/],
  ]
  for (const [what, value, parameters, sentence] of refused)
    it(`refuses ${what}`, () => assert.rejects(read(value, parameters), sentence))

  it('gives the requested channels and rate', async () => {
    const ten = await read(sound(0.5, 96_000, 10), { sampleRate: 16_000, channels: 1 })
    assert.deepEqual([ten.sampleRate, ten.channels, ten.seconds], [16_000, 1, 0.5])
    near(await read(sound(0.1, 8000), { channels: 2 }), sound(0.1, 8000, 2), 0)
  })

  it('isn’t text, and text isn’t a sound', async () => {
    const uri = `data:audio/wav;base64,${Buffer.from(writeWav(tone)).toString('base64')}`
    await assert.rejects(
      () => readValue({ type: 'text' }, uri, 'prompt', fakeCodec()),
      /a sound as a data URI, but text/,
    )
  })
})

describe('resample', () => {
  // Without the first and last hundredth of a second, where the filter reaches the silence around the sound.
  const worst = (audio: Audio, expected: Audio) => {
    const edge = Math.round(audio.sampleRate * 0.02)
    let apart = 0
    for (let i = edge; i < audio.frames - edge; i++)
      apart = Math.max(apart, Math.abs((audio.data[i] as number) - (expected.data[i] as number)))
    return apart
  }
  for (const [from, to] of [
    [8000, 16_000],
    [44_100, 16_000],
    [96_000, 16_000],
    [16_000, 44_100],
    [22_050, 24_000],
    [11_025, 8000],
  ] as const)
    it(`keeps tones from ${from} to ${to} Hz`, async () => {
      for (const hertz of [50, 440, 0.42 * Math.min(from, to)]) {
        const made = await resample(sound(0.3, from, 1, hertz), to)
        assert.ok(worst(made, sound(0.3, to, 1, hertz)) < 1e-4, `${hertz} Hz: ${worst(made, sound(0.3, to, 1, hertz))}`)
      }
    })

  it('removes what the lower rate can’t represent', async () => {
    const made = await resample(sound(0.3, 48_000, 1, 9000), 16_000)
    assert.ok(worst(made, new Audio({ ...made, data: new Float32Array(made.frames) })) < 1e-4)
  })

  it('keeps channels separate, and the length', async () => {
    const data = Float32Array.from({ length: 8820 }, (_, i) => (i % 2 ? -0.5 : 0.25))
    const made = await resample(new Audio({ sampleRate: 44_100, channels: 2, data }), 16_000)
    assert.equal(made.frames, Math.ceil((4410 * 16_000) / 44_100))
    const middle = made.frames - (made.frames % 2)
    assert.ok(Math.abs((made.data[middle] as number) - 0.25) < 1e-6)
    assert.ok(Math.abs((made.data[middle + 1] as number) + 0.5) < 1e-6)
  })
})

describe('loudness', () => {
  it('is as defined by the standard', async () => {
    // ITU-R BS.1770: a full sine of 997 Hz on one channel is −3.01 LUFS.
    assert.ok(Math.abs((await loudness(sound(2, 48_000, 1, 997, 1))) + 3.01) < 0.02)
    assert.ok(Math.abs((await loudness(sound(2, 16_000, 2, 997, 0.1))) + 20) < 0.1)
    assert.equal(await loudness(new Audio({ sampleRate: 8000, channels: 1, data: new Float32Array(8000) })), -70)
    assert.ok((await loudness(sound(0.01, 48_000, 1, 997, 1))) > -10)
  })
})

describe('converters of sounds', () => {
  const convert = async (id: string, value: unknown, settings: Settings = {}) => {
    const entry = converters.find((one) => one.id === id)
    assert.ok(entry)
    const tools = { ...fakeCodec(), encode: async () => new Uint8Array() }
    return entry.convert(await readValue(entry.wants, value, 'payload', tools), settings, tools)
  }
  it('mix, resample, cut, measure, encode and take samples', async () => {
    assert.equal(((await convert('mix-down', sound(0.1, 8000, 10))) as Audio).channels, 1)
    assert.equal(((await convert('resample', sound(), { rate: 8000 })) as Audio).sampleRate, 8000)
    assert.equal(((await convert('cut-sound', sound(2), { start: 0.5, seconds: 1 })) as Audio).seconds, 1)
    assert.equal(((await convert('cut-sound', sound(2), { start: -0.5 })) as Audio).seconds, 0.5)
    await assert.rejects(
      () => convert('cut-sound', sound(2), { start: 3 }),
      /ends after 2 seconds, before the cut begins at 3/,
    )
    assert.ok(((await convert('loudness', sound(1))) as number) < -5)
    assert.equal(((await convert('sound-to-vector', sound(0.1, 8000, 2))) as Float32Array).length, 800)
    assert.equal(soundFormat((await convert('encode-sound', sound(), {})) as Uint8Array), 'wav')
    assert.match(String(await convert('encode-sound', sound(), { soundFormat: 'dataURI' })), /^data:audio\/wav;base64,/)
    await assert.rejects(() => convert('encode-sound', sound(), { soundFormat: 'wma' }), /cannot be encoded as "wma"/)
  })
})

describe('wires with sound', () => {
  const verdicts: [object, object, string, RegExp?][] = [
    [{ type: 'audio' }, { type: 'audio' }, 'match'],
    [
      { type: 'audio', sampleRate: 44_100, channels: 2 },
      { type: 'audio', sampleRate: 16_000, channels: 1 },
      'adapts',
      /mixed down to mono and is resampled to 16000 Hz/,
    ],
    [{ type: 'audio', channels: 6 }, { type: 'audio', channels: 2 }, 'convertible'],
    [{ type: 'audio' }, { type: 'audio', maxSeconds: 30 }, 'unknown'],
    [{ type: 'audio', maxSeconds: 10 }, { type: 'audio', maxSeconds: 30 }, 'match'],
    [{ type: 'audio' }, { type: 'audio', format: 'wav' }, 'convertible'],
    [{ type: 'audio', format: 'wav' }, { type: 'audio' }, 'adapts', /is decoded/],
    [{ type: 'audio' }, { type: 'vector' }, 'convertible'],
    [{ type: 'audio' }, { type: 'image' }, 'mismatch'],
    [{ type: 'image' }, { type: 'audio' }, 'mismatch'],
    [{ type: 'text' }, { type: 'audio' }, 'mismatch'],
    [{ type: 'file', extension: 'mp3' }, { type: 'audio' }, 'adapts', /read from disk/],
  ]
  for (const [from, to, verdict, sentence] of verdicts)
    it(`${describeType(from as never)} → ${describeType(to as never)}: ${verdict}`, () => {
      const judged = checkWire(from as never, to as never)
      assert.equal(judged.verdict, verdict)
      if (sentence) assert.match(judged.message, sentence)
    })
})

/** A one-channel WAV with another part before its samples. */
function wavOf(bits: 8 | 16 | 24 | 32, samples: number[]): Uint8Array {
  const width = bits / 8
  const body = Buffer.alloc(samples.length * width)
  for (const [i, sample] of samples.entries()) {
    if (bits === 8) body.writeUInt8(128 + sample * 128, i)
    else body.writeIntLE(sample * 2 ** (bits - 1), i * width, width)
  }
  const head = Buffer.alloc(16)
  head.writeUInt16LE(1, 0)
  head.writeUInt16LE(1, 2)
  head.writeUInt32LE(8000, 4)
  head.writeUInt32LE(8000 * width, 8)
  head.writeUInt16LE(width, 12)
  head.writeUInt16LE(bits, 14)
  const part = (name: string, data: Buffer) => {
    const size = Buffer.alloc(4)
    size.writeUInt32LE(data.length)
    return Buffer.concat([Buffer.from(name), size, data, Buffer.alloc(data.length & 1)])
  }
  const parts = Buffer.concat([
    Buffer.from('WAVE'),
    part('fmt ', head),
    part('LIST', Buffer.from('odd')),
    part('data', body),
  ])
  const size = Buffer.alloc(4)
  size.writeUInt32LE(parts.length)
  return Buffer.concat([Buffer.from('RIFF'), size, parts])
}
