import { readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { requireFile } from '../files'
import {
  Audio,
  hasFrames,
  joinInPieces,
  MAX_SAMPLES,
  mayHaveSound,
  Pixels,
  readWav,
  readWavHeader,
  ValueError,
} from '../types'
import { durationIn } from './damage'
import { inOwnFolder } from './own-folder'
import { streamSound } from './stream'
import { beginningOf, checkWav } from './wav-file'

const NO_SOUND = "isn't a sound that Daisychain can read (WAV, FLAC, MP3, Ogg, M4A, or a video with sound)"

type Warn = (sentence: string) => void
/** Waits until there is memory for this many more bytes. @throws ValueError if there is none */
type Admit = (bytes: number) => Promise<void>

/** Compressed sound becomes about this many times as large, if its duration is unknown. */
const USUAL_RATIO = 24
/** In bytes. */
const SAMPLE = 4

/**
 * Decodes a sound: a plain WAV here, other formats with ffmpeg. Keeps all channels and the sample rate.
 *
 * @param warn called with a description of what is missing at the end; without it, such a sound is refused
 * @param admit called once before most of the sound is decoded
 * @throws ValueError with a one-sentence message, also for a sound too long to be held in memory
 */
export async function decodeSound(source: Uint8Array | { path: string }, warn?: Warn, admit?: Admit): Promise<Audio> {
  return source instanceof Uint8Array ? decodeBytes(source, warn, admit) : decodeFile(source.path, warn, admit)
}

/** Uses a temporary file, because ffmpeg reads some formats from the end. */
async function decodeBytes(bytes: Uint8Array, warn?: Warn, admit?: Admit): Promise<Audio> {
  const plain = await readWav(bytes, warn)
  if (plain) return plain
  if (!mayHaveSound(bytes) && !hasFrames(bytes)) throw new ValueError(`the data ${NO_SOUND}`)
  return inOwnFolder(async (folder) => {
    const path = join(folder, 'sound')
    const shown = (sentence: string) => sentence.replace(`the sound ${path}`, 'the sound')
    await writeFile(path, bytes)
    return collect(path, bytes.length, warn && ((sentence) => warn(shown(sentence))), admit).catch((error: Error) => {
      throw new ValueError(shown(error.message), error instanceof ValueError ? error.code : undefined)
    })
  })
}

async function decodeFile(path: string, warn?: Warn, admit?: Admit): Promise<Audio> {
  await requireFile(path)
  const start = await beginningOf(path)
  if (start.length === 0) throw new ValueError(`the sound file ${path} is empty`)
  if (!mayHaveSound(start) && !hasFrames(start)) throw new ValueError(`the file ${path} ${NO_SOUND}`)
  const header = readWavHeader(start)
  const size = header ? (header.end - header.start) / (header.bits / 8) : 0
  const bytes = (await stat(path)).size
  if (!header || size > MAX_SAMPLES) return collect(path, bytes, warn, admit)
  await checkWav(path, warn)
  await admit?.(SAMPLE * size)
  return (await readWav(await readFile(path), () => {})) ?? collect(path, bytes, warn, admit)
}

/** Concatenates the parts of a sound. */
async function collect(path: string, bytes: number, warn?: Warn, admit?: Admit): Promise<Audio> {
  const parts: Float32Array[] = []
  const stop = new AbortController()
  let held = 0
  let [sampleRate, channels] = [1, 1]
  let seconds = 0
  const hear = (line: string) => {
    seconds ||= durationIn(line)
  }
  for await (const part of streamSound(path, { signal: stop.signal, warn, hear })) {
    ;({ sampleRate, channels } = part)
    if (held === 0 && admit) {
      const stated = SAMPLE * seconds * sampleRate * channels
      await admit(Math.min(SAMPLE * MAX_SAMPLES, Math.ceil(stated || USUAL_RATIO * bytes)))
    }
    held += part.data.length
    if (held > MAX_SAMPLES) {
      stop.abort()
      const most = Math.floor(MAX_SAMPLES / (sampleRate * channels))
      throw new ValueError(
        `the sound ${path} is longer than the ${most} seconds that fit into one value: read it in pieces, with an audio node`,
      )
    }
    parts.push(part.data)
  }
  const data = await joinInPieces(parts)
  // Each part has checked its own samples.
  return new Audio({ sampleRate, channels, samples: Pixels.here(data) })
}
