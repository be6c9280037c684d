import assert from 'node:assert/strict'
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { uniforms } from '../../src/random'
import { decodeSound, pieces, streamSound } from '../../src/sounds'
import { Audio, frameLength, writeWav } from '../../src/types'
import { sound } from '../types/values'

const hasFfmpeg = spawnSync('ffmpeg', ['-version']).status === 0
const wav = (bits: 16 | 32 = 16) => Buffer.from(writeWav(sound(1, 16_000), bits))

describe('damaged sounds', () => {
  const folder = mkdtempSync(join(tmpdir(), 'daisychain-damaged-'))
  const path = (name: string) => join(folder, name)
  before(function () {
    if (!hasFfmpeg) this.skip()
    writeFileSync(path('tone.wav'), wav())
    writeFileSync(path('long.wav'), writeWav(sound(6, 16_000)))
    const random = uniforms(1)
    const noise = new Float32Array(96_000).map(() => random() - 0.5)
    writeFileSync(path('noise.wav'), writeWav(new Audio({ sampleRate: 48_000, channels: 1, data: noise })))
    // FLV doesn't support 16 kHz.
    writeFileSync(path('wide.wav'), writeWav(sound(6, 44_100)))
  })
  after(() => rmSync(folder, { recursive: true }))

  const encoded = (name: string) => encodedAs(name)

  function encodedAs(name: string, ...args: string[]): Buffer {
    return encodedFrom('tone.wav', name, ...args)
  }

  function encodedFrom(source: string, name: string, ...args: string[]): Buffer {
    execFileSync('ffmpeg', ['-v', 'error', '-y', '-i', path(source), ...args, path(name)])
    return readFileSync(path(name))
  }

  async function inPieces(file: string): Promise<void> {
    const stream = streamSound(file, { signal: new AbortController().signal })
    for await (const _ of pieces(stream, { seconds: 0.5, overlap: 0 }));
  }

  /** Checks that the data is refused with the same sentence as bytes, as a file, and in pieces. */
  async function isRefused(name: string, bytes: Buffer, sentence: RegExp): Promise<void> {
    writeFileSync(path(name), bytes)
    await assert.rejects(decodeSound(bytes), sentence)
    await assert.rejects(decodeSound({ path: path(name) }), sentence)
    await assert.rejects(inPieces(path(name)), sentence)
  }

  for (const ending of ['mp3', 'flac', 'wv', 'tta', 'mka'])
    it(`are refused where ffmpeg leaves out parts of ${ending} without a word`, async () => {
      // Its blocks are larger than the damage, so each still has a valid beginning.
      const bytes = encodedFrom('noise.wav', `broken.${ending}`, ...(ending === 'mka' ? ['-c:a', 'flac'] : []))
      const middle = Math.floor(bytes.length / 2)
      for (let i = middle; i < middle + 600; i++) bytes[i] = (i * 37) & 255
      await isRefused(`broken.${ending}`, bytes, /is damaged, and parts of it are missing/)
    })

  /** Checks that a caller that handles warnings gets the rest of a sound, and any other caller an error. */
  async function isCutOff(name: string, bytes: Buffer, least: number, most: number): Promise<void> {
    const ends = /(ends too early, after|leaves out its last 31000 bytes)/
    await isRefused(name, bytes, new RegExp(`${ends.source}.*let an "audio" node read what there is$`))
    const told: string[] = []
    const warn = (sentence: string) => told.push(sentence)
    const ofFile = await decodeSound({ path: path(name) }, warn)
    const ofBytes = await decodeSound(bytes, warn)
    let seconds = 0
    for await (const part of streamSound(path(name), { signal: new AbortController().signal, warn }))
      seconds += part.seconds
    for (const read of [ofFile.seconds, ofBytes.seconds, seconds])
      assert.ok(read >= least && read <= most, `${name}: ${read} s`)
    assert.equal(told.length, 3, `${name}: ${told}`)
    for (const sentence of told) assert.match(sentence, ends)
  }

  for (const name of [
    'half.mp3',
    'half.flac',
    'half.ogg',
    'half.aac',
    'half.mka',
    'half.aiff',
    'half.w64',
    'half.mp2',
    'half.ac3',
    'half.flv',
    'half.avi',
    'half.wma',
    'half.mpg',
    'half.wv',
    'half.tta',
    'half.ts',
  ])
    it(`give what there is where ${name} is cut off, and say so`, async () => {
      const bytes = encodedFrom(/flv|wv|tta/.test(name) ? 'wide.wav' : 'long.wav', name)
      // Not cut between two frames, which couldn't be detected.
      await isCutOff(name, bytes.subarray(0, bytes.length * 0.59), 0.9, 4.5)
    })

  for (const name of ['end.flv', 'end.avi', 'end.wma'])
    it(`say so where only the end of ${name} is cut off, even between two packets`, async () => {
      const bytes = encodedFrom('wide.wav', name)
      const whole = (await decodeSound(bytes)).seconds
      for (const lost of [40, 200, 500, 3200])
        await isCutOff(name, bytes.subarray(0, bytes.length - lost), whole - 0.7, whole + 0.05)
    })

  it('are reported if a TTA is truncated between two blocks', async () => {
    const bytes = encodedFrom('wide.wav', 'blocks.tta')
    const sizes = Array.from({ length: 6 }, (_, i) => bytes.readUInt32LE(22 + 4 * i))
    const four = sizes.slice(0, 4).reduce((sum, size) => sum + size, 22 + 4 * 6 + 4)
    await isCutOff('four.tta', bytes.subarray(0, four), 4.1, 4.2)
    const tagged = Buffer.concat([bytes, Buffer.from('TAG'.padEnd(128))])
    assert.equal((await decodeSound(tagged)).seconds, 6)
    // A table of 17 GB.
    bytes.writeUInt32LE(1, 10)
    bytes.writeUInt32LE(0xffffffff, 14)
    await assert.rejects(decodeSound(bytes), /^ValueError: the sound /)
  })

  it('don’t include MPEG-TS files that begin in the middle, as broadcasts and cameras’ recordings do', async () => {
    const bytes = encodedFrom('wide.wav', 'whole.ts')
    assert.ok(Math.abs((await decodeSound(bytes.subarray(188 * 20))).seconds - 6) < 0.2)
    const packets = Array.from({ length: bytes.length / 188 }, (_, i) => bytes.subarray(188 * i, 188 * i + 188))
    const stamped = Buffer.concat(packets.flatMap((packet) => [Buffer.alloc(4), packet]))
    assert.ok(Math.abs((await decodeSound(stamped)).seconds - 6) < 0.2)
  })

  it('don’t include videos whose sound is shorter than the picture, nor files without a stated size', async () => {
    const pictures = ['-f', 'lavfi', '-i', 'testsrc=d=8:s=64x48:r=25']
    for (const name of ['film.flv', 'film.avi', 'film.wmv', 'film.mpg']) {
      const bytes = encodedFrom('wide.wav', name, ...pictures)
      assert.ok(Math.abs((await decodeSound(bytes)).seconds - 6) < 0.2, name)
    }
    for (const [name, mark, at] of [
      ['film.avi', 'RIFF', 4],
      ['film.wmv', '\xa1\xdc\xab\x8c\x47\xa9\xcf\x11', 40],
      ['film.flv', 'filesize\0', 9],
    ] as const) {
      const bytes = readFileSync(path(name))
      const size = bytes.indexOf(Buffer.from(mark, 'latin1')) + at
      bytes.fill(0, size, size + (name === 'film.avi' ? 4 : 8))
      assert.ok(Math.abs((await decodeSound(bytes)).seconds - 6) < 0.2, `${name} without a size`)
    }
  })

  it('are refused in a complete sentence if not even the first block of a WavPack file is there', async () => {
    const bytes = encodedFrom('long.wav', 'start.wv')
    await isRefused('start.wv', bytes.subarray(0, 3000), /is damaged, ends too early, or is of a kind/)
  })

  it('give what is readable if the header of a WAV doesn’t match, and are reported, however the file is read', async () => {
    const [long, short, alaw] = [wav(), wav(), encodedAs('alaw.wav', '-c:a', 'pcm_alaw')]
    long.writeUInt32LE(64_000, 40)
    short.writeUInt32LE(1000, 40)
    await isCutOff('promised.wav', long, 1, 1)
    await isCutOff('short.wav', short, 1000 / 32_000, 1000 / 32_000)
    await isCutOff('alaw.wav', alaw.subarray(0, -8000), 0.4, 0.6)
    const empty = Buffer.concat([wav().subarray(0, 44), Buffer.from('LIST\x04\0\0\0INFO', 'latin1')])
    empty.writeUInt32LE(0, 40)
    await isRefused('empty.wav', empty, /at least one sample|has no samples/)
  })

  it('are refused if an Ogg file lacks pages in its middle', async () => {
    const bytes = encodedFrom('long.wav', 'pages.ogg', '-c:a', 'flac')
    const pages = [...bytes.toString('latin1').matchAll(/OggS/g)].map(({ index }) => index)
    const [from, to] = [pages[Math.floor(pages.length / 2)], pages[Math.floor(pages.length / 2) + 1]]
    assert.ok(pages.length > 4)
    const torn = Buffer.concat([bytes.subarray(0, from), bytes.subarray(to)])
    await isRefused('torn.ogg', torn, /is damaged, and parts of it are missing/)
  })

  it('are reported with the time of a missing number, counted from the beginning of the sound', async () => {
    for (const wrong of [Number.NaN, Number.POSITIVE_INFINITY]) {
      const bytes = wav(32)
      bytes.writeFloatLE(wrong, 44 + 4 * 12_000)
      await isRefused('wrong.wav', bytes, new RegExp(`must be numbers \\(got ${wrong} after 0.75 seconds\\)`))
    }
  })

  it('don’t include files with a large picture, other parts, or an unknown length', async () => {
    const mp3 = encoded('whole.mp3')
    const size = 5 * 2 ** 20
    const tag = Buffer.alloc(10 + size)
    tag.write('ID3\x03', 'latin1')
    for (const [i, shift] of [21, 14, 7, 0].entries()) tag[6 + i] = (size >> shift) & 127
    const open = wav()
    open.writeUInt32LE(0xffffffff, 40)
    const behind = Buffer.concat([wav(), Buffer.from('LIST\x04\0\0\0abcd', 'latin1')])
    for (const [name, bytes] of Object.entries({
      'tag.mp3': Buffer.concat([tag, mp3]),
      'open.wav': open,
      'behind.wav': behind,
    })) {
      writeFileSync(path(name), bytes)
      assert.ok(Math.abs((await decodeSound({ path: path(name) })).seconds - 1) < 0.06, name)
      await inPieces(path(name))
    }
  })

  it('don’t include MP3s with parts that players skip: tags, joins, zeros, a server’s response', async () => {
    const tagged = encodedAs('tagged.mp3', '-metadata', 'title=hello')
    const bare = encodedAs('bare.mp3', '-write_xing', '0', '-id3v2_version', '0')
    const tag = tagged.subarray(0, 10 + ((tagged[8] as number) << 7) + (tagged[9] as number))
    const old = Buffer.concat([Buffer.from('TAGhello'), Buffer.alloc(120)])
    const ape = Buffer.alloc(64)
    for (const at of [0, 32]) {
      ape.write('APETAGEX', at)
      ape.writeUInt32LE(32, at + 12)
    }
    const lyrics = Buffer.from('LYRICSBEGINLYR00010hellohello000039LYRICS200')
    const first = bare.subarray(0, frameLength(bare))
    const cases: [string, Buffer[], number][] = [
      ['old.mp3', [bare, ape, old], 1],
      ['lyrics.mp3', [bare, lyrics, old], 1],
      ['ape.mp3', [ape, bare], 1],
      ['server.mp3', [Buffer.from('HTTP/1.0 200 OK\r\nContent-Type: audio/mpeg\r\n\r\n'), bare], 1],
      ['zeros.mp3', [Buffer.alloc(3000), bare, Buffer.alloc(5000)], 1],
      ['middle.mp3', [bare.subarray(first.length / 2)], 1],
      ['joined.mp3', [tagged, tagged], 2],
      ['inside.mp3', [first, tag, bare.subarray(first.length)], 1],
    ]
    for (const [name, parts, seconds] of cases) {
      const bytes = Buffer.concat(parts)
      writeFileSync(path(name), bytes)
      for (const read of [await decodeSound({ path: path(name) }), await decodeSound(bytes)])
        assert.ok(Math.abs(read.seconds - seconds) < 0.15, `${name}: ${read.seconds} s`)
      await inPieces(path(name))
    }
    const hole = encodedFrom('long.wav', 'hole.mp3', '-b:a', '64k').fill(0, 6000, 6900)
    await isRefused('hole.mp3', hole, /is damaged, and parts of it are missing/)
  })

  it('don’t include WAVs of any kind whose writer didn’t know their length, or counted wrong', async () => {
    const alaw = encodedAs('open-alaw.wav', '-c:a', 'pcm_alaw', '-bitexact')
    for (const size of [0, 0x7ffff000, 0x7fffffff, 0x80000000, 0xffffffff])
      for (const [name, given] of Object.entries({ 'open.wav': wav(), 'open-alaw.wav': Buffer.from(alaw) })) {
        given.writeUInt32LE(size, given.indexOf('data') + 4)
        writeFileSync(path(name), given)
        for (const read of [await decodeSound({ path: path(name) }), await decodeSound(given)])
          assert.equal(read.frames, 16_000, `${name} ${size}`)
        await inPieces(path(name))
      }
    const counted = wav()
    counted.writeUInt32LE(counted.length, 40)
    assert.equal((await decodeSound(counted)).frames, 16_000)
  })
})
