/** How long a small model takes to tell whether it knows a picture, small and large, beside a run of the model. */
import { sharedEngine } from '../src/engine'
import { findVariant, loadManifests, runModel } from '../src/models'
import { acquaintance } from '../src/models/familiar'
import { paint } from '../test/models/support'
import { type Bench, interleaved, milliseconds } from './figure'

export const bench: Bench = async () => {
  const model = loadManifests().find(({ id }) => id === 'densedepth')
  if (!model) throw new Error('DenseDepth is not here.')
  const variant = findVariant(model)
  const [small, large] = [128, 3000].map((side) => paint(side, side, (x, y) => [x & 255, y & 255, (x + y) & 255]))
  const engine = sharedEngine({ device: 'cpu' })
  const times = await interleaved(
    {
      small: async () => acquaintance(model, variant, { image: small }),
      large: async () => acquaintance(model, variant, { image: large }),
      run: () => runModel(model, variant, { image: small }, engine),
    },
    { rounds: 60, warmUp: 40 },
  )
  await engine.close()
  return {
    'to tell a room from others, 128²': milliseconds(times.small, 0.3),
    'to tell a room from others, 3000²': milliseconds(times.large, 0.3),
    'DenseDepth, 128²': milliseconds(times.run),
  }
}
