import type { ImageCodec } from '../../src/types'
import { Audio, Image } from '../../src/types'

/** A picture with increasing bytes. */
export function picture(width: number, height: number, channels: 1 | 3 | 4 = 3): Image {
  return new Image({
    width,
    height,
    channels,
    data: Uint8Array.from({ length: width * height * channels }, (_, i) => i),
  })
}

/** A tone of this many seconds, on all channels. */
export function sound(seconds = 0.1, sampleRate = 16_000, channels = 1, hertz = 440, loud = 0.5): Audio {
  const data = new Float32Array(Math.round(seconds * sampleRate) * channels)
  for (let i = 0; i < data.length; i++)
    data[i] = loud * Math.sin((2 * Math.PI * hertz * Math.floor(i / channels)) / sampleRate)
  return new Audio({ sampleRate, channels, data })
}

export const pngBytes = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10, 0, 0, 0, 0, 0, 0, 0, 0)
export const jpegBytes = Uint8Array.of(0xff, 0xd8, 0xff, 0xe0, 0, 16, 0x4a, 0x46, 0x49, 0x46, 0, 1, 1, 0, 0, 1)

/** Records what it is asked to decode, and returns a 2×1 picture. Bytes that end in 0xbad count as broken. */
export function fakeCodec(result: Image = picture(2, 1)): ImageCodec & { asked: (Uint8Array | { path: string })[] } {
  const asked: (Uint8Array | { path: string })[] = []
  return {
    asked,
    async decode(source) {
      asked.push(source)
      if ('path' in source && source.path.includes('missing'))
        throw new Error(`there is no picture file ${source.path}`)
      if (source instanceof Uint8Array && source.at(-1) === 0xba)
        throw new Error('the PNG is damaged or ends too early')
      if (source instanceof Uint8Array && source[0] === 1) throw new Error('the data is not a picture that can be read')
      return result
    },
    async decodeSound(source) {
      asked.push(source)
      return sound()
    },
  }
}
