import { SOUND_RATE } from '../../src/teach'
import { type AudioType, type ImageType, isAudio, isImage, isSoundName, soundFormat } from '../../src/types'

const picture: ImageType = { type: 'image', channels: 3 }
/** A minute takes about a second. */
const sound: AudioType = { type: 'audio', channels: 1, sampleRate: SOUND_RATE, maxSeconds: 60 }

/** As what a value is read: pictures and sounds, also encoded ones and paths; null for what stays as it is. */
export function readAs(given: unknown): ImageType | AudioType | null {
  if (typeof given === 'string') return isSoundName(given) || /^data:audio\//i.test(given) ? sound : picture
  if (Buffer.isBuffer(given)) return soundFormat(given) ? sound : picture
  if (isImage(given)) return picture
  const isSound = isAudio(given) || (typeof given === 'object' && given !== null && 'sampleRate' in given)
  return isSound ? sound : null
}
