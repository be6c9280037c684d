import { ffmpegEnd, startFfmpeg } from '../files'
import { type Audio, writeWavInPieces } from '../types'

export type SoundFile = 'wav' | 'flac' | 'mp3'

const CODECS: { readonly [Format in Exclude<SoundFile, 'wav'>]: string[] } = {
  flac: ['-c:a', 'flac', '-sample_fmt', 's32', '-bits_per_raw_sample', '24'],
  mp3: ['-c:a', 'libmp3lame', '-q:a', '2'],
}

/**
 * Writes a sound as a file: WAV of 16 bits here, FLAC of 24 bits and MP3 by ffmpeg.
 *
 * @throws ValueError when there is no ffmpeg, or the format cannot hold the sound
 */
export async function encodeSound(audio: Audio, format: SoundFile): Promise<Uint8Array> {
  if (format === 'wav') return writeWavInPieces(audio)
  const child = startFfmpeg(['-f', 'wav', '-i', 'pipe:0', ...CODECS[format], '-f', format, 'pipe:1'])
  const end = ffmpegEnd(child, `a sound of ${audio.sampleRate} Hz as ${format.toUpperCase()}`)
  const parts: Buffer[] = []
  child.stdout?.on('data', (part: Buffer) => parts.push(part))
  child.stdin?.on('error', () => {}) // ffmpeg's own complaint says more
  child.stdin?.end(await writeWavInPieces(audio, 32))
  await end
  return Buffer.concat(parts)
}
