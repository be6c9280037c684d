import assert from 'node:assert/strict'
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { decodeSound, pieces, streamSound } from '../../src/sounds'
import { writeWav } from '../../src/types'
import { sound } from '../types/values'

const hasFfmpeg = spawnSync('ffmpeg', ['-version']).status === 0
const wav = (bits: 16 | 32 = 16) => Buffer.from(writeWav(sound(1, 16_000), bits))

describe('damaged sounds', () => {
  const folder = mkdtempSync(join(tmpdir(), 'daisychain-damaged-'))
  const path = (name: string) => join(folder, name)
  before(function () {
    if (!hasFfmpeg) this.skip()
    writeFileSync(path('tone.wav'), wav())
  })
  after(() => rmSync(folder, { recursive: true }))

  function encoded(name: string): Buffer {
    execFileSync('ffmpeg', ['-v', 'error', '-y', '-i', path('tone.wav'), path(name)])
    return readFileSync(path(name))
  }

  async function inPieces(file: string): Promise<void> {
    const stream = streamSound(file, { signal: new AbortController().signal })
    for await (const _ of pieces(stream, { seconds: 0.5, overlap: 0 }));
  }

  /** The same sentence from its bytes, from a file, and in pieces. */
  async function isRefused(name: string, bytes: Buffer, sentence: RegExp): Promise<void> {
    writeFileSync(path(name), bytes)
    await assert.rejects(decodeSound(bytes), sentence)
    await assert.rejects(decodeSound({ path: path(name) }), sentence)
    await assert.rejects(inPieces(path(name)), sentence)
  }

  for (const ending of ['mp3', 'flac'])
    it(`are refused where ffmpeg leaves out parts of ${ending} without a word`, async () => {
      const bytes = encoded(`broken.${ending}`)
      const middle = Math.floor(bytes.length / 2)
      for (let i = middle; i < middle + 600; i++) bytes[i] = (i * 37) & 255
      await isRefused(`broken.${ending}`, bytes, /is damaged, and parts of it are missing/)
    })

  it('are refused where an MP3 is half of what it says', async () => {
    const bytes = encoded('half.mp3')
    await isRefused('half.mp3', bytes.subarray(0, bytes.length / 2), /is damaged, and parts of it are missing/)
  })

  it('are refused where the header of a WAV doesn’t fit, however it is read', async () => {
    const [long, short] = [wav(), wav()]
    long.writeUInt32LE(64_000, 40)
    short.writeUInt32LE(1000, 40)
    await isRefused('long.wav', long, /ends too early/)
    await isRefused('short.wav', short, /header leaves out its last 31000 bytes/)
    const empty = Buffer.concat([wav().subarray(0, 44), Buffer.from('LIST\x04\0\0\0INFO', 'latin1')])
    empty.writeUInt32LE(0, 40)
    await isRefused('empty.wav', empty, /at least one sample|has no samples/)
  })

  it('say when there is no number, counted from the beginning of the sound', async () => {
    for (const wrong of [Number.NaN, Number.POSITIVE_INFINITY]) {
      const bytes = wav(32)
      bytes.writeFloatLE(wrong, 44 + 4 * 12_000)
      await isRefused('wrong.wav', bytes, new RegExp(`must be numbers \\(got ${wrong} after 0.75 seconds\\)`))
    }
  })

  it('aren’t those with a large picture, other parts, or a length that nobody knew', async () => {
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
})
