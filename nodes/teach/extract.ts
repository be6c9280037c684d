import { join } from 'node:path'
import type { Engine } from '../../src/engine'
import { resize } from '../../src/images'
import { modelsFolder } from '../../src/models'
import { type Image, toBytes } from '../../src/types'

/** Turns pictures into numbers by which their look can be told: `models/training/teach`. */
export const EXTRACTOR_FILE = join(modelsFolder, 'teach', 'looks.onnx')
/** Another one would see other things: examples say which one they were seen by. */
export const EXTRACTOR = 'looks-1'
/** Pixels: the whole picture, stretched to a square. */
export const SIDE = 64

/** @param picture of three channels */
export async function extract(engine: Engine, picture: Image): Promise<Float32Array> {
  const { width, height, channels, data } = toBytes(await resize(picture, SIDE, SIDE))
  const image = {
    kind: 'pixels',
    layout: 'NCHW',
    width,
    height,
    channels,
    data: data as Uint8Array,
    scale: 1 / 255,
    offset: 0,
  } as const
  const { outputs } = await engine.run(EXTRACTOR_FILE, { image }, { features: { kind: 'tensor' } })
  return outputs.features.data as Float32Array
}
