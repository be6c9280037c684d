import { join } from 'node:path'
import type { Engine, Feed } from '../engine'
import { resize } from '../images'
import { modelsFolder } from '../models'
import { type Audio, type Image, toBytes } from '../types'

/**
 * The networks that extract features from pictures and sounds, which are trained in `models/training/teach`.
 */
export const EXTRACTOR_FILES: Readonly<Record<string, string>> = {
  picture: join(modelsFolder, 'teach', 'looks.onnx'),
  sound: join(modelsFolder, 'teach', 'sounds.onnx'),
}
/** The licence of these networks. */
export const EXTRACTOR_LICENCE = 'Apache-2.0'
/** Examples record which network extracted their features, because others would give different ones. */
export const EXTRACTORS = { picture: 'looks-2', sound: 'sounds-1' } as const
/** In pixels. The whole picture is stretched to a square. */
export const PICTURE_SIDE = 64
/** The sample rate in Hz; the sound has one channel. */
export const SOUND_RATE = 16_000

/** @param picture with three channels */
export async function featuresOfPicture(engine: Engine, picture: Image): Promise<Float32Array> {
  const { width, height, channels, data } = toBytes(await resize(picture, PICTURE_SIDE, PICTURE_SIDE))
  return extract(engine, 'picture', {
    image: {
      ...{ kind: 'pixels', layout: 'NCHW', width, height, channels },
      ...{ data: data as Uint8Array, scale: 1 / 255, offset: 0 },
    },
  })
}

/** @param sound with one channel, at `SOUND_RATE` */
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
