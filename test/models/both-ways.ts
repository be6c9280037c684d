import assert from 'node:assert/strict'
import type { Engine } from '../../src/engine'
import { type Model, runModel, type Variant } from '../../src/models'
import { isImage, isSegmentation } from '../../src/types'

/** The share of a label map's pixels that may differ. */
const MOST_LABELS = 0.001
const SHADES = 1
/**
 * Tolerances: a fraction of a float picture's range, and half a pixel for positions in a picture of at most
 * 1000 pixels.
 */
const SHARE = 1e-4
const PLACE = 5e-4

/**
 * Runs a model twice, with pre- and postprocessing inside the graph and outside it, and compares the results.
 */
export async function runBothWays(
  engine: Engine,
  model: Model,
  variant: Variant,
  inputs: Record<string, unknown>,
): Promise<void> {
  const run = async (inGraph: boolean) =>
    (await runModel(model, { ...variant, session: { ...variant.session, inGraph } }, inputs, engine)).outputs
  const [inside, outside] = [await run(true), await run(false)]
  compare(inside, outside, `${model.id}/${variant.id}`)
}

function compare(inside: unknown, outside: unknown, what: string): void {
  if (isImage(inside) && isImage(outside)) {
    assert.equal(`${inside}`, `${outside}`, what)
    const [black, white] = outside.range ?? [0, 255]
    const within = outside.range ? SHARE * Math.abs(white - black) : SHADES
    for (let i = 0; i < outside.data.length; i++) {
      const distance = Math.abs((inside.data[i] as number) - (outside.data[i] as number))
      if (!(distance <= within)) assert.fail(`${what}, number ${i}: ${inside.data[i]}, ${outside.data[i]}`)
    }
  } else if (isSegmentation(inside) && isSegmentation(outside)) {
    let others = 0
    for (let i = 0; i < outside.data.length; i++) others += Number(inside.data[i] !== outside.data[i])
    assert.ok(others <= MOST_LABELS * outside.data.length, `${what}: ${others} of ${outside.data.length} labels`)
  } else if (typeof outside === 'number') {
    assert.ok(
      Math.abs((inside as number) - outside) <= PLACE * Math.max(1, Math.abs(outside)),
      `${what}: ${inside}, ${outside}`,
    )
  } else if (typeof outside === 'object' && outside !== null) {
    assert.deepEqual(Object.keys(inside as object), Object.keys(outside), what)
    for (const [name, value] of Object.entries(outside))
      compare((inside as Record<string, unknown>)[name], value, `${what}, ${name}`)
  } else assert.equal(inside, outside, what)
}
