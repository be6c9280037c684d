import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { ffmpegEnd, startFfmpeg } from '../files'
import { type Audio, ValueError, writeWavInPieces } from '../types'
import { inOwnFolder } from './own-folder'

export type SoundFile = 'wav' | 'flac' | 'mp3'

interface Codec {
  args: string[]
  /** The maximum number of channels in the format. */
  channels: number
}

const CODECS: { readonly [Format in Exclude<SoundFile, 'wav'>]: Codec } = {
  flac: { args: ['-c:a', 'flac', '-sample_fmt', 's32', '-bits_per_raw_sample', '24'], channels: 8 },
  mp3: { args: ['-c:a', 'libmp3lame', '-q:a', '2'], channels: 2 },
}

/**
 * Encodes a sound as a file: 16-bit WAV here, 24-bit FLAC and MP3 with ffmpeg.
 *
 * @throws ValueError if ffmpeg is missing, or the format can't hold the sound
 */
export async function encodeSound(audio: Audio, format: SoundFile): Promise<Buffer> {
  if (format === 'wav') {
    const { buffer, byteOffset, length } = await writeWavInPieces(audio)
    return Buffer.from(buffer, byteOffset, length) // not a copy
  }
  const { args, channels } = CODECS[format]
  const named = format.toUpperCase()
  if (audio.channels > channels)
    throw new ValueError(
      `a sound of ${audio.channels} channels cannot be written as ${named}, which holds ${channels} at most: mix it down with a convert node, or choose WAV`,
    )
  if (format === 'flac' && !isFlacRate(audio.sampleRate))
    throw new ValueError(
      `a sound of ${audio.sampleRate} Hz cannot be written as FLAC, which ffmpeg writes with any rate below 65535 Hz and multiples of 10 below 655350 Hz: change the rate with a convert node, or choose WAV`,
    )
  // ffmpeg writes into a file, because it can only fill in the length at the beginning once everything has
  // been written.
  return inOwnFolder(async (folder) => {
    const path = join(folder, `sound.${format}`)
    const child = startFfmpeg(['-f', 'wav', '-i', 'pipe:0', ...args, '-f', format, path])
    const end = ffmpegEnd(child, `a sound of ${audio.sampleRate} Hz as ${named}`)
    child.stdin?.on('error', () => {}) // ffmpeg's own error message is more precise
    child.stdin?.end(await writeWavInPieces(audio, 32))
    await end
    return readFile(path)
  })
}

function isFlacRate(rate: number): boolean {
  return rate < 65_535 || (rate < 655_350 && rate % 10 === 0)
}
