import type { Audio } from './audio'
import { withSoundChannels } from './mix'
import type { AudioType } from './port-type'
import { resample } from './resample'

/**
 * Converts a sound to the channels and sample rate of a type. If the number of channels decreases, that is
 * done first, so that there is less to resample.
 */
export async function fitSound(sound: Audio, { sampleRate, channels }: AudioType): Promise<Audio> {
  const isFewer = channels !== undefined && channels < sound.channels
  const mixed = isFewer ? await withSoundChannels(sound, channels) : sound
  const resampled = sampleRate ? await resample(mixed, sampleRate) : mixed
  return channels ? withSoundChannels(resampled, channels) : resampled
}
