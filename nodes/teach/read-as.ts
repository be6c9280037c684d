import { SOUND_RATE } from '../../src/teach'
import { type AudioType, type ImageType, isAudio, isImage, isSoundName, soundFormat } from '../../src/types'

const picture: ImageType = { type: 'image', channels: 3 }
/** Features of a minute of sound take about a second to compute. */
const sound: AudioType = { type: 'audio', channels: 1, sampleRate: SOUND_RATE, maxSeconds: 60 }

/**
 * The type as which to read a value: a picture or a sound, also if encoded or given as a path. Null for
 * values that stay as they are.
 */
export function readAs(given: unknown): ImageType | AudioType | null {
  if (typeof given === 'string') return isSoundName(given) || /^data:audio\//i.test(given) ? sound : picture
  if (Buffer.isBuffer(given)) return soundFormat(given) ? sound : picture
  if (isImage(given)) return picture
  const isSound = isAudio(given) || (typeof given === 'object' && given !== null && 'sampleRate' in given)
  return isSound ? sound : null
}
