/**
 * How long small models take to tell whether they know a picture: a small one, and a large one beside a run
 * with it.
 */
import { sharedEngine } from '../src/engine'
import { findVariant, loadManifests, type Model, runModel } from '../src/models'
import { acquaintance } from '../src/models/familiar'
import { paint } from '../test/models/support'
import { type Bench, type Figure, interleaved, milliseconds } from './figure'

export const bench: Bench = async () => {
  const engine = sharedEngine({ device: 'cpu' })
  const timesOf = (model: Model, side: number, repeats: { rounds: number; warmUp: number }) => {
    const variant = findVariant(model)
    const picture = paint(side, side, (x, y) => [x & 255, y & 255, (x + y) & 255])
    const given = { [model.inputs[0]?.name as string]: picture }
    return interleaved(
      {
        look: async () => acquaintance(model, variant, given),
        run: () => runModel(model, variant, given, engine),
      },
      repeats,
    )
  }
  const figures: Record<string, Figure> = {}
  for (const model of loadManifests().filter((each) => findVariant(each).knows?.world !== undefined)) {
    const small = await timesOf(model, 128, { rounds: 40, warmUp: 40 })
    figures[`${model.label}, 128²`] = milliseconds(small.look, 0.3)
    const large = await timesOf(model, 3000, { rounds: 9, warmUp: 3 })
    const share = (100 * large.look) / large.run
    figures[`${model.label}, 3000²`] = { value: share, unit: '% of a run', aim: 2, better: 'lower' }
  }
  await engine.close()
  return figures
}
