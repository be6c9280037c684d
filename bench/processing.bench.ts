/** What converting photographs to tensors and outputs to pictures adds to the bare run of real networks. */
import { cpSync, existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createEngine } from '../src/engine'
import { decodeImage } from '../src/images'
import { findVariant, type Model, runModel, type Variant } from '../src/models'
import { manifests, writeLabels } from '../test/real/manifests'
import { catalogued, choice, installRealModels, photosFolder, realFolder } from '../test/real/support'
import { type Bench, enough, type Figure, median, milliseconds } from './figure'

const WARM_UP = enough(3)
const ROUNDS = enough(21)

export const bench: Bench = async () => {
  const figures: Record<string, Figure> = {}
  if (!existsSync(realFolder)) {
    console.error(
      `The real networks are not in ${realFolder} (set DAISYCHAIN_REAL_MODELS), so there is nothing to measure.`,
    )
    return figures
  }
  const uninstall = installRealModels()
  const folder = mkdtempSync(join(tmpdir(), 'daisychain-bench-'))
  const engine = createEngine({ device: 'cpu' })
  const image = await decodeImage({ path: join(photosFolder, 'astronaut.jpg') })
  for (const [name, { model, variant }] of all(folder)) {
    const runs: number[] = []
    const added: number[] = []
    for (let round = 0; round < WARM_UP + ROUNDS; round++) {
      const start = performance.now()
      const { ms } = await runModel(model, variant, { image }, engine)
      if (round < WARM_UP) continue
      runs.push(ms.run)
      added.push(performance.now() - start - ms.run)
    }
    figures[`processing: ${name}, bare run`] = milliseconds(median(runs))
    figures[`processing: ${name}, added before and after`] = milliseconds(median(added))
  }
  await engine.close()
  rmSync(folder, { recursive: true })
  uninstall()
  return figures
}

/** Those in the catalogue, and others, placed in a folder with their labels. */
function all(folder: string): [string, { model: Model; variant: Variant }][] {
  writeLabels(folder)
  const others = Object.values(manifests).map((make): [string, { model: Model; variant: Variant }] => {
    const model = { ...make(), folder }
    const variant = findVariant(model)
    cpSync(join(realFolder, variant.file), join(folder, variant.file))
    return [model.id, { model, variant }]
  })
  return [...Object.values(catalogued).map((id): [string, ReturnType<typeof choice>] => [id, choice(id)]), ...others]
}
