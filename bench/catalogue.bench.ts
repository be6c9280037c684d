/**
 * What the catalogue of downloads costs those who use none: from reading the manifests to a bundled model's
 * first result.
 */
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createEngine } from '../src/engine'
import { findVariant, loadManifests, type Model, runModel, type Variant } from '../src/models'
import { normals } from '../src/random'
import { type Bench, enough, interleaved, milliseconds } from './figure'

const ROUNDS = 3
const READINGS = 40
const TIMES = enough(10)

export const bench: Bench = async () => {
  const root = mkdtempSync(join(tmpdir(), 'daisychain-bench-'))
  try {
    const models = loadManifests().filter(({ variants }) => variants[0]?.id === 'mini')
    const downloads = (variants: Variant[]) => variants.slice(1)
    const repeated = (variants: Variant[]) =>
      Array.from({ length: TIMES }, (_, i) => downloads(variants).map((each) => ({ ...each, id: `${each.id}-${i}` })))
    const folders = {
      none: write(join(root, 'none'), models, () => []),
      shipped: write(join(root, 'shipped'), models, downloads),
      tenfold: write(join(root, 'tenfold'), models, (variants) => repeated(variants).flat()),
    }
    const start = (folder: string) => () => firstResult(folder)
    const started = await interleaved(
      { none: start(folders.none), shipped: start(folders.shipped), tenfold: start(folders.tenfold) },
      { rounds: ROUNDS, warmUp: 1 },
    )
    const read = (folder: string) => async () => loadManifests(folder)
    const reading = await interleaved(
      { none: read(folders.none), shipped: read(folders.shipped), tenfold: read(folders.tenfold) },
      { rounds: READINGS },
    )
    return {
      'catalogue: a mini’s start without it': milliseconds(started.none),
      'catalogue: a mini’s start with it': milliseconds(started.shipped),
      'catalogue: a mini’s start with ten times of it': milliseconds(started.tenfold),
      'catalogue: its part of reading the manifests': milliseconds(reading.shipped - reading.none, 5),
      'catalogue: the part of ten times of it': milliseconds(reading.tenfold - reading.none, 50),
    }
  } finally {
    rmSync(root, { recursive: true, force: true })
  }
}

/** The models in their own folder, with a mini and other downloads each. */
function write(folder: string, models: Model[], others: (variants: Variant[]) => Variant[]): string {
  for (const { folder: from, ...manifest } of models) {
    const home = join(folder, manifest.id)
    mkdirSync(home, { recursive: true })
    const variants = [manifest.variants[0], ...others(manifest.variants)]
    writeFileSync(join(home, 'manifest.json'), JSON.stringify({ ...manifest, variants }))
    cpSync(join(from, 'mini.onnx'), join(home, 'mini.onnx'))
  }
  return folder
}

async function firstResult(folder: string): Promise<void> {
  const model = loadManifests(folder).find(({ id }) => id === 'stylegan')
  if (!model) throw new Error('There is no StyleGAN.')
  const engine = createEngine({ device: 'cpu' })
  await runModel(model, findVariant(model), { z: normals(1, 512) }, engine)
  await engine.close()
}
