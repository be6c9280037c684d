import { basename, resolve } from 'node:path'
import { createEngine, type Engine, type GivenFeed } from '../../src/engine'
import { loadManifest, type Model } from '../../src/models'
import { Image } from '../../src/types'

/** Small models with predictable outputs; see `test/fixtures/models/make.py`. */
export const fixturesFolder = resolve(__dirname, '../../../test/fixtures/models')

export function fixture(id: string): Model {
  return loadManifest(`${fixturesFolder}/${id}`)
}

/**
 * To be called in a `describe`. Returns an engine for its tests, and lists that record, for each test, the
 * names of the model files it runs (without extensions) and their inputs.
 */
export function tellingEngine(): { engine: Engine; runs: string[]; fed: Record<string, GivenFeed>[] } {
  const plain = createEngine({ device: 'cpu', isolation: 'thread' })
  const runs: string[] = []
  const fed: Record<string, GivenFeed>[] = []
  const engine: Engine = {
    ...plain,
    load: plain.load.bind(plain),
    run: (path, ...rest) => {
      runs.push(basename(path, '.onnx'))
      fed.push(rest[0])
      return plain.run(path, ...rest)
    },
    close: () => plain.close(),
  }
  after(() => engine.close())
  beforeEach(() => {
    runs.splice(0)
    fed.splice(0)
  })
  return { engine, runs, fed }
}

/** An image of `width` × `height` whose pixel at (x, y) is `color(x, y)`. */
export function paint(width: number, height: number, color: (x: number, y: number) => number[]): Image {
  const pixels = Array.from({ length: width * height }, (_, i) => color(i % width, Math.floor(i / width)))
  return new Image({
    width,
    height,
    channels: (pixels[0] as number[]).length as 1 | 3 | 4,
    data: Uint8Array.from(pixels.flat()),
  })
}
