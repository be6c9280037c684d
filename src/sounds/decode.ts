import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { requireFile } from '../files'
import { Audio, hasFrames, MAX_SAMPLES, mayHaveSound, readWav, readWavHeader, ValueError } from '../types'
import { inOwnFolder } from './own-folder'
import { streamSound } from './stream'
import { beginningOf, checkWav } from './wav-file'

const NO_SOUND = "isn't a sound that Daisychain can read (WAV, FLAC, MP3, Ogg, M4A, or a video with sound)"

type Warn = (sentence: string) => void

/**
 * Decodes a sound: a plain WAV here, other formats with ffmpeg. Keeps all channels and the sample rate.
 *
 * @param warn called with a description of what is missing at the end; without it, such a sound is refused
 * @throws ValueError with a one-sentence message, also for a sound too long to be held in memory
 */
export async function decodeSound(source: Uint8Array | { path: string }, warn?: Warn): Promise<Audio> {
  return source instanceof Uint8Array ? decodeBytes(source, warn) : decodeFile(source.path, warn)
}

/** Uses a temporary file, because ffmpeg reads some formats from the end. */
async function decodeBytes(bytes: Uint8Array, warn?: Warn): Promise<Audio> {
  const plain = await readWav(bytes, warn)
  if (plain) return plain
  if (!mayHaveSound(bytes) && !hasFrames(bytes)) throw new ValueError(`the data ${NO_SOUND}`)
  return inOwnFolder(async (folder) => {
    const path = join(folder, 'sound')
    const shown = (sentence: string) => sentence.replace(`the sound ${path}`, 'the sound')
    await writeFile(path, bytes)
    return collect(path, warn && ((sentence) => warn(shown(sentence)))).catch((error: Error) => {
      throw new ValueError(shown(error.message))
    })
  })
}

async function decodeFile(path: string, warn?: Warn): Promise<Audio> {
  await requireFile(path)
  const start = await beginningOf(path)
  if (start.length === 0) throw new ValueError(`the sound file ${path} is empty`)
  if (!mayHaveSound(start) && !hasFrames(start)) throw new ValueError(`the file ${path} ${NO_SOUND}`)
  const header = readWavHeader(start)
  const size = header ? (header.end - header.start) / (header.bits / 8) : 0
  if (!header || size > MAX_SAMPLES) return collect(path, warn)
  await checkWav(path, warn)
  return (await readWav(await readFile(path), () => {})) ?? collect(path, warn)
}

/** Concatenates the parts of a sound. */
async function collect(path: string, warn?: Warn): Promise<Audio> {
  const parts: Float32Array[] = []
  const stop = new AbortController()
  let held = 0
  let [sampleRate, channels] = [1, 1]
  for await (const part of streamSound(path, { signal: stop.signal, warn })) {
    ;({ sampleRate, channels } = part)
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
  const data = new Float32Array(held)
  let at = 0
  for (const part of parts) {
    data.set(part, at)
    at += part.length
  }
  return new Audio({ sampleRate, channels, data })
}
