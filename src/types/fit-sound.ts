import type { Audio } from './audio'
import { withSoundChannels } from './mix'
import type { AudioType } from './port-type'
import { resample } from './resample'

/**
 * A sound with the channels and at the rate that a type names: fewer channels first, then there is less to
 * resample.
 */
export async function fitSound(sound: Audio, { sampleRate, channels }: AudioType): Promise<Audio> {
  const isFewer = channels !== undefined && channels < sound.channels
  const mixed = isFewer ? await withSoundChannels(sound, channels) : sound
  const resampled = sampleRate ? await resample(mixed, sampleRate) : mixed
  return channels ? withSoundChannels(resampled, channels) : resampled
}
