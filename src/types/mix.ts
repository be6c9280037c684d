import { type Audio, audioInPieces, channelsInWords } from './audio'
import { inPieces } from './in-pieces'
import { ValueError } from './value-error'

/** Which change of channels is possible; null if it is unclear how channels correspond. */
export function mixChange(from: number, to: number): string | null {
  if (to === 1) return 'is mixed down to mono'
  return from === 1 ? `is copied to ${to === 2 ? 'both channels' : `${to} channels`}` : null
}

/**
 * Mono is the mean of all channels; from mono, all channels are the same.
 * @throws ValueError for other conversions
 */
export async function withSoundChannels(audio: Audio, channels: number): Promise<Audio> {
  if (audio.channels === channels) return audio
  if (!mixChange(audio.channels, channels))
    throw new ValueError(
      `a sound of ${channelsInWords(audio.channels)} cannot become ${channelsInWords(channels)}: mix it down to mono first`,
    )
  const { sampleRate, frames, data: from, channels: given } = audio
  const data = new Float32Array(frames * channels)
  await inPieces(frames, (first, last) => {
    for (let frame = first; frame < last; frame++) {
      let sum = 0
      for (let channel = 0; channel < given; channel++) sum += from[frame * given + channel] as number
      data.fill(sum / given, frame * channels, (frame + 1) * channels)
    }
  })
  return audioInPieces({ sampleRate, channels, data })
}
