import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { temporaryName } from '../apart/left-behind'
import { requireFile } from '../files'
import { Audio, MAX_SAMPLES, mayHaveSound, readWav, readWavHeader, ValueError } from '../types'
import { streamSound } from './stream'
import { beginningOf, checkWav } from './wav-file'

const NO_SOUND = "isn't a sound that Daisychain can read (WAV, FLAC, MP3, Ogg, M4A, or a video with sound)"

/**
 * Decodes a sound: a plain WAV here, everything else by ffmpeg. All channels, at its own rate.
 *
 * @throws ValueError in one sentence, also for a sound too long to be held
 */
export async function decodeSound(source: Uint8Array | { path: string }): Promise<Audio> {
  return source instanceof Uint8Array ? decodeBytes(source) : decodeFile(source.path)
}

/** In a file of its own: some formats are read from their end. */
async function decodeBytes(bytes: Uint8Array): Promise<Audio> {
  const plain = await readWav(bytes)
  if (plain) return plain
  if (!mayHaveSound(bytes)) throw new ValueError(`the data ${NO_SOUND}`)
  const folder = await mkdtemp(join(tmpdir(), temporaryName('sound')))
  try {
    const path = join(folder, 'sound')
    await writeFile(path, bytes)
    return await collect(path).catch((error: Error) => {
      throw new ValueError(error.message.replace(`the sound ${path}`, 'the sound'))
    })
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

async function decodeFile(path: string): Promise<Audio> {
  await requireFile(path)
  const start = await beginningOf(path)
  if (start.length === 0) throw new ValueError(`the sound file ${path} is empty`)
  if (!mayHaveSound(start)) throw new ValueError(`the file ${path} ${NO_SOUND}`)
  await checkWav(path)
  const header = readWavHeader(start)
  const size = header ? (header.end - header.start) / (header.bits / 8) : 0
  return (header && size <= MAX_SAMPLES && (await readWav(await readFile(path)))) || collect(path)
}

/** All parts of a sound as one. */
async function collect(path: string): Promise<Audio> {
  const parts: Float32Array[] = []
  const stop = new AbortController()
  let held = 0
  let [sampleRate, channels] = [1, 1]
  for await (const part of streamSound(path, { signal: stop.signal })) {
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
