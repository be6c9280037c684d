import type { TensorInfo } from '../engine'
import type { OnnxFile } from '../onnx/contents'
import { usersOf } from './graph'
import { inWords } from './names'

const WORDS =
  /mel\b|mels\b|melspec|spectro|mfcc|audio|sound|speech|voice|wave|\bwav\b|\bvad\b|wake|pitch|phone|music|\bfbank|filterbank|vggish|yamnet/

/** The usual numbers of bands in the spectrograms of sound networks. */
const BANDS = new Set([32, 39, 40, 64, 80, 96, 128, 229])

/**
 * Whether a network takes sound rather than pictures: its name says so, or it takes a series of samples, or a
 * spectrogram, whose other side isn't a picture's.
 */
export function takesSound(inputs: readonly TensorInfo[], file: OnnxFile, called: string): boolean {
  const words = [file.graphName, called.replace(/\.onnx$/i, ''), ...inputs.map(({ name }) => name)]
    .map(inWords)
    .join(' ')
  return (
    WORDS.test(words) ||
    inputs.some(
      ({ shape, name, dtype }) => isSpectrogram(shape) || (dtype.startsWith('float') && areSamples(shape, name, file)),
    )
  )
}

/**
 * Whether a tensor is [1, bands, times], possibly with a channel: unlike a picture, it is taller than wide or
 * not a multiple of anything.
 */
function isSpectrogram(shape: TensorInfo['shape']): boolean {
  const sides = shape.slice(1).filter((size) => size !== 1)
  if (shape.length < 3 || sides.length !== 2 || (shape.length === 4 && !shape.slice(1).includes(1))) return false
  const [first, second] = sides as [number | string, number | string]
  if (shape.length === 3 && !shape.slice(1).includes(1))
    return BANDS.has(Number(first)) !== BANDS.has(Number(second)) && first !== second
  const [times, bands] = [first, second]
  return typeof times === 'number' && BANDS.has(Number(bands)) && times > Number(bands) && times % 8 !== 0
}

/**
 * Whether an input is a series of samples: it goes through one-dimensional convolutions or a Fourier
 * transform.
 */
function areSamples(shape: TensorInfo['shape'], name: string, file: OnnxFile): boolean {
  if (shape.length > 3 || shape.length < 1) return false
  const sides = shape.slice(shape.length > 1 ? 1 : 0).filter((size) => size !== 1)
  if (sides.length > 1) return false
  let front = [name]
  for (let depth = 0; depth < 8 && front.length > 0; depth++) {
    const users = front.flatMap((tensor) => usersOf(file, tensor))
    if (users.some(({ op }) => op === 'STFT' || op === 'DFT')) return true
    if (users.some(({ op, inputs }) => op === 'Conv' && file.constants.get(inputs[1] ?? '')?.dims.length === 3))
      return true
    front = users
      .flatMap(({ op, outputs }) =>
        /^(Reshape|Unsqueeze|Squeeze|Pad|Cast|Transpose|Mul|Div|Sub|Add|Slice|Identity|If)$/.test(op) ? outputs : [],
      )
      .slice(0, 16)
  }
  return false
}
