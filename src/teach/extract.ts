import { join } from 'node:path'
import type { Engine, Feed } from '../engine'
import { resize } from '../images'
import { modelsFolder } from '../models'
import { type Audio, type Image, toBytes } from '../types'

/** Networks that turn pictures and sounds into numbers by which they can be told apart: `models/training/teach`. */
export const EXTRACTOR_FILES: Readonly<Record<string, string>> = {
  picture: join(modelsFolder, 'teach', 'looks.onnx'),
  sound: join(modelsFolder, 'teach', 'sounds.onnx'),
}
/** Of these networks. */
export const EXTRACTOR_LICENCE = 'Apache-2.0'
/** Other networks would give other features: examples record which ones made theirs. */
export const EXTRACTORS = { picture: 'looks-2', sound: 'sounds-1' } as const
/** Pixels: the whole picture, stretched to a square. */
export const PICTURE_SIDE = 64
/** Of one channel, in Hz. */
export const SOUND_RATE = 16_000

/** @param picture of three channels */
export async function featuresOfPicture(engine: Engine, picture: Image): Promise<Float32Array> {
  const { width, height, channels, data } = toBytes(await resize(picture, PICTURE_SIDE, PICTURE_SIDE))
  return extract(engine, 'picture', {
    image: {
      ...{ kind: 'pixels', layout: 'NCHW', width, height, channels },
      ...{ data: data as Uint8Array, scale: 1 / 255, offset: 0 },
    },
  })
}

/** @param sound of one channel, at `SOUND_RATE` */
export async function featuresOfSound(engine: Engine, { data }: Audio): Promise<Float32Array> {
  return extract(engine, 'sound', { sound: { kind: 'tensor', dtype: 'float32', dims: [1, data.length], data } })
}

async function extract(
  engine: Engine,
  kind: keyof typeof EXTRACTORS,
  feeds: Record<string, Feed>,
): Promise<Float32Array> {
  const { outputs } = await engine.run(EXTRACTOR_FILES[kind] as string, feeds, { features: { kind: 'tensor' } })
  return outputs.features.data as Float32Array
}
