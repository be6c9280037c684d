import assert from 'node:assert/strict'
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { decodeSound, encodeSound, pieces, streamSound, waveform } from '../../src/sounds'
import { Audio, isSoundName, loudness } from '../../src/types'
import { sound } from '../types/values'

const hasFfmpeg = spawnSync('ffmpeg', ['-version']).status === 0

describe('sounds', () => {
  const folder = mkdtempSync(join(tmpdir(), 'daisychain-sounds-'))
  const path = (name: string) => join(folder, name)
  before(function () {
    if (!hasFfmpeg) this.skip()
  })
  after(() => rmSync(folder, { recursive: true }))

  /** Makes a file with a tone, using ffmpeg. */
  function made(name: string, ...args: string[]): string {
    const tone = ['-f', 'lavfi', '-i', 'sine=frequency=440:sample_rate=44100:duration=1']
    execFileSync('ffmpeg', ['-v', 'error', '-y', ...tone, ...args, path(name)])
    return path(name)
  }

  for (const ending of [
    'flac',
    'mp3',
    'ogg',
    'opus',
    'm4a',
    'aiff',
    'au',
    'caf',
    'aac',
    'webm',
    'avi',
    'wma',
    'mp2',
    'w64',
    'flv',
    'ac3',
    'eac3',
    'mka',
    'oga',
    'wv',
    'tta',
    'mpg',
    'wmv',
    'mov',
  ])
    it(`decodes ${ending}, from a file and from its bytes`, async () => {
      const file = made(`tone.${ending}`, '-ac', '2')
      assert.ok(isSoundName(file), 'folders leave it out')
      const own = await decodeSound({ path: file })
      const ofBytes = await decodeSound(readFileSync(file))
      assert.equal(own.channels, 2)
      assert.ok(Math.abs(own.seconds - 1) < 0.1, `${own.seconds} s`)
      assert.ok(
        Math.abs((await loudness(own)) - (await loudness(sound(1, own.sampleRate, 2, 440, 0.125 * Math.SQRT1_2)))) <
          0.5,
      )
      assert.deepEqual([ofBytes.frames, ofBytes.sampleRate], [own.frames, own.sampleRate])
    })

  it('decodes WAVs that only ffmpeg can read, and the sound of a video', async () => {
    const alaw = await decodeSound({ path: made('alaw.wav', '-c:a', 'pcm_alaw') })
    assert.equal(alaw.frames, 44_100)
    const video = path('video.mp4')
    const picture = ['-f', 'lavfi', '-i', 'color=red:s=64x64:d=1']
    const tone = ['-f', 'lavfi', '-i', 'sine=frequency=440:duration=1']
    execFileSync('ffmpeg', ['-v', 'error', '-y', ...picture, ...tone, '-shortest', video])
    assert.ok((await decodeSound({ path: video })).seconds > 0.9)
    const silent = path('silent.mp4')
    execFileSync('ffmpeg', ['-v', 'error', '-y', ...picture, silent])
    await assert.rejects(
      decodeSound({ path: silent }),
      new RegExp(`^ValueError: the sound ${silent} contains no sound$`),
    )
  })

  it('reads the track marked as default, not the first', async () => {
    const file = path('two.mka')
    const tone = (hertz: number, seconds: number) => ['-f', 'lavfi', '-i', `sine=${hertz}:d=${seconds}`]
    const marks = ['-disposition:a:0', '0', '-disposition:a:1', 'default']
    const args = [...tone(300, 1), ...tone(900, 2), '-map', '0:a', '-map', '1:a', '-c:a', 'flac', ...marks]
    execFileSync('ffmpeg', ['-v', 'error', '-y', ...args, file])
    assert.equal((await decodeSound({ path: file })).seconds, 2)
  })

  it('reports what cannot be decoded', async () => {
    writeFileSync(path('broken.flac'), 'fLaC and no more of it')
    await assert.rejects(decodeSound(Buffer.from('RIFFxxxxWAVEjunk')), ({ message }: Error) => {
      assert.match(message, /^the sound /)
      assert.ok(!message.includes(tmpdir()), message)
      return true
    })
    writeFileSync(path('text.mp3'), 'hello')
    writeFileSync(path('empty.wav'), '')
    await assert.rejects(
      decodeSound({ path: path('broken.flac') }),
      /^ValueError: the sound .*broken.flac (cannot be processed|is damaged|contains no sound)/,
    )
    // A big-endian WAV, which ffmpeg would decode as noise.
    await assert.rejects(decodeSound(Buffer.from('RIFX\0\0\0\x24WAVEfmt ', 'latin1')), /the data isn't a sound that/)
    await assert.rejects(decodeSound({ path: path('text.mp3') }), /text.mp3 isn't a sound that Daisychain can read/)
    await assert.rejects(decodeSound({ path: path('empty.wav') }), /is empty/)
    await assert.rejects(decodeSound({ path: path('none.wav') }), /none.wav doesn't exist|does not exist|there is no/)
    await assert.rejects(
      decodeSound(Buffer.from('fLaC and no more of it')),
      /^ValueError: the sound (cannot|is damaged)/,
    )
  })

  it('streams an hour piece by piece in little memory', async function () {
    this.timeout(60_000)
    const file = path('hour.flac')
    execFileSync('ffmpeg', ['-v', 'error', '-y', '-f', 'lavfi', '-i', 'anullsrc=r=44100:cl=stereo:d=3600', file])
    await assert.rejects(
      decodeSound({ path: file }),
      /is longer than the 1133 seconds that fit into one value: read it in pieces/,
    )
    global.gc?.()
    const before = process.memoryUsage().rss
    let seconds = 0
    const { signal } = new AbortController()
    const stream = streamSound(file, { signal, sampleRate: 16_000, channels: 1 })
    for await (const piece of pieces(stream, { seconds: 30, overlap: 0 })) {
      assert.deepEqual([piece.sampleRate, piece.channels], [16_000, 1])
      seconds += piece.seconds
    }
    assert.ok(Math.abs(seconds - 3600) < 0.1, `${seconds} s`)
    assert.ok(process.memoryUsage().rss - before < 400e6, 'an hour is not held')
  })

  it('ends ffmpeg when nobody reads on', async () => {
    const stop = new AbortController()
    for await (const _ of streamSound(made('long.flac', '-t', '1'), { signal: stop.signal })) break
    stop.abort()
  })

  it('doesn’t start what was cancelled before', async () => {
    const parts = streamSound(made('long.flac', '-t', '1'), { signal: AbortSignal.abort() })
    for await (const _ of parts) assert.fail('it was read')
  })

  it('writes lossless FLAC', async () => {
    const tone = sound(0.2, 96_000, 2)
    const read = await decodeSound(await encodeSound(tone, 'flac'))
    assert.deepEqual([read.sampleRate, read.channels, read.frames], [96_000, 2, tone.frames])
    assert.ok(read.data.every((sample, i) => Math.abs(sample - (tone.data[i] as number)) < 2 ** -22))
  })

  it('is as loud as ffmpeg measures', async () => {
    const file = made('loud.wav', '-af', 'volume=0.3,highpass=200')
    const said = spawnSync('ffmpeg', ['-i', file, '-af', 'ebur128', '-f', 'null', '-']).stderr.toString()
    const expected = Number(/I:\s+(-[\d.]+) LUFS\s+Threshold/.exec(said)?.[1])
    assert.ok(Math.abs((await loudness(await decodeSound({ path: file }))) - expected) < 0.1)
  })
})

describe('pieces', () => {
  const ramp = (frames: number, channels = 1) =>
    new Audio({ sampleRate: 10, channels, data: Float32Array.from({ length: frames * channels }, (_, i) => i / 1000) })
  async function* parts(...sounds: Audio[]) {
    yield* sounds
  }
  const cut = async (sounds: Audio[], options: { seconds: number; overlap: number }) => {
    const made: number[][] = []
    for await (const piece of pieces(parts(...sounds), options))
      made.push([...piece.data].map((one) => Math.round(one * 1000)))
    return made
  }

  it('have the same length, whatever size arrives', async () => {
    const data = ramp(10).data
    const part = (from: number, to: number) => new Audio({ sampleRate: 10, channels: 1, data: data.slice(from, to) })
    const expected = [
      [0, 1, 2, 3],
      [4, 5, 6, 7],
      [8, 9],
    ]
    assert.deepEqual(await cut([ramp(10)], { seconds: 0.4, overlap: 0 }), expected)
    assert.deepEqual(await cut([part(0, 1), part(1, 7), part(7, 10)], { seconds: 0.4, overlap: 0 }), expected)
  })

  it('overlap', async () => {
    assert.deepEqual(await cut([ramp(8)], { seconds: 0.4, overlap: 0.2 }), [
      [0, 1, 2, 3],
      [2, 3, 4, 5],
      [4, 5, 6, 7],
    ])
    assert.deepEqual(await cut([ramp(3, 2)], { seconds: 0.2, overlap: 0.1 }), [
      [0, 1, 2, 3],
      [2, 3, 4, 5],
    ])
  })

  it('must advance', async () => {
    await assert.rejects(cut([ramp(8)], { seconds: 0.4, overlap: 0.4 }), /overlap must be from 0 to less than the 0.4/)
    await assert.rejects(cut([ramp(8)], { seconds: 0, overlap: 0 }), /longer than 0 seconds/)
    await assert.rejects(cut([ramp(8), ramp(8, 2)], { seconds: 1, overlap: 0 }), /rate or channels change partway/)
  })
})

describe('waveform', () => {
  it('is as high as the sound is loud', async () => {
    const { data, width, height } = await waveform(sound(1, 16_000, 1, 440, 0.5), 40, 101)
    const seen = (y: number) =>
      Array.from({ length: width }, (_, x) => data[(y * width + x) * 4 + 3]).filter(Boolean).length
    assert.deepEqual([seen(20), seen(26), seen(50), seen(74), seen(80)], [0, 40, 40, 40, 0])
    assert.equal(height, 101)
  })
  it('shows a single sample, and silence as a line', async () => {
    assert.ok((await waveform(sound(1 / 16_000), 10, 9)).data.some(Boolean))
    const silent = await waveform(new Audio({ sampleRate: 8, channels: 1, data: new Float32Array(8) }), 4, 3)
    assert.deepEqual(
      [...silent.data].filter((_, i) => i % 4 === 3),
      [0, 0, 0, 0, 255, 255, 255, 255, 0, 0, 0, 0],
    )
  })
})
