/**
 * Decodes and encodes sounds with ffmpeg, cuts them into pieces and draws their waveforms. WAV needs no other
 * program.
 */
export { decodeSound } from './decode'
export { encodeSound, type SoundFile } from './encode'
export { phonemesOf } from './phonemes'
export { type Pieces, pieces } from './pieces'
export { sentencesOf } from './sentences'
export { hasWords, refuseUnspeakable, speak } from './speak'
export { captured, streamSound } from './stream'
export { waveform } from './waveform'
