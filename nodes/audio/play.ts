import { ffmpegEnd, startFfmpeg } from '../../src/files'
import { type Audio, writeWavInPieces } from '../../src/types'
import { speaker } from './device'

/** Plays a sound on this computer's loudspeaker, until it ends or is stopped. @throws ValueError */
export async function playSound(sound: Audio, device: string, signal: AbortSignal): Promise<void> {
  const child = startFfmpeg(['-f', 'wav', '-i', 'pipe:0', ...speaker(device)])
  const stop = () => child.kill('SIGKILL')
  signal.addEventListener('abort', stop)
  try {
    const end = ffmpegEnd(child, 'the loudspeaker')
    child.stdin?.on('error', () => {}) // ffmpeg's own error message is more helpful
    child.stdin?.end(await writeWavInPieces(sound))
    await end
  } finally {
    signal.removeEventListener('abort', stop)
  }
}
