import { Audio, writeWav } from '../../types'
import { say } from '../data'

const REASONS: Record<string, string> = {
  NotAllowedError: 'microphoneNotAllowed',
  NotFoundError: 'noMicrophone',
  NotReadableError: 'microphoneBusy',
}

/**
 * Records from the microphone until the recording is stopped, the microphone is unplugged or the time is
 * over.
 * @param tick called each second with the seconds so far
 * @param done gets a mono WAV at the requested sample rate, or an error if nothing could be decoded
 * @throws Error with a sentence for the visitor if no microphone could be opened
 */
export async function record(
  { sampleRate, seconds }: { sampleRate: number; seconds: number },
  tick: (seconds: number) => void,
  done: (recorded: Blob | Error) => void,
): Promise<{ stop(): void }> {
  if (!navigator.mediaDevices?.getUserMedia) throw new Error(say('insecureMicrophone'))
  const stream = await navigator.mediaDevices.getUserMedia({ audio: true }).catch((error: Error) => {
    throw new Error(REASONS[error.name] ? say(REASONS[error.name] as string) : error.message)
  })
  const recorder = new MediaRecorder(stream)
  const parts: Blob[] = []
  let passed = 0
  const timer = setInterval(() => {
    tick(++passed)
    if (passed >= seconds) stop()
  }, 1000)
  const stop = () => {
    clearInterval(timer)
    if (recorder.state !== 'inactive') recorder.stop()
    for (const track of stream.getTracks()) track.stop()
  }
  recorder.addEventListener('dataavailable', ({ data }) => parts.push(data))
  recorder.addEventListener('stop', () => {
    stop()
    toWav(new Blob(parts, { type: recorder.mimeType }), sampleRate).then(done, () => done(new Error(say('noSound'))))
  })
  // Unplugging the microphone ends its track. Everything recorded before that is kept.
  for (const track of stream.getTracks()) track.addEventListener('ended', stop)
  recorder.start()
  tick(0)
  return { stop }
}

/** Decodes the recording in the browser, which also resamples it, and mixes it down to mono. */
async function toWav(recorded: Blob, sampleRate: number): Promise<Blob> {
  const context = new OfflineAudioContext(1, 1, sampleRate)
  const decoded = await context.decodeAudioData(await recorded.arrayBuffer())
  const mono = new Float32Array(decoded.length)
  for (let channel = 0; channel < decoded.numberOfChannels; channel++) {
    const samples = decoded.getChannelData(channel)
    for (let i = 0; i < mono.length; i++)
      mono[i] = (mono[i] as number) + (samples[i] as number) / decoded.numberOfChannels
  }
  const wav = writeWav(new Audio({ sampleRate, channels: 1, data: mono }))
  return new Blob([wav as BlobPart], { type: 'audio/wav' })
}
