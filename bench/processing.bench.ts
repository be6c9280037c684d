/** What turning photographs into tensors and answers into pictures adds to the bare run of real networks. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { createEngine } from '../src/engine'
import { decodeImage } from '../src/images'
import { runModel } from '../src/models'
import { catalogued, choice, installRealModels, photosFolder, realFolder } from '../test/real/support'
import { type Bench, type Figure, median, milliseconds } from './figure'

const WARM_UP = 3
const ROUNDS = 21

export const bench: Bench = async () => {
  const figures: Record<string, Figure> = {}
  if (!existsSync(realFolder)) {
    console.error(
      `The real networks are not in ${realFolder} (set DAISYCHAIN_REAL_MODELS), so there is nothing to measure.`,
    )
    return figures
  }
  const uninstall = installRealModels()
  const engine = createEngine({ device: 'cpu' })
  const image = await decodeImage({ path: join(photosFolder, 'astronaut.jpg') })
  for (const id of Object.values(catalogued)) {
    const { model, variant } = choice(id)
    const runs: number[] = []
    const added: number[] = []
    for (let round = 0; round < WARM_UP + ROUNDS; round++) {
      const start = performance.now()
      const { ms } = await runModel(model, variant, { image }, engine)
      if (round < WARM_UP) continue
      runs.push(ms.run)
      added.push(performance.now() - start - ms.run)
    }
    figures[`processing: ${id}, bare run`] = milliseconds(median(runs))
    figures[`processing: ${id}, added before and after`] = milliseconds(median(added))
  }
  await engine.close()
  uninstall()
  return figures
}
