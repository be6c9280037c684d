import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { decodeSound, encodeSound } from '../../src/sounds'
import { Audio, soundMime } from '../../src/types'

function tone(sampleRate: number, seconds: number, channels: number): Audio {
  const length = Math.round(sampleRate * seconds) * channels
  const data = Float32Array.from({ length }, (_, i) => 0.5 * Math.sin(Math.floor(i / channels) / 7))
  return new Audio({ sampleRate, channels, data })
}

const MIMES = { wav: 'audio/wav', flac: 'audio/flac', mp3: 'audio/mpeg' } as const
const FORMATS = ['wav', 'flac', 'mp3'] as const

describe('sounds as files', function () {
  this.timeout(60_000)

  for (const format of FORMATS)
    it(`are as long as they were, to the sample, in ${format}`, async () => {
      for (const [rate, seconds, channels] of [
        [8000, 0.1, 1],
        [44_100, 1.01, 2],
        [11_025, 0.01, 1],
      ] as const) {
        const sound = tone(rate, seconds, channels)
        const bytes = await encodeSound(sound, format)
        assert.ok(Buffer.isBuffer(bytes))
        assert.equal(soundMime(bytes), MIMES[format])
        const read = await decodeSound(bytes)
        assert.deepEqual(
          [read.sampleRate, read.channels, read.data.length],
          [rate, channels, sound.data.length],
          `${rate} Hz`,
        )
        const apart = read.data.reduce((most, one, i) => Math.max(most, Math.abs(one - (sound.data[i] as number))), 0)
        // At its start and end, an MP3 differs more from the original.
        assert.ok(apart < (format === 'mp3' ? 0.6 : 1e-4), `${apart}`)
      }
    })

  it('have every rate that FLAC holds, and others are refused in a sentence', async () => {
    for (const rate of [11, 65_534, 96_000, 176_400, 655_340]) {
      const read = await decodeSound(await encodeSound(tone(rate, 0.2, 1), 'flac'))
      assert.equal(read.sampleRate, rate)
    }
    for (const rate of [65_535, 65_537, 768_000])
      await assert.rejects(
        encodeSound(tone(rate, 0.01, 1), 'flac'),
        /Hz cannot be written as FLAC, which ffmpeg writes with any rate/,
      )
  })

  it('tell players their duration', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'daisychain-sounds-'))
    try {
      for (const format of FORMATS) {
        const path = join(folder, `a.${format}`)
        writeFileSync(path, await encodeSound(tone(44_100, 2, 1), format))
        const told = execFileSync('ffprobe', [
          '-v',
          'error',
          '-show_entries',
          'stream=duration',
          '-of',
          'csv=p=0',
          path,
        ])
        assert.ok(Math.abs(Number(String(told)) - 2) < 0.06, `${format}: ${told}`)
      }
    } finally {
      rmSync(folder, { recursive: true })
    }
  })

  it('are refused with a sentence if the format supports fewer channels', async () => {
    const sentence = (channels: number, format: string, most: number) =>
      `a sound of ${channels} channels cannot be written as ${format}, which holds ${most} at most: mix it down with a convert node, or choose WAV`
    const many = tone(48_000, 0.1, 10)
    await assert.rejects(encodeSound(many, 'flac'), { message: sentence(10, 'FLAC', 8) })
    await assert.rejects(encodeSound(many, 'mp3'), { message: sentence(10, 'MP3', 2) })
    await assert.rejects(encodeSound(tone(8000, 0.1, 3), 'mp3'), { message: sentence(3, 'MP3', 2) })
    assert.equal((await decodeSound(await encodeSound(many, 'wav'))).channels, 10)
  })
})
