import { ffmpegOutput, requireFile } from '../files'
import { Audio, isOpenWav, readWavHeader, refuseDamage, refuseWrongSamples, secondsInWords, ValueError } from '../types'
import { COMPARE_CHECKSUMS, listenForDamage } from './damage'
import { beginningOf, checkWav } from './wav-file'

/**
 * Formats that contain the sound themselves. Playlists are excluded, because they could refer to files
 * outside the allowed folder.
 */
const CONTAINERS = 'wav,w64,flac,mp3,ogg,mov,matroska,aac,aiff,au,caf,asf,amr,avi,mpeg,mpegts,flv,wv,tta,ac3,eac3'
/** ffmpeg writes a WAV's header in one piece. */
const HEADER = 4096

export interface SoundOptions {
  signal: AbortSignal
  /** In Hz. Default: the sound's own rate. */
  sampleRate?: number
  /** Default: all of the sound's channels. */
  channels?: number
  /**
   * Called with a description of what is missing at the end of a file. Without it, that is an error, which is
   * thrown after everything else has been decoded.
   */
  warn?(sentence: string): void
  /** Called with each line that ffmpeg prints. */
  hear?(line: string): void
}

/** Consecutive parts of a sound, of any length. */
export type SoundStream = AsyncGenerator<Audio>

/**
 * Decodes the sound of an audio or video file part by part, because it may not fit into memory. ffmpeg pauses
 * while nothing is read.
 *
 * @throws ValueError if ffmpeg is missing, or the file has no sound
 */
export async function* streamSound(path: string, options: SoundOptions): SoundStream {
  await requireFile(path)
  const isPlainWav = await checkWav(path, options.warn)
  const what = `the sound ${path}`
  const listener = listenForDamage()
  const isOpen = isOpenWav(await beginningOf(path))
  const input = [
    ...(isOpen ? ['-ignore_length', '1'] : []),
    ...COMPARE_CHECKSUMS,
    ...['-protocol_whitelist', 'file,pipe', '-format_whitelist', CONTAINERS, '-i', `file:${path}`],
  ]
  let seconds = 0
  const hear = (line: string) => {
    listener.hear(line)
    options.hear?.(line)
  }
  for await (const part of captured(input, what, options, hear)) {
    seconds += part.seconds
    yield part
  }
  if (options.signal.aborted) return
  if (seconds === 0) throw new ValueError(`${what} is damaged or empty`)
  const damage = isPlainWav ? null : await listener.damage(path, seconds, options.signal)
  if (damage === 'middle')
    throw new ValueError(`${what} is damaged, and parts of it are missing: get it again, or repair it`)
  // If the file doesn't state its length, ffmpeg always reports an error at its end.
  if (damage && !isOpen) refuseDamage(`${what} ends too early, after ${secondsInWords(seconds)}`, options.warn)
}

/**
 * Decodes the sound from any input of ffmpeg, such as a file or a device.
 *
 * @param input ffmpeg's arguments up to and including the input
 * @param hear see `ffmpegOutput`
 */
export async function* captured(
  input: string[],
  what: string,
  options: SoundOptions,
  hear?: (line: string) => void,
): SoundStream {
  const { sampleRate, channels, signal } = options
  const output = ffmpegOutput(
    [
      ...[...input, '-vn', '-sn', '-dn', '-map_metadata', '-1', '-fflags', '+bitexact'],
      ...(sampleRate ? ['-ar', String(sampleRate)] : []),
      ...(channels ? ['-ac', String(channels)] : []),
      ...['-f', 'wav', '-c:a', 'pcm_f32le', '-flush_packets', '1', '-'],
    ],
    what,
    signal,
    { hear },
  )
  try {
    yield* readParts(output)
  } catch (error) {
    if (error instanceof ValueError && /does not contain any stream/.test(error.message))
      throw new ValueError(`${what} contains no sound`)
    throw error
  }
}

/** Splits a WAV of floats into parts that contain whole frames. */
async function* readParts(stream: AsyncIterable<Buffer>): SoundStream {
  let held: Buffer = Buffer.alloc(0)
  let header: ReturnType<typeof readWavHeader> = null
  let before = 0
  for await (const part of stream) {
    held = held.length ? Buffer.concat([held, part]) : part
    if (!header) {
      header = readWavHeader(held)
      if (!header && held.length > HEADER) throw new ValueError('ffmpeg returned something other than a sound')
      if (!header) continue
      held = held.subarray(header.start)
    }
    const { sampleRate, channels } = header
    const width = 4 * channels
    const whole = held.length - (held.length % width)
    if (whole === 0) continue
    const data = floatsOf(held.subarray(0, whole))
    refuseWrongSamples(data, sampleRate * channels, 0, data.length, before) // the message says when
    before += data.length
    yield new Audio({ sampleRate, channels, data })
    held = held.subarray(whole)
  }
}

/** Copied, because the bytes may not be aligned for floats. */
function floatsOf(bytes: Buffer): Float32Array {
  const copy = new Uint8Array(bytes)
  return new Float32Array(copy.buffer)
}
