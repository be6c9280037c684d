import { type Audio, audioInPieces } from '../audio'
import { toBase64 } from '../encoded-picture'
import { isFit } from '../finding'
import { sliceInPieces } from '../in-pieces'
import { judgeTypes } from '../judge'
import { LOUDEST_LUFS, loudness, SILENCE } from '../loudness'
import type { AudioType, PortType } from '../port-type'
import { resample } from '../resample'
import { ValueError } from '../value-error'
import { writeWavInPieces } from '../wav'
import { quoteValue } from '../words'
import type { ConverterEntry } from './entry'
import { numberOf, textOf } from './settings'

const isSound = (from: PortType) => isFit(judgeTypes(from, { type: 'audio' }))

/** The type of the decoded sound, without its format. */
const decoded = (from: PortType): AudioType => {
  const { format: _, ...type }: AudioType = from.type === 'audio' ? from : { type: 'audio' }
  return type
}

/** Settings: none. */
export const mixDown: ConverterEntry = {
  id: 'mix-down',
  label: 'Mix the sound down to mono',
  wants: { type: 'audio', channels: 1 },
  help: 'The sound. All its channels become one, their mean.',
  accepts: isSound,
  // Inputs with one channel mix automatically. Only for inputs with several is it unclear how channels
  // correspond.
  settingsFor: (from, to) =>
    from.type === 'audio' && to.type === 'audio' && (from.channels ?? 1) > 1 && (to.channels ?? 1) > 1 ? {} : null,
  gives: (from) => ({ ...decoded(from), channels: 1 }),
  convert: (value) => value,
}

/** Settings: `rate`, in Hz. */
export const resampleSound: ConverterEntry = {
  id: 'resample',
  label: 'Change the sample rate of the sound',
  wants: { type: 'audio' },
  help: 'The sound.',
  accepts: isSound,
  settingsFor: () => null, // inputs that need a certain rate resample automatically
  gives: (from, settings) => ({ ...decoded(from), sampleRate: rateOf(settings.rate) }),
  convert: (value, settings) => resample(value as Audio, rateOf(settings.rate)),
}

function rateOf(rate: unknown): number {
  return Math.min(768_000, Math.max(1, Math.round(numberOf(rate, 16_000))))
}

/**
 * Settings: `start` in seconds, from the end if it is negative; `seconds`, the length; if it is empty, up to
 * the end.
 */
export const cutSound: ConverterEntry = {
  id: 'cut-sound',
  label: 'Cut the sound',
  wants: { type: 'audio' },
  help: 'The sound to cut.',
  accepts: isSound,
  settingsFor: (from, to) =>
    from.type === 'audio' && to.type === 'audio' && to.maxSeconds ? { start: 0, seconds: to.maxSeconds } : null,
  gives: (from, settings) => {
    const seconds = numberOf(settings.seconds, 0)
    const { maxSeconds = Number.POSITIVE_INFINITY, ...type } = decoded(from)
    const longest = seconds > 0 ? Math.min(seconds, maxSeconds) : maxSeconds
    return Number.isFinite(longest) ? { ...type, maxSeconds: longest } : type
  },
  convert: async (value, settings) => {
    const { sampleRate, channels, frames, seconds, data } = value as Audio
    const start = numberOf(settings.start, 0)
    const length = numberOf(settings.seconds, 0)
    const first = Math.max(0, Math.round((start < 0 ? seconds + start : start) * sampleRate))
    const last = length > 0 ? Math.min(frames, first + Math.max(1, Math.round(length * sampleRate))) : frames
    if (first >= frames)
      throw new ValueError(
        `the sound ends after ${Number(seconds.toPrecision(3))} seconds, before the cut begins at ${start}`,
      )
    const part = await sliceInPieces(data, first * channels, last * channels)
    return audioInPieces({ sampleRate, channels, data: part })
  },
}

/** Settings: none. */
export const measureLoudness: ConverterEntry = {
  id: 'loudness',
  label: 'Measure the loudness of the sound',
  wants: { type: 'audio' },
  help: 'The sound.',
  accepts: isSound,
  settingsFor: () => null,
  gives: () => ({ type: 'number', min: SILENCE, max: LOUDEST_LUFS }),
  convert: (value) => loudness(value as Audio),
}

/** Settings: none. */
export const soundToVector: ConverterEntry = {
  id: 'sound-to-vector',
  label: 'Take the samples of the sound as a vector',
  wants: { type: 'audio', channels: 1 },
  help: 'The sound, mixed down to mono.',
  accepts: isSound,
  settingsFor: (from, to) => (from.type === 'audio' && to.type === 'vector' && to.length === undefined ? {} : null),
  gives: () => ({ type: 'vector' }),
  convert: (value) => (value as Audio).data,
}

const encodings = ['wav', 'wav-float', 'dataURI'] as const

/** Settings: `soundFormat`: a 16-bit WAV, a WAV of floats, or a WAV as a data URI. */
export const encodeSound: ConverterEntry = {
  id: 'encode-sound',
  label: 'Encode the sound',
  wants: { type: 'audio' },
  help: 'The sound to encode.',
  accepts: isSound,
  settingsFor: (from, to) => {
    if (to.type !== 'audio' || !isSound(from)) return null
    if (to.format === 'wav' || to.format === 'buffer') return { soundFormat: 'wav' }
    return to.format === 'dataURI' ? { soundFormat: 'dataURI' } : null
  },
  gives: (from, settings) => ({ ...decoded(from), format: settings.soundFormat === 'dataURI' ? 'dataURI' : 'wav' }),
  convert: async (value, settings) => {
    const format = textOf(settings.soundFormat, '') || 'wav'
    if (!(encodings as readonly string[]).includes(format))
      throw new ValueError(
        `sounds cannot be encoded as ${quoteValue(format)}, only as ${encodings.join(', ')}: open the node and choose one`,
        'flow',
      )
    const bytes = await writeWavInPieces(value as Audio, format === 'wav-float' ? 32 : 16)
    return format === 'dataURI' ? `data:audio/wav;base64,${toBase64(bytes)}` : bytes
  },
}
