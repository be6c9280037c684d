/**
 * Waiting messages for a bundled model, batched where that is faster, against one run per message; on the
 * CPU.
 */
import { createEngine, type Engine } from '../src/engine'
import { findVariant, isPresent, loadManifests, type Model, runModel } from '../src/models'
import { normals } from '../src/random'
import { type Bench, enough, type Figure, interleaved } from './figure'

const WAITING = enough(16)
const ROUNDS = 15

export const bench: Bench = async () => {
  const figures: Record<string, Figure> = {}
  const models = new Map(loadManifests().map((model) => [model.id, model]))
  const engine = createEngine({ device: 'cpu' })
  const [room] = await send(engine, models.get('stylegan') as Model, { z: normals(1, 512) })
  const image = room?.outputs.image
  const map = (await send(engine, models.get('deeplab') as Model, { image }))[0]?.outputs.image
  const inputs: Record<string, Record<string, unknown>> = {
    densedepth: { image },
    deeplab: { image },
    photosketch: { input: image },
    maskrcnn: { image },
    im2txt: { image },
    spade: { semantic_map: map },
    attngan: { caption: 'a cozy blue room', seed: 1 },
  }
  for (const [id, given] of Object.entries(inputs)) {
    const model = models.get(id) as Model
    if (!isPresent(model, findVariant(model))) continue
    let inCompany = 0
    const times = await interleaved(
      {
        apart: () => send(engine, model, given, WAITING),
        together: async () => {
          const results = await send(engine, model, given, WAITING, true)
          inCompany += results.filter(({ batch }) => batch > 1).length
        },
      },
      { rounds: ROUNDS, warmUp: 2 },
    )
    const name = `batching: ${model.label}, ${WAITING} waiting messages`
    figures[`${name}, together over apart`] = { value: times.together / times.apart, unit: '×', better: 'lower' }
    const share = inCompany / ((enough(ROUNDS) + enough(2)) * WAITING)
    figures[`${name}: share that ran in company`] = { value: share, unit: '×', better: 'higher' }
  }
  await engine.close()
  return figures
}

function send(engine: Engine, model: Model, given: Record<string, unknown>, count = 1, batch = false) {
  const variant = findVariant(model)
  return Promise.all(Array.from({ length: count }, () => runModel(model, variant, given, engine, { batch })))
}
