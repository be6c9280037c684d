import { ffmpegOutput } from '../files'
import { mp3Damage } from './mp3-damage'
import { endsInPage } from './ogg-end'
import { isShorterThanStated } from './stated-size'

/** The part of a sound that is missing or damaged; null if it is complete. */
export type Damage = 'end' | 'middle' | null

/** Makes ffmpeg compare checksums. Without it, it decodes damaged FLAC, WavPack and TTA to noise. */
export const COMPARE_CHECKSUMS = ['-err_detect', 'crccheck']
/**
 * ffmpeg's messages about data that it skips because it can't decode it, or that is damaged, although it
 * succeeds. Checksums of MP3 frames ("CRC mismatch 1234!") are left out: some encoders have written wrong ones.
 */
const COMPLAINT =
  /error while decoding|error submitting packet|corrupt input packet|corrupt decoded frame|crc mismatch(?! [\da-f]+!)|crc error|packet corrupt|ended prematurely|partial file|ebml number|exceeds containing master|packet_obj_size/i
/** The first frame of an MP3 may state the length of the sound. */
const SHORT_MP3 = /filesize and duration do not match \(growing/i
/** ffmpeg's messages about anything in an MP3 that isn't sound, whether damage or a tag. */
const NO_FRAME = /header missing|error while decoding stream/i
/** Formats that state their exact length, for which ffmpeg doesn't report missing parts. */
const SAYS_LENGTH = /^Input #0, (ogg|flac|wav|w64|aiff|au|caf|wv),/
/** In seconds. */
const JUMP = 0.1
/** Damage in this many seconds at the end counts as a sound that was cut off. */
const END = 0.5

/** Collects ffmpeg's messages while it decodes a file. */
export interface DamageListener {
  hear(line: string): void
  /** @param seconds the length of the decoded sound */
  damage(path: string, seconds: number, signal: AbortSignal): Promise<Damage>
}

export function listenForDamage(): DamageListener {
  let format = ''
  let length = 0
  let isShort = false
  const complaints: string[] = []
  return {
    hear(line) {
      const text = line.replace(/^\[info\] */, '')
      if (text.startsWith('Input #0')) format = text
      if (SAYS_LENGTH.test(format)) length = durationIn(line) || length
      if (SHORT_MP3.test(line)) isShort = true
      if (COMPLAINT.test(line) || line.includes('[error]')) complaints.push(line)
      if (complaints.length > 100) complaints.pop()
    },
    async damage(path, seconds, signal) {
      const isMp3 = format.startsWith('Input #0, mp3')
      const isSuspect = complaints.some((line) => COMPLAINT.test(line)) || seconds < length - JUMP
      const isOther = isSuspect && !(isMp3 && complaints.every((line) => NO_FRAME.test(line)))
      if (isOther) return lookAgain(path, signal)
      if (isMp3) return (await mp3Damage(path)) ?? (isShort ? 'end' : null)
      if (format.startsWith('Input #0, ogg')) return (await endsInPage(path)) ? 'end' : null
      return (await isShorterThanStated(path)) ? 'end' : null
    },
  }
}

/** The duration in seconds that ffmpeg states or estimates in this line; 0 for other lines. */
export function durationIn(line: string): number {
  const [, hours, minutes, seconds] = /^(?:\[info\])? *Duration: (\d+):(\d+):([\d.]+)/.exec(line) ?? []
  return seconds ? 3600 * Number(hours) + 60 * Number(minutes) + Number(seconds) : 0
}

/** Decodes the file again to locate the damage. If no sound follows it, it is at the end. */
async function lookAgain(path: string, signal: AbortSignal): Promise<Damage> {
  let decoded = 0
  let next: number | null = null
  let hurt: number | null = null
  let isTorn = false
  let isOpen = false
  const hear = (line: string) => {
    const [, time, rate, samples] = /pts_time:(\S+).* rate:(\d+) nb_samples:(\d+)/.exec(line) ?? []
    if (!samples) {
      if (/Input #0/.test(line)) isOpen = true
      // While ffmpeg opens a file, it reads far ahead, so its messages say nothing about the position.
      if (isOpen && COMPLAINT.test(line)) hurt ??= decoded
      return
    }
    const at = Number(time)
    if (next !== null && Math.abs(at - next) > JUMP) isTorn = true
    const seconds = Number(samples) / Number(rate)
    next = Number.isNaN(at) ? null : at + seconds
    decoded += seconds
  }
  // Several threads would report damage before the sound that precedes it has been decoded.
  const args = [
    '-threads',
    '1',
    ...COMPARE_CHECKSUMS,
    '-i',
    `file:${path}`,
    '-vn',
    '-sn',
    '-dn',
    '-af',
    'ashowinfo',
    '-f',
    'null',
    '-',
  ]
  for await (const _ of ffmpegOutput(args, `the sound ${path}`, signal, { hear }));
  return isTorn || (hurt !== null && decoded - hurt > END) ? 'middle' : 'end'
}
