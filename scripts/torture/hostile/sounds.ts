import { Audio, writeWav } from '../../../src/types'
import type { Random } from './random'

/** Sounds: long, damaged, and with impossible headers. */
export const sounds: Record<string, (random: Random) => unknown> = {
  'a sound that is right': ({ whole }) => Buffer.from(writeWav(tone(8000 + whole(40_000), 0.5))),
  'ten minutes of sound': () => Buffer.from(writeWav(tone(16_000, 600))),
  'half a WAV': ({ next }) => {
    const bytes = Buffer.from(writeWav(tone(16_000, 1)))
    return bytes.subarray(0, Math.floor(bytes.length * next()))
  },
  'a WAV with other bytes': ({ whole }) => {
    const bytes = Buffer.from(writeWav(tone(16_000, 0.2)))
    for (let i = 0; i < 1 + whole(8); i++) bytes[whole(48)] = whole(255)
    return bytes
  },
  'noise that begins as a sound': ({ pick, bytes }) =>
    Buffer.concat([
      Buffer.from(pick(['ID3', 'OggS', 'fLaC', 'RIFF\xff\xff\xff\xffWAVE', '\xff\xfb\x90']), 'latin1'),
      bytes(5000),
    ]),
  'samples that are none': ({ pick }) => ({
    ...{ type: 'audio', sampleRate: 16_000, channels: 1 },
    data: pick([new Float32Array(999).fill(Number.NaN), new Float32Array(999).fill(1e30), [1, 'x'], null, 7]),
  }),
  'a sound that cannot be': ({ pick }) => ({
    type: 'audio',
    sampleRate: pick([0, -1, 1e12, NaN, '7', 16_000]),
    channels: pick([0, 1e6, 0.5, 'two']),
    data: new Float32Array(1000),
  }),
  'samples of 200 MB': () => ({ sampleRate: 48_000, channels: 2, data: new Float32Array(50_000_000) }),
}

const tone = (sampleRate: number, seconds: number) =>
  new Audio({
    ...{ sampleRate, channels: 1 },
    data: Float32Array.from({ length: sampleRate * seconds }, (_, i) => 0.5 * Math.sin(i / 9)),
  })
